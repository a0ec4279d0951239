//! `kernel.map`: a loop nest that stores what the body gives, 16 elements at a time where operands
//! and results are walked in order.

use jaxide_ir::{ArrayType, Result};
use jaxide_kernel::{Access, Kernel, Nest};

use super::{
    nest::{LANES, Reads},
    program::{OpCall, Place, ProgramCx, Slot},
    scalar,
};
use crate::emit::Val;

/// Lowers `kernel.map`.
///
/// # Errors
/// An op of the body without scalar code.
pub fn map(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let kernel = Kernel::of(&call.eqn.params);
    let nest = Nest::of(&kernel, &call.in_types.iter().collect::<Vec<_>>());
    let outs = results(cx, call, &nest);
    if nest.iterations() > 0 {
        let reads = Reads {
            accesses: &nest.inputs,
            slots: &call.ins,
            types: &call.in_types,
            body: &kernel.body,
        };
        loops(cx, &nest, &reads, &outs, &call.out_types)?;
    }
    Ok(outs.into_iter().map(Slot::Array).collect())
}

/// Memory for the results: over an operand that dies here and is read at the very positions where
/// the result is written.
fn results(cx: &mut ProgramCx<'_>, call: &OpCall<'_>, nest: &Nest) -> Vec<Place> {
    let reads: Vec<&Access> =
        nest.inputs.iter().filter(|access| !matches!(access, Access::Iota(_))).collect();
    let mut taken: Vec<usize> = Vec::new();
    let mut outs = Vec::new();
    for (result, ty) in call.out_types.iter().enumerate() {
        let fits = |operand: &usize| {
            let in_place = |other: usize| {
                !cx.same_memory(call.ins[*operand], call.ins[other])
                    || *reads[other] == Access::Read(nest.outputs[result].clone())
            };
            call.in_types[*operand].dtype.size() == ty.dtype.size()
                && (0..reads.len()).all(in_place)
                && !taken.iter().any(|taken| cx.same_memory(call.ins[*taken], call.ins[*operand]))
        };
        let over: Vec<usize> = (0..reads.len()).filter(fits).collect();
        let place = cx.out_over(call, result, &over);
        taken.extend((0..reads.len()).find(|operand| {
            call.ins[*operand].place().is_some_and(|operand| operand.ptr == place.ptr)
        }));
        outs.push(place);
    }
    outs
}

fn loops(
    cx: &mut ProgramCx<'_>,
    nest: &Nest,
    reads: &Reads<'_>,
    outs: &[Place],
    types: &[ArrayType],
) -> Result<()> {
    let Some((last, outer)) = nest.sizes.split_last() else {
        return iteration(cx, nest, reads, outs, types, &[], None);
    };
    let dim = outer.len();
    let loops = cx.begin_loops(outer);
    let mut indices = loops.indices.clone();
    let contiguous = nest.outputs.iter().all(|expr| expr.is_affine() && expr.stride(dim) == 1);
    let whole = if contiguous && reads.vectorisable(dim) { last / LANES * LANES } else { 0 };
    for (low, high, step) in [(0, whole, LANES), (whole, *last, 1)] {
        if low == high {
            continue;
        }
        let open = cx.e.begin_range(low, high, step, &[]);
        indices.push(open.index);
        let vector = (step == LANES).then_some(dim);
        iteration(cx, nest, reads, outs, types, &indices, vector)?;
        indices.pop();
        cx.e.end_for(open, &[]);
    }
    cx.end_loops(loops);
    Ok(())
}

fn iteration(
    cx: &mut ProgramCx<'_>,
    nest: &Nest,
    reads: &Reads<'_>,
    outs: &[Place],
    types: &[ArrayType],
    indices: &[Val],
    vector: Option<usize>,
) -> Result<()> {
    let inputs = cx.body_inputs(reads, indices, vector);
    let lanes = if vector.is_some() { LANES as u32 } else { 0 };
    let values = scalar::body(&mut cx.e, reads.body, &inputs, lanes, cx.contract)?;
    for (((value, out), ty), position) in values.iter().zip(outs).zip(types).zip(&nest.outputs) {
        let at = cx.expr(position, indices);
        cx.store(*value, out.ptr, ty.dtype, at);
    }
    Ok(())
}
