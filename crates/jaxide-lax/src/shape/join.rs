//! Ops that make an array from several or from nothing: concatenate, iota, empty.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Fold, Handle, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Result, Rule, RuleCx, Scalar, TensorData, Value, diag,
    rules::{Batched, LinearOperand},
};

use super::{
    axis, batch_front, bind_batched, counts, one, refuse, replaced, sized, slice, structural,
    tuple_text,
};
use crate::templates::jvp_linear;

/// Puts arrays one after the other along a dimension.
pub static CONCATENATE: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_concatenate),
    batch: Rule::Is(batch_concatenate),
    ..structural(
        "concatenate",
        "Puts arrays one after the other along a dimension.",
        Arity::AtLeast(1),
        const { &[ParamDef::required("dimension", ParamKind::Int)] },
        infer_concatenate,
    )
};

/// Puts arrays one after the other along `dimension`; all their other sizes are equal.
///
/// # Panics
/// Without operands.
#[track_caller]
pub fn concatenate<V: Value>(operands: &[&V], dimension: usize) -> V {
    let first = operands.first().expect("concatenate has at least one operand");
    let params = Params::new().with("dimension", dimension);
    one(V::bind(first.cx(), &CONCATENATE, params, operands))
}

fn infer_concatenate(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let first = types[0];
    let dimension = axis(call, "dimension", first.rank())?;
    let mut shape = first.shape.clone();
    for ty in &types[1..] {
        if ty.dtype != first.dtype {
            return Err(diag::dtype_mismatch(call.op.name, first.dtype, ty.dtype));
        }
        let same = |(axis, (a, b)): (usize, (&usize, &usize))| axis == dimension || a == b;
        let fits =
            ty.rank() == first.rank() && ty.shape.iter().zip(&first.shape).enumerate().all(same);
        if !fits {
            let expected = format!("expected shapes equal in all dimensions but {dimension}");
            return Err(refuse(call, format!("{expected}, got {first} and {ty}")));
        }
        let sum = shape[dimension].checked_add(ty.shape[dimension]);
        shape[dimension] =
            sum.ok_or_else(|| refuse(call, format!("dimension {dimension} is too large")))?;
    }
    sized(call, first.dtype, &shape, types.iter().all(|ty| ty.weak))
}

fn transpose_concatenate<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0] else { return Ok(vec![None; operands.len()]) };
    let dimension = call.params.usize("dimension");
    let (mut from, mut to) = (vec![0; ct.ty().rank()], ct.ty().shape.to_vec());
    let part = |operand: &LinearOperand<'b>| {
        let (size, linear) = match operand {
            LinearOperand::Linear(ty) => (ty.shape[dimension], true),
            LinearOperand::Known(value) => (value.ty().shape[dimension], false),
        };
        to[dimension] = from[dimension] + size;
        let part = linear.then(|| slice(&ct, &from, &to, None));
        from[dimension] = to[dimension];
        part
    };
    Ok(operands.iter().map(part).collect())
}

fn batch_concatenate<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    let params = replaced(call.params, "dimension", call.params.usize("dimension") + 1);
    Ok(bind_batched(cx, call.op, params, &operands))
}

/// Counts 0, 1, 2, .. along a dimension.
pub static IOTA: OpDef = OpDef {
    fold: Fold::By(fold_iota),
    jvp: Rule::Never("no operands"),
    transpose: Rule::Never("no operands"),
    batch: Rule::Never("no operands"),
    ..structural(
        "iota",
        "Counts 0, 1, 2, .. along a dimension.",
        Arity::Exactly(0),
        const {
            &[
                ParamDef::required("dimension", ParamKind::Int),
                ParamDef::required("dtype", ParamKind::DType),
                ParamDef::required("shape", ParamKind::Tuple(&ParamKind::Int)),
                // Present in the text format, always None here.
                ParamDef::shown(
                    "sharding",
                    ParamKind::Optional(&ParamKind::Symbol(&[])),
                    Param::None,
                ),
            ]
        },
        infer_iota,
    )
};

/// An array that counts 0, 1, 2, .. along `dimension`; values wrap or round as the dtype does.
#[track_caller]
pub fn iota<V: Value>(cx: V::Cx, dtype: DType, shape: &[usize], dimension: usize) -> V {
    let params =
        Params::new().with("dimension", dimension).with("dtype", dtype).with("shape", shape);
    one(V::bind(cx, &IOTA, params, &[]))
}

/// An array whose elements are up to the engine. All engines here give zeros, so that results do not
/// depend on what memory held before.
pub static EMPTY: OpDef = OpDef {
    jvp: Rule::Never("no operands"),
    transpose: Rule::Never("no operands"),
    batch: Rule::Never("no operands"),
    ..structural(
        "empty",
        "An array whose elements are up to the engine.",
        Arity::Exactly(0),
        const {
            &[
                ParamDef::required("dtype", ParamKind::DType),
                ParamDef::required("shape", ParamKind::Tuple(&ParamKind::Int)),
            ]
        },
        |call, _| sized(call, call.params.dtype("dtype"), &counts(call, "shape")?, false),
    )
};

/// An array of a dtype and shape whose elements are up to the engine.
#[track_caller]
pub fn empty<V: Value>(cx: V::Cx, dtype: DType, shape: &[usize]) -> V {
    let params = Params::new().with("dtype", dtype).with("shape", shape);
    one(V::bind(cx, &EMPTY, params, &[]))
}

fn infer_iota(call: &Call<'_>, _: &[&ArrayType]) -> Result<OutTypes> {
    let (dtype, shape) = (call.params.dtype("dtype"), counts(call, "shape")?);
    if dtype.is_bool() {
        return Err(refuse(call, "expected an integer or floating dtype, got bool"));
    }
    if shape.is_empty() {
        return Err(refuse(
            call,
            format!("expected a dimension, got shape {}", tuple_text(&shape)),
        ));
    }
    axis(call, "dimension", shape.len())?;
    sized(call, dtype, &shape, false)
}

fn fold_iota(call: &Call<'_>, _: &[&TensorData]) -> Option<Vec<TensorData>> {
    let (dtype, dimension) = (call.params.dtype("dtype"), call.params.usize("dimension"));
    let ty = ArrayType::new(dtype, &call.params.usizes("shape"));
    let (stride, size) = (ty.strides()[dimension], ty.shape[dimension]);
    let mut data = TensorData::zeros(ty.clone());
    for (flat, place) in data.bytes_mut().chunks_exact_mut(dtype.size()).enumerate() {
        let count = (flat / stride % size) as i128;
        place.copy_from_slice(&Scalar::int(dtype, count).to_bytes());
    }
    Some(vec![data])
}
