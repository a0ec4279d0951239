//! Comparisons and logic.

use jaxide_ir::DType;
use jaxide_trace::{
    Array, Operand,
    promote::{broadcast, broadcast_shapes, convert, promote_inexact},
    scalar,
};

use super::{binary, floats::isfinite, floats::isnan, unary};

/// Where elements are not zero.
#[track_caller]
fn truth(x: &Array) -> Array {
    if x.dtype().is_bool() { x.clone() } else { x.ne(0) }
}

binary! {
    /// Where both are equal.
    equal |x, y| = x.eq(y);
    /// Where both differ.
    not_equal |x, y| = x.ne(y);
    /// Where `x < y`.
    less |x, y| = x.lt(y);
    /// Where `x <= y`.
    less_equal |x, y| = x.le(y);
    /// Where `x > y`.
    greater |x, y| = x.gt(y);
    /// Where `x >= y`.
    greater_equal |x, y| = x.ge(y);
    /// Where neither is zero.
    logical_and |x, y| = truth(&x).and(truth(&y));
    /// Where one is not zero.
    logical_or |x, y| = truth(&x).or(truth(&y));
    /// Where exactly one is not zero.
    logical_xor |x, y| = truth(&x).xor(truth(&y));
    /// Where `|x - y| <= 1e-8 + 1e-5 |y|`; infinities are close to themselves, NaN to nothing.
    ///
    /// ```
    /// # use jaxide_numpy::jnp;
    /// assert!(jnp::isclose(1e10, 1.000001e10).item::<bool>());
    /// ```
    isclose |x, y| = isclose_with(x, y, Closeness::default());
    /// Whether all elements are close, as [`isclose`] has it.
    allclose |x, y| = isclose(x, y).all();
    /// Whether both have one shape and equal elements.
    array_equal |x, y| = if x.shape() == y.shape() { x.eq(y).all() } else { answer(false) };
    /// Whether both broadcast and then have equal elements.
    array_equiv |x, y| = {
        let fit = broadcast_shapes(&[x.shape(), y.shape()]).is_some();
        if fit { x.eq(y).all() } else { answer(false) }
    };
}

unary! {
    /// Where elements are zero.
    logical_not |x| = truth(&x).logical_not();
}

fn answer(value: bool) -> Array {
    scalar(value)
}

/// When two numbers are close: `|x - y| <= atol + rtol |y|`.
#[derive(Clone, Copy, Debug)]
pub struct Closeness {
    /// Relative to the second operand.
    pub rtol: f64,
    /// Absolute.
    pub atol: f64,
    /// Whether NaN is close to NaN.
    pub equal_nan: bool,
}

impl Default for Closeness {
    fn default() -> Closeness {
        Closeness { rtol: 1e-5, atol: 1e-8, equal_nan: false }
    }
}

/// Where both are close by these tolerances.
///
/// # Panics
/// With `TypeError` when the shapes do not broadcast.
#[track_caller]
pub fn isclose_with(x: impl Operand, y: impl Operand, rule: Closeness) -> Array {
    let [x, y] = promote_inexact([&x.into_operand(), &y.into_operand()]);
    let [x, y] = broadcast("isclose", [&x, &y]);
    let magnitude = y.abs();
    let number = |value: f64| convert(&scalar(value), magnitude.dtype(), false);
    let in_range = (&x - &y).abs().le(number(rule.atol) + number(rule.rtol) * &magnitude);
    let close = x.eq(&y).or(isfinite(&y).and(in_range));
    if rule.equal_nan { close.or(isnan(&x).and(isnan(&y))) } else { close }
}

/// Whether all elements are close by these tolerances.
///
/// # Panics
/// As [`isclose_with`].
#[track_caller]
pub fn allclose_with(x: impl Operand, y: impl Operand, rule: Closeness) -> Array {
    isclose_with(x, y, rule).all()
}

/// As [`array_equal`], with NaN equal to NaN.
#[track_caller]
pub fn array_equal_nan(x: impl Operand, y: impl Operand) -> Array {
    let (x, y) = (x.into_operand(), y.into_operand());
    if x.shape() != y.shape() {
        return answer(false).astype(DType::Bool);
    }
    x.eq(&y).or(isnan(&x).and(isnan(&y))).all()
}
