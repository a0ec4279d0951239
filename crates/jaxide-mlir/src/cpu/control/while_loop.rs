//! `while` as `scf.while`. A predicate that is not of rank 0 comes from vectorisation: the loop
//! runs while any lane is true, and lanes that are false keep their carry.

use jaxide_ir::{ArrayType, DType, Result};
use jaxide_lax::control::while_loop::While;

use super::{Carry, borrowed, release};
use crate::{
    cpu::program::{OpCall, Place, ProgramCx, Slot},
    emit::{I1, Val},
};

/// Lowers `while`.
///
/// # Errors
/// An op of the nested programs without lowering.
pub fn while_loop(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let spec = While::of(&call.eqn.params);
    let (cond_consts, body_consts, carry) = spec.split(&call.ins);
    let (cond_consts, body_consts, count) =
        (cond_consts.to_vec(), body_consts.to_vec(), carry.len());
    let carry = Carry::start(cx, call, cond_consts.len() + body_consts.len(), count);
    let predicate = &spec.cond_jaxpr.out_types()[0];
    let lanes = (predicate.rank() > 0).then(|| cx.temporary(predicate.bytes()));

    let (open, registers) = cx.e.begin_while(&carry.inits);
    let mut ins = borrowed(cx, &cond_consts);
    ins.extend(carry.slots(cx, &registers, false));
    let outs = cx.program(&spec.cond_jaxpr, &ins, &[lanes])?;
    let go_on = match (outs[0], lanes) {
        (Slot::Scalar(value), _) => value,
        (slot, Some(place)) => {
            cx.write(slot, predicate, place);
            any(cx, place, predicate)
        }
        (Slot::Array(place), None) => any(cx, place, predicate),
    };
    release(cx, &outs);
    let (before, open, registers) = cx.e.while_body(open, go_on, &registers);
    let mut ins = borrowed(cx, &body_consts);
    ins.extend(carry.slots(cx, &registers, lanes.is_none()));
    let mut outs = cx.program(&spec.body_jaxpr, &ins, &vec![None; count])?;
    if let Some(place) = lanes {
        outs = keep_lanes(cx, place, predicate, &carry, &ins[body_consts.len()..], &outs);
    }
    let yields = carry.step(cx, &outs);
    let last = cx.e.end_while(&carry.inits, before, open, &yields);
    if let Some(place) = lanes {
        cx.release(place);
    }
    Ok(carry.results(&last))
}

fn any(cx: &mut ProgramCx<'_>, place: Place, ty: &ArrayType) -> Val {
    let no = cx.e.int(I1, 0);
    let open = cx.e.begin_range(0, ty.size(), 1, &[no]);
    let lane = cx.load(place.ptr, DType::Bool, open.index, 0);
    let either = cx.e.same("arith.ori", &[open.carried[0], lane]);
    cx.e.end_for(open, &[either])[0]
}

/// New memory with the new carry in lanes that are true and the old one elsewhere.
fn keep_lanes(
    cx: &mut ProgramCx<'_>,
    lanes: Place,
    predicate: &ArrayType,
    carry: &Carry,
    old: &[Slot],
    new: &[Slot],
) -> Vec<Slot> {
    let mut kept = Vec::new();
    for ((ty, old), new) in carry.types().iter().zip(old).zip(new) {
        let (Slot::Array(from), true) = (*new, ty.rank() >= predicate.rank()) else {
            kept.push(*new);
            continue;
        };
        let out = cx.temporary(ty.bytes());
        let inner: usize = ty.shape[predicate.rank()..].iter().product();
        let loops = cx.begin_loops(&[predicate.size(), inner]);
        let is_true = cx.load(lanes.ptr, DType::Bool, loops.indices[0], 0);
        let row = cx.scaled(loops.indices[0], inner as i64);
        let at = cx.sum(row, loops.indices[1]);
        let value = cx.load(from.ptr, ty.dtype, at, 0);
        let before = cx.read(*old, ty.dtype, at);
        let value = cx.e.select(is_true, value, before);
        cx.store(value, out.ptr, ty.dtype, at);
        cx.end_loops(loops);
        cx.release(from);
        kept.push(Slot::Array(out));
    }
    kept
}
