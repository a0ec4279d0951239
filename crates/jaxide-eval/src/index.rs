//! Ops whose places depend on values. Starts are clamped, so that the slice lies inside the operand.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::index::{DYNAMIC_SLICE, DYNAMIC_UPDATE_SLICE};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use crate::{
    Kernel, KernelCx, Results, diag,
    num::{Int, dispatch, read},
    shape::transfer,
    view::View,
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[
    (&DYNAMIC_SLICE, Kernel::Pure(eval_dynamic_slice)),
    (&DYNAMIC_UPDATE_SLICE, Kernel::Reuse(eval_dynamic_update_slice)),
];

/// The value of a rank-0 integer.
pub(crate) fn scalar_int(cx: &KernelCx<'_>, x: &Buffer) -> Result<i128> {
    let dtype = x.ty().dtype;
    Ok(dispatch!(int dtype, T => {
        read::<T>(x)[0].to_i128()
    }, return Err(diag::dtype(cx.call.op.name, dtype))))
}

/// First indices of a window of size `window` in an array of size `whole`, clamped into range.
fn clamped(
    cx: &KernelCx<'_>,
    starts: &[&Buffer],
    whole: &[usize],
    window: &[usize],
) -> Result<SmallVec<[isize; 4]>> {
    let mut clamped = SmallVec::new();
    for ((start, whole), window) in starts.iter().zip(whole).zip(window) {
        let last = whole.saturating_sub(*window) as i128;
        clamped.push(scalar_int(cx, start)?.clamp(0, last) as isize);
    }
    Ok(clamped)
}

fn eval_dynamic_slice(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let (x, sizes) = (inputs[0], &cx.out().shape);
    let from = View::dense(x.ty()).moved(clamped(cx, &inputs[1..], &x.ty().shape, sizes)?);
    let mut out = cx.out_buffer()?;
    transfer(sizes, x, &from, &mut out, &View::dense(cx.out()));
    Ok(smallvec![out])
}

fn eval_dynamic_update_slice(
    cx: &KernelCx<'_>,
    mut x: Buffer,
    rest: &[&Buffer],
) -> Result<Results> {
    let (update, starts) = (rest[0], &rest[1..]);
    let sizes = &update.ty().shape;
    let to = View::dense(x.ty()).moved(clamped(cx, starts, &x.ty().shape, sizes)?);
    transfer(sizes, update, &View::dense(update.ty()), &mut x, &to);
    Ok(smallvec![x.with_type(cx.out().clone())?])
}
