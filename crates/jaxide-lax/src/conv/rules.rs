//! Transposition and batching of convolutions. All are convolutions again: a
//! transposed one swaps roles of dimensions, a batched one folds the new axis into the batch or into
//! groups. As in JAX.
//!
//! With m for the batch, j and k for features of operand and result, g for groups, a convolution is the
//! contraction `[m, g j] [j, g k] -> [m, g k]`, or `[g m, j] [j, g k] -> [m, g k]` with groups of the
//! batch. Its transposes are those of matrix products.

use jaxide_ir::{
    ArrayType, Call, DType, Handle, Param, Result, RuleCx, Value,
    rules::{Batched, LinearOperand},
};

use super::{Conv, ConvDims};
use crate::{
    Val, diag,
    elementwise::convert_element_type,
    shape::{prepend, reshape, rev, transpose as permute, zeros},
    templates::bind1,
    window::transposed_padding,
};

/// A convolution in place of that of the call, whose precision it keeps.
fn convolve<'b>(call: &Call<'_>, lhs: &Val<'b>, rhs: &Val<'b>, conv: &Conv) -> Val<'b> {
    let precision = call.params.get("precision").cloned().unwrap_or(Param::None);
    bind1(call.op, conv.params().with("precision", precision), &[lhs, rhs])
}

pub(super) fn transpose<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0].map(Val) else { return Ok(vec![None, None]) };
    Ok(match operands {
        [LinearOperand::Linear(ty), LinearOperand::Known(rhs)] => {
            vec![Some(transpose_lhs(call, ct, ty, Val(*rhs)).0), None]
        }
        [LinearOperand::Known(lhs), LinearOperand::Linear(ty)] => {
            vec![None, Some(transpose_rhs(call, ct, Val(*lhs), ty).0)]
        }
        [LinearOperand::Linear(_), _] => return Err(diag::not_linear(call.op.name, 0)),
        _ => return Err(diag::not_linear(call.op.name, 1)),
    })
}

fn in_dtype(x: Val<'_>, dtype: DType) -> Val<'_> {
    if x.ty().dtype == dtype { x } else { convert_element_type(&x, dtype) }
}

/// Batch and features exchanged.
fn swapped(spec: &[usize]) -> Vec<usize> {
    [&[spec[1], spec[0]], &spec[2..]].concat()
}

/// The turned kernel, with features exchanged, slides over the cotangents.
fn transpose_lhs<'b>(call: &Call<'_>, ct: Val<'b>, lhs: &ArrayType, rhs: Val<'b>) -> Val<'b> {
    let conv = Conv::of(call.params);
    let dims = &conv.dimension_numbers;
    let (out, inner) = (dims.rhs_spec[0], dims.rhs_spec[1]);
    let spatial = conv.spatial(&lhs.shape, &rhs.ty().shape);
    let places = dims.out_spec[2..].iter().map(|dim| ct.ty().shape[*dim]).collect::<Vec<_>>();
    let mut kernel = rhs;
    if conv.groups() > 1 {
        kernel = axis_into(out, inner, axis_out_of(out, conv.groups(), kernel));
    }
    let kernel = in_dtype(rev(&kernel, &dims.rhs_spec[2..]), ct.ty().dtype);
    let pairs = spatial.iter().zip(&places);
    let back = Conv {
        window_strides: conv.lhs_dilation.clone(),
        padding: pairs.map(|(dim, places)| transposed_padding(dim, *places)).collect(),
        lhs_dilation: conv.window_strides.clone(),
        dimension_numbers: ConvDims {
            lhs_spec: dims.out_spec.clone(),
            rhs_spec: swapped(&dims.rhs_spec),
            out_spec: dims.lhs_spec.clone(),
        },
        feature_group_count: conv.groups(),
        batch_group_count: 1,
        ..conv.clone()
    };
    let grad = in_dtype(convolve(call, &ct, &kernel, &back), lhs.dtype);
    if conv.batch_group_count == 1 {
        return grad;
    }
    let (batch, features) = (dims.lhs_spec[0], dims.lhs_spec[1]);
    axis_into(features, batch, axis_out_of(features, conv.batch_group_count, grad))
}

/// The cotangents, as a kernel, slide over the operand; batch and features exchanged.
fn transpose_rhs<'b>(call: &Call<'_>, ct: Val<'b>, lhs: Val<'b>, rhs: &ArrayType) -> Val<'b> {
    if ct.ty().size() == 0 {
        return zeros(ct.cx(), rhs);
    }
    let conv = Conv::of(call.params);
    let dims = &conv.dimension_numbers;
    let spatial = conv.spatial(&lhs.ty().shape, &rhs.shape);
    let padding = spatial.iter().zip(&dims.out_spec[2..]).map(|(dim, out)| {
        // The places behind the last one that the kernel reached are cropped.
        let places = ct.ty().shape[*out] as i64;
        let kernel = (dim.window as i64 - 1).max(-1) * dim.window_dilation as i64 + 1;
        let covered = (places - 1) * dim.stride as i64 + 1;
        let size = (dim.padded() as i64) - dim.padding.0 - dim.padding.1;
        (dim.padding.0, covered - size + kernel - dim.padding.0 - 1)
    });
    let back = Conv {
        padding: padding.collect(),
        window_strides: conv.rhs_dilation.clone(),
        rhs_dilation: conv.window_strides.clone(),
        dimension_numbers: ConvDims {
            lhs_spec: swapped(&dims.lhs_spec),
            rhs_spec: swapped(&dims.out_spec),
            out_spec: swapped(&dims.rhs_spec),
        },
        feature_group_count: conv.batch_group_count,
        batch_group_count: conv.feature_group_count,
        ..conv.clone()
    };
    in_dtype(convolve(call, &in_dtype(lhs, ct.ty().dtype), &ct, &back), rhs.dtype)
}

/// The axis `from` in front of the axis `to` of the others, and both as one.
fn axis_into(from: usize, to: usize, x: Val<'_>) -> Val<'_> {
    let shape = x.ty().shape;
    let mut order: Vec<usize> = (0..shape.len()).filter(|axis| *axis != from).collect();
    let mut sizes: Vec<usize> = order.iter().map(|axis| shape[*axis]).collect();
    sizes[to] *= shape[from];
    order.insert(to, from);
    let moved = if order.is_sorted() { x } else { permute(&x, &order) };
    reshape(&moved, &sizes)
}

/// The axis as two, the outer one of `count` items.
fn axis_out_of(axis: usize, count: usize, x: Val<'_>) -> Val<'_> {
    let mut sizes = x.ty().shape.to_vec();
    sizes[axis] /= count;
    sizes.insert(axis, count);
    reshape(&x, &sizes)
}

pub(super) fn batch<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let ((lhs, lhs_axis), (rhs, rhs_axis)) = (operands[0], operands[1]);
    let (lhs, rhs) = (Val(lhs), Val(rhs));
    let (out, axis) = match (lhs_axis, rhs_axis) {
        _ if size == 0 => empty(call, operands)?,
        (Some(at), Some(other)) => batch_both(call, size, (lhs, at), (rhs, other)),
        (Some(at), None) => batch_lhs(call, size, (lhs, at), rhs),
        (None, Some(at)) => batch_rhs(call, size, lhs, (rhs, at)),
        (None, None) => return Err(diag::bug("batching an equation without batched operands")),
    };
    Ok(vec![(out.0, Some(axis))])
}

/// No result at all: an axis of size 0 has no place in groups.
fn empty<'b>(call: &Call<'_>, operands: &[Batched<'b>]) -> Result<(Val<'b>, usize)> {
    let unbatched = |(x, axis): &Batched<'b>| {
        let mut ty = x.ty();
        axis.iter().for_each(|axis| _ = ty.shape.remove(*axis));
        ty
    };
    let types: Vec<ArrayType> = operands.iter().map(unbatched).collect();
    let out = (call.op.infer)(call, &types.iter().collect::<Vec<_>>())?[0].clone();
    let shape = prepend(0, &out.shape);
    Ok((zeros(operands[0].0.cx(), &out.with_shape(&shape)), 0))
}

/// The new axis becomes an outer axis of groups.
fn batch_both<'b>(
    call: &Call<'_>,
    size: usize,
    (lhs, lhs_axis): (Val<'b>, usize),
    (rhs, rhs_axis): (Val<'b>, usize),
) -> (Val<'b>, usize) {
    let mut conv = Conv::of(call.params);
    let dims = conv.dimension_numbers.clone();
    let lhs = if conv.batch_group_count > 1 {
        conv.batch_group_count *= size;
        axis_into(lhs_axis, dims.lhs_spec[0], lhs)
    } else {
        conv.feature_group_count *= size;
        axis_into(lhs_axis, dims.lhs_spec[1], lhs)
    };
    let rhs = axis_into(rhs_axis, dims.rhs_spec[0], rhs);
    let features = dims.out_spec[1];
    (axis_out_of(features, size, convolve(call, &lhs, &rhs, &conv)), features)
}

/// The new axis becomes a part of the batch, inside the groups of the batch.
fn batch_lhs<'b>(
    call: &Call<'_>,
    size: usize,
    (lhs, axis): (Val<'b>, usize),
    rhs: Val<'b>,
) -> (Val<'b>, usize) {
    let conv = Conv::of(call.params);
    let dims = &conv.dimension_numbers;
    let lhs = into_groups(lhs, axis, dims.lhs_spec[0], conv.batch_group_count);
    let batch = dims.out_spec[0];
    (axis_out_of(batch, size, convolve(call, &lhs, &rhs, &conv)), batch)
}

/// The new axis becomes a part of the result's features, inside the groups.
fn batch_rhs<'b>(
    call: &Call<'_>,
    size: usize,
    lhs: Val<'b>,
    (rhs, axis): (Val<'b>, usize),
) -> (Val<'b>, usize) {
    let conv = Conv::of(call.params);
    let dims = &conv.dimension_numbers;
    let rhs = into_groups(rhs, axis, dims.rhs_spec[0], conv.groups());
    let out = convolve(call, &lhs, &rhs, &conv);
    let features = dims.out_spec[1];
    if conv.groups() == 1 {
        return (axis_out_of(features, size, out), features);
    }
    // Features are groups, the new axis, what is left; the groups move behind the new axis.
    let out = axis_out_of(features + 1, size, axis_out_of(features, conv.groups(), out));
    (axis_into(features, features + 1, out), features)
}

/// The axis `from` as a part of the axis `to` of the others, behind that axis' groups.
fn into_groups(x: Val<'_>, from: usize, to: usize, groups: usize) -> Val<'_> {
    if groups == 1 {
        return axis_into(from, to, x);
    }
    let split = axis_out_of(to + usize::from(from <= to), groups, x);
    let inside = axis_into(from + usize::from(to < from), to + 1, split);
    axis_into(to, to, inside)
}
