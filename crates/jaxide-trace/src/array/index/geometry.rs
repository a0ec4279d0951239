//! The layout of gathers and scatters: which dimensions of the result come from the arrays of an
//! index, which run along the array, and the array of start indices.
//!
//! Ranges of step 1 are windows of the gather; other ranges, like arrays, are components of the
//! start indices with dimensions of their own, so that the result needs no transposition.

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax::{elementwise, gather::GatherDims, scatter::ScatterDims, shape};

use super::{
    IndexMode, Options,
    plan::{Part, Plan},
};
use crate::{Array, config, promote};

/// Start indices of one window, one of rank 0 per axis.
pub(super) struct Starts {
    pub(super) values: Vec<Array>,
}

/// How the elements of a plan are gathered.
pub(super) struct Geometry {
    /// The result, new axes included.
    pub(super) shape: Vec<usize>,
    /// Those of its dimensions that are new.
    pub(super) new: Vec<usize>,
    /// The sizes of the start indices' dimensions, but for the last.
    batch: Vec<usize>,
    /// The first of them that belongs to the index's arrays.
    arrays_at: usize,
    /// How many do.
    arrays_rank: usize,
    /// The dimension of each range that is no window, by axis.
    ranges_at: Vec<(usize, usize)>,
    /// The dimensions of the result, new ones left out, that run along windows.
    offset: Vec<usize>,
    /// The axes that windows have one position of and the result none.
    collapsed: Vec<usize>,
    /// The axes that start indices are about.
    starts: Vec<usize>,
    pub(super) slice_sizes: Vec<usize>,
    /// Whether the start indices ascend, and are all different, because no array is among them.
    pub(super) sorted: bool,
    pub(super) unique: bool,
}

/// A dimension of the result.
enum Dim {
    Arrays,
    Range { axis: usize, size: usize },
    Window { size: usize },
    New,
}

impl Geometry {
    pub(super) fn of(plan: &Plan) -> Geometry {
        let descends = |part: &Part| matches!(part, Part::Slice { step: ..0, .. });
        let array = |part: &Part| matches!(part, Part::Array { values, .. } if values.ndim() > 0);
        let unique = !plan.parts.iter().any(array);
        let mut geometry = Geometry {
            shape: vec![],
            new: vec![],
            batch: vec![],
            arrays_at: 0,
            arrays_rank: plan.shape.len(),
            ranges_at: vec![],
            offset: vec![],
            collapsed: vec![],
            starts: vec![],
            slice_sizes: vec![],
            sorted: unique && !plan.parts.iter().any(descends),
            unique,
        };
        geometry.axes(plan);
        for dim in dims(plan) {
            geometry.push(&dim, &plan.shape);
        }
        geometry
    }

    /// What becomes of the axes of the array.
    fn axes(&mut self, plan: &Plan) {
        for (axis, (part, of)) in plan.axes().enumerate() {
            let (size, collapses) = match part {
                Part::Slice { size, step: 1, .. } | Part::Window { size, .. } => (*size, false),
                _ => (1, true),
            };
            self.slice_sizes.push(size);
            if collapses {
                self.collapsed.push(axis);
            }
            if collapses || size < of || matches!(part, Part::Window { .. }) {
                self.starts.push(axis);
            }
        }
    }

    fn push(&mut self, dim: &Dim, arrays: &[usize]) {
        match dim {
            Dim::Arrays => {
                self.arrays_at = self.batch.len();
                self.batch.extend_from_slice(arrays);
                self.shape.extend_from_slice(arrays);
            }
            Dim::Range { axis, size } => {
                self.ranges_at.push((*axis, self.batch.len()));
                self.batch.push(*size);
                self.shape.push(*size);
            }
            Dim::Window { size } => {
                self.offset.push(self.shape.len() - self.new.len());
                self.shape.push(*size);
            }
            Dim::New => {
                self.new.push(self.shape.len());
                self.shape.push(1);
            }
        }
    }

    pub(super) fn dims(&self) -> GatherDims {
        GatherDims {
            offset_dims: self.offset.clone(),
            collapsed_slice_dims: self.collapsed.clone(),
            start_index_map: self.starts.clone(),
            ..GatherDims::default()
        }
    }

    pub(super) fn scatter_dims(&self) -> ScatterDims {
        ScatterDims {
            update_window_dims: self.offset.clone(),
            inserted_window_dims: self.collapsed.clone(),
            scatter_dims_to_operand_dims: self.starts.clone(),
            ..ScatterDims::default()
        }
    }

    /// The new axes put into what was gathered.
    #[track_caller]
    pub(super) fn with_new_axes(&self, read: Array) -> Array {
        if self.new.is_empty() { read } else { read.expand_dims(self.new.clone()) }
    }

    /// The start indices: the last dimension has one component per axis of `starts`.
    #[track_caller]
    pub(super) fn indices(&self, plan: &Plan, options: &Options) -> Array {
        let dtype = Starts::dtype(plan);
        let mut sizes = self.batch.clone();
        sizes.push(1);
        let mut components = Vec::with_capacity(self.starts.len());
        for (axis, (part, size)) in plan.axes().enumerate() {
            if self.starts.contains(&axis) {
                let (values, first) = self.component(axis, part, size, dtype, options);
                let dims: Vec<usize> = (first..first + values.ndim()).collect();
                components.push(shape::broadcast_in_dim(&values, &sizes, &dims));
            }
        }
        match components.len() {
            0 => {
                sizes[self.batch.len()] = 0;
                let none = Array::literal((), Scalar::zero(dtype));
                shape::broadcast_in_dim(&none, &sizes, &[])
            }
            1 => components.remove(0),
            _ => shape::concatenate(&components.iter().collect::<Vec<_>>(), self.batch.len()),
        }
    }

    /// The positions of one axis, and the first dimension of the start indices that they run along.
    #[track_caller]
    fn component(
        &self,
        axis: usize,
        part: &Part,
        size: usize,
        dtype: DType,
        options: &Options,
    ) -> (Array, usize) {
        let literal = |at: i128| Array::literal((), Scalar::int(dtype, at));
        match part {
            Part::Array { values, from_mask } => {
                let last = self.arrays_at + self.arrays_rank - values.ndim();
                let values = if *from_mask {
                    promote::convert(values, dtype, false)
                } else {
                    normalised(values, size, dtype, options)
                };
                (values, last)
            }
            Part::Integer(at) => (literal(*at as i128), 0),
            Part::Window { start, .. } => (normalised(start, size, dtype, options), 0),
            Part::Slice { start, step: 1, .. } => (literal(*start as i128), 0),
            Part::Slice { start, size, step } => {
                let count = shape::iota((), dtype, &[*size], 0);
                let steps = elementwise::mul(&literal((*step).into()), &count);
                let positions = elementwise::add(&literal(*start as i128), &steps);
                let at = self.ranges_at.iter().find(|(of, _)| *of == axis);
                (positions, at.map_or(0, |(_, at)| *at))
            }
            Part::NewAxis => unreachable!("a new axis is no axis of the array"),
        }
    }
}

/// The dimensions of the result, in order. Those of the index's arrays stand where its first advanced
/// entry stood if nothing parts the advanced entries, else in front.
fn dims(plan: &Plan) -> Vec<Dim> {
    let advanced: Vec<usize> =
        (0..plan.parts.len()).filter(|at| plan.parts[*at].is_advanced()).collect();
    let adjacent = advanced.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let first = if adjacent { advanced.first().copied() } else { None };
    let mut dims = Vec::new();
    if first.is_none() {
        dims.push(Dim::Arrays);
    }
    let mut axis = 0;
    for (position, part) in plan.parts.iter().enumerate() {
        match part {
            Part::NewAxis => {
                dims.push(Dim::New);
                continue;
            }
            Part::Slice { size, step: 1, .. } | Part::Window { size, .. } => {
                dims.push(Dim::Window { size: *size });
            }
            Part::Slice { size, .. } => dims.push(Dim::Range { axis, size: *size }),
            Part::Integer(_) | Part::Array { .. } if first == Some(position) => {
                dims.push(Dim::Arrays);
            }
            Part::Integer(_) | Part::Array { .. } => {}
        }
        axis += 1;
    }
    dims
}

impl Starts {
    /// The dtype of start indices: i64 where an array has it or a u32, or an axis needs it, else i32.
    pub(super) fn dtype(plan: &Plan) -> DType {
        let wide = |part: &Part| match part {
            Part::Array { values, .. } | Part::Window { start: values, .. } => {
                matches!(values.dtype(), DType::I64 | DType::U64 | DType::U32)
            }
            _ => false,
        };
        let long = |size: &usize| i32::try_from(*size).is_err();
        let wide = plan.parts.iter().any(wide) || plan.x.shape().iter().any(long);
        if wide { DType::I64 } else { DType::I32 }
    }
}

/// Positions of the user in the dtype of start indices: negative ones counted from the end, once, or
/// all of them wrapped.
#[track_caller]
pub(super) fn normalised(values: &Array, size: usize, dtype: DType, options: &Options) -> Array {
    // An index that is far out of range may wrap around; checks are to see the index itself.
    let _unchecked = config::Unchecked::start();
    let literal = |value: i128| Array::literal((), Scalar::int(dtype, value));
    let unsigned = values.dtype().is_unsigned_integer();
    let mut values = values.clone();
    if values.dtype() == DType::U64 {
        let most = Array::literal((), Scalar::int(DType::U64, i64::MAX.into()));
        values = elementwise::min(&values, &most);
    }
    let values = promote::convert(&values, dtype, false);
    let count = literal(size as i128);
    let wraps = options.mode == Some(IndexMode::Wrap);
    let values = if wraps { elementwise::rem(&values, &count) } else { values };
    if unsigned {
        return values;
    }
    let negative = elementwise::lt(&values, &literal(0));
    let wrapped = elementwise::add(&values, &count);
    elementwise::select_n(&negative, &[&values, &wrapped])
}
