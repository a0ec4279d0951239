//! `sig.fir`: a filter of constant taps over the last axis. The record holds all that the IR knows
//! of the op; what engines do with it is in `eval` and `mlir`.

use jaxide_ir::{
    Arity, ArrayType, Call, Handle, OpDef, OutTypes, ParamDef, ParamKind, Params, Result, Rule,
    RuleCx, Value, diag,
    rules::{Batched, LinearOperand},
};
use jaxide_lax::{
    Val, pad,
    templates::{FLOAT, bind_call, bind1, check_classes, jvp_linear, move_axis, structural},
};

/// `out[.., i] = sum over k of taps[k] * x[.., i + k]`, where all of the taps lie inside.
///
/// The sum runs in the order of the taps; bf16 and f16 are computed in f32 and rounded once.
pub static FIR: OpDef = OpDef {
    classes: FLOAT,
    params: &[ParamDef::required("taps", ParamKind::Tuple(&ParamKind::Float))],
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose),
    batch: Rule::Is(batch),
    ..structural("sig.fir", "Filter of constant taps over the last axis.", Arity::Exactly(1), infer)
};

/// Applies a filter along the last axis: of `n` elements and `k` taps come `n - k + 1` results.
///
/// # Panics
/// When `x` is no float array, there is no tap or one that is not finite, or the axis is shorter
/// than the filter.
#[track_caller]
pub fn fir<V: Value>(x: &V, taps: &[f64]) -> V {
    bind1(&FIR, Params::new().with("taps", taps), &[x])
}

/// The mean of each `window` neighbours along the last axis.
///
/// # Panics
/// As [`fir`]; a window of 0 has no taps.
#[track_caller]
pub fn moving_average<V: Value>(x: &V, window: usize) -> V {
    fir(x, &vec![1.0 / window as f64; window])
}

fn infer(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (name, x, taps) = (call.op.name, types[0], call.params.floats("taps"));
    if taps.is_empty() || !taps.iter().all(|tap| tap.is_finite()) {
        let got = format!("{taps:?}");
        return Err(diag::param(name, "taps", "one finite number or more", &got));
    }
    let mut shape = x.shape.clone();
    match shape.last_mut() {
        Some(last) if *last >= taps.len() => *last -= taps.len() - 1,
        _ => {
            let least = taps.len();
            let message = format!("expected at least {least} elements on the last axis, got {x}");
            return Err(diag::invalid(name, message));
        }
    }
    Ok(OutTypes::from_iter([x.with_shape(&shape)]))
}

/// The filter reversed, over the cotangent with zeros around it.
fn transpose<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    _: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0].map(Val) else { return Ok(vec![None]) };
    let mut taps = call.params.floats("taps");
    taps.reverse();
    let mut around = vec![(0, 0, 0); ct.ty().rank()];
    if let Some(last) = around.last_mut() {
        *last = (taps.len() as i64 - 1, taps.len() as i64 - 1, 0);
    }
    Ok(vec![Some(fir(&pad(&ct, &ct.constant(0.0), &around), &taps).0)])
}

/// The batch axis may be any but the last.
fn batch<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    _: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (x, axis) = operands[0];
    let outs = bind_call(call, &[move_axis(&Val(x), axis.unwrap_or(0), 0)]);
    Ok(outs.into_iter().map(|out| (out.0, Some(0))).collect())
}
