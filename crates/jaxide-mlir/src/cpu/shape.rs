//! Ops that move elements and that no kernel took in: views, and copy loops. Also elementwise ops
//! of rank 0, which are code without memory.

use jaxide_ir::{ArrayType, DType, Eqn, Jaxpr, Result};
use jaxide_lax::{
    elementwise::BITCAST_CONVERT_TYPE,
    shape::{BROADCAST_IN_DIM, RESHAPE, SQUEEZE},
};

use super::{
    program::{OpCall, ProgramCx, Slot, memory_type},
    scalar::{self, ScalarCall},
};
use crate::{diag, emit::Val};

/// True for equations whose result is another type for the memory of the first operand.
pub fn is_view(jaxpr: &Jaxpr, eqn: &Eqn) -> bool {
    let (Some(operand), Some(result)) = (eqn.inputs.first(), eqn.outputs.first()) else {
        return false;
    };
    let (from, to) = (jaxpr.ty(*operand), &jaxpr.vars[*result]);
    same_elements(eqn, &from, to) && from.rank() > 0 && to.rank() > 0
}

/// True when the elements in memory are the same in the same order.
fn same_elements(eqn: &Eqn, from: &ArrayType, to: &ArrayType) -> bool {
    if eqn.op == &BROADCAST_IN_DIM {
        let dims = eqn.params.usizes("broadcast_dimensions");
        return from.size() == to.size() && dims.is_sorted();
    }
    eqn.op == &SQUEEZE
        || (eqn.op == &RESHAPE && eqn.params.is_none("dimensions"))
        || (eqn.op == &BITCAST_CONVERT_TYPE && from.dtype.size() != to.dtype.size())
}

/// An elementwise op outside of kernels: of rank 0, or a view as elements of another width.
///
/// # Errors
/// When the op has no scalar code, or an array was left outside of kernels.
pub fn scalar_op(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let out = &call.out_types[0];
    if call.eqn.op == &BITCAST_CONVERT_TYPE && call.in_types[0].dtype.size() != out.dtype.size() {
        return reshape(cx, call);
    }
    if out.rank() > 0 {
        return Err(diag::unsupported_op(call.eqn.op.name));
    }
    let zero = cx.e.index(0);
    let dtypes: Vec<DType> = call.in_types.iter().map(|ty| ty.dtype).collect();
    let operands: Vec<Val> =
        call.ins.iter().zip(&dtypes).map(|(slot, dtype)| cx.read(*slot, *dtype, zero)).collect();
    let scalar = ScalarCall {
        eqn: call.eqn,
        dtypes: &dtypes,
        out: out.dtype,
        operands: &operands,
        contract: cx.contract,
    };
    Ok(vec![Slot::Scalar(scalar::lower(&mut cx.e, &scalar)?)])
}

/// Another type for the same memory: `reshape`, `squeeze`, `broadcast_in_dim` that adds dimensions
/// of size 1, and bit casts to another width. From and to rank 0 by a load and a store.
///
/// # Errors
/// A permuting reshape, which is not supported.
pub fn reshape(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (from, to) = (&call.in_types[0], &call.out_types[0]);
    let zero = cx.e.index(0);
    if !same_elements(call.eqn, from, to) {
        return broadcast(cx, call);
    }
    match call.ins[0] {
        Slot::Array(place) if to.rank() == 0 => {
            Ok(vec![Slot::Scalar(cx.load(place.ptr, to.dtype, zero, 0))])
        }
        Slot::Array(_) => Ok(vec![call.ins[0]]),
        Slot::Scalar(value) if to.rank() == 0 => Ok(vec![Slot::Scalar(value)]),
        Slot::Scalar(value) => {
            let out = cx.out(call, 0);
            cx.store(value, out.ptr, from.dtype, zero);
            Ok(vec![Slot::Array(out)])
        }
    }
}

/// A `broadcast_in_dim` or permuting reshape that no kernel took in.
fn broadcast(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (from, to) = (&call.in_types[0], &call.out_types[0]);
    if call.eqn.op != &BROADCAST_IN_DIM {
        return Err(diag::unsupported_op(call.eqn.op.name).note("it permutes dimensions"));
    }
    if to.rank() == 0 {
        return Ok(vec![call.ins[0]]);
    }
    let dims = call.eqn.params.usizes("broadcast_dimensions");
    let out = cx.out(call, 0);
    let loops = cx.begin_loops(&to.shape);
    let zero = cx.e.index(0);
    let index: Vec<Val> = dims
        .iter()
        .enumerate()
        .map(|(axis, dim)| if from.shape[axis] == 1 { zero } else { loops.indices[*dim] })
        .collect();
    let at = cx.position(&from.shape, &index);
    let value = cx.read(call.ins[0], from.dtype, at);
    let at = cx.position(&to.shape, &loops.indices);
    cx.store(value, out.ptr, to.dtype, at);
    cx.end_loops(loops);
    Ok(vec![Slot::Array(out)])
}

/// The operand itself: what a reduction over no dimensions gives.
///
/// # Errors
/// When the operand is an array, which a kernel should have taken.
pub fn identity(_: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    match call.ins[..] {
        [Slot::Scalar(value)] => Ok(vec![Slot::Scalar(value)]),
        _ => Err(diag::unsupported_op(call.eqn.op.name)),
    }
}

/// `split`: one copy per outer index and result.
///
/// # Errors
/// None.
pub fn split(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let axis = call.eqn.params.usize("axis");
    let whole = &call.in_types[0];
    let zero = cx.e.index(0);
    let mut start = 0;
    let mut slots = Vec::new();
    for (at, ty) in call.out_types.iter().enumerate() {
        let out = cx.out(call, at);
        if let (Slot::Array(source), true) = (call.ins[0], ty.size() > 0) {
            let mut starts = vec![zero; ty.rank()];
            starts[axis] = cx.e.index(start as i64);
            copy_window(cx, ty, whole, &starts, (source.ptr, out.ptr), false);
        }
        start += ty.shape[axis];
        slots.push(Slot::Array(out));
    }
    Ok(slots)
}

/// One copy per outer index and operand.
///
/// # Errors
/// None.
pub fn concatenate(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let axis = call.eqn.params.usize("dimension");
    let out_ty = &call.out_types[0];
    let out = cx.out(call, 0);
    let memory = memory_type(out_ty.dtype);
    let outer: usize = out_ty.shape[..axis].iter().product();
    let row: usize = out_ty.shape[axis..].iter().product();
    let mut start = 0;
    for (slot, ty) in call.ins.iter().zip(&call.in_types) {
        let part: usize = ty.shape[axis..].iter().product();
        if let Slot::Array(place) = slot {
            let loops = cx.begin_loops(&[outer]);
            let from = cx.scaled(loops.indices[0], part as i64);
            let from = cx.e.element(place.ptr, from, memory);
            let to = cx.scaled(loops.indices[0], row as i64);
            let offset = cx.e.index(start as i64);
            let to = cx.sum(to, offset);
            let to = cx.e.element(out.ptr, to, memory);
            cx.e.copy(to, from, part * ty.dtype.size());
            cx.end_loops(loops);
        }
        start += part;
    }
    Ok(vec![Slot::Array(out)])
}

/// `empty`: zeros.
///
/// # Errors
/// None.
pub fn empty(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let ty = &call.out_types[0];
    let zero = scalar::literal(&mut cx.e, jaxide_ir::Scalar::zero(ty.dtype), 0);
    if ty.rank() == 0 {
        return Ok(vec![Slot::Scalar(zero)]);
    }
    let out = cx.out(call, 0);
    let all = cx.begin_loops(&[ty.size()]);
    cx.store(zero, out.ptr, ty.dtype, all.indices[0]);
    cx.end_loops(all);
    Ok(vec![Slot::Array(out)])
}

/// Start indices, clamped so that the slice lies inside.
fn starts(cx: &mut ProgramCx<'_>, call: &OpCall<'_>, first: usize, slack: &[usize]) -> Vec<Val> {
    let zero = cx.e.index(0);
    slack
        .iter()
        .enumerate()
        .map(|(axis, slack)| {
            let dtype = call.in_types[first + axis].dtype;
            let start = cx.read(call.ins[first + axis], dtype, zero);
            let start = scalar::convert(&mut cx.e, start, dtype, DType::I64);
            let most = cx.e.index(*slack as i64);
            // A u64 beyond the range of i64 is large, not negative.
            if dtype == DType::U64 {
                return cx.i64_op("arith.minui", start, most);
            }
            let start = cx.i64_op("arith.maxsi", start, zero);
            cx.i64_op("arith.minsi", start, most)
        })
        .collect()
}

/// Copies rows of `window` between two arrays; the window starts at `start` in `in_shape`.
fn copy_window(
    cx: &mut ProgramCx<'_>,
    window: &ArrayType,
    whole: &ArrayType,
    start: &[Val],
    (whole_ptr, window_ptr): (Val, Val),
    into_whole: bool,
) {
    let rank = window.rank();
    // Trailing axes that the window covers whole make one row with the axis before them.
    let mut split = rank;
    while split > 0 && (split == rank || window.shape[split] == whole.shape[split]) {
        split -= 1;
    }
    let row: usize = window.shape[split..].iter().product();
    let loops = cx.begin_loops(&window.shape[..split]);
    let mut inside = loops.indices.clone();
    let mut outside = Vec::new();
    for (axis, start) in start.iter().enumerate() {
        match loops.indices.get(axis) {
            Some(index) => outside.push(cx.sum(*index, *start)),
            None => {
                outside.push(*start);
                let zero = cx.e.index(0);
                inside.push(zero);
            }
        }
    }
    let memory = memory_type(window.dtype);
    let at = cx.position(&window.shape, &inside);
    let window_row = cx.e.element(window_ptr, at, memory);
    let at = cx.position(&whole.shape, &outside);
    let whole_row = cx.e.element(whole_ptr, at, memory);
    let (to, from) = if into_whole { (whole_row, window_row) } else { (window_row, whole_row) };
    let short = row * window.dtype.size() <= 8 && row == 1;
    let zero = cx.e.index(0);
    if short {
        let value = cx.load(from, window.dtype, zero, 0);
        cx.store(value, to, window.dtype, zero);
    } else {
        cx.e.copy(to, from, row * window.dtype.size());
    }
    cx.end_loops(loops);
}

/// A window at a position known at run time.
///
/// # Errors
/// None.
pub fn dynamic_slice(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (whole, window) = (&call.in_types[0], &call.out_types[0]);
    let Slot::Array(source) = call.ins[0] else { return Ok(vec![call.ins[0]]) };
    let slack: Vec<usize> = whole.shape.iter().zip(&window.shape).map(|(w, s)| w - s).collect();
    let start = starts(cx, call, 1, &slack);
    let out = cx.out(call, 0);
    if window.size() > 0 {
        copy_window(cx, window, whole, &start, (source.ptr, out.ptr), false);
    }
    Ok(vec![Slot::Array(out)])
}

/// The operand with a window replaced; in place where the operand dies.
///
/// # Errors
/// None.
pub fn dynamic_update_slice(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (whole, window) = (&call.in_types[0], &call.in_types[1]);
    let Slot::Array(source) = call.ins[0] else { return Ok(vec![call.ins[1]]) };
    let slack: Vec<usize> = whole.shape.iter().zip(&window.shape).map(|(w, s)| w - s).collect();
    let start = starts(cx, call, 2, &slack);
    let apart = !cx.same_memory(call.ins[0], call.ins[1]);
    let out = cx.out_over(call, 0, if apart { &[0] } else { &[] });
    cx.e.copy(out.ptr, source.ptr, whole.bytes());
    if let (Slot::Array(update), true) = (call.ins[1], window.size() > 0) {
        copy_window(cx, window, whole, &start, (out.ptr, update.ptr), true);
    }
    Ok(vec![Slot::Array(out)])
}
