//! The columns form: accumulators of 16 lanes stand for 16 results each, and what several rows read
//! is copied into panels where that pays.

use jaxide_ir::Result;
use jaxide_kernel::{Access, Expr};

use super::{ACCUMULATORS, Form, ROWS};
use crate::{
    cpu::{
        nest::{LANES, Reads},
        program::{Place, ProgramCx, Slot},
    },
    emit::{OpenFor, Val},
};

impl Form<'_> {
    /// Blocks of 64, then of 16 results of the last kept loop, then single ones. Where something
    /// that is read does not depend on the kept loop before it, 4 of its iterations share the reads.
    pub(super) fn columns(
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
