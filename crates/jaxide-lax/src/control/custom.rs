//! Functions with derivative rules of the user's own. Run as they are, they run `call_jaxpr`; the
//! rule programs are used by differentiation only.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, Jaxpr, OpDef, OutTypes, Param, ParamDef, ParamKind, Params, Result,
    Rule, Value,
};
use smallvec::SmallVec;

use super::pjit::{control, infer_body};
use crate::shape::counts_of;

const RULE: ParamKind = ParamKind::Optional(&ParamKind::Jaxpr);

/// A function with a forward rule.
pub static CUSTOM_JVP_CALL: OpDef = OpDef {
    dce: Rule::Never("its derivative rule has all results"),
    ..control(
        "custom_jvp_call",
        "Runs a function that has a forward derivative rule of its own.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::required("call_jaxpr", ParamKind::Jaxpr),
                ParamDef::optional("jvp_jaxpr", RULE, Param::None),
                ParamDef::shown("num_consts", ParamKind::Int, Param::Int(0)),
            ]
        },
        infer_custom,
    )
};

/// Runs `call_jaxpr` on the operands, of which the first `num_consts` are captured values without
/// tangents. `jvp_jaxpr` maps operands and the tangents of the others to results and their tangents;
/// integers have no tangent among either.
#[track_caller]
pub fn bind_custom_jvp_call<V: Value>(
    cx: V::Cx,
    call_jaxpr: Arc<Jaxpr>,
    jvp_jaxpr: Arc<Jaxpr>,
    num_consts: usize,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    let params = Params::new()
        .with("call_jaxpr", call_jaxpr)
        .with("jvp_jaxpr", jvp_jaxpr)
        .with("num_consts", num_consts);
    V::bind(cx, &CUSTOM_JVP_CALL, params, operands)
}

/// A function with a reverse rule.
pub static CUSTOM_VJP_CALL: OpDef = OpDef {
    dce: Rule::Never("its derivative rule has all results"),
    ..control(
        "custom_vjp_call",
        "Runs a function that has a reverse derivative rule of its own.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::optional("bwd_jaxpr", RULE, Param::None),
                ParamDef::required("call_jaxpr", ParamKind::Jaxpr),
                ParamDef::optional("fwd_jaxpr", RULE, Param::None),
                ParamDef::shown("num_consts", ParamKind::Int, Param::Int(0)),
            ]
        },
        infer_custom,
    )
};

/// Runs `call_jaxpr` on the operands, of which the first `num_consts` are captured values without
/// tangents. `fwd_jaxpr` gives the results and residuals, `bwd_jaxpr` maps residuals and cotangents
/// of the results to cotangents of the other operands; integers have no cotangent among either.
#[track_caller]
pub fn bind_custom_vjp_call<V: Value>(
    cx: V::Cx,
    call_jaxpr: Arc<Jaxpr>,
    fwd_jaxpr: Arc<Jaxpr>,
    bwd_jaxpr: Arc<Jaxpr>,
    num_consts: usize,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    let params = Params::new()
        .with("bwd_jaxpr", bwd_jaxpr)
        .with("call_jaxpr", call_jaxpr)
        .with("fwd_jaxpr", fwd_jaxpr)
        .with("num_consts", num_consts);
    V::bind(cx, &CUSTOM_VJP_CALL, params, operands)
}

fn infer_custom(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    counts_of(call, &["num_consts"], types.len())?;
    infer_body(call, "call_jaxpr", types)
}
