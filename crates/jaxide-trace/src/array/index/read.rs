//! Reading: slices where the index is known, a dynamic slice where its entries are scalars and
//! ranges, else a gather.

use jaxide_ir::{ArrayType, Scalar, Value};
use jaxide_lax::{
    gather::{self, Mode},
    index::dynamic_slice,
    shape,
};

use super::{
    Options,
    geometry::{Geometry, Starts, normalised},
    plan::{Part, Plan},
};
use crate::{Array, promote};

/// The elements at the places of a plan.
#[track_caller]
pub(super) fn read(plan: &Plan, options: &Options) -> Array {
    if plan.is_static() {
        return new_axes(sliced(plan), &plan.parts);
    }
    let geometry = Geometry::of(plan);
    if geometry.shape.contains(&0) || plan.x.size() == 0 {
        return constant(plan.x.aval(), &geometry.shape, options);
    }
    if let Some(starts) = Starts::of(plan, options) {
        let starts: Vec<&Array> = starts.values.iter().collect();
        let window = dynamic_slice(&plan.x, &starts, &Starts::sizes(plan));
        return new_axes(squeezed(window, plan), &plan.parts);
    }
    let indices = geometry.indices(plan, options);
    let mut lax = options.lax(Mode::PromiseInBounds);
    lax.indices_are_sorted |= geometry.sorted;
    lax.unique_indices |= geometry.unique;
    let read =
        gather::gather_with(&plan.x, &indices, &geometry.dims(), &geometry.slice_sizes, &lax);
    geometry.with_new_axes(read)
}

/// A result without elements, or with nothing but the fill value.
#[track_caller]
fn constant(ty: &ArrayType, sizes: &[usize], options: &Options) -> Array {
    let lax = options.lax(Mode::FillOrDrop);
    let fill = if sizes.contains(&0) {
        Scalar::zero(ty.dtype)
    } else {
        gather::fill_of(lax.fill_value, ty.dtype)
    };
    let filled = shape::broadcast_in_dim(&Array::literal((), fill), sizes, &[]);
    promote::convert(&filled, ty.dtype, ty.weak)
}

impl Plan {
    /// Whether all places are known numbers in range.
    pub(super) fn is_static(&self) -> bool {
        self.axes().all(|(part, size)| match part {
            Part::Integer(index) => *index < size,
            Part::Slice { .. } => true,
            _ => false,
        })
    }
}

/// A static index without its new axes.
#[track_caller]
fn sliced(plan: &Plan) -> Array {
    let (mut start, mut limit, mut strides, mut reversed) = (vec![], vec![], vec![], vec![]);
    for (axis, (part, _)) in plan.axes().enumerate() {
        let (from, to, stride) = match *part {
            Part::Integer(index) => (index, index + 1, 1),
            Part::Slice { start, size, step } if step < 0 => {
                reversed.push(axis);
                let by = step.unsigned_abs() as usize;
                (start - (size - 1) * by, start + 1, by)
            }
            Part::Slice { start, size: 0, .. } => (start, start, 1),
            Part::Slice { start, size, step } => {
                (start, start + (size - 1) * step as usize + 1, step as usize)
            }
            _ => unreachable!("a static plan has numbers and slices"),
        };
        start.push(from);
        limit.push(to);
        strides.push(stride);
    }
    let mut x = plan.x.clone();
    if start.iter().any(|start| *start != 0) || limit != x.shape() || strides.iter().any(|s| *s > 1)
    {
        let strides = strides.iter().any(|stride| *stride > 1).then_some(&strides[..]);
        x = shape::slice(&x, &start, &limit, strides);
    }
    if !reversed.is_empty() {
        x = shape::rev(&x, &reversed);
    }
    squeezed(x, plan)
}

/// Drops the axes of which one position is read.
#[track_caller]
fn squeezed(x: Array, plan: &Plan) -> Array {
    let dropped: Vec<usize> = plan
        .axes()
        .enumerate()
        .filter(|(_, (part, _))| part.is_advanced())
        .map(|(axis, _)| axis)
        .collect();
    if dropped.is_empty() { x } else { shape::squeeze(&x, &dropped) }
}

/// Puts the new axes of an index whose arrays have no dimensions into what was read.
#[track_caller]
fn new_axes(x: Array, parts: &[Part]) -> Array {
    let kept = parts.iter().filter(|part| !part.is_advanced());
    let new: Vec<usize> = kept
        .enumerate()
        .filter(|(_, part)| matches!(part, Part::NewAxis))
        .map(|(at, _)| at)
        .collect();
    if new.is_empty() { x } else { x.expand_dims(new) }
}

impl Starts {
    /// The starts of the window that a plan reads, where that is one window: all arrays of its index
    /// have rank 0, all steps are 1, and what is out of range is clamped.
    #[track_caller]
    pub(super) fn of(plan: &Plan, options: &Options) -> Option<Starts> {
        let whole = |part: &Part| match part {
            Part::Slice { step, .. } => *step == 1,
            Part::Array { values, .. } => values.ndim() == 0,
            _ => true,
        };
        if options.drops() || !plan.parts.iter().all(whole) {
            return None;
        }
        let dtype = Starts::dtype(plan);
        let literal = |at: usize| Array::plain(Scalar::int(dtype, at as i128), dtype, false);
        let mut values = Vec::with_capacity(plan.x.ndim());
        for (part, size) in plan.axes() {
            values.push(match part {
                Part::Integer(at) | Part::Slice { start: at, .. } => literal(*at),
                Part::Window { start: values, .. } | Part::Array { values, .. } => {
                    normalised(values, size, dtype, options)
                }
                Part::NewAxis => unreachable!("a new axis is no axis of the array"),
            });
        }
        Some(Starts { values })
    }

    /// The sizes of that window.
    pub(super) fn sizes(plan: &Plan) -> Vec<usize> {
        let size = |part: &Part| match part {
            Part::Slice { size, .. } | Part::Window { size, .. } => *size,
            _ => 1,
        };
        plan.axes().map(|(part, _)| size(part)).collect()
    }
}
