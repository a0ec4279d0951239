//! Ops composed of reshape, broadcast_in_dim, concatenate and split: tile, stack, unstack.

use jaxide_ir::{
    Arity, ArrayType, Call, Handle, Lower, OpDef, OutTypes, ParamDef, ParamKind, Params, Result,
    Rule, RuleCx, Value, diag,
    rules::{Batched, LinearOperand},
};
use smallvec::SmallVec;

use super::{
    axis, batch_front, bind_batched, broadcast_in_dim, concatenate, counts, expect_rank,
    instantiate, one, prepend, refuse, replaced, reshape, single, sized, split, squeeze,
    structural,
};
use crate::templates::jvp_linear;

/// Repeats an array `reps` times along each dimension.
pub static TILE: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_tile),
    batch: Rule::Is(batch_tile),
    lower: Lower::Decompose(decompose_tile),
    ..structural(
        "tile",
        "Repeats an array along each dimension.",
        Arity::Exactly(1),
        const { &[ParamDef::required("reps", ParamKind::Tuple(&ParamKind::Int))] },
        infer_tile,
    )
};

/// Repeats `x` as a whole `reps[i]` times along dimension `i`.
#[track_caller]
pub fn tile<V: Value>(x: &V, reps: &[usize]) -> V {
    one(V::bind(x.cx(), &TILE, Params::new().with("reps", reps), &[x]))
}

fn infer_tile(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let reps = counts(call, "reps")?;
    expect_rank(call, "reps", reps.len(), x.rank())?;
    let sizes = x.shape.iter().zip(&reps).map(|(size, reps)| size.checked_mul(*reps));
    let shape = sizes.collect::<Option<Vec<_>>>();
    let shape = shape.ok_or_else(|| refuse(call, "the result is too large"))?;
    sized(call, x.dtype, &shape, x.weak)
}

/// The shape with a dimension of repetitions before each dimension.
fn interleaved(reps: &[usize], shape: &[usize]) -> Vec<usize> {
    reps.iter().zip(shape).flat_map(|(reps, size)| [*reps, *size]).collect()
}

fn decompose_tile<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let x = operands[0];
    let (reps, shape) = (call.params.usizes("reps"), x.ty().shape);
    let dims: Vec<usize> = (0..shape.len()).map(|axis| 2 * axis + 1).collect();
    let repeated = broadcast_in_dim(&x, &interleaved(&reps, &shape), &dims);
    let sizes: Vec<usize> = reps.iter().zip(&shape).map(|(reps, size)| reps * size).collect();
    Ok(vec![reshape(&repeated, &sizes)])
}

fn transpose_tile<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some((ct, ty)) = single(cts, operands) else { return Ok(vec![None]) };
    let parts = reshape(&ct, &interleaved(&call.params.usizes("reps"), &ty.shape));
    let summed: Vec<usize> = (0..ty.rank()).map(|axis| 2 * axis).collect();
    Ok(vec![Some(crate::reduce::reduce_sum(&parts, &summed))])
}

fn batch_tile<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let reps = prepend(1, &call.params.usizes("reps"));
    Ok(bind_batched(cx, call.op, Params::new().with("reps", reps), &[x]))
}

/// Joins arrays of one shape along a new axis.
pub static STACK: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_stack),
    batch: Rule::Is(batch_stack),
    lower: Lower::Decompose(decompose_stack),
    ..structural(
        "stack",
        "Joins arrays of one shape along a new axis.",
        Arity::AtLeast(1),
        const { &[ParamDef::required("axis", ParamKind::Int)] },
        infer_stack,
    )
};

/// Joins arrays of one shape along a new axis, which stands at `axis` in the result.
///
/// # Panics
/// Without operands.
#[track_caller]
pub fn stack<V: Value>(operands: &[&V], axis: usize) -> V {
    let first = operands.first().expect("stack has at least one operand");
    one(V::bind(first.cx(), &STACK, Params::new().with("axis", axis), operands))
}

fn infer_stack(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let first = types[0];
    let axis = axis(call, "axis", first.rank() + 1)?;
    for ty in &types[1..] {
        if ty.dtype != first.dtype {
            return Err(diag::dtype_mismatch(call.op.name, first.dtype, ty.dtype));
        }
        if ty.shape != first.shape {
            return Err(diag::shape_mismatch(call.op.name, first, ty));
        }
    }
    let mut shape = first.shape.clone();
    shape.insert(axis, types.len());
    sized(call, first.dtype, &shape, types.iter().all(|ty| ty.weak))
}

fn decompose_stack<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let axis = call.params.usize("axis");
    let mut shape = operands[0].ty().shape;
    shape.insert(axis, 1);
    let dims: Vec<usize> = (0..shape.len()).filter(|dim| *dim != axis).collect();
    let parts: Vec<Handle<'b>> =
        operands.iter().map(|x| broadcast_in_dim(x, &shape, &dims)).collect();
    let parts: Vec<&Handle<'b>> = parts.iter().collect();
    Ok(vec![concatenate(&parts, axis)])
}

fn transpose_stack<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0] else { return Ok(vec![None; operands.len()]) };
    let parts = unstack(&ct, call.params.usize("axis"));
    let linear = |operand: &LinearOperand<'b>| matches!(operand, LinearOperand::Linear(_));
    Ok(parts.into_iter().zip(operands).map(|(ct, x)| linear(x).then_some(ct)).collect())
}

fn batch_stack<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    let params = replaced(call.params, "axis", call.params.usize("axis") + 1);
    Ok(bind_batched(cx, call.op, params, &operands))
}

/// Cuts an array into its slices along an axis, which is dropped.
pub static UNSTACK: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_unstack),
    batch: Rule::Is(batch_unstack),
    lower: Lower::Decompose(decompose_unstack),
    ..structural(
        "unstack",
        "Cuts an array into its slices along an axis, which is dropped.",
        Arity::Exactly(1),
        const { &[ParamDef::required("axis", ParamKind::Int)] },
        infer_unstack,
    )
};

/// The slices of `x` along `axis`, without that axis.
#[track_caller]
pub fn unstack<V: Value>(x: &V, axis: usize) -> SmallVec<[V; 1]> {
    V::bind(x.cx(), &UNSTACK, Params::new().with("axis", axis), &[x])
}

fn infer_unstack(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let axis = axis(call, "axis", x.rank())?;
    let mut shape = x.shape.clone();
    let count = shape.remove(axis);
    // A program with this many variables could not be held anyway.
    if count > 1 << 20 {
        return Err(refuse(call, format!("expected at most {} results, got {count}", 1 << 20)));
    }
    Ok(OutTypes::from_elem(x.with_shape(&shape), count))
}

fn decompose_unstack<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let (x, axis) = (operands[0], call.params.usize("axis"));
    let sizes = vec![1; x.ty().shape[axis]];
    Ok(split(&x, &sizes, axis).iter().map(|part| squeeze(part, &[axis])).collect())
}

fn transpose_unstack<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    _: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(like) = cts.iter().flatten().next() else { return Ok(vec![None]) };
    let parts: Vec<Handle<'b>> = cts.iter().map(|ct| instantiate(*ct, like)).collect();
    let parts: Vec<&Handle<'b>> = parts.iter().collect();
    Ok(vec![Some(stack(&parts, call.params.usize("axis")))])
}

fn batch_unstack<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let params = replaced(call.params, "axis", call.params.usize("axis") + 1);
    Ok(bind_batched(cx, call.op, params, &[x]))
}
