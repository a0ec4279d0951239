//! Ops that routines of the runtime's library compute: one lowering for all of them. The call frame
//! lies in the scratch buffer; a failure is noted there too, for the caller of the program.

use jaxide_ir::{DType, Jaxpr, Lower, Result};
use jaxide_runtime::library::{self, frame::Word};

use super::program::{OpCall, Place, ProgramCx, Slot};
use crate::{
    emit::{I64, Val},
    jit::Symbol,
};

/// The functions of the library, for whoever links a program.
pub fn symbols() -> Vec<Symbol<'static>> {
    let symbol = |routine: &library::Routine| Symbol {
        name: routine.symbol,
        address: routine.entry as *const () as usize,
    };
    library::all().map(symbol).collect()
}

/// True when the program calls the library somewhere.
pub fn calls_library(jaxpr: &Jaxpr) -> bool {
    jaxpr.eqns.iter().any(|eqn| {
        matches!(eqn.op.lower, Lower::Library(_))
            || eqn.params.jaxprs().into_iter().any(|nested| calls_library(nested))
    })
}

/// Lowers an op with [`Lower::Library`].
///
/// # Errors
/// When the library lacks the routine.
pub fn library(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let Lower::Library(symbol) = call.eqn.op.lower else { unreachable!("the rule of library ops") };
    if library::find(symbol).is_none() {
        return Err(crate::diag::unsupported_op(call.eqn.op.name));
    }
    let (mut ins, mut own) = (Vec::new(), Vec::new());
    for (slot, ty) in call.ins.iter().zip(&call.in_types) {
        let place = match slot {
            Slot::Array(place) => *place,
            Slot::Scalar(_) => {
                let place = cx.temporary(ty.bytes());
                cx.write(*slot, ty, place);
                own.push(place);
                place
            }
        };
        ins.push(place);
    }
    let outs: Vec<Place> = (0..call.out_types.len()).map(|at| cx.out(call, at)).collect();
    let words =
        library::frame::layout(call.eqn.op, &call.eqn.params, &call.in_types, &call.out_types);
    let frame = cx.temporary(words.len() * 8);
    for (at, word) in words.into_iter().enumerate() {
        let value = match word {
            Word::Value(value) => cx.e.index(value),
            Word::Input(at) => address(cx, ins[at]),
            Word::Output(at) => address(cx, outs[at]),
        };
        let at = cx.e.index(at as i64);
        cx.store(value, frame.ptr, DType::I64, at);
    }
    let status = cx.status();
    cx.e.call(symbol, &[frame.ptr, status]);
    own.into_iter().chain([frame]).for_each(|place| cx.release(place));
    let results = outs.into_iter().zip(&call.out_types).map(|(place, ty)| match ty.rank() {
        0 if !ty.dtype.is_complex() => {
            let zero = cx.e.index(0);
            let value = cx.load(place.ptr, ty.dtype, zero, 0);
            cx.release(place);
            Slot::Scalar(value)
        }
        _ => Slot::Array(place),
    });
    Ok(results.collect())
}

fn address(cx: &mut ProgramCx<'_>, place: Place) -> Val {
    cx.e.op("llvm.ptrtoint", &[place.ptr], I64, &[])
}
