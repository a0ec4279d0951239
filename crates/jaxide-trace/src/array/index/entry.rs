//! What an index is written with: numbers, ranges with steps, new axes, ellipses and arrays. What
//! they mean for an array of a shape is `plan.rs`'s business.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use super::super::{Array, Number, Operand};

/// One entry of an index. Everything that [`IntoIndex`] takes becomes one.
#[derive(Clone, Debug)]
pub enum Index {
    /// One position of an axis; negative ones count from the end. The axis is dropped.
    Integer(i64),
    /// Every so manyeth position of a range.
    Slice(Slice),
    /// `size` positions from a start that need not be known; see [`ds`].
    Window {
        /// An integer of rank 0.
        start: Array,
        /// How many positions.
        size: usize,
    },
    /// A new axis of size 1.
    NewAxis,
    /// As many full axes as the other entries leave.
    Ellipsis,
    /// Positions given by an array of integers, or the true places of an array of bools.
    Array(Array),
}

/// A new axis of size 1, NumPy's `None` in an index.
#[derive(Clone, Copy, Debug)]
pub struct NewAxis;

/// As many full axes as the other entries leave, NumPy's `...` in an index.
#[derive(Clone, Copy, Debug)]
pub struct Ellipsis;

/// Positions from `start` to before `stop`, each `step`th: NumPy's `start:stop:step`. Negative
/// positions count from the end; what lies outside is cut off. Ranges become slices of step 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slice {
    start: Option<i64>,
    stop: Stop,
    step: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stop {
    None,
    Before(i64),
    At(i64),
}

impl Slice {
    /// The same bounds with a step. A negative one walks from `start` down to `stop`.
    #[must_use]
    pub fn step(mut self, step: i64) -> Slice {
        self.step = step;
        self
    }

    /// The first position, the number of positions and the step on an axis of this size; nothing for
    /// a step of zero.
    pub(super) fn resolve(&self, size: usize) -> Option<(usize, usize, i64)> {
        let (size, step) = (size as i128, i128::from(self.step));
        // What a walk in the direction of the step may begin with and end before.
        let (first, last) = if step < 0 { (-1, size - 1) } else { (0, size) };
        let wrap = |at: i64| if at < 0 { i128::from(at) + size } else { i128::from(at) };
        let cut = |at: i128| at.clamp(first, last);
        let start = self.start.map_or(if step < 0 { last } else { first }, |at| cut(wrap(at)));
        let stop = match self.stop {
            Stop::None => {
                if step < 0 {
                    first
                } else {
                    last
                }
            }
            Stop::Before(at) => cut(wrap(at)),
            Stop::At(at) => cut(wrap(at).max(-1) + step.signum()),
        };
        let count = match step {
            0 => return None,
            1.. => (stop - start + step - 1).div_euclid(step),
            _ => (start - stop - step - 1).div_euclid(-step),
        };
        let count = count.max(0) as usize;
        let step = if count > 1 { self.step } else { 1 };
        Some((if count > 0 { start as usize } else { 0 }, count, step))
    }
}

/// A window of `size` positions from `start`, which may be traced; the start is moved so that the
/// whole window lies inside.
///
/// ```
/// # use jaxide_trace::{array, ds, scalar};
/// let x = array([1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(x.get(ds(scalar(1), 2)).to_vec::<f32>(), [2.0, 3.0]);
/// ```
pub fn ds(start: impl Operand, size: usize) -> Index {
    Index::Window { start: start.into_operand(), size }
}

/// A number of the host that an index may hold: an integer or a `bool`.
pub trait IndexNumber: Number {
    /// The entry.
    fn entry(self) -> Index;
}

impl IndexNumber for bool {
    fn entry(self) -> Index {
        Index::Array(Array::from(self))
    }
}

/// One entry of an index: an integer, a range of integers, [`Slice`], [`NewAxis`], [`Ellipsis`], an
/// array of integers or bools, or a list of numbers, which is such an array.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no entry of an index",
    label = "expected an integer, a range, an array, `NewAxis` or `Ellipsis`",
    note = "several entries are a tuple, `s![..]` or `Vec<Index>`; steps are written `s![1..9;2]`"
)]
pub trait IntoIndex {
    /// The entry.
    fn into_index(self) -> Index;
}

impl<N: IndexNumber> IntoIndex for N {
    fn into_index(self) -> Index {
        self.entry()
    }
}

/// The position of a host integer; those that no axis has stay so.
fn saturated<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl IndexNumber for $ty {
            fn entry(self) -> Index {
                Index::Integer(saturated(self))
            }
        }

        integers!(@range Range<$ty>, |r| (Some(saturated(r.start)), Stop::Before(saturated(r.end))));
        integers!(@range RangeFrom<$ty>, |r| (Some(saturated(r.start)), Stop::None));
        integers!(@range RangeTo<$ty>, |r| (None, Stop::Before(saturated(r.end))));
        integers!(@range RangeToInclusive<$ty>, |r| (None, Stop::At(saturated(r.end))));
        integers!(@range RangeInclusive<$ty>, |r| {
            (Some(saturated(*r.start())), Stop::At(saturated(*r.end())))
        });
    )*};
    (@range $range:ty, |$r:ident| $bounds:expr) => {
        impl From<$range> for Slice {
            fn from($r: $range) -> Slice {
                let (start, stop) = $bounds;
                Slice { start, stop, step: 1 }
            }
        }

        integers!(@slice $range);
    };
    (@slice $range:ty) => {
        impl IntoIndex for $range {
            fn into_index(self) -> Index {
                Index::Slice(self.into())
            }
        }
    };
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl From<RangeFull> for Slice {
    fn from(_: RangeFull) -> Slice {
        Slice { start: None, stop: Stop::None, step: 1 }
    }
}

macro_rules! entries {
    ($([$($generics:tt)*] $ty:ty, |$value:ident| $entry:expr;)*) => {$(
        impl<$($generics)*> IntoIndex for $ty {
            #[track_caller]
            fn into_index(self) -> Index {
                let $value = self;
                $entry
            }
        }
    )*};
}

entries! {
    [] Index, |index| index;
    [] &Index, |index| index.clone();
    [] Slice, |slice| Index::Slice(slice);
    [] RangeFull, |range| Index::Slice(range.into());
    [] NewAxis, |_axis| Index::NewAxis;
    [] Ellipsis, |_rest| Index::Ellipsis;
    [] Array, |array| Index::Array(array);
    [] &Array, |array| Index::Array(array.clone());
    [N: IndexNumber, const LEN: usize] [N; LEN], |list| Index::Array(list.into());
    [N: IndexNumber, const LEN: usize] &[N; LEN], |list| Index::Array(list.into());
    [N: IndexNumber] &[N], |list| Index::Array(list.into());
    [N: IndexNumber] Vec<N>, |list| Index::Array(list.into());
    [N: IndexNumber] &Vec<N>, |list| Index::Array(list.into());
}

/// A whole index: one entry, a tuple of up to eight, or any number in `s![..]`, a slice or a `Vec`
/// of [`Index`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no index",
    label = "expected an integer, a range, an array, `NewAxis`, `Ellipsis`, or a tuple of these",
    note = "more than eight entries are `s![..]` or `Vec<Index>`; steps are written `s![1..9;2]`"
)]
pub trait Indices {
    /// The entries.
    fn entries(self) -> Vec<Index>;
}

impl<I: IntoIndex> Indices for I {
    #[track_caller]
    fn entries(self) -> Vec<Index> {
        vec![self.into_index()]
    }
}

impl Indices for () {
    fn entries(self) -> Vec<Index> {
        Vec::new()
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty),*) => {$(
        impl<$($generics)*> Indices for $ty {
            fn entries(self) -> Vec<Index> {
                self.to_vec()
            }
        }
    )*};
}

lists!([] Vec<Index>, [] &Vec<Index>, [] &[Index], [const N: usize] [Index; N],
    [const N: usize] &[Index; N]);

macro_rules! tuples {
    ($($name:ident)*) => { tuples!(@step [] $($name)*); };
    (@step [$($done:ident)*] $next:ident $($rest:ident)*) => {
        tuples!(@one $($done)* $next);
        tuples!(@step [$($done)* $next] $($rest)*);
    };
    (@step [$($done:ident)*]) => {};
    (@one $($name:ident)*) => {
        impl<$($name: IntoIndex),*> Indices for ($($name,)*) {
            #[track_caller]
            #[allow(non_snake_case, reason = "the parameters name the entries")]
            fn entries(self) -> Vec<Index> {
                let ($($name,)*) = self;
                vec![$($name.into_index()),*]
            }
        }
    };
}

tuples!(A B C D E F G H);

/// An index with steps: `s![1..9;2, .., -1, NewAxis, &rows]`, one entry per axis, `range;step` for
/// NumPy's `start:stop:step`. It gives an array of [`Index`].
///
/// ```
/// # use jaxide_trace::{array, s};
/// let x = array([[1, 2, 3], [4, 5, 6]]);
/// assert_eq!(x.get(s![.., ..;-1]).to_vec::<i32>(), [3, 2, 1, 6, 5, 4]);
/// assert_eq!(x.get(s![1, 0..-1]).to_vec::<i32>(), [4, 5]);
/// ```
#[macro_export]
macro_rules! s {
    (@entry $entry:expr) => { $crate::IntoIndex::into_index($entry) };
    (@entry $entry:expr; $step:expr) => {
        $crate::IntoIndex::into_index($crate::Slice::from($entry).step($step))
    };
    ($($entry:expr $(; $step:expr)?),* $(,)?) => {{
        #[allow(clippy::reversed_empty_ranges, reason = "negative ends count from the end")]
        let entries: [$crate::Index; _] = [$($crate::s!(@entry $entry $(; $step)?)),*];
        entries
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python's `slice(start, stop, step).indices(size)` walks over.
    fn walked(start: Option<i64>, stop: Option<i64>, step: i64, size: usize) -> Vec<usize> {
        let size = size as i64;
        let wrap = |at: i64| if at < 0 { at + size } else { at };
        let (low, high) = if step < 0 { (-1, size - 1) } else { (0, size) };
        let mut at =
            start.map_or(if step < 0 { high } else { low }, |at| wrap(at).clamp(low, high));
        let stop = stop.map_or(if step < 0 { low } else { high }, |at| wrap(at).clamp(low, high));
        let mut out = Vec::new();
        while if step < 0 { at > stop } else { at < stop } {
            out.push(at as usize);
            at += step;
        }
        out
    }

    #[test]
    fn slices_visit_the_positions_that_pythons_do() {
        let bounds: Vec<Option<i64>> = (-6..7).map(Some).chain([None]).collect();
        for size in 0..5 {
            for (start, stop) in bounds.iter().flat_map(|a| bounds.iter().map(move |b| (*a, *b))) {
                for step in [-5, -3, -2, -1, 1, 2, 3, 5] {
                    let end = stop.map_or(Stop::None, Stop::Before);
                    let (first, count, by) =
                        Slice { start, stop: end, step }.resolve(size).unwrap();
                    let got: Vec<usize> =
                        (0..count).map(|i| (first as i64 + i as i64 * by) as usize).collect();
                    assert_eq!(got, walked(start, stop, step, size), "{start:?}:{stop:?}:{step}");
                }
            }
        }
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges, reason = "negative ends count from the end")]
    fn an_inclusive_range_visits_its_end() {
        assert_eq!(Slice::from(1..=3).resolve(6), Some((1, 3, 1)));
        assert_eq!(Slice::from(1..=-1).resolve(6), Some((1, 5, 1)));
        assert_eq!(Slice::from(..=0).step(-1).resolve(3), Some((2, 3, -1)));
        assert_eq!(Slice::from(..=-9).resolve(3), Some((0, 0, 1)));
        assert_eq!(Slice::from(..=9u8).resolve(3), Some((0, 3, 1)));
    }

    #[test]
    fn extreme_bounds_and_steps_are_cut_off() {
        assert_eq!(Slice::from(i64::MIN..i64::MAX).step(i64::MAX).resolve(3), Some((0, 1, 1)));
        assert_eq!(Slice::from(..).step(i64::MIN).resolve(3), Some((2, 1, 1)));
        assert_eq!(Slice::from(u64::MAX..).resolve(3), Some((0, 0, 1)));
        assert_eq!(Slice::from(..).step(0).resolve(3), None);
    }
}
