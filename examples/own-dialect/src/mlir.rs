//! What `sig.fir` is in compiled code: one loop per dimension, the taps unrolled.

use jaxide_ir::Result;
use jaxide_mlir::{
    MlirBackend,
    cpu::{OpCall, ProgramCx, Slot, scalar},
    emit::Val,
};

use crate::FIR;

/// The compiler for the CPU with this dialect.
pub fn cpu() -> MlirBackend {
    MlirBackend::with_rules(&[(&FIR, fir)])
}

fn fir(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (from, to) = (&call.in_types[0], &call.out_types[0]);
    let out = cx.out(call, 0);
    let loops = cx.begin_loops(&to.shape);
    let first = cx.position(&from.shape, &loops.indices);
    let mut sum: Option<Val> = None;
    for (k, tap) in call.eqn.params.floats("taps").into_iter().enumerate() {
        let k = cx.e.index(k as i64);
        let at = cx.sum(first, k);
        let x = cx.read(call.ins[0], from.dtype, at);
        let x = scalar::widen(&mut cx.e, x);
        let ty = cx.e.ty(x);
        let tap = cx.e.float(ty, tap);
        let product = cx.e.same("arith.mulf", &[x, tap]);
        sum = Some(match sum {
            Some(sum) => cx.e.same("arith.addf", &[sum, product]),
            None => product,
        });
    }
    let result = scalar::narrow(&mut cx.e, sum.expect("a tap"), to.dtype);
    let at = cx.position(&to.shape, &loops.indices);
    cx.store(result, out.ptr, to.dtype, at);
    cx.end_loops(loops);
    Ok(vec![Slot::Array(out)])
}
