//! `gather` and the scatter family as plain loops over indices and windows. Indices are clamped, or
//! a window that does not lie inside is filled (gather) or left out (scatter).

use jaxide_ir::{ArrayType, DType, OpDef, Result};
use jaxide_kernel::Combine;
use jaxide_lax::{
    gather::{GatherDims, Mode, fill_scalar},
    scatter::{self, ScatterDims},
};

use super::{
    program::{OpCall, ProgramCx, Slot},
    reduce::join,
    scalar,
};
use crate::emit::{I1, Val};

/// Where the window of an index starts, and whether it lies inside.
struct Window {
    start: Vec<Val>,
    inside: Val,
}

/// What gather and scatter know of operand and indices.
struct Windows<'a> {
    operand: &'a ArrayType,
    indices: Slot,
    indices_ty: &'a ArrayType,
    /// The operand dimension of each component.
    map: &'a [usize],
    /// Dimensions of the operand and of the indices that run along.
    batching: (&'a [usize], &'a [usize]),
    /// Window sizes per operand dimension.
    sizes: &'a [usize],
}

impl Windows<'_> {
    /// The window of the index at `place`, clamped into the operand.
    fn at(&self, cx: &mut ProgramCx<'_>, place: &[Val]) -> Window {
        let zero = cx.e.index(0);
        let mut start = vec![zero; self.operand.rank()];
        for (dim, along) in self.batching.0.iter().zip(self.batching.1) {
            start[*dim] = place[*along];
        }
        let mut inside = cx.e.int(I1, 1);
        for (component, dim) in self.map.iter().enumerate() {
            let component = cx.e.index(component as i64);
            let at = [place, &[component]].concat();
            let at = cx.position(&self.indices_ty.shape, &at);
            let dtype = self.indices_ty.dtype;
            let index = cx.read(self.indices, dtype, at);
            let index = scalar::convert(&mut cx.e, index, dtype, DType::I64);
            let last = self.operand.shape[*dim] as i64 - self.sizes[*dim] as i64;
            let last = cx.e.index(last);
            let clamped = if dtype == DType::U64 {
                cx.i64_op("arith.minui", index, last)
            } else {
                let raised = cx.i64_op("arith.maxsi", index, zero);
                cx.i64_op("arith.minsi", raised, last)
            };
            let same = cx.e.cmpi("eq", index, clamped);
            inside = cx.e.same("arith.andi", &[inside, same]);
            start[*dim] = clamped;
        }
        Window { start, inside }
    }

    /// The operand dimensions that the other array has too.
    fn inner(&self, dropped: &[usize]) -> Vec<usize> {
        let own = |dim: &usize| !dropped.contains(dim) && !self.batching.0.contains(dim);
        (0..self.operand.rank()).filter(own).collect()
    }
}

/// The dimensions that are not listed.
fn others(rank: usize, listed: &[usize]) -> Vec<usize> {
    (0..rank).filter(|dim| !listed.contains(dim)).collect()
}

/// Lowers `gather`.
///
/// # Errors
/// None.
pub fn gather(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let params = &call.eqn.params;
    let dims = GatherDims::of(params);
    let sizes = params.usizes("slice_sizes");
    let (operand, out_ty) = (&call.in_types[0], &call.out_types[0]);
    let windows = Windows {
        operand,
        indices: call.ins[1],
        indices_ty: &call.in_types[1],
        map: &dims.start_index_map,
        batching: (&dims.operand_batching_dims, &dims.start_indices_batching_dims),
        sizes: &sizes,
    };
    let fill = (Mode::of(params) == Mode::FillOrDrop)
        .then(|| scalar::literal(&mut cx.e, fill_scalar(params, out_ty.dtype), 0));
    if out_ty.rank() == 0 {
        let window = windows.at(cx, &[]);
        let at = cx.position(&operand.shape, &window.start);
        let value = cx.read(call.ins[0], operand.dtype, at);
        let value = fill.map_or(value, |fill| cx.e.select(window.inside, value, fill));
        return Ok(vec![Slot::Scalar(value)]);
    }
    let out = cx.out(call, 0);
    if out_ty.size() == 0 {
        return Ok(vec![Slot::Array(out)]);
    }
    if operand.size() == 0 {
        // Nothing lies inside.
        let value = fill.unwrap_or_else(|| {
            scalar::literal(&mut cx.e, jaxide_ir::Scalar::zero(out_ty.dtype), 0)
        });
        let loops = cx.begin_loops(&[out_ty.size()]);
        cx.store(value, out.ptr, out_ty.dtype, loops.indices[0]);
        cx.end_loops(loops);
        return Ok(vec![Slot::Array(out)]);
    }
    let batch = others(out_ty.rank(), &dims.offset_dims);
    let batch_sizes: Vec<usize> = batch.iter().map(|dim| out_ty.shape[*dim]).collect();
    let inner = windows.inner(&dims.collapsed_slice_dims);
    let inner_sizes: Vec<usize> = inner.iter().map(|dim| sizes[*dim]).collect();
    let outer_loops = cx.begin_loops(&batch_sizes);
    let window = windows.at(cx, &outer_loops.indices);
    let inner_loops = cx.begin_loops(&inner_sizes);
    let mut source = window.start.clone();
    let zero = cx.e.index(0);
    let mut target = vec![zero; out_ty.rank()];
    for (dim, index) in batch.iter().zip(&outer_loops.indices) {
        target[*dim] = *index;
    }
    for ((dim, offset), index) in inner.iter().zip(&dims.offset_dims).zip(&inner_loops.indices) {
        source[*dim] = cx.sum(source[*dim], *index);
        target[*offset] = *index;
    }
    let at = cx.position(&operand.shape, &source);
    let value = cx.read(call.ins[0], operand.dtype, at);
    let value = fill.map_or(value, |fill| cx.e.select(window.inside, value, fill));
    let at = cx.position(&out_ty.shape, &target);
    cx.store(value, out.ptr, out_ty.dtype, at);
    cx.end_loops(inner_loops);
    cx.end_loops(outer_loops);
    Ok(vec![Slot::Array(out)])
}

/// Lowers the scatter family: updates are combined in the order of the indices, in place where the
/// operand dies.
///
/// # Errors
/// An op of the update function without scalar code.
pub fn scatter(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let params = &call.eqn.params;
    let dims = ScatterDims::of(params);
    let (operand, updates) = (&call.in_types[0], &call.in_types[2]);
    let inner = others(operand.rank(), &dims.inserted_window_dims);
    let inner: Vec<usize> =
        inner.into_iter().filter(|dim| !dims.operand_batching_dims.contains(dim)).collect();
    let mut sizes = vec![1; operand.rank()];
    for (dim, window) in inner.iter().zip(&dims.update_window_dims) {
        sizes[*dim] = updates.shape[*window];
    }
    let windows = Windows {
        operand,
        indices: call.ins[1],
        indices_ty: &call.in_types[1],
        map: &dims.scatter_dims_to_operand_dims,
        batching: (&dims.operand_batching_dims, &dims.scatter_indices_batching_dims),
        sizes: &sizes,
    };
    let clip = Mode::of(params) == Mode::Clip;
    let Slot::Array(source) = call.ins[0] else { return scatter_scalar(cx, call, &windows, clip) };
    let apart = (1..3).all(|at| !cx.same_memory(call.ins[0], call.ins[at]));
    let out = cx.out_over(call, 0, if apart { &[0] } else { &[] });
    cx.e.copy(out.ptr, source.ptr, operand.bytes());
    if updates.size() == 0 || operand.size() == 0 {
        return Ok(vec![Slot::Array(out)]);
    }
    let batch = others(updates.rank(), &dims.update_window_dims);
    let batch_sizes: Vec<usize> = batch.iter().map(|dim| updates.shape[*dim]).collect();
    let inner_sizes: Vec<usize> = inner.iter().map(|dim| sizes[*dim]).collect();
    let outer_loops = cx.begin_loops(&batch_sizes);
    let window = windows.at(cx, &outer_loops.indices);
    let branch = cx.e.begin_branch();
    let inner_loops = cx.begin_loops(&inner_sizes);
    let mut target = window.start.clone();
    let zero = cx.e.index(0);
    let mut from = vec![zero; updates.rank()];
    for (dim, index) in batch.iter().zip(&outer_loops.indices) {
        from[*dim] = *index;
    }
    for ((dim, along), index) in
        inner.iter().zip(&dims.update_window_dims).zip(&inner_loops.indices)
    {
        target[*dim] = cx.sum(target[*dim], *index);
        from[*along] = *index;
    }
    let at = cx.position(&updates.shape, &from);
    let update = cx.read(call.ins[2], updates.dtype, at);
    let at = cx.position(&operand.shape, &target);
    let old = cx.load(out.ptr, operand.dtype, at, 0);
    let new = combined(cx, call, old, update)?;
    cx.store(new, out.ptr, operand.dtype, at);
    cx.end_loops(inner_loops);
    let then = cx.e.end_branch(branch, &[]);
    let empty = cx.e.begin_branch();
    let other = cx.e.end_branch(empty, &[]);
    let yes = cx.e.int(I1, 1);
    cx.e.if_(if clip { yes } else { window.inside }, &[], then, other);
    cx.end_loops(outer_loops);
    Ok(vec![Slot::Array(out)])
}

/// A scatter into a value of rank 0, whose windows always lie inside.
fn scatter_scalar(
    cx: &mut ProgramCx<'_>,
    call: &OpCall<'_>,
    _: &Windows<'_>,
    _: bool,
) -> Result<Vec<Slot>> {
    let zero = cx.e.index(0);
    let old = cx.read(call.ins[0], call.in_types[0].dtype, zero);
    let updates = &call.in_types[2];
    let open = cx.e.begin_range(0, updates.size(), 1, &[old]);
    let update = cx.read(call.ins[2], updates.dtype, open.index);
    let new = combined(cx, call, open.carried[0], update)?;
    let last = cx.e.end_for(open, &[new]);
    Ok(vec![Slot::Scalar(last[0])])
}

/// How updates join what is there; `scatter` itself has an update function, or replaces.
static COMBINES: &[(&OpDef, Combine)] = &[
    (&scatter::SCATTER_ADD, Combine::Add),
    (&scatter::SCATTER_MAX, Combine::Max),
    (&scatter::SCATTER_MIN, Combine::Min),
    (&scatter::SCATTER_MUL, Combine::Mul),
    (&scatter::SCATTER_SUB, Combine::Add),
];

fn combined(cx: &mut ProgramCx<'_>, call: &OpCall<'_>, old: Val, new: Val) -> Result<Val> {
    let dtype = call.out_types[0].dtype;
    let Some((_, combine)) = COMBINES.iter().find(|row| row.0 == call.eqn.op) else {
        if call.eqn.params.is_none("update_jaxpr") {
            return Ok(new);
        }
        let update = call.eqn.params.jaxpr("update_jaxpr").clone();
        let ins = [Slot::Scalar(old), Slot::Scalar(new)];
        let outs = cx.program(&update, &ins, &[None])?;
        return Ok(outs[0].register().expect("an update function gives one element"));
    };
    let (old, new) = (scalar::widen(&mut cx.e, old), scalar::widen(&mut cx.e, new));
    let new = if call.eqn.op == &scatter::SCATTER_SUB { negated(cx, new) } else { new };
    let contract = cx.contract;
    let value = join(&mut cx.e, *combine, dtype, (old, new), contract);
    Ok(scalar::narrow(&mut cx.e, value, dtype))
}

fn negated(cx: &mut ProgramCx<'_>, value: Val) -> Val {
    let ty = cx.e.ty(value);
    if ty.is_float() {
        return cx.e.same("arith.negf", &[value]);
    }
    let zero = cx.e.int(ty, 0);
    cx.e.same("arith.subi", &[zero, value])
}
