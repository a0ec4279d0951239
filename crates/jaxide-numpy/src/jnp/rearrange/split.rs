//! Cutting arrays into pieces.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::Array;

use crate::{axes::axis_of, diag};

/// Where [`split`] cuts: into so many pieces, or before these indices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sections {
    /// So many pieces.
    Count(usize),
    /// A cut before each index.
    At(Vec<usize>),
}

/// # Panics
/// With `ValueError` for numbers below 1.
impl From<i32> for Sections {
    #[track_caller]
    fn from(count: i32) -> Sections {
        match usize::try_from(count) {
            Ok(count) => Sections::Count(count),
            Err(_) => {
                diag::value("number sections must be larger than 0.".into(), Location::caller())
            }
        }
    }
}

impl From<usize> for Sections {
    fn from(count: usize) -> Sections {
        Sections::Count(count)
    }
}

impl<const N: usize> From<[usize; N]> for Sections {
    fn from(indices: [usize; N]) -> Sections {
        Sections::At(indices.to_vec())
    }
}

impl From<&[usize]> for Sections {
    fn from(indices: &[usize]) -> Sections {
        Sections::At(indices.to_vec())
    }
}

impl From<Vec<usize>> for Sections {
    fn from(indices: Vec<usize>) -> Sections {
        Sections::At(indices)
    }
}

/// The array in pieces along an axis.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let pieces = jnp::split(&jnp::arange(6), [2, 5], 0);
/// assert_eq!(pieces[1].to_vec::<i32>(), [2, 3, 4]);
/// ```
///
/// # Panics
/// With `ValueError` when the pieces would not be equal, and for an axis out of bounds.
#[track_caller]
pub fn split(x: &Array, sections: impl Into<Sections>, axis: isize) -> Vec<Array> {
    let at = Location::caller();
    let sections = sections.into();
    let axis = axis_of(axis, x.ndim(), at);
    if let Sections::Count(count) = sections
        && count > 0
        && !x.shape()[axis].is_multiple_of(count)
    {
        let rest = x.shape()[axis] % count;
        let message = format!("array split does not result in an equal division: rest is {rest}");
        diag::value(message, at);
    }
    array_split(x, sections, axis as isize)
}

/// As [`split`], with first pieces one longer where the size is no multiple.
///
/// # Panics
/// With `ValueError` for no pieces, and for an axis out of bounds.
#[track_caller]
pub fn array_split(x: &Array, sections: impl Into<Sections>, axis: isize) -> Vec<Array> {
    let at = Location::caller();
    let axis = axis_of(axis, x.ndim(), at);
    let size = x.shape()[axis];
    let sizes: Vec<usize> = match sections.into() {
        Sections::Count(0) => diag::value("number sections must be larger than 0.".into(), at),
        Sections::Count(count) => {
            (0..count).map(|index| size / count + usize::from(index < size % count)).collect()
        }
        Sections::At(indices) => {
            let mut start = 0;
            let mut sizes = Vec::new();
            for stop in indices.into_iter().chain([size]) {
                let stop = stop.clamp(start, size);
                sizes.push(stop - start);
                start = stop;
            }
            sizes
        }
    };
    lax::split(x, &sizes, axis).into_vec()
}

/// [`split`] along the first axis.
///
/// # Panics
/// As [`split`].
#[track_caller]
pub fn vsplit(x: &Array, sections: impl Into<Sections>) -> Vec<Array> {
    split(x, sections, 0)
}

/// [`split`] along the second axis, of a vector along its only one.
///
/// # Panics
/// As [`split`].
#[track_caller]
pub fn hsplit(x: &Array, sections: impl Into<Sections>) -> Vec<Array> {
    split(x, sections, isize::from(x.ndim() > 1))
}

/// [`split`] along the third axis.
///
/// # Panics
/// As [`split`].
#[track_caller]
pub fn dsplit(x: &Array, sections: impl Into<Sections>) -> Vec<Array> {
    split(x, sections, 2)
}
