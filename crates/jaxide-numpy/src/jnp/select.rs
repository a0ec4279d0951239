//! Choosing between arrays element by element.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{
    Array, Operand,
    promote::{broadcast, broadcast_shapes, promote_dtypes},
    scalar, subprogram,
};

use crate::diag;

/// Elements of `x` where the condition holds, of `y` elsewhere. All three broadcast; the dtypes of
/// `x` and `y` are promoted. A condition that is no bool holds where it is not zero.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([-1.0, 2.0]);
/// assert_eq!(jnp::where_(&x.gt(0.0), &x, 0.0).to_vec::<f32>(), [0.0, 2.0]);
/// ```
///
/// # Panics
/// With `TypeError` when the shapes do not broadcast.
#[track_caller]
pub fn where_(condition: impl Operand, x: impl Operand, y: impl Operand) -> Array {
    let (condition, x, y) = (condition.into_operand(), x.into_operand(), y.into_operand());
    if broadcast_shapes(&[condition.shape(), x.shape(), y.shape()]).is_none() {
        // Raised here for the caller's line, which the function below does not know.
        broadcast("where", [&condition, &x, &y]);
    }
    let choose = |condition: &Array, x: &Array, y: &Array| {
        let condition =
            if condition.dtype().is_bool() { condition.clone() } else { condition.ne(0) };
        let [x, y] = promote_dtypes([x, y]);
        let [condition, x, y] = broadcast("where", [&condition, &x, &y]);
        lax::select_n(&condition, &[&y, &x])
    };
    subprogram(choose).name("_where").call_here(&condition, &x, &y)
}

/// The first of `choices` whose condition holds, element by element, and `default` where none does.
///
/// # Panics
/// With `ValueError` when there are not as many conditions as choices, or none.
#[track_caller]
pub fn select(conditions: &[&Array], choices: &[&Array], default: impl Operand) -> Array {
    if conditions.len() != choices.len() || conditions.is_empty() {
        let message = format!(
            "select: expected as many conditions as choices and at least one, got {} and {}",
            conditions.len(),
            choices.len()
        );
        diag::lengths(message, Location::caller());
    }
    let pairs = conditions.iter().zip(choices).rev();
    pairs.fold(default.into_operand(), |rest, (condition, choice)| {
        where_(*condition, *choice, &rest)
    })
}

/// A function of one element's value, applied where its condition holds.
pub type Piece<'f> = &'f dyn Fn(&Array) -> Array;

/// Evaluates `x` piece by piece: where condition `i` holds, `functions[i]`; of several conditions
/// that hold the last counts, as in NumPy. One function more than conditions is the value where none
/// holds; without it that is zero.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let x = jnp::array([-2.0, 3.0]);
/// let y = jnp::piecewise(&x, &[&x.lt(0.0)], &[&|x| -x, &|x| x * 10.0]);
/// assert_eq!(y.to_vec::<f32>(), [2.0, 30.0]);
/// ```
///
/// # Panics
/// With `ValueError` when the number of functions is neither that of the conditions nor one more.
#[track_caller]
pub fn piecewise(x: &Array, conditions: &[&Array], functions: &[Piece<'_>]) -> Array {
    let (count, given) = (conditions.len(), functions.len());
    if given != count && given != count + 1 {
        let message = format!(
            "with {count} condition(s), either {count} or {} functions are expected, got {given}",
            count + 1
        );
        diag::lengths(message, Location::caller());
    }
    let default = match functions.get(count) {
        Some(function) => function(x),
        None => scalar(0),
    };
    let start = where_(Array::from(true), &default, x).astype(x.dtype());
    conditions.iter().zip(functions).fold(start, |rest, (condition, function)| {
        where_(condition.astype(DType::Bool), function(x), &rest).astype(x.dtype())
    })
}
