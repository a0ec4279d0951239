//! `kernel.reduce`: three loop forms with a fixed order each, chosen by shapes and index maps alone.
//!
//! * *rows*: the innermost loop is reduced and walked in order: four accumulators of 16 lanes, then
//!   a tree over accumulators and lanes, then the tail;
//! * *columns*: the innermost loop that is kept is walked in order: accumulators of 16 lanes stand
//!   for 16 results each;
//! * *single*: one result at a time, in blocks.
//!
//! Floats narrower than f32 are joined in f32. `argmax` and `argmin` are here as plain loops.

use jaxide_ir::{DType, Result, TypeClass};
use jaxide_kernel::{Access, Combine, Expr, Kernel, Nest};

use super::{
    nest::{LANES, Loops, Reads},
    program::{OpCall, Place, ProgramCx, Slot},
    scalar,
};
use crate::emit::{Attr, Emitter, OpenFor, Ty, Val};

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

    /// Blocks of 64, then of 16 results of the last kept loop, then single ones. Where something
    /// that is read does not depend on the kept loop before it, 4 of its iterations share the reads.
    fn columns(
        &self,
        cx: &mut ProgramCx<'_>,
        outer: &[usize],
        dim: usize,
        reduced: &[usize],
    ) -> Result<Vec<Val>> {
        let row = outer.last().copied().filter(|row| {
            let shared = |access: &Access| match access {
                Access::Read(expr) => expr.stride(*row) == 0 && expr.stride(dim) != 0,
                _ => false,
            };
            self.nest.sizes[*row] >= ROWS && self.nest.inputs.iter().any(shared)
        });
        let outer = &outer[..outer.len() - usize::from(row.is_some())];
        let loops = cx.begin_loops(&self.sizes(outer));
        let mut indices = self.indices(cx, outer, &loops);
        let Some(row) = row else {
            self.column_parts(cx, (dim, reduced), (dim, 1), &mut indices)?;
            cx.end_loops(loops);
            return Ok(Vec::new());
        };
        if self.worth_packing(row, reduced) {
            self.packed_columns(cx, (row, dim), reduced, &mut indices)?;
        } else {
            self.row_parts(cx, (dim, reduced), row, None, &mut indices)?;
        }
        cx.end_loops(loops);
        Ok(Vec::new())
    }

    /// Blocks of rows, then single ones; columns all, or one block from an index on.
    fn row_parts(
        &self,
        cx: &mut ProgramCx<'_>,
        (dim, reduced): (usize, &[usize]),
        row: usize,
        block: Option<(Val, usize)>,
        indices: &mut [Val],
    ) -> Result<()> {
        let size = self.nest.sizes[row];
        let whole = size / ROWS * ROWS;
        for (low, high, rows) in [(0, whole, ROWS), (whole, size, 1)] {
            if low == high {
                continue;
            }
            let open = cx.e.begin_range(low, high, rows, &[]);
            indices[row] = open.index;
            match block {
                None => self.column_parts(cx, (dim, reduced), (row, rows), indices)?,
                Some((start, vectors)) => {
                    let points = points(cx, (open.index, rows), (start, vectors));
                    self.column_block(cx, &points, (row, dim), reduced, indices)?;
                }
            }
            cx.e.end_for(open, &[]);
        }
        Ok(())
    }

    /// True where copying what rows share into order pays: enough rows use each copy.
    fn worth_packing(&self, row: usize, reduced: &[usize]) -> bool {
        let depth: usize = self.sizes(reduced).iter().product();
        let single = reduced.iter().all(|dim| self.nest.sizes[*dim] > 0);
        let affine = |access: &Access| match access {
            Access::Read(expr) | Access::Iota(expr) => expr.is_affine(),
            Access::Guarded { .. } => false,
        };
        let many = self.nest.sizes[row] >= 8 * ROWS && depth >= 2 * LANES;
        single && many && self.nest.inputs.iter().all(affine)
    }

    /// Columns in blocks; what the rows of a block share is first copied into a panel, in the order
    /// in which the reduced loops walk it.
    fn packed_columns(
        &self,
        cx: &mut ProgramCx<'_>,
        (row, dim): (usize, usize),
        reduced: &[usize],
        indices: &mut [Val],
    ) -> Result<()> {
        let size = self.nest.sizes[dim];
        let wide = LANES * ACCUMULATORS;
        let (first, second) = (size / wide * wide, size / LANES * LANES);
        for (low, high, vectors) in [(0, first, ACCUMULATORS), (first, second, 1)] {
            if low == high {
                continue;
            }
            let open = cx.e.begin_range(low, high, vectors * LANES, &[]);
            let panels = self.pack(cx, (row, dim), reduced, (open.index, vectors), indices);
            let mut nest = self.nest.clone();
            let mut slots = self.reads.slots.to_vec();
            for panel in &panels {
                nest.inputs[panel.input] = Access::Read(panel.position.clone());
                slots[panel.operand] = Slot::Array(panel.shifted);
            }
            let reads = Reads { accesses: &nest.inputs, slots: &slots, ..self.reads };
            let (outs, combine, dtypes) = (self.outs, self.combine, self.dtypes.clone());
            let packed = Form { nest: &nest, reads, outs, dtypes, combine };
            let block = Some((open.index, vectors));
            packed.row_parts(cx, (dim, reduced), row, block, indices)?;
            panels.iter().for_each(|panel| cx.release(panel.memory));
            cx.e.end_for(open, &[]);
        }
        if second < size {
            let rows = cx.e.begin_range(0, self.nest.sizes[row], 1, &[]);
            let open = cx.e.begin_range(second, size, 1, &[]);
            (indices[row], indices[dim]) = (rows.index, open.index);
            let values = self.single(cx, reduced, indices)?;
            let values = self.finish(cx, &values);
            self.store(cx, &values, indices);
            cx.e.end_for(open, &[]);
            cx.e.end_for(rows, &[]);
        }
        Ok(())
    }

    /// Copies the columns of each shared read into a panel.
    fn pack(
        &self,
        cx: &mut ProgramCx<'_>,
        (row, dim): (usize, usize),
        reduced: &[usize],
        (start, vectors): (Val, usize),
        indices: &mut [Val],
    ) -> Vec<Panel> {
        let sizes = self.sizes(reduced);
        let width = (vectors * LANES) as i64;
        let mut position = Expr::dim(dim);
        let mut step = width;
        for (at, size) in reduced.iter().zip(&sizes).rev() {
            position = position.plus(&Expr::dim(*at).times(step));
            step *= *size as i64;
        }
        let mut panels = Vec::new();
        let mut operand = 0;
        for (input, access) in self.nest.inputs.iter().enumerate() {
            let Access::Read(source) = access else { continue };
            let current = operand;
            operand += 1;
            let Slot::Array(place) = self.reads.slots[current] else { continue };
            if source.stride(row) != 0 || source.stride(dim) != 1 {
                continue;
            }
            let dtype = self.reads.types[current].dtype;
            let memory = cx.temporary(step as usize * dtype.size());
            let zero = cx.e.index(0);
            let back = cx.i64_op("arith.subi", zero, start);
            let shifted = cx.part(memory, dtype, back);
            let loops = cx.begin_loops(&sizes);
            for (at, index) in reduced.iter().zip(&loops.indices) {
                indices[*at] = *index;
            }
            for vector in 0..vectors {
                let offset = cx.e.index((vector * LANES) as i64);
                indices[dim] = cx.sum(start, offset);
                let at = cx.expr(source, indices);
                let value = cx.load(place.ptr, dtype, at, LANES as u32);
                let at = cx.expr(&position, indices);
                cx.store(value, shifted.ptr, dtype, at);
            }
            cx.end_loops(loops);
            panels.push(Panel {
                input,
                operand: current,
                position: position.clone(),
                memory,
                shifted,
            });
        }
        panels
    }

    /// All results along the loop `dim` for `rows` iterations of the loop `row` from its index on.
    fn column_parts(
        &self,
        cx: &mut ProgramCx<'_>,
        (dim, reduced): (usize, &[usize]),
        (row, rows): (usize, usize),
        indices: &mut [Val],
    ) -> Result<()> {
        let size = self.nest.sizes[dim];
        let wide = LANES * ACCUMULATORS;
        let (first, second) = (size / wide * wide, size / LANES * LANES);
        let base = indices[row];
        for (low, high, vectors) in [(0, first, ACCUMULATORS), (first, second, 1)] {
            if low < high {
                let open = cx.e.begin_range(low, high, vectors * LANES, &[]);
                let points = points(cx, (base, rows), (open.index, vectors));
                self.column_block(cx, &points, (row, dim), reduced, indices)?;
                cx.e.end_for(open, &[]);
            }
        }
        if second < size {
            let open_row = cx.e.begin_range(0, rows, 1, &[]);
            let open = cx.e.begin_range(second, size, 1, &[]);
            indices[row] = cx.sum(base, open_row.index);
            indices[dim] = open.index;
            let values = self.single(cx, reduced, indices)?;
            let values = self.finish(cx, &values);
            self.store(cx, &values, indices);
            cx.e.end_for(open, &[]);
            cx.e.end_for(open_row, &[]);
        }
        indices[row] = base;
        Ok(())
    }

    /// One vector of results for each of some points, given by the indices of two loops.
    fn column_block(
        &self,
        cx: &mut ProgramCx<'_>,
        points: &[(Val, Val)],
        (row, dim): (usize, usize),
        reduced: &[usize],
        indices: &mut [Val],
    ) -> Result<()> {
        let count = self.combine.len();
        let mut carried = Vec::new();
        for _ in points {
            carried.extend(self.neutral(cx, LANES as u32));
        }
        let mut opened: Vec<OpenFor> = Vec::new();
        for at in reduced {
            let open = cx.e.begin_range(0, self.nest.sizes[*at], 1, &carried);
            indices[*at] = open.index;
            carried.clone_from(&open.carried);
            opened.push(open);
        }
        let mut next = Vec::new();
        for (point, sofar) in points.iter().zip(carried.chunks(count)) {
            (indices[row], indices[dim]) = *point;
            let values = self.values(cx, indices, Some(dim))?;
            next.extend(self.join(cx, sofar, &values));
        }
        for open in opened.into_iter().rev() {
            next = cx.e.end_for(open, &next);
        }
        for (point, values) in points.iter().zip(next.chunks(count)) {
            (indices[row], indices[dim]) = *point;
            let values = self.finish(cx, values);
            self.store(cx, &values, indices);
        }
        Ok(())
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

/// A copy of what several rows read, in the order in which they read it.
struct Panel {
    /// Which input of the body.
    input: usize,
    /// Which operand of the kernel.
    operand: usize,
    /// Positions relative to `shifted`.
    position: Expr,
    memory: Place,
    /// The panel less the first column's index, so that positions hold that index whole.
    shifted: Place,
}

/// The indices of a block of vectors of results.
fn points(
    cx: &mut ProgramCx<'_>,
    (base, rows): (Val, usize),
    (start, vectors): (Val, usize),
) -> Vec<(Val, Val)> {
    let mut points = Vec::new();
    for at in 0..rows * vectors {
        let offset = cx.e.index((at % vectors * LANES) as i64);
        let column = cx.sum(start, offset);
        let offset = cx.e.index((at / vectors) as i64);
        points.push((cx.sum(base, offset), column));
    }
    points
}

/// Lanes `start ..` of a vector.
fn part(e: &mut Emitter, vector: Val, start: usize, lanes: usize) -> Val {
    let ty = e.ty(vector).with_lanes(lanes as u32);
    let mask: Vec<i64> = (start as i64..(start + lanes) as i64).collect();
    e.op("vector.shuffle", &[vector, vector], ty, &[("mask", Attr::I64s(&mask))])
}

/// The type that values of a dtype are joined in.
fn wide(dtype: DType) -> Ty {
    Ty::of(if matches!(dtype, DType::BF16 | DType::F16) { DType::F32 } else { dtype })
}

/// The value that changes nothing.
pub fn neutral(e: &mut Emitter, combine: Combine, dtype: DType, lanes: u32) -> Val {
    let ty = wide(dtype).with_lanes(lanes);
    let (signed, bits) = (dtype.is_signed_integer(), dtype.bits());
    let least = if signed { i64::MIN >> (64 - bits) } else { 0 };
    let most = if signed { i64::MAX >> (64 - bits) } else { -1 };
    match (combine, ty.is_float()) {
        (Combine::Add, true) => e.float(ty, 0.0),
        (Combine::Mul, true) => e.float(ty, 1.0),
        (Combine::Max, true) => e.float(ty, f64::NEG_INFINITY),
        (_, true) => e.float(ty, f64::INFINITY),
        (Combine::Mul, false) => e.int(ty, 1),
        (Combine::Max, false) => e.int(ty, least),
        (Combine::Min, false) => e.int(ty, most),
        (Combine::And, false) => e.int(ty, -1),
        (Combine::Add | Combine::Or | Combine::Xor, false) => e.int(ty, 0),
    }
}

/// One step of a reduction.
pub fn join(
    e: &mut Emitter,
    combine: Combine,
    dtype: DType,
    (a, b): (Val, Val),
    contract: bool,
) -> Val {
    let class = TypeClass::of(dtype);
    let name = match (combine, class) {
        (Combine::Add, TypeClass::Float) => "arith.addf",
        (Combine::Mul, TypeClass::Float) => "arith.mulf",
        (Combine::Max, TypeClass::Float) => "arith.maximumf",
        (Combine::Min, TypeClass::Float) => "arith.minimumf",
        (Combine::Add, TypeClass::Bool) => "arith.ori",
        (Combine::Mul, TypeClass::Bool) => "arith.andi",
        (Combine::Add, _) => "arith.addi",
        (Combine::Mul, _) => "arith.muli",
        (Combine::Max, TypeClass::SignedInt) => "arith.maxsi",
        (Combine::Min, TypeClass::SignedInt) => "arith.minsi",
        (Combine::Max, _) => "arith.maxui",
        (Combine::Min, _) => "arith.minui",
        (Combine::And, _) => "arith.andi",
        (Combine::Or, _) => "arith.ori",
        (Combine::Xor, _) => "arith.xori",
    };
    let ty = e.ty(a);
    scalar::arith(e, name, &[a, b], ty, contract)
}

/// `argmax` and `argmin`: the first extreme, NaN above and below all.
///
/// # Errors
/// None.
pub fn arg_reduce(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let ty = &call.in_types[0];
    let axis = call.eqn.params.usizes("axes")[0];
    let greatest = call.eqn.op == &jaxide_lax::reduce::ARGMAX;
    let out = &call.out_types[0];
    let place = (out.rank() > 0).then(|| cx.out(call, 0));
    let sizes = [ty.shape[..axis].to_vec(), ty.shape[axis + 1..].to_vec()].concat();
    let loops = cx.begin_loops(&sizes);
    let index_at =
        |along: Val, indices: &[Val]| [&indices[..axis], &[along], &indices[axis..]].concat();
    let zero = cx.e.index(0);
    let at = cx.position(&ty.shape, &index_at(zero, &loops.indices));
    let first = cx.read(call.ins[0], ty.dtype, at);
    let first = scalar::widen(&mut cx.e, first);
    let open = cx.e.begin_range(1, ty.shape[axis].max(1), 1, &[first, zero]);
    let at = cx.position(&ty.shape, &index_at(open.index, &loops.indices));
    let value = cx.read(call.ins[0], ty.dtype, at);
    let value = scalar::widen(&mut cx.e, value);
    let better = is_better(&mut cx.e, ty.dtype, greatest, value, open.carried[0]);
    let best = cx.e.select(better, value, open.carried[0]);
    let index = cx.e.select(better, open.index, open.carried[1]);
    let found = cx.e.end_for(open, &[best, index])[1];
    let found = scalar::convert(&mut cx.e, found, DType::I64, out.dtype);
    if let Some(place) = place {
        let at = cx.position(&out.shape, &loops.indices);
        cx.store(found, place.ptr, out.dtype, at);
    }
    cx.end_loops(loops);
    Ok(vec![place.map_or(Slot::Scalar(found), Slot::Array)])
}

fn is_better(e: &mut Emitter, dtype: DType, greatest: bool, value: Val, best: Val) -> Val {
    if dtype.is_float() {
        let beyond = e.cmpf(if greatest { "ogt" } else { "olt" }, value, best);
        let nan = e.cmpf("uno", value, value);
        let known = e.cmpf("ord", best, best);
        let first_nan = e.same("arith.andi", &[nan, known]);
        return e.same("arith.ori", &[beyond, first_nan]);
    }
    let predicate = match (dtype.is_signed_integer(), greatest) {
        (true, true) => "sgt",
        (true, false) => "slt",
        (false, true) => "ugt",
        (false, false) => "ult",
    };
    e.cmpi(predicate, value, best)
}
