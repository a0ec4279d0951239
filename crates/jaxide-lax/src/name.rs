//! `name`: marks a value for the policies of rematerialisation.

use jaxide_ir::{Arity, Lower, OpDef, ParamDef, ParamKind, Params, Rule, Value};

use crate::{
    templates::{batch_elementwise, bind1, first_order, infer_same, jvp_linear},
    transpose_by,
};

/// The operand under a name.
pub static NAME: OpDef = OpDef {
    params: &[ParamDef::required("name", ParamKind::Str)],
    jvp: Rule::Is(jvp_linear),
    transpose: transpose_by!(|ct, _| Some(ct)),
    batch: Rule::Is(batch_elementwise),
    ..first_order(
        "name",
        "The operand under a name.",
        Arity::Exactly(1),
        infer_same,
        Lower::Decompose(|_, operands| Ok(operands.to_vec())),
    )
};

/// The value itself under a name, by which policies of rematerialisation know it (JAX's
/// `checkpoint_name`).
#[track_caller]
pub fn checkpoint_name<V: Value>(x: &V, name: &str) -> V {
    bind1(&NAME, Params::new().with("name", name), &[x])
}
