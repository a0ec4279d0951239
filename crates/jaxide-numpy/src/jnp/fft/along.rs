//! Along which axes a transform runs, and NumPy's options of it.

use std::{ops::RangeFull, panic::Location};

use jaxide_trace::Shape;

use crate::shape;

/// Where the factor of a transform and its inverse goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Norm {
    /// The inverse is divided by the number of elements.
    Backward,
    /// Both are divided by the root of the number of elements.
    Ortho,
    /// The forward transform is divided by the number of elements.
    Forward,
}

/// Axes and options of a transform. Every transform takes `impl Into<Along>`:
///
/// | argument | meaning |
/// |---|---|
/// | `..` | NumPy's axes: the last; for `fft2` and its like the last two; for `fftn` and its like all |
/// | `0` | one axis, counted from the end where negative |
/// | `[0, 2]` | several axes, transformed in this order |
/// | `along(0).n(8).norm(Norm::Ortho)` | with options |
#[derive(Clone, Debug)]
pub struct Along {
    pub(super) axes: Option<Vec<i64>>,
    pub(super) sizes: Option<Vec<usize>>,
    pub(super) norm: Norm,
}

/// Starts the options of a transform along these axes.
///
/// ```
/// # use jaxide_numpy::jnp::{self, fft};
/// let x = jnp::array([1.0, 2.0, 3.0]);
/// assert_eq!(fft::rfft(&x, fft::along(-1).n(4)).shape(), [3]);
/// ```
pub fn along(axes: impl Into<Along>) -> Along {
    axes.into()
}

impl Along {
    /// The size that the axis is cut or padded with zeros to; of `irfft` that of the result.
    #[must_use]
    pub fn n(self, n: usize) -> Along {
        Along { sizes: Some(vec![n]), ..self }
    }

    /// The sizes that the axes are cut or padded with zeros to; of `irfftn` those of the result.
    ///
    /// # Panics
    /// With `ValueError` for negative sizes.
    #[must_use]
    #[track_caller]
    pub fn s(self, sizes: impl Shape) -> Along {
        Along { sizes: Some(shape::sizes(sizes, Location::caller())), ..self }
    }

    /// Where the factor goes; to the inverse by default.
    #[must_use]
    pub fn norm(self, norm: Norm) -> Along {
        Along { norm, ..self }
    }

    fn new(axes: Option<Vec<i64>>) -> Along {
        Along { axes, sizes: None, norm: Norm::Backward }
    }
}

impl From<RangeFull> for Along {
    fn from(_: RangeFull) -> Along {
        Along::new(None)
    }
}

macro_rules! from_axes {
    ($($ty:ty => |$axes:ident| $list:expr;)*) => {$(
        impl From<$ty> for Along {
            fn from($axes: $ty) -> Along {
                Along::new(Some($list))
            }
        }
    )*};
}

from_axes! {
    i32 => |axis| vec![i64::from(axis)];
    i64 => |axis| vec![axis];
    isize => |axis| vec![axis as i64];
    usize => |axis| vec![axis as i64];
    &[i64] => |axes| axes.to_vec();
    Vec<i64> => |axes| axes;
}

impl<const N: usize> From<[i64; N]> for Along {
    fn from(axes: [i64; N]) -> Along {
        Along::new(Some(axes.to_vec()))
    }
}

impl Norm {
    /// The norm of a transform in the other direction.
    pub(super) fn swapped(self) -> Norm {
        match self {
            Norm::Backward => Norm::Forward,
            Norm::Ortho => Norm::Ortho,
            Norm::Forward => Norm::Backward,
        }
    }
}
