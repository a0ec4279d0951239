//! Ops that take or add elements at places known from the parameters: slice, pad, rev, split.

use jaxide_ir::{
    Arity, ArrayType, Call, Fold, Handle, Lower, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Result, Rule, RuleCx, Scalar, TensorData, Value, diag,
    rules::{Batched, LinearOperand},
};
use smallvec::SmallVec;

use super::{
    axes, axis, batch_front, bind_batched, broadcast_in_dim, concatenate, copy_elements, counts,
    expect_rank, one, prepend, refuse, replaced, shifted, single, sized, sized_type, structural,
    tuple_text, zeros,
};
use crate::templates::jvp_linear;

const INTS: ParamKind = ParamKind::Tuple(&ParamKind::Int);
const OPTIONAL_INTS: ParamKind = ParamKind::Optional(&INTS);
const LOW_HIGH_INTERIOR: ParamKind =
    ParamKind::TupleOf(&[ParamKind::Int, ParamKind::Int, ParamKind::Int]);

/// Elements from `start_indices` up to `limit_indices` in steps of `strides`.
pub static SLICE: OpDef = OpDef {
    fold: Fold::By(fold_slice),
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_slice),
    batch: Rule::Is(batch_slice),
    ..structural(
        "slice",
        "A rectangular part, taken in steps.",
        Arity::Exactly(1),
        const {
            &[
                ParamDef::required("limit_indices", INTS),
                ParamDef::required("start_indices", INTS),
                ParamDef::shown("strides", OPTIONAL_INTS, Param::None),
            ]
        },
        infer_slice,
    )
};

/// The elements from `start` (included) to `limit` (excluded) in steps of `strides`, `None` for 1.
#[track_caller]
pub fn slice<V: Value>(x: &V, start: &[usize], limit: &[usize], strides: Option<&[usize]>) -> V {
    let params = Params::new()
        .with("limit_indices", limit)
        .with("start_indices", start)
        .with("strides", strides);
    one(V::bind(x.cx(), &SLICE, params, &[x]))
}

/// The strides of a slice, 1 where it names none.
fn strides(call: &Call<'_>, rank: usize) -> Result<Vec<usize>> {
    if call.params.is_none("strides") { Ok(vec![1; rank]) } else { counts(call, "strides") }
}

fn infer_slice(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let (start, limit) = (counts(call, "start_indices")?, counts(call, "limit_indices")?);
    let strides = strides(call, x.rank())?;
    expect_rank(call, "start_indices", start.len(), x.rank())?;
    expect_rank(call, "limit_indices", limit.len(), x.rank())?;
    expect_rank(call, "strides", strides.len(), x.rank())?;
    if (0..x.rank()).any(|axis| start[axis] > limit[axis] || limit[axis] > x.shape[axis]) {
        let got = format!("start {} and limit {}", tuple_text(&start), tuple_text(&limit));
        return Err(refuse(call, format!("expected start <= limit <= size of {x}, got {got}")));
    }
    if strides.contains(&0) {
        let got = tuple_text(&strides);
        return Err(refuse(call, format!("expected positive strides, got {got}")));
    }
    let sizes = (0..x.rank()).map(|i| (limit[i] - start[i]).div_ceil(strides[i]));
    sized(call, x.dtype, &sizes.collect::<Vec<_>>(), x.weak)
}

fn fold_slice(call: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let x = operands[0];
    let ty = infer_slice(call, &[x.ty()]).ok()?.swap_remove(0);
    let start = call.params.usizes("start_indices");
    let steps = strides(call, x.ty().rank()).ok()?;
    let strides = x.ty().strides();
    let place = |at: &[usize], axis: usize| (start[axis] + at[axis] * steps[axis]) * strides[axis];
    let source = |at: &[usize]| (0..at.len()).map(|axis| place(at, axis)).sum();
    Some(vec![copy_elements(x, ty, source)])
}

fn transpose_slice<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some((ct, ty)) = single(cts, operands) else { return Ok(vec![None]) };
    let start = call.params.usizes("start_indices");
    let strides = strides(call, ty.rank())?;
    let config = (0..ty.rank()).map(|axis| {
        let taken = ct.ty().shape[axis];
        let spread = if taken == 0 { 0 } else { (taken - 1) * strides[axis] + 1 };
        let after = ty.shape[axis] - start[axis] - spread.min(ty.shape[axis] - start[axis]);
        (start[axis] as i64, after as i64, strides[axis] as i64 - 1)
    });
    let config: Vec<(i64, i64, i64)> = config.collect();
    let zero = Handle::literal(ct.cx(), Scalar::zero(ty.dtype));
    Ok(vec![Some(pad(&ct, &zero, &config))])
}

fn batch_slice<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let mut params = Params::new()
        .with("limit_indices", prepend(size, &call.params.usizes("limit_indices")))
        .with("start_indices", prepend(0, &call.params.usizes("start_indices")));
    if !call.params.is_none("strides") {
        params.set("strides", prepend(1, &call.params.usizes("strides")));
    }
    Ok(bind_batched(cx, call.op, params, &[x]))
}

/// Adds `low` and `high` copies of a value at the ends of each dimension, negative numbers crop, and
/// `interior` copies between neighbours.
pub static PAD: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_pad),
    batch: Rule::Is(batch_pad),
    ..structural(
        "pad",
        "Adds copies of a value at the ends and between the elements of each dimension.",
        Arity::Exactly(2),
        const { &[ParamDef::required("padding_config", ParamKind::Tuple(&LOW_HIGH_INTERIOR))] },
        infer_pad,
    )
};

/// Pads `x` with the rank-0 `value`: per dimension `(low, high, interior)`; negative `low` and `high`
/// crop.
#[track_caller]
pub fn pad<V: Value>(x: &V, value: &V, config: &[(i64, i64, i64)]) -> V {
    let params = Params::new().with("padding_config", config_param(config));
    one(V::bind(x.cx(), &PAD, params, &[x, value]))
}

fn config_param(config: &[(i64, i64, i64)]) -> Vec<Param> {
    let item = |(low, high, interior): &(i64, i64, i64)| vec![*low, *high, *interior].into();
    config.iter().map(item).collect()
}

/// `(low, high, interior)` per dimension of checked pad parameters.
pub fn padding_config(params: &Params) -> Vec<(i64, i64, i64)> {
    let item = |item: &Param| {
        let ints = item.as_items("padding_config");
        let at = |i: usize| ints[i].as_int("padding_config");
        (at(0), at(1), at(2))
    };
    params.items("padding_config").iter().map(item).collect()
}

fn infer_pad(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (x, value) = (types[0], types[1]);
    if x.dtype != value.dtype {
        return Err(diag::dtype_mismatch(call.op.name, x.dtype, value.dtype));
    }
    if value.rank() != 0 {
        return Err(refuse(call, format!("expected a padding value of rank 0, got {value}")));
    }
    let config = padding_config(call.params);
    expect_rank(call, "padding_config", config.len(), x.rank())?;
    let mut shape = Vec::with_capacity(x.rank());
    for (size, (low, high, interior)) in x.shape.iter().zip(config) {
        if interior < 0 {
            return Err(refuse(call, format!("expected interior padding >= 0, got {interior}")));
        }
        let between = size.saturating_sub(1) as i128 * i128::from(interior);
        let ends = *size as i128 + i128::from(low) + i128::from(high);
        let padded = ends.saturating_add(between);
        let got = || refuse(call, format!("expected a result size of 0 or more, got {padded}"));
        shape.push(usize::try_from(padded).map_err(|_| got())?);
    }
    sized(call, x.dtype, &shape, x.weak && value.weak)
}

fn transpose_pad<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0] else { return Ok(vec![None, None]) };
    let config = padding_config(call.params);
    let crop: Vec<_> = config.iter().map(|(low, high, _)| (-low, -high, 0)).collect();
    let zero = Handle::literal(ct.cx(), Scalar::zero(ct.ty().dtype));
    let cropped = pad(&ct, &zero, &crop);
    let strides: Vec<usize> = config.iter().map(|item| item.2 as usize + 1).collect();
    let shape = cropped.ty().shape;
    let kept = slice(&cropped, &vec![0; shape.len()], &shape, Some(&strides));
    let all: Vec<usize> = (0..shape.len()).collect();
    let linear = |i: usize| matches!(operands[i], LinearOperand::Linear(_));
    let value = linear(1).then(|| {
        let sum = |x: &Handle<'b>| crate::reduce::reduce_sum(x, &all);
        crate::elementwise::sub(&sum(&ct), &sum(&kept))
    });
    Ok(vec![linear(0).then_some(kept), value])
}

fn batch_pad<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let config = prepend((0, 0, 0), &padding_config(call.params));
    let (value, batched) = operands[1];
    if batched.is_none() {
        let params = Params::new().with("padding_config", config_param(&config));
        return Ok(bind_batched(cx, call.op, params, &[x, value]));
    }
    // Each lane has its own value: pad with anything, then put the value where padding stands.
    let scalar = |value: bool| Handle::literal(x.cx(), Scalar::bool(value));
    let inside = broadcast_in_dim(&scalar(true), &x.ty().shape, &[]);
    let inside = pad(&inside, &scalar(false), &config);
    let padded = pad(&x, &Handle::literal(x.cx(), Scalar::zero(x.ty().dtype)), &config);
    let values = broadcast_in_dim(&value, &padded.ty().shape, &[0]);
    Ok(vec![(crate::elementwise::select_n(&inside, &[&values, &padded]), Some(0))])
}

/// Reverses dimensions.
pub static REV: OpDef = OpDef {
    fold: Fold::By(fold_rev),
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_rev),
    batch: Rule::Is(batch_rev),
    ..structural(
        "rev",
        "Reverses the order of elements along dimensions.",
        Arity::Exactly(1),
        const { &[ParamDef::required("dimensions", INTS)] },
        infer_rev,
    )
};

/// Reverses the order of elements along the given dimensions.
#[track_caller]
pub fn rev<V: Value>(x: &V, dimensions: &[usize]) -> V {
    one(V::bind(x.cx(), &REV, Params::new().with("dimensions", dimensions), &[x]))
}

fn infer_rev(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    axes(call, "dimensions", types[0].rank())?;
    Ok(OutTypes::from_elem(types[0].clone(), 1))
}

fn fold_rev(call: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let x = operands[0];
    let (dims, strides, shape) =
        (call.params.usizes("dimensions"), x.ty().strides(), &x.ty().shape);
    let place = |at: &[usize], axis: usize| {
        if dims.contains(&axis) { shape[axis] - 1 - at[axis] } else { at[axis] }
    };
    let source = |at: &[usize]| (0..at.len()).map(|axis| place(at, axis) * strides[axis]).sum();
    Some(vec![copy_elements(x, x.ty().clone(), source)])
}

fn transpose_rev<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let dims = call.params.usizes("dimensions");
    Ok(vec![single(cts, operands).map(|(ct, _)| rev(&ct, &dims))])
}

fn batch_rev<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let dims = shifted(&call.params.usizes("dimensions"));
    Ok(bind_batched(cx, call.op, Params::new().with("dimensions", dims), &[x]))
}

/// Cuts an array into consecutive parts along one axis.
pub static SPLIT: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_split),
    batch: Rule::Is(batch_split),
    lower: Lower::Decompose(decompose_split),
    ..structural(
        "split",
        "Cuts an array into consecutive parts along one axis.",
        Arity::Exactly(1),
        const { &[ParamDef::required("axis", ParamKind::Int), ParamDef::required("sizes", INTS)] },
        infer_split,
    )
};

/// Cuts `x` along `axis` into consecutive parts of the given sizes, which add up to that of `x`.
#[track_caller]
pub fn split<V: Value>(x: &V, sizes: &[usize], axis: usize) -> SmallVec<[V; 1]> {
    V::bind(x.cx(), &SPLIT, Params::new().with("axis", axis).with("sizes", sizes), &[x])
}

fn infer_split(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let axis = axis(call, "axis", x.rank())?;
    let sizes = counts(call, "sizes")?;
    let total = sizes.iter().try_fold(0usize, |sum, size| sum.checked_add(*size));
    if total != Some(x.shape[axis]) {
        let expected = format!("expected sizes that add up to {}", x.shape[axis]);
        return Err(refuse(call, format!("{expected}, got {}", tuple_text(&sizes))));
    }
    let part = |size: &usize| {
        let mut shape = x.shape.clone();
        shape[axis] = *size;
        sized_type(call, x.dtype, &shape, x.weak)
    };
    sizes.iter().map(part).collect()
}

fn decompose_split<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let x = operands[0];
    let (axis, shape) = (call.params.usize("axis"), x.ty().shape);
    let mut from = vec![0; shape.len()];
    let mut to = shape.to_vec();
    let part = |size: usize| {
        to[axis] = from[axis] + size;
        let part = slice(&x, &from, &to, None);
        from[axis] = to[axis];
        part
    };
    Ok(call.params.usizes("sizes").into_iter().map(part).collect())
}

fn transpose_split<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(known), LinearOperand::Linear(ty)) = (cts.iter().flatten().next(), &operands[0])
    else {
        return Ok(vec![None]);
    };
    let axis = call.params.usize("axis");
    let part = |(ct, size): (&Option<Handle<'b>>, usize)| {
        let mut part = ty.clone();
        part.shape[axis] = size;
        ct.unwrap_or_else(|| zeros(known.cx(), &part))
    };
    let parts: Vec<Handle<'b>> = cts.iter().zip(call.params.usizes("sizes")).map(part).collect();
    let parts: Vec<&Handle<'b>> = parts.iter().collect();
    Ok(vec![Some(concatenate(&parts, axis))])
}

fn batch_split<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let params = replaced(call.params, "axis", call.params.usize("axis") + 1);
    Ok(bind_batched(cx, call.op, params, &[x]))
}
