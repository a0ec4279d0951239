//! `scan` as `scf.for`: slices of the scanned arrays are read, and stacked results written, where
//! they lie.

use jaxide_ir::{ArrayType, Result};
use jaxide_lax::control::scan::Scan;

use super::{Carry, borrowed, release};
use crate::{
    cpu::program::{OpCall, Place, ProgramCx, Slot},
    emit::Val,
};

/// Lowers `scan`.
///
/// # Errors
/// An op of the body without lowering.
pub fn scan(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let spec = Scan::of(&call.eqn.params);
    let first_xs = spec.num_consts + spec.num_carry;
    let carry = Carry::start(cx, call, spec.num_consts, spec.num_carry);
    let ys: Vec<Place> =
        (spec.num_carry..call.out_types.len()).map(|at| cx.out(call, at)).collect();
    let open = cx.e.begin_range(0, spec.length, 1, &carry.inits);
    let row = if spec.reverse {
        let last = cx.e.index(spec.length as i64 - 1);
        cx.i64_op("arith.subi", last, open.index)
    } else {
        open.index
    };
    let mut ins = borrowed(cx, &call.ins[..spec.num_consts]);
    ins.extend(carry.slots(cx, &open.carried, true));
    for (slot, ty) in call.ins.iter().zip(&call.in_types).skip(first_xs) {
        ins.push(slice(cx, *slot, ty, row));
    }
    let y_types = &spec.jaxpr.out_types()[spec.num_carry..];
    let rows: Vec<Place> = ys
        .iter()
        .zip(y_types)
        .map(|(place, ty)| {
            let start = cx.scaled(row, ty.size() as i64);
            cx.part(*place, ty.dtype, start)
        })
        .collect();
    let mut dests = vec![None; spec.num_carry];
    dests.extend(rows.iter().map(|place| Some(*place)));
    let outs = cx.program(&spec.jaxpr, &ins, &dests)?;
    let (new_carry, new_ys) = outs.split_at(spec.num_carry);
    for ((slot, ty), place) in new_ys.iter().zip(y_types).zip(&rows) {
        cx.write(*slot, ty, *place);
    }
    let yields = carry.step(cx, new_carry);
    release(cx, new_ys);
    let last = cx.e.end_for(open, &yields);
    let mut results = carry.results(&last);
    results.extend(ys.into_iter().map(Slot::Array));
    Ok(results)
}

/// One slice along the leading axis.
fn slice(cx: &mut ProgramCx<'_>, slot: Slot, ty: &ArrayType, row: Val) -> Slot {
    let Slot::Array(place) = slot else { return slot };
    if ty.rank() == 1 {
        return Slot::Scalar(cx.load(place.ptr, ty.dtype, row, 0));
    }
    let start = cx.scaled(row, ty.shape[1..].iter().product::<usize>() as i64);
    Slot::Array(cx.part(place, ty.dtype, start))
}
