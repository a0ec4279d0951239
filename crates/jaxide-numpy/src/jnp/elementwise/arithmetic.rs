//! Sums, products, quotients, powers and what is made of them.

use jaxide_lax as lax;
use jaxide_trace::{
    Array, Exponent, Operand,
    promote::{broadcast, promote_inexact, promote_numeric},
};

use super::{binary, unary};
use crate::{diag, jnp::where_};

binary! {
    /// The sum; of bools their logical or.
    ///
    /// ```
    /// # use jaxide_numpy::jnp;
    /// assert_eq!(jnp::add(jnp::array([1, 2]), 0.5).to_vec::<f32>(), [1.5, 2.5]);
    /// ```
    add |x, y| = x + y;
    /// The difference.
    subtract |x, y| = x - y;
    /// The product; of bools their logical and.
    multiply |x, y| = x * y;
    /// The true quotient: integers become floats.
    divide |x, y| = x / y;
    /// As [`divide`].
    true_divide |x, y| = x / y;
    /// The quotient rounded down.
    floor_divide |x, y| = quotient(&x, &y);
    /// The remainder with the sign of the divisor, as Python's `%`. An integer divisor 0 counts as 1.
    ///
    /// ```
    /// # use jaxide_numpy::jnp;
    /// assert_eq!(jnp::remainder(jnp::array([-3, 3]), 2).to_vec::<i32>(), [1, 1]);
    /// ```
    remainder |x, y| = python_remainder(&x, &y);
    /// As [`remainder`]; `mod` is a word of Rust's.
    mod_ |x, y| = python_remainder(&x, &y);
    /// The remainder with the sign of the dividend, as C's `fmod`.
    fmod |x, y| = {
        let [x, y] = numbers("fmod", &x, &y);
        lax::rem(&x, &divisor(&y))
    };
    /// The power in floats.
    float_power |x, y| = {
        let [x, y] = floats("pow", &x, &y);
        lax::pow(&x, &y)
    };
    /// The length of the hypotenuse, without overflow between.
    hypot |x, y| = hypotenuse(&x, &y);
    /// The greater of both; NaN where one is NaN.
    maximum |x, y| = x.maximum(y);
    /// The less of both; NaN where one is NaN.
    minimum |x, y| = x.minimum(y);
    /// The greater of both; where one is NaN, the other.
    fmax |x, y| = {
        let takes_first = x.gt(&y).or(super::isnan(&y));
        where_(takes_first, &x, &y)
    };
    /// The less of both; where one is NaN, the other.
    fmin |x, y| = {
        let takes_first = x.lt(&y).or(super::isnan(&y));
        where_(takes_first, &x, &y)
    };
}

unary! {
    /// The negative. Bools have none.
    negative |x| = -x;
    /// The array itself.
    positive |x| = x;
    /// The absolute value; that of the least integer is itself.
    absolute |x| = {
        let same = x.dtype().is_bool() || x.dtype().is_unsigned_integer();
        if same { x } else { x.abs() }
    };
    /// As [`absolute`].
    abs |x| = absolute(x);
    /// The absolute value in floats.
    fabs |x| = {
        let [x] = promote_inexact([&x]);
        x.abs()
    };
    /// -1, 0 or 1 by sign; NaN stays.
    sign |x| = x.sign();
    /// The square.
    square |x| = {
        let [x] = promote_numeric([&x]);
        lax::square(&x)
    };
    /// One over the array, in floats.
    reciprocal |x| = {
        let [x] = promote_inexact([&x]);
        x.pow(-1)
    };
}

/// The power: a host integer gives `integer_pow`, a float or an array `pow`.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::power(jnp::array([1.0, 3.0]), 2).to_vec::<f32>(), [1.0, 9.0]);
/// ```
///
/// # Panics
/// With `TypeError` for integers to a negative host integer.
#[track_caller]
pub fn power(x: impl Operand, exponent: impl Exponent) -> Array {
    x.into_operand().pow(exponent)
}

/// As [`power`].
///
/// # Panics
/// As [`power`].
#[track_caller]
pub fn pow(x: impl Operand, exponent: impl Exponent) -> Array {
    power(x, exponent)
}

/// The quotient rounded down, and the remainder that goes with it.
///
/// # Panics
/// As [`floor_divide`].
#[track_caller]
pub fn divmod(x: impl Operand, y: impl Operand) -> (Array, Array) {
    let [x, y] = numbers("divmod", &x.into_operand(), &y.into_operand());
    if x.dtype().is_integer() {
        (floor_divide(&x, &y), remainder(&x, &y))
    } else {
        float_quotient(&x, &y)
    }
}

/// Values below `min` become `min`, those above `max` become `max`; the latter wins where both hold.
/// For one bound only there are [`maximum`] and [`minimum`].
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::clip(jnp::array([-1, 1, 9]), 0, 2).to_vec::<i32>(), [0, 1, 2]);
/// ```
///
/// # Panics
/// With `TypeError` when the shapes do not broadcast, with `ValueError` for complex numbers.
#[track_caller]
pub fn clip(x: impl Operand, min: impl Operand, max: impl Operand) -> Array {
    let (x, min, max) = (x.into_operand(), min.into_operand(), max.into_operand());
    if [&x, &min, &max].iter().any(|x| x.dtype().is_complex()) {
        let message = "Clip received a complex value either through the input or the min/max \
                       keywords. Complex values have no ordering and cannot be clipped.";
        diag::value(message.into(), std::panic::Location::caller());
    }
    minimum(max, maximum(min, x))
}

/// Operands of one dtype and shape, bools as integers.
#[track_caller]
pub(super) fn numbers(op: &str, x: &Array, y: &Array) -> [Array; 2] {
    let [x, y] = promote_numeric([x, y]);
    broadcast(op, [&x, &y])
}

/// Operands of one float dtype and shape.
#[track_caller]
pub(super) fn floats(op: &str, x: &Array, y: &Array) -> [Array; 2] {
    let [x, y] = promote_inexact([x, y]);
    broadcast(op, [&x, &y])
}

/// A divisor whose zeros are ones, where it is an integer.
#[track_caller]
fn divisor(y: &Array) -> Array {
    if y.dtype().is_integer() { where_(y.eq(0), 1, y).astype(y.dtype()) } else { y.clone() }
}

#[track_caller]
fn quotient(x: &Array, y: &Array) -> Array {
    let [x, y] = numbers("floor_divide", x, y);
    if x.dtype().is_unsigned_integer() {
        return lax::div(&x, &y);
    }
    if !x.dtype().is_integer() {
        return float_quotient(&x, &y).0;
    }
    let truncated = lax::div(&x, &y);
    let inexact = x.sign().ne(y.sign()).and(lax::rem(&x, &y).ne(0));
    where_(inexact, &truncated - 1, &truncated)
}

/// Quotient and remainder of floats, as Python's `divmod` has them.
#[track_caller]
fn float_quotient(x: &Array, y: &Array) -> (Array, Array) {
    let rest = lax::rem(x, y);
    let multiple = where_(y.eq(0.0), x, x - &rest);
    let quotient = lax::div(&multiple, y);
    let below = rest.ne(0.0).and(y.sign().ne(rest.sign()));
    let quotient = where_(&below, &quotient - 1.0, &quotient);
    (lax::round(&quotient, lax::RoundingMethod::AwayFromZero), where_(&below, &rest + y, &rest))
}

#[track_caller]
fn python_remainder(x: &Array, y: &Array) -> Array {
    let [x, y] = numbers("remainder", x, y);
    let y = divisor(&y);
    let rest = lax::rem(&x, &y);
    let wrong_sign = rest.lt(0).ne(y.lt(0)).and(rest.ne(0));
    where_(wrong_sign, &rest + &y, &rest)
}

#[track_caller]
fn hypotenuse(x: &Array, y: &Array) -> Array {
    let [x, y] = floats("hypot", x, y);
    let (x, y) = (x.abs(), y.abs());
    let infinite = super::isposinf(&x).or(super::isposinf(&y));
    let (long, short) = (x.maximum(&y), x.minimum(&y));
    let zero = long.eq(0.0);
    let ratio = lax::div(&short, &where_(&zero, 1.0, &long));
    let length = where_(&zero, &long, &long * (1.0 + lax::square(&ratio)).sqrt());
    where_(infinite, f64::INFINITY, length)
}
