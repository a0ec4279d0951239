//! Ops that keep every element: broadcast_in_dim, reshape, transpose, squeeze.

use jaxide_ir::{
    Arity, ArrayType, Call, Fold, Handle, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, RuleCx, TensorData, Value,
    rules::{Batched, LinearOperand},
};
use smallvec::smallvec;

use super::{
    axes, batch_front, bind_batched, copy_elements, counts, expect_rank, one, prepend, refuse,
    replaced, shifted, single, sized, structural, tuple_text,
};
use crate::templates::jvp_linear;

const INTS: ParamKind = ParamKind::Tuple(&ParamKind::Int);
const OPTIONAL_INTS: ParamKind = ParamKind::Optional(&INTS);

/// Operand dimension `i` becomes result dimension `broadcast_dimensions[i]`; dimensions of size 1
/// and the other result dimensions are repeated.
pub static BROADCAST_IN_DIM: OpDef = OpDef {
    fold: Fold::By(fold_broadcast_in_dim),
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_broadcast_in_dim),
    batch: Rule::Is(batch_broadcast_in_dim),
    ..structural(
        "broadcast_in_dim",
        "Repeats an array along new dimensions and dimensions of size 1.",
        Arity::Exactly(1),
        const {
            &[
                ParamDef::shown("broadcast_dimensions", INTS, Param::Tuple(Vec::new())),
                ParamDef::required("shape", INTS),
            ]
        },
        infer_broadcast_in_dim,
    )
};

/// Repeats `x` along new dimensions: dimension `i` of `x` is dimension `broadcast_dimensions[i]` of
/// the result, and is 1 or equal to it.
#[track_caller]
pub fn broadcast_in_dim<V: Value>(x: &V, shape: &[usize], broadcast_dimensions: &[usize]) -> V {
    let params =
        Params::new().with("broadcast_dimensions", broadcast_dimensions).with("shape", shape);
    one(V::bind(x.cx(), &BROADCAST_IN_DIM, params, &[x]))
}

fn infer_broadcast_in_dim(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let shape = counts(call, "shape")?;
    let dims = axes(call, "broadcast_dimensions", shape.len())?;
    expect_rank(call, "broadcast_dimensions", dims.len(), x.rank())?;
    let fits = |(size, dim): (&usize, &usize)| *size == 1 || *size == shape[*dim];
    if !x.shape.iter().zip(&dims).all(fits) {
        let expected = "operand dimension sizes must be 1 or equal to the target's";
        let (target, dims) = (tuple_text(&shape), tuple_text(&dims));
        return Err(refuse(
            call,
            format!("{expected}, got {x} for shape {target}, broadcast_dimensions {dims}"),
        ));
    }
    sized(call, x.dtype, &shape, x.weak)
}

fn fold_broadcast_in_dim(call: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let x = operands[0];
    let ty = x.ty().with_shape(&call.params.usizes("shape"));
    let (dims, strides) = (call.params.usizes("broadcast_dimensions"), x.ty().strides());
    let source = |at: &[usize]| {
        let repeated = |axis: usize| x.ty().shape[axis] == 1;
        let place = |axis: usize| if repeated(axis) { 0 } else { at[dims[axis]] * strides[axis] };
        (0..dims.len()).map(place).sum()
    };
    Some(vec![copy_elements(x, ty, source)])
}

fn transpose_broadcast_in_dim<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some((ct, ty)) = single(cts, operands) else { return Ok(vec![None]) };
    let dims = call.params.usizes("broadcast_dimensions");
    let kept = |axis: &usize| {
        let from = dims.iter().position(|dim| dim == axis);
        from.is_some_and(|from| ty.shape[from] == ct.ty().shape[*axis])
    };
    let summed: Vec<usize> = (0..ct.ty().rank()).filter(|axis| !kept(axis)).collect();
    let sum = crate::reduce::reduce_sum(&ct, &summed);
    // The sum has the operand's dimensions in the order in which the result has them.
    let mut order: Vec<usize> = (0..dims.len()).collect();
    order.sort_by_key(|axis| dims[*axis]);
    let shape: Vec<usize> = order.iter().map(|axis| ty.shape[*axis]).collect();
    let sum = if sum.ty().shape[..] == shape { sum } else { reshape(&sum, &shape) };
    Ok(vec![Some(if order.is_sorted() { sum } else { transpose(&sum, &inverse(&order)) })])
}

fn batch_broadcast_in_dim<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let shape = prepend(size, &call.params.usizes("shape"));
    let dims = prepend(0, &shifted(&call.params.usizes("broadcast_dimensions")));
    let params = Params::new().with("broadcast_dimensions", dims).with("shape", shape);
    Ok(bind_batched(cx, call.op, params, &[x]))
}

/// The elements in row-major order under another shape; with `dimensions`, transposed by them first.
pub static RESHAPE: OpDef = OpDef {
    fold: Fold::By(fold_reshape),
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_reshape),
    batch: Rule::Is(batch_reshape),
    ..structural(
        "reshape",
        "The elements in row-major order under another shape.",
        Arity::Exactly(1),
        const {
            &[
                ParamDef::shown("dimensions", OPTIONAL_INTS, Param::None),
                ParamDef::required("new_sizes", INTS),
            ]
        },
        infer_reshape,
    )
};

/// The elements of `x` in row-major order under the shape `new_sizes`, which has as many elements.
#[track_caller]
pub fn reshape<V: Value>(x: &V, new_sizes: &[usize]) -> V {
    one(V::bind(x.cx(), &RESHAPE, Params::new().with("new_sizes", new_sizes), &[x]))
}

fn infer_reshape(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let new_sizes = counts(call, "new_sizes")?;
    if !call.params.is_none("dimensions") {
        expect_permutation(call, "dimensions", x)?;
    }
    let out = sized(call, x.dtype, &new_sizes, x.weak)?;
    if out[0].size() != x.size() {
        let expected = format!("total size must be unchanged, expected {} elements", x.size());
        let got = format!("new_sizes {} with {}", tuple_text(&new_sizes), out[0].size());
        return Err(refuse(call, format!("{expected} of {x}, got {got}")));
    }
    Ok(out)
}

fn fold_reshape(call: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let ty = operands[0].ty().with_shape(&call.params.usizes("new_sizes"));
    let plain = call.params.is_none("dimensions");
    let data = || TensorData::from_bytes(ty.clone(), operands[0].bytes()).ok();
    plain.then(data).flatten().map(|data| vec![data.with_weak(ty.weak)])
}

fn transpose_reshape<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some((ct, ty)) = single(cts, operands) else { return Ok(vec![None]) };
    if call.params.is_none("dimensions") {
        return Ok(vec![Some(reshape(&ct, &ty.shape))]);
    }
    let dims = call.params.usizes("dimensions");
    let shape: Vec<usize> = dims.iter().map(|dim| ty.shape[*dim]).collect();
    Ok(vec![Some(transpose(&reshape(&ct, &shape), &inverse(&dims)))])
}

fn batch_reshape<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let new_sizes = prepend(size, &call.params.usizes("new_sizes"));
    let mut params = replaced(call.params, "new_sizes", new_sizes);
    if !call.params.is_none("dimensions") {
        params.set("dimensions", prepend(0, &shifted(&call.params.usizes("dimensions"))));
    }
    Ok(bind_batched(cx, call.op, params, &[x]))
}

/// Result dimension `i` is operand dimension `permutation[i]`.
pub static TRANSPOSE: OpDef = OpDef {
    fold: Fold::By(fold_transpose),
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_transpose),
    batch: Rule::Is(batch_transpose),
    ..structural(
        "transpose",
        "Permutes the dimensions.",
        Arity::Exactly(1),
        const { &[ParamDef::required("permutation", INTS)] },
        infer_transpose,
    )
};

/// Permutes the dimensions: dimension `i` of the result is dimension `permutation[i]` of `x`.
#[track_caller]
pub fn transpose<V: Value>(x: &V, permutation: &[usize]) -> V {
    one(V::bind(x.cx(), &TRANSPOSE, Params::new().with("permutation", permutation), &[x]))
}

/// The permutation that undoes one.
pub(crate) fn inverse(permutation: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; permutation.len()];
    permutation.iter().enumerate().for_each(|(to, from)| inverse[*from] = to);
    inverse
}

fn expect_permutation(call: &Call<'_>, name: &str, x: &ArrayType) -> Result<Vec<usize>> {
    let permutation = call.params.usizes(name);
    let mut sorted = permutation.clone();
    sorted.sort_unstable();
    if sorted.iter().copied().eq(0..x.rank()) {
        return Ok(permutation);
    }
    let got = tuple_text(&call.params.ints(name));
    Err(refuse(call, format!("expected {name} to permute the dimensions of {x}, got {got}")))
}

fn infer_transpose(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let permutation = expect_permutation(call, "permutation", x)?;
    let shape: Vec<usize> = permutation.iter().map(|axis| x.shape[*axis]).collect();
    Ok(smallvec![x.with_shape(&shape)])
}

fn fold_transpose(call: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let x = operands[0];
    let permutation = call.params.usizes("permutation");
    let shape: Vec<usize> = permutation.iter().map(|axis| x.ty().shape[*axis]).collect();
    let strides = x.ty().strides();
    let source = |at: &[usize]| {
        at.iter().zip(&permutation).map(|(place, axis)| place * strides[*axis]).sum()
    };
    Some(vec![copy_elements(x, x.ty().with_shape(&shape), source)])
}

fn transpose_transpose<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let permutation = inverse(&call.params.usizes("permutation"));
    Ok(vec![single(cts, operands).map(|(ct, _)| transpose(&ct, &permutation))])
}

fn batch_transpose<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let permutation = prepend(0, &shifted(&call.params.usizes("permutation")));
    Ok(bind_batched(cx, call.op, Params::new().with("permutation", permutation), &[x]))
}

/// Drops dimensions of size 1.
pub static SQUEEZE: OpDef = OpDef {
    fold: Fold::By(fold_squeeze),
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_squeeze),
    batch: Rule::Is(batch_squeeze),
    ..structural(
        "squeeze",
        "Drops dimensions of size 1.",
        Arity::Exactly(1),
        const { &[ParamDef::required("dimensions", INTS)] },
        infer_squeeze,
    )
};

/// Drops the given dimensions, all of size 1.
#[track_caller]
pub fn squeeze<V: Value>(x: &V, dimensions: &[usize]) -> V {
    one(V::bind(x.cx(), &SQUEEZE, Params::new().with("dimensions", dimensions), &[x]))
}

fn infer_squeeze(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let dims = axes(call, "dimensions", x.rank())?;
    if dims.iter().any(|dim| x.shape[*dim] != 1) {
        let got = format!("got {x} and dimensions {}", tuple_text(&dims));
        return Err(refuse(call, format!("expected dimensions of size 1, {got}")));
    }
    let kept = (0..x.rank()).filter(|axis| !dims.contains(axis));
    let shape: Vec<usize> = kept.map(|axis| x.shape[axis]).collect();
    Ok(smallvec![x.with_shape(&shape)])
}

fn fold_squeeze(call: &Call<'_>, operands: &[&TensorData]) -> Option<Vec<TensorData>> {
    let x = operands[0];
    let ty = infer_squeeze(call, &[x.ty()]).ok()?.swap_remove(0);
    let data = TensorData::from_bytes(ty, x.bytes()).ok()?;
    Some(vec![data.with_weak(x.ty().weak)])
}

fn transpose_squeeze<'b>(
    _: &mut dyn RuleCx<'b>,
    _: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    Ok(vec![single(cts, operands).map(|(ct, ty)| reshape(&ct, &ty.shape))])
}

fn batch_squeeze<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    let dims = shifted(&call.params.usizes("dimensions"));
    Ok(bind_batched(cx, call.op, Params::new().with("dimensions", dims), &[x]))
}
