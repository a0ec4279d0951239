//! Calls of a nested program on the operands as they are: `pjit`, `closed_call`, `remat2`.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, DceCx, Eqn, Handle, Jaxpr, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Result, Rule, RuleCx, Value,
    op::InferFn,
    rules::{Batched, DceEqn, Jvp, LinearOperand},
};
use smallvec::SmallVec;

use super::{
    call_body,
    nested::{check_operands, keep_inputs, kept, unchanged},
};
use crate::shape::{batch_front, refuse, zeros};
use crate::templates;

const BOOLS: ParamKind = ParamKind::Tuple(&ParamKind::Bool);

/// A record of an op with nested programs: pure but for their effects, not folded.
pub(super) const fn control(
    name: &'static str,
    summary: &'static str,
    arity: Arity,
    params: &'static [ParamDef],
    infer: InferFn,
) -> OpDef {
    OpDef {
        params,
        jvp: Rule::Todo("needs the driver of forward differentiation"),
        transpose: Rule::Todo("needs the driver of transposition"),
        batch: Rule::Todo("needs the driver of vectorisation"),
        partial_eval: Rule::Todo("needs the driver of partial evaluation"),
        dce: Rule::Todo("needs a rule"),
        ..templates::structural(name, summary, arity, infer)
    }
}

/// A jitted function inside a program: its jaxpr runs on the operands.
pub static PJIT: OpDef = OpDef {
    jvp: Rule::Is(jvp_call),
    transpose: Rule::Is(transpose_call),
    batch: Rule::Is(batch_call),
    dce: Rule::Is(dce_call),
    ..control(
        "pjit",
        "Runs the jaxpr of a jitted function.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::required("name", ParamKind::Str),
                ParamDef::optional("donated_invars", ParamKind::Optional(&BOOLS), Param::None),
                ParamDef::optional("inline", ParamKind::Bool, Param::Bool(false)),
                ParamDef::required("jaxpr", ParamKind::Jaxpr),
                ParamDef::optional("keep_unused", ParamKind::Bool, Param::Bool(false)),
            ]
        },
        infer_pjit,
    )
};

/// Runs the jaxpr of a jitted function on operands of its input types.
#[track_caller]
pub fn bind_pjit<V: Value>(
    cx: V::Cx,
    name: &str,
    jaxpr: Arc<Jaxpr>,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    V::bind(cx, &PJIT, Params::new().with("name", name).with("jaxpr", jaxpr), operands)
}

fn infer_pjit(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    if !call.params.is_none("donated_invars") {
        let flags = call.params.items("donated_invars").len();
        if flags != types.len() {
            let expected = format!("expected donated_invars for {} operands", types.len());
            return Err(refuse(call, format!("{expected}, got {flags}")));
        }
    }
    infer_body(call, "jaxpr", types)
}

/// Result types of an op that runs the jaxpr of a parameter on its operands.
pub(super) fn infer_body(call: &Call<'_>, param: &str, types: &[&ArrayType]) -> Result<OutTypes> {
    let jaxpr = call.params.jaxpr(param);
    check_operands(call, param, jaxpr, types.iter().copied().enumerate())?;
    Ok(jaxpr.out_types().into())
}

/// A call of a program without a name.
pub static CLOSED_CALL: OpDef = OpDef {
    jvp: Rule::Is(jvp_call),
    transpose: Rule::Is(transpose_call),
    batch: Rule::Is(batch_call),
    dce: Rule::Is(dce_call),
    ..control(
        "closed_call",
        "Runs a jaxpr.",
        Arity::AtLeast(0),
        const { &[ParamDef::required("call_jaxpr", ParamKind::Jaxpr)] },
        infer_closed_call,
    )
};

/// Runs a jaxpr on operands of its input types.
#[track_caller]
pub fn bind_closed_call<V: Value>(
    cx: V::Cx,
    jaxpr: Arc<Jaxpr>,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    V::bind(cx, &CLOSED_CALL, Params::new().with("call_jaxpr", jaxpr), operands)
}

fn infer_closed_call(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    infer_body(call, "call_jaxpr", types)
}

/// A checkpointed function: reverse differentiation computes its residuals again.
pub static REMAT2: OpDef = OpDef {
    jvp: Rule::Is(jvp_call),
    transpose: Rule::Is(transpose_call),
    batch: Rule::Is(batch_call),
    dce: Rule::Is(dce_call),
    ..control(
        "remat2",
        "Runs a jaxpr whose residuals reverse differentiation computes again.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::shown("differentiated", ParamKind::Bool, Param::Bool(false)),
                ParamDef::required("jaxpr", ParamKind::Jaxpr),
                ParamDef::shown("policy", ParamKind::Optional(&ParamKind::Str), Param::None),
                ParamDef::shown("prevent_cse", ParamKind::Bool, Param::Bool(true)),
            ]
        },
        infer_remat2,
    )
};

/// Runs a jaxpr whose residuals reverse differentiation computes again.
#[track_caller]
pub fn bind_remat2<V: Value>(
    cx: V::Cx,
    jaxpr: Arc<Jaxpr>,
    prevent_cse: bool,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    let params = Params::new().with("jaxpr", jaxpr).with("prevent_cse", prevent_cse);
    V::bind(cx, &REMAT2, params, operands)
}

fn infer_remat2(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    infer_body(call, "jaxpr", types)
}

/// The program of a call-like op.
fn body<'p>(call: &Call<'p>) -> &'p Arc<Jaxpr> {
    call_body(call.op, call.params).expect("the rules of calls are in the records of calls only")
}

/// The parameters of a call for another program and other operands.
fn with_body(params: &Params, jaxpr: Arc<Jaxpr>) -> Params {
    let mut params = params.clone();
    for (name, value) in params.iter_mut() {
        match value {
            Param::Jaxpr(body) => *body = jaxpr.clone(),
            // It speaks of operands that have changed.
            other if name == "donated_invars" => *other = Param::None,
            _ => {}
        }
    }
    params
}

fn bind_call<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    jaxpr: Arc<Jaxpr>,
    operands: &[Handle<'b>],
) -> Vec<Handle<'b>> {
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    Handle::bind(cx.builder(), call.op, with_body(call.params, jaxpr), &operands).into_vec()
}

fn jvp_call<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let jaxpr = body(call);
    let nonzero: Vec<bool> = tangents.iter().map(Option::is_some).collect();
    let results = jaxpr.outputs.len();
    let (both, has) = cx.jvp_jaxpr(jaxpr, &nonzero, &vec![false; results])?;
    let operands: Vec<Handle<'b>> =
        primals.iter().chain(tangents.iter().flatten()).copied().collect();
    let mut out = bind_call(cx, call, both, &operands);
    let mut tangents = out.split_off(results).into_iter();
    let tangents = has.iter().map(|has| if *has { tangents.next() } else { None }).collect();
    Ok((out, tangents))
}

fn transpose_call<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let jaxpr = body(call);
    let linear: Vec<bool> =
        operands.iter().map(|x| matches!(x, LinearOperand::Linear(_))).collect();
    let backward = cx.transpose_jaxpr(jaxpr, &linear)?;
    let known = operands.iter().filter_map(|x| match x {
        LinearOperand::Known(value) => Some(*value),
        LinearOperand::Linear(_) => None,
    });
    let types = jaxpr.out_types();
    let cts = cts.iter().zip(&types).map(|(ct, ty)| ct.unwrap_or_else(|| zeros(cx.builder(), ty)));
    let inputs: Vec<Handle<'b>> = known.chain(cts).collect();
    let mut results = bind_call(cx, call, backward, &inputs).into_iter();
    Ok(linear.iter().map(|linear| if *linear { results.next() } else { None }).collect())
}

fn batch_call<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let jaxpr = body(call);
    let batched: Vec<bool> = operands.iter().map(|x| x.1.is_some()).collect();
    let force = vec![false; jaxpr.outputs.len()];
    let (wide, has) = cx.batch_jaxpr(jaxpr, size, &batched, &force)?;
    let front = |x: &Batched<'b>| if x.1.is_some() { batch_front(x, size) } else { x.0 };
    let inputs: Vec<Handle<'b>> = operands.iter().map(front).collect();
    let results = bind_call(cx, call, wide, &inputs);
    Ok(results.into_iter().zip(has).map(|(result, has)| (result, has.then_some(0))).collect())
}

fn dce_call(cx: &mut dyn DceCx, eqn: &Eqn, used: &[bool]) -> Result<Option<DceEqn>> {
    let jaxpr = call_body(eqn.op, &eqn.params).expect("the op is a call");
    let (smaller, inputs) = cx.dce_jaxpr(jaxpr, used)?;
    if unchanged(&smaller, jaxpr) && inputs.iter().all(|used| *used) {
        return Ok(None);
    }
    let donated = eqn.params.get("donated_invars").cloned();
    let mut params = with_body(&eqn.params, keep_inputs(&smaller, &inputs));
    if let Some(Param::Tuple(flags)) = donated {
        params.set("donated_invars", kept(&flags, &inputs));
    }
    Ok(Some(DceEqn { params, inputs, outputs: used.to_vec() }))
}
