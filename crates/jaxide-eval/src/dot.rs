//! Contractions: both operands are packed as `[batch, rows, contracted]` and
//! `[batch, contracted, columns]` in the accumulator's type, then multiplied row by row.
//!
//! Floats accumulate in f32, or in f64 where an operand or the result is f64; integers wrap in the
//! result's type.

use jaxide_ir::{ArrayType, DType, OpDef, Param, Result, Shape};
use jaxide_lax::dot::DOT_GENERAL;
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{
    Kernel, KernelCx, Results,
    elementwise::convert,
    num::{Num, dispatch, read, write},
    shape::transfer,
    view::View,
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[(&DOT_GENERAL, Kernel::Pure(eval_dot_general))];

/// The axes of one operand by role.
struct Axes {
    batch: Vec<usize>,
    free: Vec<usize>,
    contracted: Vec<usize>,
}

impl Axes {
    fn of(ty: &ArrayType, contracted: Vec<usize>, batch: Vec<usize>) -> Axes {
        let taken = |axis: &usize| batch.contains(axis) || contracted.contains(axis);
        let free = (0..ty.rank()).filter(|axis| !taken(axis)).collect();
        Axes { batch, free, contracted }
    }
}

/// Axes of both operands: `dimension_numbers=((lhs, rhs contracting), (lhs, rhs batch))`.
fn axes(cx: &KernelCx<'_>, lhs: &ArrayType, rhs: &ArrayType) -> (Axes, Axes) {
    let name = "dimension_numbers";
    let pairs = cx.params().items(name);
    let list = |pair: usize, side: usize| -> Vec<usize> {
        let items: &[Param] = pairs[pair].as_items(name)[side].as_items(name);
        items.iter().map(|item| item.as_int(name) as usize).collect()
    };
    let of = |ty: &ArrayType, side: usize| Axes::of(ty, list(0, side), list(1, side));
    (of(lhs, 0), of(rhs, 1))
}

fn size(ty: &ArrayType, axes: &[usize]) -> usize {
    axes.iter().map(|axis| ty.shape[*axis]).product()
}

/// A dense copy of the operand with its axes in another order, in the accumulator's dtype.
pub(crate) fn packed(x: &Buffer, order: &[usize], dtype: DType) -> Result<Buffer> {
    let view = View::dense(x.ty());
    let shape: Shape = order.iter().map(|axis| x.ty().shape[*axis]).collect();
    let from = View { base: 0, strides: order.iter().map(|axis| view.strides[*axis]).collect() };
    let mut moved = Buffer::recycled(x.ty().with_shape(&shape))?;
    let to = View::dense(moved.ty());
    transfer(&shape, x, &from, &mut moved, &to);
    convert(&moved, dtype)
}

/// The dtype that products and sums are computed in.
pub(crate) fn accumulator(lhs: DType, rhs: DType, out: DType) -> DType {
    let all = [lhs, rhs, out];
    if !out.is_inexact() {
        out
    } else if all.contains(&DType::C128) {
        DType::C128
    } else if all.contains(&DType::C64) {
        DType::C64
    } else if all.contains(&DType::F64) {
        DType::F64
    } else {
        DType::F32
    }
}

fn eval_dot_general(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let (lhs, rhs) = (inputs[0].ty(), inputs[1].ty());
    let (left, right) = axes(cx, lhs, rhs);
    let dtype = accumulator(lhs.dtype, rhs.dtype, cx.out().dtype);
    let a = packed(inputs[0], &[&left.batch[..], &left.free, &left.contracted].concat(), dtype)?;
    let b = packed(inputs[1], &[&right.batch[..], &right.contracted, &right.free].concat(), dtype)?;
    let (rows, depth) = (size(lhs, &left.free), size(lhs, &left.contracted));
    let columns = size(rhs, &right.free);
    let mut out = Buffer::zeros(ArrayType::new(dtype, &cx.out().shape))?;
    dispatch!(any dtype, T => {
        let (a, b, out) = (read::<T>(&a), read::<T>(&b), write::<T>(&mut out));
        for batch in 0..size(lhs, &left.batch) {
            multiply(
                &a[batch * rows * depth..][..rows * depth],
                &b[batch * depth * columns..][..depth * columns],
                &mut out[batch * rows * columns..][..rows * columns],
                depth,
            );
        }
    });
    let out = convert(&out, cx.out().dtype)?.with_type(cx.out().clone())?;
    Ok(smallvec![out])
}

/// Products that one accumulator takes in sequence before it is added to the result.
const BLOCK: usize = 128;

/// `out += a b` for `a[rows, depth]`, `b[depth, columns]`; the inner loop runs along a row of `b`.
fn multiply<T: Num>(a: &[T], b: &[T], out: &mut [T], depth: usize) {
    if depth == 0 || out.is_empty() {
        return;
    }
    let columns = b.len() / depth;
    let mut sums = vec![T::ZERO; columns];
    for (a, out) in a.chunks_exact(depth).zip(out.chunks_exact_mut(columns)) {
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK * columns)) {
            sums.fill(T::ZERO);
            for (a, b) in a.iter().zip(b.chunks_exact(columns)) {
                let a = a.load();
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = T::plus(*sum, T::times(a, b.load()));
                }
            }
            for (out, sum) in out.iter_mut().zip(&sums) {
                *out = T::store(T::plus(out.load(), *sum));
            }
        }
    }
}
