//! Joining arrays.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax as lax;
use jaxide_trace::{Array, promote::promote_dtypes};

use crate::{axes::axis_of, diag};

/// Arrays joined along an existing axis; dtypes are promoted.
///
/// # Panics
/// With `ValueError` without arrays, with the op's error when shapes do not go together.
#[track_caller]
pub fn concatenate(arrays: &[&Array], axis: isize) -> Array {
    let at = Location::caller();
    let arrays = same_dtype("concatenate", arrays, at);
    let axis = axis_of(axis, arrays[0].ndim(), at);
    lax::concatenate(&arrays.iter().collect::<Vec<_>>(), axis)
}

/// Arrays of one shape joined along a new axis; dtypes are promoted.
///
/// # Panics
/// As [`concatenate`].
#[track_caller]
pub fn stack(arrays: &[&Array], axis: isize) -> Array {
    let at = Location::caller();
    let arrays = same_dtype("stack", arrays, at);
    let axis = axis_of(axis, arrays[0].ndim() + 1, at);
    let widened: Vec<Array> = arrays.iter().map(|array| array.expand_dims([axis])).collect();
    lax::concatenate(&widened.iter().collect::<Vec<_>>(), axis)
}

#[track_caller]
fn same_dtype(op: &str, arrays: &[&Array], at: &'static Location<'static>) -> Vec<Array> {
    let Some((first, rest)) = arrays.split_first() else {
        diag::lengths(format!("need at least one array to {op}"), at);
    };
    let common: DType = rest
        .iter()
        .fold((*first).clone(), |all, array| {
            let [all, _] = promote_dtypes([&all, array]);
            all
        })
        .dtype();
    arrays.iter().map(|array| array.astype(common)).collect()
}
