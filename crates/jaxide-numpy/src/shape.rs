//! Shapes as arguments of functions that make arrays.

use std::panic::Location;

use jaxide_trace::{OrRaise, Shape};

use crate::diag;

/// The sizes of a new array's dimensions.
#[track_caller]
pub(crate) fn sizes(shape: impl Shape, at: &'static Location<'static>) -> Vec<usize> {
    let dims = shape.dims(at).or_raise();
    match dims.iter().map(|dim| usize::try_from(*dim).ok()).collect() {
        Some(sizes) => sizes,
        None => diag::negative_size(&dims, at),
    }
}

/// How many elements an array of a shape has.
#[track_caller]
pub(crate) fn element_count(op: &str, shape: &[usize], at: &'static Location<'static>) -> usize {
    let count = shape.iter().try_fold(1usize, |count, size| count.checked_mul(*size));
    match count.filter(|count| isize::try_from(*count).is_ok()) {
        Some(count) => count,
        None => diag::too_large(op, shape, at),
    }
}
