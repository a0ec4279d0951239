//! `cond` as `scf.if` or `scf.index_switch`; array results of the branches are written to common
//! memory.

use jaxide_ir::{DType, Result};
use jaxide_lax::control::cond::branches;

use super::{borrowed, release};
use crate::{
    cpu::{
        program::{OpCall, Place, ProgramCx, Slot},
        scalar,
    },
    emit::{Ty, Val},
};

/// Lowers `cond`.
///
/// # Errors
/// An op of a branch without lowering.
pub fn cond(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let branches = branches(&call.eqn.params);
    let places: Vec<Option<Place>> = call
        .out_types
        .iter()
        .enumerate()
        .map(|(at, ty)| (ty.rank() > 0).then(|| cx.out(call, at)))
        .collect();
    let scalars = call.out_types.iter().filter(|ty| ty.rank() == 0);
    let types: Vec<Ty> = scalars.map(|ty| Ty::of(ty.dtype)).collect();
    let number = number(cx, call, branches.len());
    let mut closed = Vec::new();
    for branch in &branches {
        let open = cx.e.begin_branch();
        let ins = borrowed(cx, &call.ins[1..]);
        let outs = cx.program(branch, &ins, &places)?;
        for ((slot, ty), place) in outs.iter().zip(&call.out_types).zip(&places) {
            if let Some(place) = place {
                cx.write(*slot, ty, *place);
            }
        }
        release(cx, &outs);
        let yields: Vec<Val> = outs.iter().filter_map(|slot| slot.register()).collect();
        closed.push(cx.e.end_branch(open, &yields));
    }
    let registers = cx.e.switch(number, &types, closed);
    let mut registers = registers.into_iter();
    let slot = |place: Option<Place>| match place {
        Some(place) => Slot::Array(place),
        None => Slot::Scalar(registers.next().expect("one register per result of rank 0")),
    };
    Ok(places.into_iter().map(slot).collect())
}

/// The branch's number, clamped into range.
fn number(cx: &mut ProgramCx<'_>, call: &OpCall<'_>, count: usize) -> Val {
    let dtype = call.in_types[0].dtype;
    let zero = cx.e.index(0);
    let index = cx.read(call.ins[0], dtype, zero);
    let index = scalar::convert(&mut cx.e, index, dtype, DType::I64);
    let last = cx.e.index(count as i64 - 1);
    let index = cx.i64_op("arith.maxsi", index, zero);
    cx.i64_op("arith.minsi", index, last)
}

/// `platform_index` on the host.
///
/// # Errors
/// None.
pub fn platform_index(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let index = jaxide_lax::control::platform::platform_index(&call.eqn.params, "cpu");
    let value = cx.e.int(Ty::of(call.out_types[0].dtype), index as i64);
    Ok(vec![Slot::Scalar(value)])
}
