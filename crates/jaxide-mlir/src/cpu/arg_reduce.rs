//! `argmax` and `argmin` as plain loops.

use jaxide_ir::{DType, Result};

use super::{
    program::{OpCall, ProgramCx, Slot},
    scalar,
};
use crate::emit::{Emitter, Val};

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
