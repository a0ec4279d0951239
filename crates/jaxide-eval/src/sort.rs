//! Ordering. Elements are compared by integer keys that grow with them: -0 equals 0, NaN is above
//! everything, complex numbers compare by real, then by imaginary part. For `top_k`, as in JAX, -0 is
//! below 0.

use std::cmp::Reverse;

use jaxide_ir::{ArrayType, DType, OpDef, Result, Scalar, Shape};
use jaxide_lax::sort::{SORT, TOP_K, top_k_axis};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{
    Kernel, KernelCx, Results,
    num::{dispatch, read, write},
    view::{View, Walk},
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] =
    &[(&SORT, Kernel::Pure(eval_sort)), (&TOP_K, Kernel::Pure(eval_top_k))];

/// One key per element.
fn keys(x: &Buffer) -> Vec<i128> {
    let dtype = x.ty().dtype;
    let elements = x.bytes().chunks_exact(dtype.size());
    elements.map(|bytes| key(Scalar::from_bytes(dtype, bytes))).collect()
}

fn key(x: Scalar) -> i128 {
    match x.as_int() {
        Some(value) => value,
        None if x.dtype().is_complex() => {
            let imaginary = i128::from(float_key(x.imag())) - i128::from(i64::MIN);
            (i128::from(float_key(x.to_f64())) << 64) | imaginary
        }
        None => i128::from(float_key(x.to_f64())),
    }
}

fn float_key(x: f64) -> i64 {
    let magnitude = (x.abs().to_bits()) as i64;
    if x.is_nan() {
        i64::MAX
    } else if x < 0.0 {
        -magnitude
    } else {
        magnitude
    }
}

/// One key per element, that of -0 below that of 0.
fn signed_keys(x: &Buffer) -> Vec<i128> {
    let dtype = x.ty().dtype;
    let elements = x.bytes().chunks_exact(dtype.size());
    let elements = elements.map(|bytes| Scalar::from_bytes(dtype, bytes));
    let negative_zero =
        |x: Scalar| dtype.is_float() && x.to_f64() == 0.0 && x.to_f64().is_sign_negative();
    elements.map(|x| 2 * key(x) - i128::from(negative_zero(x))).collect()
}

/// The first positions of the slices along an axis, and the step from element to element.
fn slices(ty: &ArrayType, axis: usize) -> (Vec<usize>, usize) {
    let mut outer: Shape = ty.shape.clone();
    outer[axis] = usize::from(ty.shape[axis] > 0);
    let view = View::dense(ty);
    let starts = Walk::new(&outer, &view.strides, 0).map(|at| at as usize).collect();
    (starts, view.strides[axis] as usize)
}

fn eval_sort(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let (ty, axis) = (inputs[0].ty(), cx.params().usize("dimension"));
    let keys: Vec<_> = inputs[..cx.params().usize("num_keys")].iter().map(|x| keys(x)).collect();
    let (starts, step) = slices(ty, axis);
    let mut outs = Results::new();
    for ty in cx.outs {
        outs.push(Buffer::recycled(ty.clone())?);
    }
    for start in starts {
        let place = |i: usize| start + i * step;
        let mut order: Vec<usize> = (0..ty.shape[axis]).collect();
        order.sort_by(|a, b| {
            let by = |keys: &Vec<i128>| keys[place(*a)].cmp(&keys[place(*b)]);
            keys.iter().map(by).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        for (x, out) in inputs.iter().zip(&mut outs) {
            dispatch!(size x.ty().dtype, T => {
                let (x, out) = (read::<T>(x), write::<T>(out));
                order.iter().enumerate().for_each(|(i, from)| out[place(i)] = x[place(*from)]);
            });
        }
    }
    Ok(outs)
}

fn eval_top_k(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let (x, k) = (inputs[0], cx.params().usize("k"));
    let axis = top_k_axis(cx.params(), x.ty().rank());
    let (keys, (starts, step)) = (signed_keys(x), slices(x.ty(), axis));
    let (targets, target_step) = slices(cx.out(), axis);
    let mut values = cx.out_buffer()?;
    let mut indices = Buffer::recycled(cx.outs[1].with_dtype(DType::I32))?;
    for (start, target) in starts.into_iter().zip(targets) {
        let mut order: Vec<usize> = (0..x.ty().shape[axis]).collect();
        order.sort_by_key(|i| Reverse(keys[start + i * step]));
        for (i, from) in order.into_iter().take(k).enumerate() {
            let at = target + i * target_step;
            dispatch!(size x.ty().dtype, T => {
                write::<T>(&mut values)[at] = read::<T>(x)[start + from * step];
            });
            write::<i32>(&mut indices)[at] = from as i32;
        }
    }
    Ok(smallvec![values, indices])
}
