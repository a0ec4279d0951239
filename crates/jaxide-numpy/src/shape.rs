//! Shapes as arguments of functions that make arrays.

use std::panic::Location;

use jaxide_trace::{Shape, raise};

use crate::diag;

/// The sizes of a new array's dimensions.
#[track_caller]
pub(crate) fn sizes(shape: impl Shape, at: &'static Location<'static>) -> Vec<usize> {
    let dims = shape.dims(at).unwrap_or_else(|error| raise(error));
    match dims.iter().map(|dim| usize::try_from(*dim).ok()).collect() {
        Some(sizes) => sizes,
        None => diag::negative_size(&dims, at),
    }
}
