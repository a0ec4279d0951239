//! Axes as arguments: one axis counted from either end.

use std::panic::Location;

use jaxide_trace::{OrRaise, canonicalize_axes};

type At = &'static Location<'static>;

/// An axis from `0` to `rank - 1`; a negative one counts from the end.
#[track_caller]
pub(crate) fn axis_of(axis: isize, rank: usize, at: At) -> usize {
    axes_of(&[axis as i64], rank, at)[0]
}

/// Several axes, each given once.
#[track_caller]
pub(crate) fn axes_of(axes: &[i64], rank: usize, at: At) -> Vec<usize> {
    canonicalize_axes(&axes, rank, at).or_raise()
}
