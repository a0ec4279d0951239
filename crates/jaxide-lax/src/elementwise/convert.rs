//! Choice between operands, and conversion between element types. How integer and float values
//! convert is `jaxide_ir::Scalar::convert`; the kernels are the engines'.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Fold, Handle, Lower, OpDef, OutTypes, Param, ParamDef,
    ParamKind, Params, Result, Rule, RuleCx, Scalar, TensorData, Value,
    rules::{Jvp, LinearOperand},
};
use smallvec::smallvec;

use super::{and, gt, lt, op_fns};
use crate::{
    Val, by_ops, diag, jvp_by,
    templates::{
        ANY, FLOAT, all_weak, bind_call, bind1, broadcast_shapes, broadcast_to, elementwise_op,
        jvp_linear, jvp_zero, unbroadcast, zeros_like,
    },
    transpose_by,
};

/// Picks one of the cases by a bool (false, true) or an i32 (clamped).
pub static SELECT_N: OpDef = OpDef {
    arity: Arity::AtLeast(2),
    infer: infer_select_n,
    fold: Fold::By(fold_select_n),
    jvp: Rule::Is(jvp_select_n),
    transpose: Rule::Is(transpose_select_n),
    ..elementwise_op("select_n", "One of the cases, by index.", 2, ANY, Lower::ElementwiseBy)
};

fn infer_select_n(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (which, cases) = (types[0], &types[1..]);
    if !matches!(which.dtype, DType::Bool | DType::I32) {
        return Err(diag::operand_dtype(call.op.name, 0, "bool or i32", which.dtype));
    }
    if which.dtype.is_bool() && cases.len() > 2 {
        let message = "a bool picks one of at most 2 cases";
        return Err(diag::invalid(call.op.name, format!("{message}, got {}", cases.len())));
    }
    crate::templates::check_same_dtype(call, cases)?;
    let shape = broadcast_shapes(call.op.name, types)?;
    Ok(smallvec![ArrayType { dtype: cases[0].dtype, shape, weak: all_weak(cases) }])
}

fn fold_select_n(_: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let ty = operands[1].ty();
    if operands.iter().any(|operand| operand.ty().shape != ty.shape) {
        return None;
    }
    let last = operands.len() as i128 - 2;
    let pick = |at: usize| {
        let which = operands[0].get(at).as_int().unwrap_or(0).clamp(0, last);
        operands[1 + which as usize].get(at)
    };
    Some(vec![collect(ty.clone(), (0..ty.size()).map(pick))])
}

/// An array from its elements in row-major order.
fn collect(ty: ArrayType, elements: impl Iterator<Item = Scalar>) -> TensorData {
    let bytes: Vec<u8> = elements.flat_map(Scalar::to_bytes).collect();
    TensorData::from_bytes(ty, &bytes).expect("one element per place")
}

fn jvp_select_n<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let primals = crate::templates::vals(primals);
    let out = bind_call(call, &primals)[0];
    if tangents[1..].iter().all(Option::is_none) {
        return Ok((vec![out.0], vec![None]));
    }
    let case = |(primal, tangent): (&Val<'b>, &Option<Handle<'b>>)| {
        tangent.map_or_else(|| zeros_like(primal), Val)
    };
    let mut operands = vec![primals[0]];
    operands.extend(primals[1..].iter().zip(&tangents[1..]).map(case));
    Ok((vec![out.0], vec![Some(bind_call(call, &operands)[0].0)]))
}

fn transpose_select_n<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), LinearOperand::Known(which)) = (cts[0].map(Val), &operands[0]) else {
        return Ok(vec![None; operands.len()]);
    };
    let zeros = zeros_like(&ct);
    let case = |at: usize| {
        let LinearOperand::Linear(ty) = &operands[at] else { return None };
        let mut cases = vec![zeros; operands.len()];
        (cases[0], cases[at]) = (Val(*which), ct);
        Some(unbroadcast(&bind_call(call, &cases)[0], &ty.shape).0)
    };
    Ok((0..operands.len()).map(case).collect())
}

/// The case that `which` picks: by bool false then true, by i32 the index, clamped.
///
/// # Panics
/// When the op refuses the operands' types.
#[track_caller]
pub fn select_n<V: Value>(which: &V, cases: &[&V]) -> V {
    let operands: Vec<&V> = std::iter::once(which).chain(cases.iter().copied()).collect();
    bind1(&SELECT_N, Params::new(), &operands)
}

/// The second operand, no less than the first and no more than the third, which wins.
pub static CLAMP: OpDef = OpDef {
    jvp: jvp_by!(
        |p, out, t| keep_where(gt(&p[0], &p[1]), t, out),
        |p, out, t| keep_where(and(&gt(&p[1], &p[0]), &lt(&p[1], &p[2])), t, out),
        |p, out, t| keep_where(lt(&p[2], &p[1]), t, out),
    ),
    ..elementwise_op("clamp", "A value between bounds.", 3, ANY, Lower::ElementwiseBy)
};

/// The tangent where the condition holds, 0 elsewhere.
fn keep_where<'b>(condition: Val<'b>, t: Val<'b>, out: Val<'b>) -> Val<'b> {
    let t = broadcast_to(&t, &out.ty().shape);
    select_n(&condition, &[&zeros_like(&t), &t])
}

/// Another element type: floats round to nearest even, to integers they truncate and saturate,
/// integers wrap, to bool means `!= 0`.
pub static CONVERT_ELEMENT_TYPE: OpDef = OpDef {
    params: &[
        ParamDef::required("new_dtype", ParamKind::DType),
        ParamDef::shown("weak_type", ParamKind::Bool, Param::Bool(false)),
    ],
    infer: |call, types| {
        let (dtype, weak) = (call.params.dtype("new_dtype"), call.params.bool("weak_type"));
        Ok(smallvec![types[0].with_dtype(dtype).with_weak(weak)])
    },
    fold: Fold::By(|call, operands| {
        let dtype = call.params.dtype("new_dtype");
        let ty = operands[0].ty().with_dtype(dtype).with_weak(call.params.bool("weak_type"));
        Some(vec![collect(ty, operands[0].iter().map(|element| element.convert(dtype)))])
    }),
    jvp: Rule::Is(|cx, call, primals, tangents| {
        let inexact = call.params.dtype("new_dtype").is_inexact();
        if inexact {
            jvp_linear(cx, call, primals, tangents)
        } else {
            jvp_zero(cx, call, primals, tangents)
        }
    }),
    transpose: Rule::Is(|_, _, cts, operands| {
        let (Some(ct), LinearOperand::Linear(ty)) = (cts[0].map(Val), &operands[0]) else {
            return Ok(vec![None]);
        };
        Ok(vec![Some(convert_element_type(&ct, ty.dtype).0)])
    }),
    ..elementwise_op("convert_element_type", "Another element type.", 1, ANY, Lower::ElementwiseBy)
};

/// `x` with elements of another type, strong.
#[track_caller]
pub fn convert_element_type<V: Value>(x: &V, new_dtype: DType) -> V {
    let params = Params::new().with("new_dtype", new_dtype).with("weak_type", false);
    bind1(&CONVERT_ELEMENT_TYPE, params, &[x])
}

/// The same bits as another element type. Elements of half the width make a new last dimension of
/// size 2, and so on, least significant bits first; wider ones take it away. The op is elementwise
/// only where both widths are equal.
pub static BITCAST_CONVERT_TYPE: OpDef = OpDef {
    params: &[ParamDef::required("new_dtype", ParamKind::DType)],
    infer: infer_bitcast_convert_type,
    jvp: Rule::Is(jvp_zero),
    batch: Rule::Is(|_, call, _, operands| {
        let (handle, axis) = operands[0];
        let x = crate::templates::move_axis(&Val(handle), axis.unwrap_or(0), 0);
        Ok(vec![(bind_call(call, &[x])[0].0, Some(0))])
    }),
    ..elementwise_op("bitcast_convert_type", "The same bits.", 1, ANY, Lower::ElementwiseBy)
};

fn infer_bitcast_convert_type(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (from, to) = (types[0].dtype, call.params.dtype("new_dtype"));
    if (from.is_complex() || to.is_complex()) && from != to {
        let expected = if from.is_complex() { from.short_name() } else { "a real dtype" };
        return Err(diag::bad_param(call.op.name, "new_dtype", expected, to.short_name()));
    }
    if from.is_bool() != to.is_bool() {
        let expected = if from.is_bool() { "bool" } else { "another dtype than bool" };
        return Err(diag::bad_param(call.op.name, "new_dtype", expected, to.short_name()));
    }
    let mut ty = types[0].with_dtype(to);
    if from.size() > to.size() {
        ty.shape.push(from.size() / to.size());
    } else if from.size() < to.size() {
        let ratio = to.size() / from.size();
        if ty.shape.pop() != Some(ratio) {
            let message = format!("expected a last dimension of size {ratio}, got {}", types[0]);
            return Err(diag::invalid(call.op.name, message));
        }
    }
    Ok(smallvec![ty])
}

/// The bits of `x` as elements of another type.
///
/// # Panics
/// When the widths do not fit the last dimension, or exactly one of both types is bool.
#[track_caller]
pub fn bitcast_convert_type<V: Value>(x: &V, new_dtype: DType) -> V {
    bind1(&BITCAST_CONVERT_TYPE, Params::new().with("new_dtype", new_dtype), &[x])
}

/// The signed integer type as wide as a dtype.
pub(crate) fn signed_of_width(dtype: DType) -> DType {
    match dtype.size() {
        1 => DType::I8,
        2 => DType::I16,
        4 => DType::I32,
        _ => DType::I64,
    }
}

/// Rounds floats as if they had fewer bits, and keeps their type.
pub static REDUCE_PRECISION: OpDef = OpDef {
    params: &[
        ParamDef::required("exponent_bits", ParamKind::Int),
        ParamDef::required("mantissa_bits", ParamKind::Int),
    ],
    infer: |call, types| {
        let (exponent, mantissa) =
            (call.params.int("exponent_bits"), call.params.int("mantissa_bits"));
        if exponent < 1 {
            return Err(diag::bad_param(
                call.op.name,
                "exponent_bits",
                "1 or more",
                exponent.to_string(),
            ));
        }
        if mantissa < 0 {
            return Err(diag::bad_param(
                call.op.name,
                "mantissa_bits",
                "0 or more",
                mantissa.to_string(),
            ));
        }
        super::infer(call, types)
    },
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(|_, call, cts, _| {
        Ok(vec![cts[0].map(|ct| bind_call(call, &[Val(ct)])[0].0)])
    }),
    ..elementwise_op(
        "reduce_precision",
        "Rounds as if to fewer bits.",
        1,
        FLOAT,
        Lower::ElementwiseBy,
    )
};

/// `x` rounded as if its elements had these numbers of exponent and mantissa bits.
///
/// # Panics
/// When the op refuses the operand's type or the numbers of bits.
#[track_caller]
pub fn reduce_precision<V: Value>(x: &V, exponent_bits: u32, mantissa_bits: u32) -> V {
    let params = Params::new()
        .with("exponent_bits", i64::from(exponent_bits))
        .with("mantissa_bits", i64::from(mantissa_bits));
    bind1(&REDUCE_PRECISION, params, &[x])
}

/// The operand, as a value of its own.
pub static COPY: OpDef = OpDef {
    fold: Fold::By(|_, operands| Some(vec![operands[0].clone()])),
    jvp: Rule::Is(jvp_linear),
    transpose: transpose_by!(|ct, _| Some(ct)),
    ..elementwise_op("copy", "The operand.", 1, ANY, Lower::Decompose(by_ops!(|x| x)))
};

/// The operand, without its derivative.
pub static STOP_GRADIENT: OpDef = OpDef {
    fold: Fold::By(|_, operands| Some(vec![operands[0].clone()])),
    jvp: Rule::Is(jvp_zero),
    ..elementwise_op(
        "stop_gradient",
        "The operand, without its derivative.",
        1,
        ANY,
        Lower::Decompose(by_ops!(|x| x)),
    )
};

op_fns! {
    /// `x`, no less than `low` and no more than `high`, which wins.
    clamp(low, x, high) = CLAMP;
    /// `x`.
    copy(x) = COPY;
    /// `x`, whose derivative counts as 0.
    stop_gradient(x) = STOP_GRADIENT;
}
