//! Ops whose places are known only at run time: dynamic_slice, dynamic_update_slice. Start indices
//! are clamped so that the slice lies inside the operand; wrapping of negative indices is the
//! front end's work.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, OpDef, OutTypes, ParamDef, ParamKind, Params, Result,
    Rule, RuleCx, Scalar, Value, diag,
    rules::{Batched, LinearOperand},
};

use crate::{
    gather::{GatherDims, Mode, gather},
    scatter::{ScatterDims, scatter},
    shape::{
        batch_front, counts, expect_rank, jvp_linear_in, one, prepend, refuse, sized, stack,
        structural, tuple_text, zeros,
    },
};

/// A slice of fixed size at places known at run time.
pub static DYNAMIC_SLICE: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear_in::<1>),
    transpose: Rule::Is(transpose_dynamic_slice),
    batch: Rule::Is(batch_dynamic_slice),
    ..structural(
        "dynamic_slice",
        "A slice of fixed size that starts at run-time indices, clamped into range.",
        Arity::AtLeast(1),
        const { &[ParamDef::required("slice_sizes", ParamKind::Tuple(&ParamKind::Int))] },
        infer_dynamic_slice,
    )
};

/// The slice of `slice_sizes` that starts at `start_indices`, one rank-0 integer per dimension.
/// Starts are clamped so that the slice lies inside `x`.
#[track_caller]
pub fn dynamic_slice<V: Value>(x: &V, start_indices: &[&V], slice_sizes: &[usize]) -> V {
    let operands: Vec<&V> = std::iter::once(x).chain(start_indices.iter().copied()).collect();
    let params = Params::new().with("slice_sizes", slice_sizes);
    one(V::bind(x.cx(), &DYNAMIC_SLICE, params, &operands))
}

/// Refuses start indices that are not one integer of rank 0 per dimension, all of one dtype.
fn expect_indices(call: &Call<'_>, first: usize, types: &[&ArrayType], rank: usize) -> Result<()> {
    let indices = &types[first..];
    if indices.len() != rank {
        let expected = format!("expected one start index per dimension ({rank})");
        return Err(refuse(call, format!("{expected}, got {}", indices.len())));
    }
    for (position, ty) in indices.iter().enumerate() {
        if !ty.dtype.is_integer() {
            let position = first + position;
            return Err(diag::operand_dtype(call.op.name, position, "an integer", ty.dtype));
        }
        if ty.rank() != 0 {
            return Err(refuse(call, format!("expected start indices of rank 0, got {ty}")));
        }
        if ty.dtype != indices[0].dtype {
            return Err(diag::dtype_mismatch(call.op.name, indices[0].dtype, ty.dtype));
        }
    }
    Ok(())
}

fn infer_dynamic_slice(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let sizes = counts(call, "slice_sizes")?;
    expect_rank(call, "slice_sizes", sizes.len(), x.rank())?;
    expect_indices(call, 1, types, x.rank())?;
    if sizes.iter().zip(&x.shape).any(|(size, of)| size > of) {
        let got = tuple_text(&sizes);
        return Err(refuse(call, format!("expected slice_sizes within {x}, got {got}")));
    }
    sized(call, x.dtype, &sizes, x.weak)
}

fn transpose_dynamic_slice<'b>(
    _: &mut dyn RuleCx<'b>,
    _: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let mut result = vec![None; operands.len()];
    if let (Some(ct), LinearOperand::Linear(ty)) = (&cts[0], &operands[0]) {
        let indices = known(&operands[1..]);
        let indices: Vec<&Handle<'b>> = indices.iter().collect();
        result[0] = Some(dynamic_update_slice(&zeros(ct.cx(), ty), ct, &indices));
    }
    Ok(result)
}

/// The values of operands that have no tangents.
fn known<'b>(operands: &[LinearOperand<'b>]) -> Vec<Handle<'b>> {
    let value = |operand: &LinearOperand<'b>| match operand {
        LinearOperand::Known(value) => Some(*value),
        LinearOperand::Linear(_) => None,
    };
    operands.iter().filter_map(value).collect()
}

/// Start indices with one for a leading batch axis, where none of them is batched.
fn shared_starts<'b>(x: &Handle<'b>, starts: &[Batched<'b>]) -> Option<Vec<Handle<'b>>> {
    let shared = starts.iter().all(|start| start.1.is_none());
    let dtype = starts.first().map_or(DType::I32, |start| start.0.ty().dtype);
    let zero = Handle::literal(x.cx(), Scalar::zero(dtype));
    shared.then(|| std::iter::once(zero).chain(starts.iter().map(|start| start.0)).collect())
}

/// Start indices of each lane as one array of shape (lanes, dimensions).
fn lane_starts<'b>(size: usize, starts: &[Batched<'b>]) -> Handle<'b> {
    let starts: Vec<Handle<'b>> = starts.iter().map(|start| batch_front(start, size)).collect();
    stack(&starts.iter().collect::<Vec<_>>(), 1)
}

fn batch_dynamic_slice<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (x, starts) = (batch_front(&operands[0], size), &operands[1..]);
    let sizes = call.params.usizes("slice_sizes");
    if let Some(starts) = shared_starts(&x, starts) {
        let starts: Vec<&Handle<'b>> = starts.iter().collect();
        return Ok(vec![(dynamic_slice(&x, &starts, &prepend(size, &sizes)), Some(0))]);
    }
    let inner: Vec<usize> = (1..=sizes.len()).collect();
    let dims = GatherDims {
        offset_dims: inner.clone(),
        collapsed_slice_dims: vec![],
        start_index_map: inner,
        operand_batching_dims: vec![0],
        start_indices_batching_dims: vec![0],
    };
    let starts = lane_starts(size, starts);
    Ok(vec![(gather(&x, &starts, &dims, &prepend(1, &sizes), Mode::Clip), Some(0))])
}

/// An array with a part replaced at places known at run time.
pub static DYNAMIC_UPDATE_SLICE: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear_in::<2>),
    transpose: Rule::Is(transpose_dynamic_update_slice),
    batch: Rule::Is(batch_dynamic_update_slice),
    ..structural(
        "dynamic_update_slice",
        "The operand with an update written at run-time indices, clamped into range.",
        Arity::AtLeast(2),
        const { &[] },
        infer_dynamic_update_slice,
    )
};

/// `x` with `update` written at `start_indices`, one rank-0 integer per dimension. Starts are
/// clamped so that the update lies inside `x`.
#[track_caller]
pub fn dynamic_update_slice<V: Value>(x: &V, update: &V, start_indices: &[&V]) -> V {
    let operands: Vec<&V> = [x, update].into_iter().chain(start_indices.iter().copied()).collect();
    one(V::bind(x.cx(), &DYNAMIC_UPDATE_SLICE, Params::new(), &operands))
}

fn infer_dynamic_update_slice(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (x, update) = (types[0], types[1]);
    if x.dtype != update.dtype {
        return Err(diag::dtype_mismatch(call.op.name, x.dtype, update.dtype));
    }
    let within = |(size, of): (&usize, &usize)| size <= of;
    if update.rank() != x.rank() || !update.shape.iter().zip(&x.shape).all(within) {
        return Err(refuse(call, format!("expected an update within {x}, got {update}")));
    }
    expect_indices(call, 2, types, x.rank())?;
    Ok(OutTypes::from_elem(x.clone().with_weak(types.iter().all(|ty| ty.weak)), 1))
}

fn transpose_dynamic_update_slice<'b>(
    _: &mut dyn RuleCx<'b>,
    _: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let mut result = vec![None; operands.len()];
    let Some(ct) = &cts[0] else { return Ok(result) };
    let ty = |operand: &LinearOperand<'b>| match operand {
        LinearOperand::Linear(ty) => ty.clone(),
        LinearOperand::Known(value) => value.ty(),
    };
    let linear = |operand: &LinearOperand<'b>| matches!(operand, LinearOperand::Linear(_));
    let indices = known(&operands[2..]);
    let indices: Vec<&Handle<'b>> = indices.iter().collect();
    let update = ty(&operands[1]);
    if linear(&operands[0]) {
        result[0] = Some(dynamic_update_slice(ct, &zeros(ct.cx(), &update), &indices));
    }
    if linear(&operands[1]) {
        result[1] = Some(dynamic_slice(ct, &indices, &update.shape));
    }
    Ok(result)
}

fn batch_dynamic_update_slice<'b>(
    _: &mut dyn RuleCx<'b>,
    _: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (x, update) = (batch_front(&operands[0], size), batch_front(&operands[1], size));
    let starts = &operands[2..];
    if let Some(starts) = shared_starts(&x, starts) {
        let starts: Vec<&Handle<'b>> = starts.iter().collect();
        return Ok(vec![(dynamic_update_slice(&x, &update, &starts), Some(0))]);
    }
    let inner: Vec<usize> = (1..=starts.len()).collect();
    let dims = ScatterDims {
        update_window_dims: inner.clone(),
        inserted_window_dims: vec![],
        scatter_dims_to_operand_dims: inner,
        operand_batching_dims: vec![0],
        scatter_indices_batching_dims: vec![0],
    };
    let starts = lane_starts(size, starts);
    Ok(vec![(scatter(&x, &starts, &update, &dims, Mode::Clip), Some(0))])
}
