//! What an index means for an array: one part per axis and per new axis, checked. Errors are NumPy's
//! and JAX's, with the axis, the index and the size.

use std::panic::Location;

use jaxide_lax::shape;

use super::{At, Index, IndexMode, Options, Slice};
use crate::{
    Array,
    array::Repr,
    diag,
    error::{Error, Result},
    promote::{broadcast_shapes, shape_text},
};

/// An array and an index laid out on it.
pub(super) struct Plan {
    /// The array, with an axis of size 1 for every boolean scalar of the index.
    pub(super) x: Array,
    /// Those axes.
    pub(super) scalar_axes: Vec<usize>,
    /// One per axis of `x`, and the new axes between them.
    pub(super) parts: Vec<Part>,
    /// What the arrays of the index broadcast to.
    pub(super) shape: Vec<usize>,
}

/// What an index does with one axis.
#[derive(Clone)]
pub(super) enum Part {
    /// One position; that past the end stands for all that are out of range and ignored.
    Integer(usize),
    /// Positions `start`, `start + step`, ..
    Slice { start: usize, size: usize, step: i64 },
    /// Positions from a start that need not be known.
    Window { start: Array, size: usize },
    /// Positions of an array; those of a mask are never negative.
    Array { values: Array, from_mask: bool },
    /// A new axis; it takes none of the array's.
    NewAxis,
}

impl Part {
    /// Whether NumPy counts it among the advanced indices.
    pub(super) fn is_advanced(&self) -> bool {
        matches!(self, Part::Integer(_) | Part::Array { .. })
    }
}

/// How many axes an entry takes.
fn consumed(entry: &Index) -> usize {
    match entry {
        Index::NewAxis | Index::Ellipsis => 0,
        Index::Array(mask) if mask.dtype().is_bool() => mask.ndim(),
        _ => 1,
    }
}

impl Plan {
    /// Lays an index out on an array. An array of indices into an empty axis is an error unless its
    /// elements are `ignored` where they are out of range.
    #[track_caller]
    pub(super) fn new(
        x: &Array,
        entries: &[Index],
        options: &Options,
        ignored: bool,
    ) -> Result<Plan> {
        let at = Location::caller();
        let rank = x.ndim();
        let count: usize = entries.iter().map(consumed).sum();
        if count > rank {
            return Err(Error::Index(diag::too_many_indices(rank, count, at)));
        }
        if entries.iter().filter(|entry| matches!(entry, Index::Ellipsis)).count() > 1 {
            return Err(Error::Index(diag::two_ellipses(at)));
        }
        let mut layout =
            Layout { x, options, ignored, at, axis: 0, parts: vec![], scalars: vec![], taken: 0 };
        for (position, entry) in entries.iter().enumerate() {
            match entry {
                Index::Ellipsis => layout.full(rank - count),
                entry => layout.push(position, entry)?,
            }
        }
        layout.full(rank - layout.axis);
        layout.finish()
    }

    /// The sizes of the axes that a part is about, in order.
    pub(super) fn axes(&self) -> impl Iterator<Item = (&Part, usize)> {
        let parts = self.parts.iter().filter(|part| !matches!(part, Part::NewAxis));
        parts.zip(self.x.shape().iter().copied())
    }
}

/// A plan in the making.
struct Layout<'a> {
    x: &'a Array,
    options: &'a Options,
    ignored: bool,
    at: At,
    /// The next axis of `x`.
    axis: usize,
    parts: Vec<Part>,
    /// The axes that boolean scalars add.
    scalars: Vec<usize>,
    /// How many parts take an axis, added ones included.
    taken: usize,
}

impl Layout<'_> {
    fn full(&mut self, count: usize) {
        for _ in 0..count {
            let size = self.x.shape()[self.axis];
            self.take(Part::Slice { start: 0, size, step: 1 });
        }
    }

    /// A part of the next axis.
    fn take(&mut self, part: Part) {
        self.parts.push(part);
        self.axis += 1;
        self.taken += 1;
    }

    fn push(&mut self, position: usize, entry: &Index) -> Result<()> {
        let (axis, at) = (self.axis, self.at);
        let size = self.x.shape().get(axis).copied().unwrap_or(0);
        match entry {
            Index::NewAxis => self.parts.push(Part::NewAxis),
            Index::Ellipsis => {}
            Index::Integer(index) => {
                let index = self.integer(*index, axis, size)?;
                self.take(Part::Integer(index));
            }
            Index::Slice(slice) => self.slice(slice, size)?,
            Index::Window { start, size: count } => {
                integer_scalar(start, at)?;
                if *count > size {
                    return Err(Error::Index(diag::window(*count, axis, size, at)));
                }
                self.take(Part::Window { start: start.clone(), size: *count });
            }
            Index::Array(array) if array.dtype().is_bool() => self.mask(position, array)?,
            Index::Array(array) if array.dtype().is_integer() => {
                if size == 0 && array.size() > 0 && !self.ignored {
                    return Err(Error::Index(diag::empty_axis(axis, at)));
                }
                self.take(Part::Array { values: array.clone(), from_mask: false });
            }
            Index::Array(array) => return Err(Error::Type(diag::indexer(array.dtype(), at))),
        }
        Ok(())
    }

    fn slice(&mut self, slice: &Slice, size: usize) -> Result<()> {
        let resolved = slice.resolve(size);
        let Some((start, size, step)) = resolved else {
            return Err(Error::Value(diag::zero_step(self.at)));
        };
        self.take(Part::Slice { start, size, step });
        Ok(())
    }

    /// A host integer as a position from the start.
    fn integer(&self, index: i64, axis: usize, size: usize) -> Result<usize> {
        let wide = i128::from(index);
        let wrapped = if index < 0 { wide + size as i128 } else { wide };
        if let Ok(position) = usize::try_from(wrapped)
            && position < size
        {
            return Ok(position);
        }
        match self.options.mode {
            Some(IndexMode::Fill | IndexMode::Drop) => Ok(size),
            Some(IndexMode::Wrap) if size > 0 => Ok(wide.rem_euclid(size as i128) as usize),
            Some(_) if size > 0 => Ok(wrapped.clamp(0, size as i128 - 1) as usize),
            _ => Err(Error::Index(diag::out_of_bounds(index, axis, size, self.at))),
        }
    }

    /// The true places of a mask; a boolean scalar is a mask of an axis that it adds.
    fn mask(&mut self, position: usize, mask: &Array) -> Result<()> {
        let concrete = match &mask.0 {
            Repr::Concrete(concrete) => concrete,
            Repr::Traced(tracer) => {
                return Err(Error::NonConcreteBooleanIndex(diag::traced_mask(tracer, self.at)));
            }
        };
        let sizes = &self.x.shape()[self.axis..self.axis + mask.ndim()];
        if mask.shape() != sizes {
            let axes = self.axis..self.axis + mask.ndim();
            let diagnostic = diag::mask_shape(position, mask.shape(), sizes, axes, self.at);
            return Err(Error::Index(diagnostic));
        }
        let places = true_places(mask.shape(), concrete.buffer.bytes());
        if mask.ndim() == 0 {
            let zeros = vec![0; places.len()];
            self.scalars.push(self.taken);
            self.parts.push(Part::Array { values: positions(&zeros), from_mask: true });
            self.taken += 1;
            return Ok(());
        }
        for axis in 0..mask.ndim() {
            let along: Vec<i64> = places.iter().map(|place| place[axis] as i64).collect();
            self.take(Part::Array { values: positions(&along), from_mask: true });
        }
        Ok(())
    }

    #[track_caller]
    fn finish(self) -> Result<Plan> {
        let arrays = self.parts.iter().filter_map(|part| match part {
            Part::Array { values, .. } => Some(values.shape()),
            _ => None,
        });
        let arrays: Vec<&[usize]> = arrays.collect();
        let Some(shape) = broadcast_shapes(&arrays) else {
            let shown: Vec<String> = arrays.iter().map(|shape| shape_text(shape)).collect();
            return Err(Error::Index(diag::index_shapes(&shown.join(" "), self.at)));
        };
        let x = if self.scalars.is_empty() {
            self.x.clone()
        } else {
            let kept: Vec<usize> =
                (0..self.taken).filter(|axis| !self.scalars.contains(axis)).collect();
            let mut sizes = vec![1; self.taken];
            kept.iter().zip(self.x.shape()).for_each(|(axis, size)| sizes[*axis] = *size);
            shape::broadcast_in_dim(self.x, &sizes, &kept)
        };
        let (scalar_axes, shape) = (self.scalars, shape.to_vec());
        Ok(Plan { x, scalar_axes, parts: self.parts, shape })
    }
}

fn integer_scalar(start: &Array, at: At) -> Result<()> {
    if start.dtype().is_integer() && start.ndim() == 0 {
        return Ok(());
    }
    let expected = "a window's start must be an integer of rank 0";
    Err(Error::Type(diag::array_data(format!("{expected}, got {}", start.aval().numpy_text()), at)))
}

/// The places of true elements, in row-major order.
fn true_places(shape: &[usize], mask: &[u8]) -> Vec<Vec<usize>> {
    let place = |mut at: usize| {
        let mut place = vec![0; shape.len()];
        for (axis, size) in shape.iter().enumerate().rev() {
            place[axis] = at % size;
            at /= size;
        }
        place
    };
    (0..mask.len()).filter(|at| mask[*at] != 0).map(place).collect()
}

/// Known positions: i32, or i64 where that is too narrow.
fn positions(values: &[i64]) -> Array {
    let wide = Array::from_slice(&[values.len()], values);
    let narrow: Option<Vec<i32>> = values.iter().map(|value| i32::try_from(*value).ok()).collect();
    narrow.map_or(wide, |narrow| Array::from_slice(&[narrow.len()], &narrow))
}
