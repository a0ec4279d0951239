//! What a reduction runs over: axes, and the options that NumPy's reductions share. How a reduction
//! uses them is its own file's business.

use std::{ops::RangeFull, panic::Location};

use jaxide_trace::{Array, Operand, OrRaise, canonicalize_axes};

use crate::diag;

/// Axes and options of a reduction. Every reduction takes `impl Into<Over>`:
///
/// | argument | meaning |
/// |---|---|
/// | `..` | all axes |
/// | `-1` | one axis, counted from the end where negative |
/// | `[0, 2]` | several axes |
/// | `axis(0).keepdims()` | with options |
///
/// ```
/// # use jaxide_numpy::jnp::{axis, Over};
/// let over = Over::from(axis([0, -1]).keepdims().ddof(1));
/// assert_eq!(over.axes(3), [0, 2]);
/// assert!(over.has_keepdims());
/// ```
#[derive(Clone)]
pub struct Over {
    axes: Option<Vec<i64>>,
    keepdims: bool,
    mask: Option<Array>,
    initial: Option<Array>,
    ddof: f64,
}

/// Starts the options of a reduction over these axes: `axis(-1).keepdims()`, `axis(..).where_(&m)`.
pub fn axis(axes: impl Into<Over>) -> Over {
    axes.into()
}

impl Over {
    fn new(axes: Option<Vec<i64>>) -> Over {
        Over { axes, keepdims: false, mask: None, initial: None, ddof: 0.0 }
    }

    /// Keeps reduced axes as dimensions of size 1.
    #[must_use]
    pub fn keepdims(mut self) -> Over {
        self.keepdims = true;
        self
    }

    /// Takes only elements where the mask holds; it broadcasts against the array.
    #[must_use]
    #[track_caller]
    pub fn where_(mut self, mask: impl Operand) -> Over {
        let mask = mask.into_operand();
        if !mask.dtype().is_bool() {
            let got = mask.dtype().numpy_name();
            let message = format!("where must be None or a boolean array; got where.dtype={got}");
            diag::value(message, Location::caller());
        }
        self.mask = Some(mask);
        self
    }

    /// Starts from this value; `max` and `min` need one for empty or masked input.
    #[must_use]
    pub fn initial(mut self, value: impl Operand) -> Over {
        self.initial = Some(value.into_operand());
        self
    }

    /// The same without a value to start from.
    #[must_use]
    pub(crate) fn without_initial(mut self) -> Over {
        self.initial = None;
        self
    }

    /// The degrees of freedom that `var` and `std` take off the count.
    #[must_use]
    pub fn ddof(mut self, ddof: impl Into<f64>) -> Over {
        self.ddof = ddof.into();
        self
    }

    /// The reduced axes of an array of a rank, from `0` to `rank - 1`, in the order given.
    ///
    /// # Panics
    /// With `ValueError` when an axis is out of bounds or given twice.
    #[track_caller]
    pub fn axes(&self, rank: usize) -> Vec<usize> {
        let Some(axes) = &self.axes else { return (0..rank).collect() };
        canonicalize_axes(axes, rank, Location::caller()).or_raise()
    }

    /// The only axis of an array of a rank, for functions that work along one.
    ///
    /// # Panics
    /// With `ValueError` when it is out of bounds, and where there is not exactly one.
    #[track_caller]
    pub fn single(&self, rank: usize) -> usize {
        match self.axes(rank)[..] {
            [axis] => axis,
            ref axes => {
                diag::value(format!("expected one axis, got {}", axes.len()), Location::caller())
            }
        }
    }

    /// True for `..`: no axes were named.
    pub fn is_all(&self) -> bool {
        self.axes.is_none()
    }

    /// Whether reduced axes stay as dimensions of size 1.
    pub fn has_keepdims(&self) -> bool {
        self.keepdims
    }

    /// The mask of elements that count, if any.
    pub fn mask(&self) -> Option<&Array> {
        self.mask.as_ref()
    }

    /// The value to start from, if any.
    pub fn initial_value(&self) -> Option<&Array> {
        self.initial.as_ref()
    }

    /// The degrees of freedom that are taken off; 0 unless set.
    pub fn delta_degrees(&self) -> f64 {
        self.ddof
    }

    /// A result reduced over `axes` (as [`Over::axes`] gives them), with its reduced axes back as
    /// dimensions of size 1 where they are kept.
    #[track_caller]
    pub fn finish(&self, reduced: Array, axes: &[usize]) -> Array {
        if self.keepdims && !axes.is_empty() { reduced.expand_dims(axes.to_vec()) } else { reduced }
    }
}

impl From<RangeFull> for Over {
    fn from(_: RangeFull) -> Over {
        Over::new(None)
    }
}

macro_rules! from_axes {
    ($($ty:ty => |$axes:ident| $list:expr;)*) => {$(
        impl From<$ty> for Over {
            fn from($axes: $ty) -> Over {
                Over::new(Some($list))
            }
        }
    )*};
}

from_axes! {
    i32 => |axis| vec![i64::from(axis)];
    i64 => |axis| vec![axis];
    isize => |axis| vec![axis as i64];
    usize => |axis| vec![axis as i64];
    &[usize] => |axes| axes.iter().map(|axis| *axis as i64).collect();
    &[i64] => |axes| axes.to_vec();
    Vec<usize> => |axes| axes.into_iter().map(|axis| axis as i64).collect();
    Vec<i64> => |axes| axes;
}

impl<const N: usize> From<[i32; N]> for Over {
    fn from(axes: [i32; N]) -> Over {
        Over::new(Some(axes.map(i64::from).to_vec()))
    }
}

impl<const N: usize> From<[usize; N]> for Over {
    fn from(axes: [usize; N]) -> Over {
        Over::new(Some(axes.map(|axis| axis as i64).to_vec()))
    }
}

impl From<&Over> for Over {
    fn from(over: &Over) -> Over {
        over.clone()
    }
}

#[cfg(test)]
mod tests {
    use jaxide_trace::array;

    use super::*;

    #[test]
    fn axes_come_from_ranges_numbers_and_lists() {
        assert_eq!(Over::from(..).axes(2), [0, 1]);
        assert_eq!(Over::from(-1).axes(3), [2]);
        assert_eq!(Over::from([0, -2]).axes(3), [0, 1]);
        assert_eq!(Over::from(&[1usize][..]).axes(3), [1]);
        assert!(Over::from(..).is_all() && !Over::from(0).is_all());
    }

    #[test]
    fn options_are_kept() {
        let over = axis(..).where_(array([true, false])).initial(3).ddof(1);
        assert_eq!(over.mask().unwrap().shape(), [2]);
        assert_eq!(over.initial_value().unwrap().item::<i32>(), 3);
        assert_eq!(over.delta_degrees(), 1.0);
        assert!(!over.has_keepdims());
    }

    #[test]
    fn kept_dimensions_return_where_they_were() {
        let over = axis([1, 0]).keepdims();
        assert_eq!(over.finish(array([1.0, 2.0]), &over.axes(3)).shape(), [1, 1, 2]);
        assert_eq!(axis(0).finish(array([1.0, 2.0]), &[0]).shape(), [2]);
    }

    #[test]
    fn axes_out_of_bounds_and_repeated_are_errors_in_numpys_words() {
        let message = |over: Over| {
            let panic = std::panic::catch_unwind(move || over.axes(2)).unwrap_err();
            *panic.downcast::<String>().unwrap()
        };
        let text = "axis 2 is out of bounds for array of dimension 2";
        assert!(message(Over::from(2)).contains(text));
        assert!(message(Over::from([0, -2])).contains("duplicate value in 'axis': -2"));
    }
}
