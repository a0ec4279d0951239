//! `kernel.reduce`: three loop forms with a fixed order each, chosen by shapes and index maps alone.
//!
//! * *rows*: the innermost loop is reduced and walked in order: four accumulators of 16 lanes, then
//!   a tree over accumulators and lanes, then the tail;
//! * *columns*: the innermost loop that is kept is walked in order: accumulators of 16 lanes stand
//!   for 16 results each;
//! * *single*: one result at a time, in blocks.
//!
//! Floats narrower than f32 are joined in f32.

mod columns;
mod combine;

use jaxide_ir::{DType, Result};
use jaxide_kernel::{Combine, Expr, Kernel, Nest};

pub use self::combine::{join, neutral};
use super::{
    nest::{LANES, Loops, Reads},
    program::{OpCall, Place, ProgramCx, Slot},
    scalar,
};
use crate::emit::{Attr, Emitter, OpenFor, Val};

/// Accumulators of the rows form.
const ACCUMULATORS: usize = 4;

/// Iterations of a kept loop that the columns form joins at once where they share operands.
const ROWS: usize = 4;

/// Iterations of the innermost loop that the single form joins before it adds to the total.
const BLOCK: usize = 256;

/// Lowers `kernel.reduce`.
///
/// # Errors
/// An op of the body without scalar code.
pub fn reduce(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let kernel = Kernel::of(&call.eqn.params);
    emit(cx, call, &kernel)
}

/// Emits a reduction for the operands and results of an equation, which may be any op that the
/// kernel expresses.
///
/// # Errors
/// An op of the body without scalar code.
pub fn emit(cx: &mut ProgramCx<'_>, call: &OpCall<'_>, kernel: &Kernel) -> Result<Vec<Slot>> {
    let nest = Nest::of(kernel, &call.in_types.iter().collect::<Vec<_>>());
    let outs: Vec<Option<Place>> = call
        .out_types
        .iter()
        .enumerate()
        .map(|(at, ty)| (ty.rank() > 0).then(|| cx.out(call, at)))
        .collect();
    let dtypes = call.out_types.iter().map(|ty| ty.dtype).collect();
    let reads = Reads {
        accesses: &nest.inputs,
        slots: &call.ins,
        types: &call.in_types,
        body: &kernel.body,
    };
    let form = Form { nest: &nest, reads, outs: &outs, dtypes, combine: &kernel.combine };
    let scalars = form.emit(cx)?;
    let slot = |(at, place): (usize, &Option<Place>)| match place {
        Some(place) => Slot::Array(*place),
        None => Slot::Scalar(scalars[at]),
    };
    Ok(outs.iter().enumerate().map(slot).collect())
}

struct Form<'a> {
    nest: &'a Nest,
    reads: Reads<'a>,
    outs: &'a [Option<Place>],
    dtypes: Vec<DType>,
    combine: &'a [Combine],
}

impl Form<'_> {
    fn emit(&self, cx: &mut ProgramCx<'_>) -> Result<Vec<Val>> {
        let kept = self.loops_of(false);
        let reduced = self.loops_of(true);
        let sizes = &self.nest.sizes;
        if let Some(dim) = reduced.last().copied()
            && sizes[dim] >= LANES
            && self.reads.vectorisable(dim)
        {
            return self
                .kept_loops(cx, &kept, |form, cx, indices| form.rows(cx, &reduced, dim, indices));
        }
        if let Some((dim, outer)) = kept.split_last() {
            let contiguous = |expr: &Expr| expr.is_affine() && expr.stride(*dim) == 1;
            let ordered = self.nest.outputs.iter().all(contiguous);
            if sizes[*dim] >= LANES && ordered && self.reads.vectorisable(*dim) {
                return self.columns(cx, outer, *dim, &reduced);
            }
        }
        self.kept_loops(cx, &kept, |form, cx, indices| form.single(cx, &reduced, indices))
    }

    fn loops_of(&self, reduced: bool) -> Vec<usize> {
        (0..self.nest.sizes.len()).filter(|dim| self.nest.reduce[*dim] == reduced).collect()
    }

    fn sizes(&self, dims: &[usize]) -> Vec<usize> {
        dims.iter().map(|dim| self.nest.sizes[*dim]).collect()
    }

    /// Loops over the kept dimensions around code for one result element each.
    fn kept_loops(
        &self,
        cx: &mut ProgramCx<'_>,
        kept: &[usize],
        element: impl Fn(&Self, &mut ProgramCx<'_>, &mut [Val]) -> Result<Vec<Val>>,
    ) -> Result<Vec<Val>> {
        let loops = cx.begin_loops(&self.sizes(kept));
        let mut indices = self.indices(cx, kept, &loops);
        let values = element(self, cx, &mut indices)?;
        let values = self.finish(cx, &values);
        self.store(cx, &values, &indices);
        cx.end_loops(loops);
        Ok(values)
    }

    /// One index per loop of the nest; those not open yet are 0.
    fn indices(&self, cx: &mut ProgramCx<'_>, dims: &[usize], loops: &Loops) -> Vec<Val> {
        let zero = cx.e.index(0);
        let mut indices = vec![zero; self.nest.sizes.len()];
        for (dim, index) in dims.iter().zip(&loops.indices) {
            indices[*dim] = *index;
        }
        indices
    }

    fn store(&self, cx: &mut ProgramCx<'_>, values: &[Val], indices: &[Val]) {
        for (at, out) in self.outs.iter().enumerate() {
            if let Some(place) = out {
                let position = cx.expr(&self.nest.outputs[at], indices);
                cx.store(values[at], place.ptr, self.dtypes[at], position);
            }
        }
    }

    /// Accumulators rounded to the results' dtypes.
    fn finish(&self, cx: &mut ProgramCx<'_>, values: &[Val]) -> Vec<Val> {
        let all = values.iter().zip(&self.dtypes);
        all.map(|(value, dtype)| scalar::narrow(&mut cx.e, *value, *dtype)).collect()
    }

    /// The values of the body, wide enough to be joined.
    fn values(
        &self,
        cx: &mut ProgramCx<'_>,
        indices: &[Val],
        vector: Option<usize>,
    ) -> Result<Vec<Val>> {
        let inputs = cx.body_inputs(&self.reads, indices, vector);
        let lanes = if vector.is_some() { LANES as u32 } else { 0 };
        let values = scalar::body(&mut cx.e, self.reads.body, &inputs, lanes, cx.contract)?;
        Ok(values.into_iter().map(|value| scalar::widen(&mut cx.e, value)).collect())
    }

    fn neutral(&self, cx: &mut ProgramCx<'_>, lanes: u32) -> Vec<Val> {
        let all = self.combine.iter().zip(&self.dtypes);
        all.map(|(combine, dtype)| neutral(&mut cx.e, *combine, *dtype, lanes)).collect()
    }

    fn join(&self, cx: &mut ProgramCx<'_>, a: &[Val], b: &[Val]) -> Vec<Val> {
        let contract = cx.contract;
        (0..a.len())
            .map(|at| {
                let kind = at % self.combine.len();
                let pair = (a[at], b[at]);
                join(&mut cx.e, self.combine[kind], self.dtypes[kind], pair, contract)
            })
            .collect()
    }

    fn rows(
        &self,
        cx: &mut ProgramCx<'_>,
        reduced: &[usize],
        dim: usize,
        indices: &mut [Val],
    ) -> Result<Vec<Val>> {
        let size = self.nest.sizes[dim];
        let count = self.combine.len();
        let vectors = if size >= LANES * ACCUMULATORS { ACCUMULATORS } else { 1 };
        let mut inits = Vec::new();
        for _ in 0..vectors {
            inits.extend(self.neutral(cx, LANES as u32));
        }
        inits.extend(self.neutral(cx, 0));
        let outer = &reduced[..reduced.len() - 1];
        let sizes = self.sizes(outer);
        let mut opened: Vec<OpenFor> = Vec::new();
        let mut carried = inits;
        for (at, size) in outer.iter().zip(&sizes) {
            let open = cx.e.begin_range(0, *size, 1, &carried);
            indices[*at] = open.index;
            carried.clone_from(&open.carried);
            opened.push(open);
        }
        let step = LANES * vectors;
        let whole = size / step * step;
        carried = self.vector_loop(cx, (0, whole), vectors, dim, indices, carried)?;
        let vector_end = size / LANES * LANES;
        carried = self.vector_loop(cx, (whole, vector_end), 1, dim, indices, carried)?;
        if vector_end < size {
            let tail = carried.split_off(vectors * count);
            let open = cx.e.begin_range(vector_end, size, 1, &tail);
            indices[dim] = open.index;
            let values = self.values(cx, indices, None)?;
            let joined = self.join(cx, &open.carried.clone(), &values);
            carried.extend(cx.e.end_for(open, &joined));
        }
        for open in opened.into_iter().rev() {
            carried = cx.e.end_for(open, &carried);
        }
        let tail = carried.split_off(vectors * count);
        let total = self.tree(cx, carried, vectors);
        Ok(self.join(cx, &total, &tail))
    }

    /// Joins `step` vectors an iteration into the first accumulators.
    fn vector_loop(
        &self,
        cx: &mut ProgramCx<'_>,
        (low, high): (usize, usize),
        step: usize,
        dim: usize,
        indices: &mut [Val],
        carried: Vec<Val>,
    ) -> Result<Vec<Val>> {
        if low == high {
            return Ok(carried);
        }
        let count = self.combine.len();
        let used = step * count;
        let open = cx.e.begin_range(low, high, step * LANES, &carried[..used]);
        let mut next = Vec::new();
        for vector in 0..step {
            let offset = cx.e.index((vector * LANES) as i64);
            indices[dim] = cx.sum(open.index, offset);
            let values = self.values(cx, indices, Some(dim))?;
            let sofar = open.carried[vector * count..(vector + 1) * count].to_vec();
            next.extend(self.join(cx, &sofar, &values));
        }
        let mut result = cx.e.end_for(open, &next);
        result.extend_from_slice(&carried[used..]);
        Ok(result)
    }

    /// Joins accumulators pairwise, then halves of lanes.
    fn tree(&self, cx: &mut ProgramCx<'_>, mut vectors: Vec<Val>, mut left: usize) -> Vec<Val> {
        let count = self.combine.len();
        while left > 1 {
            let (low, high) = vectors.split_at(left / 2 * count);
            vectors = self.join(cx, low, high);
            left /= 2;
        }
        let mut lanes = LANES;
        while lanes > 1 {
            lanes /= 2;
            let half = |cx: &mut ProgramCx<'_>, start: usize| -> Vec<Val> {
                vectors.iter().map(|vector| part(&mut cx.e, *vector, start, lanes)).collect()
            };
            let (low, high) = (half(cx, 0), half(cx, lanes));
            vectors = self.join(cx, &low, &high);
        }
        let first = |val: &Val| {
            let ty = cx.e.ty(*val).with_lanes(0);
            let at = ("static_position", Attr::I64s(&[0]));
            cx.e.op("vector.extract", &[*val], ty, &[at])
        };
        vectors.iter().map(first).collect()
    }

    /// All reduced loops for one result; the innermost in blocks, so that the error of a long sum
    /// stays small.
    fn single(
        &self,
        cx: &mut ProgramCx<'_>,
        reduced: &[usize],
        indices: &mut [Val],
    ) -> Result<Vec<Val>> {
        let mut carried = self.neutral(cx, 0);
        let Some((last, outer)) = reduced.split_last() else {
            let values = self.values(cx, indices, None)?;
            return Ok(self.join(cx, &carried, &values));
        };
        let mut opened: Vec<OpenFor> = Vec::new();
        for at in outer {
            let open = cx.e.begin_range(0, self.nest.sizes[*at], 1, &carried);
            indices[*at] = open.index;
            carried.clone_from(&open.carried);
            opened.push(open);
        }
        let size = self.nest.sizes[*last];
        let whole = if size > BLOCK { size / BLOCK * BLOCK } else { 0 };
        if whole > 0 {
            let blocks = cx.e.begin_range(0, whole, BLOCK, &carried);
            let length = cx.e.index(BLOCK as i64);
            let end = cx.sum(blocks.index, length);
            let start = self.neutral(cx, 0);
            let block = self.plain_loop(cx, (blocks.index, end), *last, indices, start)?;
            let joined = self.join(cx, &blocks.carried.clone(), &block);
            carried = cx.e.end_for(blocks, &joined);
        }
        let (low, high) = (cx.e.index(whole as i64), cx.e.index(size as i64));
        carried = self.plain_loop(cx, (low, high), *last, indices, carried)?;
        for open in opened.into_iter().rev() {
            carried = cx.e.end_for(open, &carried);
        }
        Ok(carried)
    }

    fn plain_loop(
        &self,
        cx: &mut ProgramCx<'_>,
        (low, high): (Val, Val),
        dim: usize,
        indices: &mut [Val],
        carried: Vec<Val>,
    ) -> Result<Vec<Val>> {
        let open = cx.e.begin_for(low, high, 1, &carried);
        indices[dim] = open.index;
        let values = self.values(cx, indices, None)?;
        let joined = self.join(cx, &open.carried.clone(), &values);
        Ok(cx.e.end_for(open, &joined))
    }
}

/// Lanes `start ..` of a vector.
fn part(e: &mut Emitter, vector: Val, start: usize, lanes: usize) -> Val {
    let ty = e.ty(vector).with_lanes(lanes as u32);
    let mask: Vec<i64> = (start as i64..(start + lanes) as i64).collect();
    e.op("vector.shuffle", &[vector, vector], ty, &[("mask", Attr::I64s(&mask))])
}
