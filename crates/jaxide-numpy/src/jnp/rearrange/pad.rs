//! Padding, in all modes of NumPy's `pad`.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{Array, Operand};

use super::{
    joined, number, part,
    repeat::{repeat_each, tile},
};
use crate::{
    diag,
    jnp::{linspace, round, samples, zeros_of},
    shape::element_count,
};

type At = &'static Location<'static>;

/// What padding consists of. The methods set options: `PadMode::Constant.value(5)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PadMode {
    /// A value, 0 unless set.
    Constant,
    /// The element at the edge.
    Edge,
    /// A ramp from the edge to a value, 0 unless set.
    LinearRamp,
    /// The greatest element of the vector.
    Maximum,
    /// The mean of the vector.
    Mean,
    /// The median of the vector.
    Median,
    /// The least element of the vector.
    Minimum,
    /// The vector mirrored at its edge element.
    Reflect,
    /// The vector mirrored at its edge, with the edge element.
    Symmetric,
    /// The other end of the vector.
    Wrap,
    /// Whatever; zeros.
    Empty,
}

/// A mode with its options.
#[derive(Clone)]
pub struct Padding {
    mode: PadMode,
    value: Option<Array>,
    values: Vec<[Array; 2]>,
    stat_length: Vec<(usize, usize)>,
    odd: bool,
}

impl From<PadMode> for Padding {
    fn from(mode: PadMode) -> Padding {
        Padding { mode, value: None, values: Vec::new(), stat_length: Vec::new(), odd: false }
    }
}

impl PadMode {
    /// The value of `Constant`, or the end of `LinearRamp`.
    pub fn value(self, value: impl Operand) -> Padding {
        Padding { value: Some(value.into_operand()), ..self.into() }
    }

    /// As [`PadMode::value`], one before and one after each axis; one pair goes for all axes.
    pub fn values<A: Operand, B: Operand>(
        self,
        pairs: impl IntoIterator<Item = (A, B)>,
    ) -> Padding {
        let pair = |(a, b): (A, B)| [a.into_operand(), b.into_operand()];
        Padding { values: pairs.into_iter().map(pair).collect(), ..self.into() }
    }

    /// How many elements at each edge count for `Maximum`, `Mean`, `Median` and `Minimum`; all
    /// unless set.
    pub fn stat_length(self, length: impl Into<Widths>) -> Padding {
        Padding { stat_length: length.into().0, ..self.into() }
    }

    /// Reflects at the edge's value too: `2 * edge - x`, for `Reflect` and `Symmetric`.
    pub fn odd(self) -> Padding {
        Padding { odd: true, ..self.into() }
    }

    fn name(self) -> &'static str {
        match self {
            PadMode::Edge => "edge",
            PadMode::Reflect => "reflect",
            PadMode::Symmetric => "symmetric",
            PadMode::Wrap => "wrap",
            PadMode::Constant => "constant",
            PadMode::LinearRamp => "linear_ramp",
            PadMode::Maximum => "maximum",
            PadMode::Mean => "mean",
            PadMode::Median => "median",
            PadMode::Minimum => "minimum",
            PadMode::Empty => "empty",
        }
    }
}

/// Widths before and after each axis: one number, one pair, or a pair an axis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Widths(Vec<(usize, usize)>);

impl From<usize> for Widths {
    fn from(width: usize) -> Widths {
        Widths(vec![(width, width)])
    }
}

/// # Panics
/// With `ValueError` for a negative width.
impl From<i32> for Widths {
    #[track_caller]
    fn from(width: i32) -> Widths {
        match usize::try_from(width) {
            Ok(width) => width.into(),
            Err(_) => diag::value("index can't contain negative values".into(), Location::caller()),
        }
    }
}

impl From<(usize, usize)> for Widths {
    fn from(pair: (usize, usize)) -> Widths {
        Widths(vec![pair])
    }
}

impl<const N: usize> From<[(usize, usize); N]> for Widths {
    fn from(pairs: [(usize, usize); N]) -> Widths {
        Widths(pairs.to_vec())
    }
}

impl From<&[(usize, usize)]> for Widths {
    fn from(pairs: &[(usize, usize)]) -> Widths {
        Widths(pairs.to_vec())
    }
}

/// One item an axis: as many as axes, or one for all.
#[track_caller]
fn per_axis<T: Clone>(name: &str, items: &[T], rank: usize, at: At) -> Vec<T> {
    match items {
        [one] => vec![one.clone(); rank],
        _ if items.len() == rank => items.to_vec(),
        _ => {
            let message = format!(
                "jnp.pad: {name} with {} pairs unsupported for array of dimension {rank}; expected \
                 one or {rank}",
                items.len()
            );
            diag::value(message, at)
        }
    }
}

/// The array with more elements around it.
///
/// ```
/// # use jaxide_numpy::jnp::{self, PadMode};
/// let x = jnp::array([1, 2, 3]);
/// assert_eq!(jnp::pad(&x, (1, 2), PadMode::Constant).to_vec::<i32>(), [0, 1, 2, 3, 0, 0]);
/// assert_eq!(jnp::pad(&x, (2, 0), PadMode::Reflect).to_vec::<i32>(), [3, 2, 1, 2, 3]);
/// assert_eq!(jnp::pad(&x, (0, 1), PadMode::Constant.value(9)).to_vec::<i32>(), [1, 2, 3, 9]);
/// ```
///
/// # Panics
/// With `ValueError` for negative widths, for as many pairs as neither one nor axes, and for an axis
/// of size 0 that has nothing to pad with.
#[track_caller]
pub fn pad(x: &Array, widths: impl Into<Widths>, mode: impl Into<Padding>) -> Array {
    let at = Location::caller();
    let (widths, padding) = (widths.into(), mode.into());
    if x.ndim() == 0 {
        return x.clone();
    }
    let widths = per_axis("pad_width", &widths.0, x.ndim(), at);
    let wide = |(size, (before, after)): (&usize, &(usize, usize))| {
        size.saturating_add(*before).saturating_add(*after)
    };
    let shape: Vec<usize> = x.shape().iter().zip(&widths).map(wide).collect();
    element_count("pad", &shape, at);
    if padding.mode == PadMode::Constant && padding.values.is_empty() {
        return constant(x, &widths, &padding);
    }
    let mut padded = x.clone();
    for (axis, width) in widths.into_iter().enumerate() {
        if width != (0, 0) {
            padded = one_axis(&padded, axis, width, &padding, at);
        }
    }
    padded
}

#[track_caller]
fn constant(x: &Array, widths: &[(usize, usize)], padding: &Padding) -> Array {
    let config: Vec<_> =
        widths.iter().map(|(before, after)| (*before as i64, *after as i64, 0)).collect();
    lax::pad(x, &padding.one_value(x).astype(x.dtype()), &config)
}

impl Padding {
    /// The value for all sides; 0 unless set.
    fn one_value(&self, x: &Array) -> Array {
        self.value.clone().unwrap_or_else(|| number(0.0, x))
    }

    /// The values before and after an axis.
    #[track_caller]
    fn values_of(&self, name: &str, x: &Array, axis: usize, at: At) -> [Array; 2] {
        match self.values[..] {
            [] => [self.one_value(x), self.one_value(x)],
            _ => per_axis(name, &self.values, x.ndim(), at)[axis].clone(),
        }
    }
}

#[track_caller]
fn one_axis(x: &Array, axis: usize, width: (usize, usize), padding: &Padding, at: At) -> Array {
    let mode = padding.mode;
    let needs_elements = !matches!(mode, PadMode::Constant | PadMode::Empty);
    if needs_elements && x.shape()[axis] == 0 {
        diag::value(format!("Cannot apply '{}' padding to empty axis", mode.name()), at);
    }
    match mode {
        PadMode::Reflect | PadMode::Symmetric => {
            let before = mirrored(x, axis, width.0, padding, true);
            mirrored(&before, axis, width.1, padding, false)
        }
        PadMode::Wrap => wrapped(x, axis, width),
        PadMode::Constant | PadMode::Edge | PadMode::Empty => {
            around(x, axis, width, &edges(x, axis, padding, at))
        }
        PadMode::LinearRamp => ramps(x, axis, width, padding, at),
        PadMode::Maximum | PadMode::Mean | PadMode::Median | PadMode::Minimum => {
            around(x, axis, width, &statistics(x, axis, padding, at))
        }
    }
}

/// Both sides filled with repeated values of size 1 along the axis.
#[track_caller]
fn around(x: &Array, axis: usize, width: (usize, usize), values: &[Array; 2]) -> Array {
    let [before, after] = values;
    let before = repeat_each(before, width.0, axis);
    let after = repeat_each(after, width.1, axis);
    joined(&[&before, x, &after], axis)
}

#[track_caller]
fn edges(x: &Array, axis: usize, padding: &Padding, at: At) -> [Array; 2] {
    let size = x.shape()[axis];
    let mut shape = x.shape().to_vec();
    shape[axis] = 1;
    match padding.mode {
        PadMode::Edge => [part(x, 0, 1, axis), part(x, size - 1, size, axis)],
        PadMode::Constant => {
            let values = padding.values_of("constant_values", x, axis, at);
            values.map(|value| value.astype(x.dtype()).broadcast_to(&shape[..]))
        }
        _ => [zeros_of(&shape[..], x.dtype()), zeros_of(&shape[..], x.dtype())],
    }
}

#[track_caller]
fn ramps(x: &Array, axis: usize, width: (usize, usize), padding: &Padding, at: At) -> Array {
    let [before, after] = padding.values_of("end_values", x, axis, at);
    let size = x.shape()[axis];
    let ramp = |from: &Array, edge: Array, count: usize| {
        let count = samples(count).open().axis(axis as isize).dtype(x.dtype());
        linspace(from, lax::squeeze(&edge, &[axis]), count)
    };
    let before = ramp(&before, part(x, 0, 1, axis), width.0);
    let after = ramp(&after, part(x, size - 1, size, axis), width.1);
    joined(&[&before, x, &lax::rev(&after, &[axis])], axis)
}

#[track_caller]
fn statistics(x: &Array, axis: usize, padding: &Padding, at: At) -> [Array; 2] {
    let size = x.shape()[axis];
    let (first, last) = match &padding.stat_length[..] {
        [] => (size, size),
        lengths => per_axis("stat_length", lengths, x.ndim(), at)[axis],
    };
    if first == 0 || last == 0 {
        diag::value("stat_length of 0 yields no value for padding".into(), at);
    }
    let one = |x: Array| {
        let value = statistic(&x, axis, padding.mode);
        let value = if x.dtype().is_integer() { round(value, 0) } else { value };
        value.astype(x.dtype())
    };
    [part(x, 0, first.min(size), axis), part(x, size - last.min(size), size, axis)].map(one)
}

/// A statistic along an axis, which stays with size 1.
#[track_caller]
fn statistic(x: &Array, axis: usize, mode: PadMode) -> Array {
    let reduced = match mode {
        PadMode::Maximum => x.max_over(axis),
        PadMode::Minimum => x.min_over(axis),
        PadMode::Mean => x.mean_over(axis),
        _ => median(x, axis),
    };
    reduced.expand_dims(axis)
}

#[track_caller]
fn median(x: &Array, axis: usize) -> Array {
    let [x] = jaxide_trace::promote::promote_inexact([x]);
    let size = x.shape()[axis];
    let sorted = lax::sort(&[&x], axis, true, 1).remove(0);
    let at = |index: usize| lax::squeeze(&part(&sorted, index, index + 1, axis), &[axis]);
    let middle = (at((size - 1) / 2) + at(size / 2)) * 0.5;
    // NaNs are last in order, and one of them makes the median NaN.
    let last = at(size - 1);
    crate::jnp::where_(last.ne(&last), &last, middle)
}

#[track_caller]
fn wrapped(x: &Array, axis: usize, width: (usize, usize)) -> Array {
    let size = x.shape()[axis];
    let (before, after) = (width.0 % size, width.1 % size);
    let (head, tail) = (part(x, size - before, size, axis), part(x, 0, after, axis));
    let mut reps = vec![1; x.ndim()];
    reps[axis] = width.0 / size + width.1 / size + 1;
    let whole = tile(x, reps);
    let mut parts = vec![&whole];
    if before > 0 {
        parts.insert(0, &head);
    }
    if after > 0 {
        parts.push(&tail);
    }
    joined(&parts, axis)
}

/// One side mirrored, as often as the width needs.
#[track_caller]
fn mirrored(x: &Array, axis: usize, width: usize, padding: &Padding, before: bool) -> Array {
    let size = x.shape()[axis];
    let skip = usize::from(padding.mode == PadMode::Reflect && size > 1);
    let edge_of = |x: &Array| {
        let at = if before { 0 } else { x.shape()[axis] - 1 };
        part(x, at, at + 1, axis)
    };
    let (mut padded, mut edge, mut left) = (x.clone(), edge_of(x), width);
    while left > 0 {
        let all = padded.shape()[axis];
        // An image of images is one too, so that few steps do for a great width. With `odd` the
        // steps are JAX's, for the same rounding.
        let count = left.min(if padding.odd { size } else { all } - skip);
        left -= count;
        let start = if before { skip } else { all - count - skip };
        let mut image = lax::rev(&part(&padded, start, start + count, axis), &[axis]);
        if padding.odd {
            image = &edge * 2 - image;
            edge = if size > 1 { edge_of(&image) } else { edge };
        }
        padded = if before {
            joined(&[&image, &padded], axis)
        } else {
            joined(&[&padded, &image], axis)
        };
    }
    padded
}
