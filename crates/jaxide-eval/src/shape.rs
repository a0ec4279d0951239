//! Ops that move elements without computing on them: each says where the elements of a view of its
//! operand go, and the loop in `view` moves them.

use jaxide_ir::{OpDef, Result, Scalar, Shape};
use jaxide_lax::shape::{
    BROADCAST_IN_DIM, CONCATENATE, EMPTY, IOTA, PAD, RESHAPE, REV, SLICE, SQUEEZE, TRANSPOSE,
    padding_config,
};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{
    Kernel, KernelCx, Results,
    num::{dispatch, read, write},
    view::{View, copy},
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[
    (&BROADCAST_IN_DIM, Kernel::Pure(eval_broadcast_in_dim)),
    (&CONCATENATE, Kernel::Pure(eval_concatenate)),
    (&EMPTY, Kernel::Pure(|cx, _| Ok(smallvec![Buffer::zeros(cx.out().clone())?]))),
    (&IOTA, Kernel::Pure(eval_iota)),
    (&PAD, Kernel::Pure(eval_pad)),
    (&RESHAPE, Kernel::Reuse(eval_reshape)),
    (&REV, Kernel::Pure(eval_rev)),
    (&SLICE, Kernel::Pure(eval_slice)),
    (&SQUEEZE, Kernel::Reuse(eval_retype)),
    (&TRANSPOSE, Kernel::Pure(eval_transpose)),
];

/// Copies the elements of an index space from a view of one buffer to a view of another.
pub(crate) fn transfer(shape: &[usize], src: &Buffer, from: &View, dst: &mut Buffer, to: &View) {
    dispatch!(size src.ty().dtype, T => {
        copy::<T>(shape, read(src), from, write(dst), to);
    });
}

/// The result whose elements are a view of the operand, in order.
fn gathered(cx: &KernelCx<'_>, x: &Buffer, from: &View) -> Result<Results> {
    let mut out = cx.out_buffer()?;
    transfer(&cx.out().shape, x, from, &mut out, &View::dense(cx.out()));
    Ok(smallvec![out])
}

/// The operand's bytes under the result's type.
pub(crate) fn eval_retype(cx: &KernelCx<'_>, x: Buffer, _: &[&Buffer]) -> Result<Results> {
    Ok(smallvec![x.with_type(cx.out().clone())?])
}

fn eval_reshape(cx: &KernelCx<'_>, x: Buffer, _: &[&Buffer]) -> Result<Results> {
    if cx.params().is_none("dimensions") {
        return eval_retype(cx, x, &[]);
    }
    let permutation = cx.params().usizes("dimensions");
    let shape: Shape = permutation.iter().map(|axis| x.ty().shape[*axis]).collect();
    let mut moved = Buffer::recycled(x.ty().with_shape(&shape))?;
    let to = View::dense(moved.ty());
    transfer(&shape, &x, &permuted(&x, &permutation), &mut moved, &to);
    eval_retype(cx, moved, &[])
}

fn permuted(x: &Buffer, permutation: &[usize]) -> View {
    let View { base, strides } = View::dense(x.ty());
    View { base, strides: permutation.iter().map(|axis| strides[*axis]).collect() }
}

fn eval_transpose(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let from = permuted(inputs[0], &cx.params().usizes("permutation"));
    gathered(cx, inputs[0], &from)
}

fn eval_broadcast_in_dim(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let x = inputs[0];
    let dims = cx.params().usizes("broadcast_dimensions");
    gathered(cx, x, &broadcast(x, &dims, cx.out().rank()))
}

/// The operand repeated: its dimension `i` is dimension `dims[i]` of `rank`; a dimension of size 1
/// stands still.
pub(crate) fn broadcast(x: &Buffer, dims: &[usize], rank: usize) -> View {
    let mut view = View { base: 0, strides: smallvec![0; rank] };
    let strides = x.ty().strides();
    for (axis, dim) in dims.iter().enumerate() {
        if x.ty().shape[axis] != 1 {
            view.strides[*dim] = strides[axis] as isize;
        }
    }
    view
}

fn eval_rev(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let x = inputs[0];
    let mut view = View::dense(x.ty());
    for axis in cx.params().usizes("dimensions") {
        view.base += view.strides[axis] * (x.ty().shape[axis] as isize - 1);
        view.strides[axis] = -view.strides[axis];
    }
    gathered(cx, x, &view)
}

fn eval_slice(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let starts = cx.params().usizes("start_indices");
    let mut view = View::dense(inputs[0].ty()).moved(starts.iter().map(|start| *start as isize));
    if !cx.params().is_none("strides") {
        let factors = cx.params().usizes("strides");
        for ((stride, factor), size) in view.strides.iter_mut().zip(factors).zip(&cx.out().shape) {
            // The step to a second element; without one it may be beyond all bounds.
            *stride = if *size > 1 { *stride * factor as isize } else { 0 };
        }
    }
    gathered(cx, inputs[0], &view)
}

fn eval_pad(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let (x, value) = (inputs[0], inputs[1]);
    let mut out = cx.out_buffer()?;
    let dense = View::dense(cx.out());
    let everywhere = broadcast(value, &[], cx.out().rank());
    transfer(&cx.out().shape, value, &everywhere, &mut out, &dense);
    let mut from = View::dense(x.ty());
    let mut to = dense;
    let mut kept = Shape::new();
    for (axis, (low, _, interior)) in padding_config(cx.params()).into_iter().enumerate() {
        let Kept { first, count } =
            kept_elements(x.ty().shape[axis], cx.out().shape[axis], low, interior);
        kept.push(count);
        if count == 0 {
            continue;
        }
        let step = (interior as isize).saturating_add(1);
        from.base += from.strides[axis] * first as isize;
        to.base += to.strides[axis] * (low as isize + first as isize * step);
        // The step to a second element; without one it may be beyond all bounds.
        to.strides[axis] = if count > 1 { to.strides[axis] * step } else { 0 };
    }
    transfer(&kept, x, &from, &mut out, &to);
    Ok(smallvec![out])
}

/// The elements along a dimension that negative padding does not crop.
struct Kept {
    first: usize,
    count: usize,
}

/// Element `i` of `size` goes to `low + i * (interior + 1)`; those inside `0..out` are kept.
fn kept_elements(size: usize, out: usize, low: i64, interior: i64) -> Kept {
    let up = |a: i128| (a.max(0) + i128::from(interior)) / (i128::from(interior) + 1);
    let first = up(-i128::from(low)).min(size as i128);
    let end = up(out as i128 - i128::from(low)).min(size as i128);
    Kept { first: first as usize, count: (end - first).max(0) as usize }
}

fn eval_concatenate(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let axis = cx.params().usize("dimension");
    let mut out = cx.out_buffer()?;
    let mut to = View::dense(cx.out());
    for x in inputs {
        transfer(&x.ty().shape, x, &View::dense(x.ty()), &mut out, &to);
        to.base += to.strides[axis] * x.ty().shape[axis] as isize;
    }
    Ok(smallvec![out])
}

fn eval_iota(cx: &KernelCx<'_>, _: &[&Buffer]) -> Result<Results> {
    let (ty, axis) = (cx.out(), cx.params().usize("dimension"));
    if ty.size() == 0 {
        return Ok(smallvec![cx.out_buffer()?]);
    }
    let length = ty.shape[axis];
    let mut row = Buffer::recycled(ty.with_shape(&[length]))?;
    for (i, bytes) in row.bytes_mut().chunks_exact_mut(ty.dtype.size()).enumerate() {
        bytes.copy_from_slice(&Scalar::int(ty.dtype, i as i128).to_bytes());
    }
    let view = broadcast(&row, &[axis], ty.rank());
    gathered(cx, &row, &view)
}
