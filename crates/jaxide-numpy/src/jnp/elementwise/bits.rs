//! Bits and divisors of integers.

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{
    Array,
    lax::while_loop,
    promote::{broadcast, promote_dtypes, promote_numeric},
};

use super::{absolute, arithmetic::floor_divide, binary, unary};
use crate::{diag, jnp::where_};

binary! {
    /// Bitwise and; logical for bools.
    bitwise_and |x, y| = x.and(y);
    /// Bitwise or; logical for bools.
    bitwise_or |x, y| = x.or(y);
    /// Bitwise exclusive or; logical for bools.
    bitwise_xor |x, y| = x.xor(y);
    /// Shift to the left.
    left_shift |x, y| = x << y;
    /// As [`left_shift`].
    bitwise_left_shift |x, y| = x << y;
    /// Shift to the right: arithmetic for signed integers, logical for unsigned ones.
    right_shift |x, y| = x >> y;
    /// As [`right_shift`].
    bitwise_right_shift |x, y| = x >> y;
    /// The greatest common divisor, by Euclid's algorithm.
    ///
    /// ```
    /// # use jaxide_numpy::jnp;
    /// assert_eq!(jnp::gcd(jnp::array([12, 0]), 18).to_vec::<i32>(), [6, 18]);
    /// ```
    gcd |x, y| = {
        let [x, y] = integers("gcd", &x, &y);
        common_divisor(&x, &y)
    };
    /// The least common multiple.
    lcm |x, y| = {
        let [x, y] = integers("lcm", &x, &y);
        let divisor = common_divisor(&x, &y);
        where_(divisor.eq(0), 0, &x * floor_divide(&y, &divisor))
    };
}

unary! {
    /// Bitwise complement; logical for bools.
    invert |x| = !x;
    /// As [`invert`].
    bitwise_not |x| = !x;
    /// As [`invert`].
    bitwise_invert |x| = !x;
    /// The number of ones in the absolute value, as `u8`.
    bitwise_count |x| = {
        let [x] = promote_numeric([&x]);
        lax::population_count(&absolute(x)).astype(DType::U8)
    };
}

/// Magnitudes of integers of one dtype and shape.
#[track_caller]
fn integers(op: &str, x: &Array, y: &Array) -> [Array; 2] {
    let [x, y] = promote_dtypes([x, y]);
    if !x.dtype().is_integer() {
        let message = format!("Arguments to jax.numpy.{op} must be integers.");
        diag::value(message, std::panic::Location::caller());
    }
    let [x, y] = broadcast(op, [&x, &y]);
    let shape = if x.ndim() > 0 { x.shape().to_vec() } else { y.shape().to_vec() };
    [x, y].map(|operand| absolute(operand.broadcast_to(&shape[..])))
}

#[track_caller]
fn common_divisor(x: &Array, y: &Array) -> Array {
    let (divisor, _) = while_loop(
        |(_, y): &(Array, Array)| y.ne(0).any(),
        |(x, y): &(Array, Array)| {
            let done = y.eq(0);
            let rest = lax::rem(x, &where_(&done, 1, y).astype(y.dtype()));
            let (x, rest) = (where_(&done, x, y), where_(&done, y, rest));
            (x.maximum(&rest), x.minimum(&rest))
        },
        (x.clone(), y.clone()),
    );
    divisor
}
