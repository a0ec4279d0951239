//! Reductions, arg-reductions and cumulative ops. bf16 and f16 accumulate in f32. Sums run in a
//! fixed pairwise order: blocks of 32 elements in sequence, blocks in a balanced tree, so that the
//! error grows with the logarithm of the length.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::{
    elementwise::complex::exponential,
    reduce::{
        ARGMAX, ARGMIN, CUMLOGSUMEXP, CUMMAX, CUMMIN, CUMPROD, CUMSUM, REDUCE_AND, REDUCE_MAX,
        REDUCE_MIN, REDUCE_OR, REDUCE_PROD, REDUCE_SUM, REDUCE_XOR,
    },
};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use crate::{
    Kernel, KernelCx, Results, diag,
    num::{Float, Int, Num, dispatch, read, write},
    view::{View, Walk},
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[
    (&ARGMAX, Kernel::Pure(|cx, inputs| eval_arg(cx, inputs, |x, best| x > best))),
    (&ARGMIN, Kernel::Pure(|cx, inputs| eval_arg(cx, inputs, |x, best| x < best))),
    (&CUMLOGSUMEXP, Kernel::Pure(eval_cumlogsumexp)),
    (&CUMMAX, Kernel::Pure(|cx, inputs| cumulative(cx, inputs, Join::Max))),
    (&CUMMIN, Kernel::Pure(|cx, inputs| cumulative(cx, inputs, Join::Min))),
    (&CUMPROD, Kernel::Pure(|cx, inputs| cumulative(cx, inputs, Join::Prod))),
    (&CUMSUM, Kernel::Pure(|cx, inputs| cumulative(cx, inputs, Join::Sum))),
    (&REDUCE_AND, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::And))),
    (&REDUCE_MAX, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::Max))),
    (&REDUCE_MIN, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::Min))),
    (&REDUCE_OR, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::Or))),
    (&REDUCE_PROD, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::Prod))),
    (&REDUCE_SUM, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::Sum))),
    (&REDUCE_XOR, Kernel::Pure(|cx, inputs| reduction(cx, inputs, Join::Xor))),
];

/// How the elements of a reduction become one.
#[derive(Clone, Copy)]
pub(crate) enum Join {
    Sum,
    Prod,
    Max,
    Min,
    And,
    Or,
    Xor,
}

/// Joins two accumulators.
type Combine<A> = fn(A, A) -> A;

impl Join {
    /// The value of an empty reduction, and how two accumulators become one.
    fn arithmetic<T: Num>(self) -> Option<(T::Acc, Combine<T::Acc>)> {
        match self {
            Join::Sum => Some((T::ZERO, T::plus)),
            Join::Prod => Some((T::ONE, T::times)),
            Join::Max => Some((T::LOWEST, T::greater)),
            Join::Min => Some((T::HIGHEST, T::lesser)),
            Join::And | Join::Or | Join::Xor => None,
        }
    }

    /// The same for integers and bools bit by bit.
    fn bitwise(self) -> (i128, Combine<i128>) {
        match self {
            Join::And => (-1, |a, b| a & b),
            Join::Xor => (0, |a, b| a ^ b),
            _ => (0, |a, b| a | b),
        }
    }
}

/// The elements that are reduced together: one lane per result.
struct Lanes {
    outer: SmallVec<[usize; 4]>,
    strides: SmallVec<[isize; 4]>,
    /// Positions of a lane's elements relative to its first.
    offsets: Vec<usize>,
}

impl Lanes {
    fn new(x: &Buffer, axes: &[usize]) -> Lanes {
        let (shape, view) = (&x.ty().shape, View::dense(x.ty()));
        let select = |reduced: bool| {
            let chosen = (0..shape.len()).filter(move |axis| axes.contains(axis) == reduced);
            let sizes: SmallVec<[usize; 4]> = chosen.clone().map(|axis| shape[axis]).collect();
            let strides: SmallVec<[isize; 4]> = chosen.map(|axis| view.strides[axis]).collect();
            (sizes, strides)
        };
        let (outer, strides) = select(false);
        let (inner, steps) = select(true);
        let mut offsets = vec![0];
        for (size, step) in inner.iter().zip(&steps) {
            let along = |from: usize| (0..*size).map(move |i| from + i * *step as usize);
            offsets = offsets.into_iter().flat_map(along).collect();
        }
        Lanes { outer, strides, offsets }
    }

    /// The first position of each lane, in the order of the results.
    fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        Walk::new(&self.outer, &self.strides, 0).map(|at| at as usize)
    }
}

/// Elements that one accumulator takes in sequence.
const BLOCK: usize = 32;

/// Combines the elements of one lane: blocks in sequence, blocks pairwise.
fn fold_lane<T: Copy, A: Copy>(
    x: &[T],
    start: usize,
    offsets: &[usize],
    init: A,
    load: impl Fn(T) -> A,
    combine: impl Fn(A, A) -> A,
) -> A {
    // Partial results, each over half as many blocks as the one before it.
    let mut partial: SmallVec<[A; 32]> = SmallVec::new();
    for (count, block) in offsets.chunks(BLOCK).enumerate() {
        let mut acc = load(x[start + block[0]]);
        for offset in &block[1..] {
            acc = combine(acc, load(x[start + offset]));
        }
        for _ in 0..(count + 1).trailing_zeros() {
            acc = combine(partial.pop().expect("a pair for each trailing zero"), acc);
        }
        partial.push(acc);
    }
    let total = partial.into_iter().rev().reduce(|acc, before| combine(before, acc));
    total.unwrap_or(init)
}

fn reduction(cx: &KernelCx<'_>, inputs: &[&Buffer], how: Join) -> Result<Results> {
    Ok(smallvec![joined(cx, inputs[0], &cx.params().usizes("axes"), how)?])
}

/// The elements along `axes` joined. The result has the other dimensions in order.
pub(crate) fn joined(cx: &KernelCx<'_>, x: &Buffer, axes: &[usize], how: Join) -> Result<Buffer> {
    let (dtype, lanes) = (x.ty().dtype, Lanes::new(x, axes));
    let mut out = Buffer::recycled(x.ty().with_shape(&lanes.outer))?;
    dispatch!(any dtype, T => {
        if let Some((init, combine)) = how.arithmetic::<T>() {
            let data = read::<T>(x);
            for (out, start) in write::<T>(&mut out).iter_mut().zip(lanes.starts()) {
                *out = T::store(fold_lane(data, start, &lanes.offsets, init, T::load, combine));
            }
            return Ok(out);
        }
    });
    let (init, combine) = how.bitwise();
    dispatch!(int dtype, T => {
        let data = read::<T>(x);
        for (out, start) in write::<T>(&mut out).iter_mut().zip(lanes.starts()) {
            *out = T::wrap(fold_lane(data, start, &lanes.offsets, init, T::to_i128, combine));
        }
    }, return Err(diag::dtype(cx.call.op.name, dtype)));
    Ok(out)
}

/// The position along the axis of the first NaN, or else of the first best element.
fn eval_arg(
    cx: &KernelCx<'_>,
    inputs: &[&Buffer],
    better: fn(f64, f64) -> bool,
) -> Result<Results> {
    let x = inputs[0];
    let dtype = x.ty().dtype;
    let lanes = Lanes::new(x, &cx.params().usizes("axes"));
    let mut positions = Vec::with_capacity(cx.out().size());
    dispatch!(float dtype, T => {
        let key = |x: T| x.to_f64();
        first_best(&lanes, read::<T>(x), key, better, |x| x.is_nan(), &mut positions);
    }, dispatch!(int dtype, T => {
        let ascending = better(1.0, 0.0);
        let better = move |x: i128, best: i128| if ascending { x > best } else { x < best };
        first_best(&lanes, read::<T>(x), T::to_i128, better, |_| false, &mut positions);
    }, return Err(diag::dtype(cx.call.op.name, dtype))));
    let mut out = cx.out_buffer()?;
    dispatch!(int cx.out().dtype, T => {
        for (out, at) in write::<T>(&mut out).iter_mut().zip(positions) {
            *out = T::wrap(at as i128);
        }
    }, return Err(diag::dtype(cx.call.op.name, cx.out().dtype)));
    Ok(smallvec![out])
}

fn first_best<T: Copy, K: Copy>(
    lanes: &Lanes,
    x: &[T],
    key: impl Fn(T) -> K,
    better: impl Fn(K, K) -> bool,
    wins: impl Fn(K) -> bool,
    positions: &mut Vec<usize>,
) {
    for start in lanes.starts() {
        let mut keys = lanes.offsets.iter().map(|offset| key(x[start + offset])).enumerate();
        let Some((_, mut best)) = keys.next() else {
            positions.push(0);
            continue;
        };
        let mut at = 0;
        for (i, candidate) in keys {
            if wins(best) {
                break;
            }
            if wins(candidate) || better(candidate, best) {
                (at, best) = (i, candidate);
            }
        }
        positions.push(at);
    }
}

/// Positions of each lane along an axis, in the order in which a cumulative op runs.
fn running_lanes(cx: &KernelCx<'_>, x: &Buffer) -> Lanes {
    let mut lanes = Lanes::new(x, &[cx.params().usize("axis")]);
    if cx.params().bool("reverse") {
        lanes.offsets.reverse();
    }
    lanes
}

fn cumulative(cx: &KernelCx<'_>, inputs: &[&Buffer], how: Join) -> Result<Results> {
    let x = inputs[0];
    let lanes = running_lanes(cx, x);
    let mut out = cx.out_buffer()?;
    dispatch!(any x.ty().dtype, T => {
        let (init, combine) =
            how.arithmetic::<T>().expect("cumulative ops do not work bit by bit");
        let (data, out) = (read::<T>(x), write::<T>(&mut out));
        for start in lanes.starts() {
            let mut acc = init;
            for offset in &lanes.offsets {
                acc = combine(acc, T::load(data[start + offset]));
                out[start + offset] = T::store(acc);
            }
        }
    });
    Ok(smallvec![out])
}

fn eval_cumlogsumexp(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let x = inputs[0];
    let dtype = x.ty().dtype;
    let lanes = running_lanes(cx, x);
    let mut out = cx.out_buffer()?;
    dispatch!(float dtype, T => {
        let (data, out) = (read::<T>(x), write::<T>(&mut out));
        for start in lanes.starts() {
            let mut acc = f64::NEG_INFINITY;
            for offset in &lanes.offsets {
                acc = log_add_exp(acc, data[start + offset].to_f64());
                out[start + offset] = T::of_f64(acc);
            }
        }
    }, dispatch!(complex dtype, T => {
        let (data, out) = (read::<T>(x), write::<T>(&mut out));
        for start in lanes.starts() {
            let mut acc = T::LOWEST.into();
            for offset in &lanes.offsets {
                acc = exponential::log_add_exp(acc, data[start + offset].into());
                out[start + offset] = acc.into();
            }
        }
    }, return Err(diag::dtype(cx.call.op.name, dtype))));
    Ok(smallvec![out])
}

/// `ln(exp(a) + exp(b))` without overflow.
fn log_add_exp(a: f64, b: f64) -> f64 {
    let high = <f64 as Num>::greater(a, b);
    if high.is_infinite() { high } else { high + (-(a - b).abs()).exp().ln_1p() }
}
