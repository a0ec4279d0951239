//! Gather and the scatter family.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{Atom, Call, DType, Handle, JaxprBuilder, Param, Result, Value as _};
use jaxide_lax::{
    Val, concatenate,
    control::{Scan, bind_scan},
    convert_element_type,
    gather::{Fill, GatherDims, Mode, gather as gather_at},
    iota, max, min, mul, reshape,
    scatter::{ScatterDims, scatter as scatter_at},
    transpose,
};

use super::{Site, Splitter, rules::alike_with, value::Value};

/// The fill value is real.
pub(super) fn gather<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let params = site.call.params;
    let for_im = params.clone().with("fill_value", Fill::Int(0).param());
    alike_with(cx, site, operands, [params, &for_im])
}

/// An update function that gives the update is none. Others are left alone.
pub(super) fn scatter<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let replaces = match site.call.params.get("update_jaxpr") {
        Some(Param::Jaxpr(update)) => update.outputs[..] == [Atom::Var(update.inputs[1])],
        _ => true,
    };
    if replaces { scatter_sum(cx, site, operands) } else { Ok(cx.leave(site, operands)) }
}

/// The parts scattered alike; the function that repeats the op's own in text is dropped.
pub(super) fn scatter_sum<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let params = site.call.params.clone().with("update_jaxpr", Param::None);
    alike_with(cx, site, operands, [&params, &params])
}

/// An op on the elements at a place and their updates.
type Join = for<'b> fn(&Val<'b>, &Val<'b>) -> Val<'b>;

pub(super) fn scatter_max<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    scatter_by(call, x, |old, update| max(old, update))
}

pub(super) fn scatter_min<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    scatter_by(call, x, |old, update| min(old, update))
}

pub(super) fn scatter_mul<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    scatter_by(call, x, |old, update| mul(old, update))
}

/// Where indices may repeat, one index after the other in a loop.
fn scatter_by<'b>(call: &Call<'_>, operands: &[Handle<'b>], join: Join) -> Result<Vec<Handle<'b>>> {
    let (x, indices, updates) = (Val(operands[0]), Val(operands[1]), Val(operands[2]));
    let mode = Mode::of(call.params);
    let (dims, indices) = explicit_batch(ScatterDims::of(call.params), indices);
    if call.params.bool("unique_indices") {
        return Ok(vec![joined(x, indices, updates, (&dims, mode), join).0]);
    }
    let outer: Vec<usize> =
        (0..updates.ty().rank()).filter(|dim| !dims.update_window_dims.contains(dim)).collect();
    let order: Vec<usize> = outer.iter().chain(&dims.update_window_dims).copied().collect();
    let sizes = updates.ty().shape;
    let count = outer.iter().map(|dim| sizes[*dim]).product();
    let window: Vec<usize> = dims.update_window_dims.iter().map(|dim| sizes[*dim]).collect();
    let updates = reshape(&transpose(&updates, &order), &[&[count], &window[..]].concat());
    let components = *indices.ty().shape.last().expect("indices have a dimension of components");
    let indices = reshape(&indices, &[count, components]);
    let single = ScatterDims { update_window_dims: (0..window.len()).collect(), ..dims };
    let step = {
        let slice = |ty: jaxide_ir::ArrayType| ty.with_shape(&ty.shape[1..]);
        let types = [x.ty(), slice(indices.ty()), slice(updates.ty())];
        let (builder, vars) = JaxprBuilder::with_inputs(&types);
        let builder = RefCell::new(builder);
        let arg = |at: usize| Val(Handle::new(&builder, vars[at].into()));
        let out = joined(arg(0), arg(1), arg(2), (&single, mode), join).0.atom();
        builder.into_inner().finish(vec![out])
    };
    let scan = Scan {
        jaxpr: Arc::new(step),
        length: count,
        num_carry: 1,
        num_consts: 0,
        reverse: false,
        unroll: 1,
    };
    Ok(bind_scan(x.cx(), scan, &[&x.0, &indices.0, &updates.0]).into_vec())
}

/// Dimensions that run along become components of the indices.
fn explicit_batch(mut dims: ScatterDims, indices: Val<'_>) -> (ScatterDims, Val<'_>) {
    if dims.operand_batching_dims.is_empty() {
        return (dims, indices);
    }
    let ty = indices.ty();
    let narrow = ty.dtype.size() < 4;
    let dtype = if narrow { DType::I32 } else { ty.dtype };
    let mut columns = vec![if narrow { convert_element_type(&indices, dtype) } else { indices }];
    let mut shape = ty.shape.to_vec();
    shape[ty.rank() - 1] = 1;
    for along in &dims.scatter_indices_batching_dims {
        columns.push(iota(indices.cx(), dtype, &shape, *along));
    }
    let indices = concatenate(&columns.iter().collect::<Vec<_>>(), ty.rank() - 1);
    let batching = std::mem::take(&mut dims.operand_batching_dims);
    dims.scatter_indices_batching_dims.clear();
    dims.scatter_dims_to_operand_dims.extend(&batching);
    dims.inserted_window_dims.extend(&batching);
    dims.inserted_window_dims.sort_unstable();
    (dims, indices)
}

/// The operand with its elements at distinct places joined with updates.
fn joined<'b>(
    x: Val<'b>,
    indices: Val<'b>,
    updates: Val<'b>,
    (dims, mode): (&ScatterDims, Mode),
    join: Join,
) -> Val<'b> {
    let mut sizes = vec![1; x.ty().rank()];
    let inner = (0..sizes.len()).filter(|dim| !dims.inserted_window_dims.contains(dim));
    for (dim, along) in inner.zip(&dims.update_window_dims) {
        sizes[dim] = updates.ty().shape[*along];
    }
    let from = GatherDims {
        offset_dims: dims.update_window_dims.clone(),
        collapsed_slice_dims: dims.inserted_window_dims.clone(),
        start_index_map: dims.scatter_dims_to_operand_dims.clone(),
        ..GatherDims::default()
    };
    let old = gather_at(&x, &indices, &from, &sizes, mode);
    scatter_at(&x, &indices, &join(&old, &updates), dims, mode)
}
