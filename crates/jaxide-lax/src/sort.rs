//! Ordering: sort and top_k.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, RuleCx, TypeClass, Value, diag,
    rules::{Batched, Jvp},
};
use smallvec::{SmallVec, smallvec};

use crate::{
    gather::take_along_axis,
    shape::{axis, batch_front, bind_batched, iota, refuse, replaced, sized_type, structural},
};

/// Sorts the slices along one axis by the first `num_keys` operands, compared in turn; all operands
/// are put into that order. Floats are ordered with NaN last, and -0 equal to 0.
pub static SORT: OpDef = OpDef {
    transpose: Rule::Never("not linear in its keys"),
    batch: Rule::Is(batch_sort),
    jvp: Rule::Is(jvp_sort),
    ..structural(
        "sort",
        "Sorts slices along an axis by one or several keys.",
        Arity::AtLeast(1),
        const {
            &[
                ParamDef::required("dimension", ParamKind::Int),
                ParamDef::shown("is_stable", ParamKind::Bool, Param::Bool(true)),
                ParamDef::shown("num_keys", ParamKind::Int, Param::Int(1)),
            ]
        },
        infer_sort,
    )
};

/// Sorts along `dimension` by the first `num_keys` operands; all operands have one shape and are put
/// into the same order. NaN comes last.
///
/// # Panics
/// Without operands.
#[track_caller]
pub fn sort<V: Value>(
    operands: &[&V],
    dimension: usize,
    is_stable: bool,
    num_keys: usize,
) -> SmallVec<[V; 1]> {
    let cx = operands.first().expect("sort has at least one operand").cx();
    let params = Params::new()
        .with("dimension", dimension)
        .with("is_stable", is_stable)
        .with("num_keys", num_keys);
    V::bind(cx, &SORT, params, operands)
}

fn infer_sort(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let first = types[0];
    axis(call, "dimension", first.rank())?;
    if let Some(other) = types.iter().find(|ty| ty.shape != first.shape) {
        return Err(diag::shape_mismatch(call.op.name, first, other));
    }
    let keys = call.params.int("num_keys");
    if keys < 1 || keys as u64 > types.len() as u64 {
        let expected = format!("expected num_keys from 1 to {}", types.len());
        return Err(refuse(call, format!("{expected}, got {keys}")));
    }
    Ok(types.iter().map(|ty| (*ty).clone()).collect())
}

/// Sorts positions along, and takes the tangents at them.
fn jvp_sort<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let dimension = call.params.usize("dimension");
    let positions = iota(cx.builder(), DType::I32, &primals[0].ty().shape, dimension);
    let operands: Vec<&Handle<'b>> = primals.iter().chain([&positions]).collect();
    let mut results =
        Handle::bind(cx.builder(), call.op, call.params.clone(), &operands).into_vec();
    let positions = results.pop().expect("sort gives one result per operand");
    let moved = |tangent: &Handle<'b>| take_along_axis(tangent, &positions, dimension);
    Ok((results, tangents.iter().map(|tangent| tangent.as_ref().map(moved)).collect()))
}

fn batch_sort<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    let params = replaced(call.params, "dimension", call.params.usize("dimension") + 1);
    Ok(bind_batched(cx, call.op, params, &operands))
}

/// The `k` largest elements along an axis, in descending order, and their indices. NaN counts as
/// largest; of equal elements the first comes first. Without `axis` it is the last one.
pub static TOP_K: OpDef = OpDef {
    classes: &[TypeClass::SignedInt, TypeClass::UnsignedInt, TypeClass::Float],
    transpose: Rule::Never("not linear"),
    batch: Rule::Is(batch_top_k),
    jvp: Rule::Is(jvp_top_k),
    ..structural(
        "top_k",
        "The largest elements along an axis and their indices.",
        Arity::Exactly(1),
        const {
            &[
                ParamDef::optional("axis", ParamKind::Optional(&ParamKind::Int), Param::None),
                ParamDef::required("k", ParamKind::Int),
            ]
        },
        infer_top_k,
    )
};

/// The `k` largest elements along the last axis, in descending order, and their `i32` indices.
#[track_caller]
pub fn top_k<V: Value>(x: &V, k: usize) -> (V, V) {
    let mut results = V::bind(x.cx(), &TOP_K, Params::new().with("k", k), &[x]).into_iter();
    let mut next = || results.next().expect("top_k has two results");
    (next(), next())
}

/// The axis of checked `top_k` parameters on an operand of this rank.
pub fn top_k_axis(params: &Params, rank: usize) -> usize {
    if params.is_none("axis") { rank - 1 } else { params.usize("axis") }
}

fn infer_top_k(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    if !call.op.classes.contains(&TypeClass::of(x.dtype)) {
        return Err(diag::operand_dtype(call.op.name, 0, "integer or float", x.dtype));
    }
    if x.rank() == 0 {
        return Err(refuse(call, format!("expected an operand of rank 1 or more, got {x}")));
    }
    let axis =
        if call.params.is_none("axis") { x.rank() - 1 } else { axis(call, "axis", x.rank())? };
    let k = call.params.int("k");
    let Some(k) = usize::try_from(k).ok().filter(|k| *k <= x.shape[axis]) else {
        let expected =
            format!("expected k no larger than the size {} of axis {axis}", x.shape[axis]);
        return Err(refuse(call, format!("{expected}, got {k}")));
    };
    let mut shape = x.shape.clone();
    shape[axis] = k;
    let indices = sized_type(call, DType::I32, &shape, false)?;
    Ok(smallvec![x.with_shape(&shape), indices])
}

fn jvp_top_k<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let x = &primals[0];
    let results = Handle::bind(cx.builder(), call.op, call.params.clone(), &[x]).into_vec();
    let axis = top_k_axis(call.params, x.ty().rank());
    let tangent = tangents[0].map(|tangent| take_along_axis(&tangent, &results[1], axis));
    Ok((results, vec![tangent, None]))
}

fn batch_top_k<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let axis = top_k_axis(call.params, x.ty().rank() - 1) + 1;
    Ok(bind_batched(cx, call.op, replaced(call.params, "axis", axis), &[x]))
}
