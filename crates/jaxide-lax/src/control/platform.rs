//! `platform_index`: which entry of a list of platforms the program runs on.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Fold, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, Scalar, TensorData, TypeClass, Value,
};
use smallvec::smallvec;

use crate::shape::{one, refuse, structural};

const PLATFORMS: ParamKind =
    ParamKind::Tuple(&ParamKind::Optional(&ParamKind::Tuple(&ParamKind::Symbol(&[]))));

/// Platforms that jaxide compiles for, in JAX's names. A program that names one cannot be decided
/// before its backend is known.
const KNOWN: [&str; 3] = ["cpu", "cuda", "gpu"];

/// The position of the first entry that names the platform, or of the first `None`. It feeds a
/// `cond`.
pub static PLATFORM_INDEX: OpDef = OpDef {
    classes: &[TypeClass::SignedInt],
    fold: Fold::By(fold_platform_index),
    jvp: Rule::Never("no operands"),
    transpose: Rule::Never("no operands"),
    batch: Rule::Never("no operands"),
    ..structural(
        "platform_index",
        "Which entry of a list of platforms the program runs on.",
        Arity::Exactly(0),
        const { &[ParamDef::required("platforms", PLATFORMS)] },
        infer_platform_index,
    )
};

fn infer_platform_index(call: &Call<'_>, _: &[&ArrayType]) -> Result<OutTypes> {
    if !call.params.items("platforms").iter().any(|entry| matches!(entry, Param::None)) {
        return Err(refuse(call, "expected a default entry None in platforms, got none"));
    }
    Ok(smallvec![ArrayType::scalar(DType::I32)])
}

/// The index on a platform, by JAX's name of it: `cpu`, `cuda`.
pub fn platform_index(params: &Params, platform: &str) -> usize {
    let entries = params.items("platforms");
    let named = entries.iter().position(|entry| names(entry, platform));
    let default = || entries.iter().position(|entry| matches!(entry, Param::None));
    named.or_else(default).expect("checked platforms have a default")
}

fn names(entry: &Param, platform: &str) -> bool {
    let Param::Tuple(names) = entry else { return false };
    names.iter().any(|name| matches!(name, Param::Symbol(name) if &**name == platform))
}

fn fold_platform_index(call: &Call<'_>, _: &[&TensorData]) -> Option<Vec<TensorData>> {
    let entries = call.params.items("platforms");
    let decided = !KNOWN.iter().any(|name| entries.iter().any(|entry| names(entry, name)));
    let index = decided.then(|| platform_index(call.params, ""))?;
    Some(vec![TensorData::scalar(Scalar::int(DType::I32, index as i128))])
}

/// The index as a value of the program.
#[track_caller]
pub fn bind_platform_index<V: Value>(cx: V::Cx, platforms: Param) -> V {
    one(V::bind(cx, &PLATFORM_INDEX, Params::new().with("platforms", platforms), &[]))
}
