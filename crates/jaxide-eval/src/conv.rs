//! Convolutions: both operands are packed with features last, in the accumulator's dtype; then each
//! element of the kernel adds a product of a row of features and a matrix to each place.
//!
//! Floats accumulate in f32, or in f64 where an operand or the result is f64; integers wrap in the
//! result's dtype.

use jaxide_ir::{ArrayType, OpDef, Result, Shape};
use jaxide_lax::conv::{CONV_GENERAL_DILATED, Conv};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{
    Kernel, KernelCx, Results,
    dot::{accumulator, packed},
    elementwise::convert,
    num::{Num, dispatch, read, write},
    shape::transfer,
    view::View,
    window::Sliding,
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] =
    &[(&CONV_GENERAL_DILATED, Kernel::Pure(eval_conv))];

/// Sizes of the packed arrays: `[batch, spatial, features]` for operand and result,
/// `[spatial, features of the operand, features of the result]` for the kernel.
struct Sizes {
    /// Of the result's batch.
    batch: usize,
    /// All spatial elements of the operand.
    spatial: usize,
    /// Features of the operand.
    features: usize,
    /// Features of the operand in one group.
    inner: usize,
    /// Features of the result.
    outer: usize,
    feature_groups: usize,
    batch_groups: usize,
}

impl Sizes {
    /// Adds to the features `row` of one result what an element of the kernel makes of the operand's
    /// features at a position. `sums` holds the features of one group.
    fn add<T: Num>(
        &self,
        batch: usize,
        (a, at): (&[T], usize),
        kernel: &[T],
        (row, sums): (&mut [T], &mut [T::Acc]),
    ) {
        let groups = self.feature_groups.max(self.batch_groups);
        let width = self.outer / groups;
        for group in 0..groups {
            let (batch, first) = if self.batch_groups > 1 {
                (group * self.batch + batch, 0)
            } else {
                (batch, group * self.inner)
            };
            let from = (batch * self.spatial + at) * self.features + first;
            sums.fill(T::ZERO);
            for (a, b) in a[from..][..self.inner].iter().zip(kernel.chunks_exact(self.outer)) {
                let a = a.load();
                for (sum, b) in sums.iter_mut().zip(&b[group * width..][..width]) {
                    *sum = T::plus(*sum, T::times(a, b.load()));
                }
            }
            for (out, sum) in row[group * width..].iter_mut().zip(&*sums) {
                *out = T::store(T::plus(out.load(), *sum));
            }
        }
    }
}

fn eval_conv(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let conv = Conv::of(cx.params());
    let (lhs, rhs, dims) = (inputs[0].ty(), inputs[1].ty(), &conv.dimension_numbers);
    let dtype = accumulator(lhs.dtype, rhs.dtype, cx.out().dtype);
    let last = |spec: &[usize]| [&spec[..1], &spec[2..], &spec[1..2]].concat();
    let a = packed(inputs[0], &last(&dims.lhs_spec), dtype)?;
    let order = [&dims.rhs_spec[2..], &[dims.rhs_spec[1], dims.rhs_spec[0]]].concat();
    let b = packed(inputs[1], &order, dtype)?;
    let sliding = Sliding::new(conv.spatial(&lhs.shape, &rhs.shape));
    let sizes = Sizes {
        batch: lhs.shape[dims.lhs_spec[0]] / conv.batch_group_count,
        spatial: sliding.dims.iter().map(|dim| dim.size).product(),
        features: lhs.shape[dims.lhs_spec[1]],
        inner: rhs.shape[dims.rhs_spec[1]],
        outer: rhs.shape[dims.rhs_spec[0]],
        feature_groups: conv.feature_group_count,
        batch_groups: conv.batch_group_count,
    };
    let order = last(&dims.out_spec);
    let shape: Shape = order.iter().map(|dim| cx.out().shape[*dim]).collect();
    let mut out = Buffer::zeros(ArrayType::new(dtype, &shape))?;
    dispatch!(any dtype, T => convolve::<T>(&sizes, &sliding, (read(&a), read(&b)), write(&mut out)));
    let out = convert(&out, cx.out().dtype)?;
    let mut moved = cx.out_buffer()?;
    let dense = View::dense(cx.out());
    let to = View { base: 0, strides: order.iter().map(|dim| dense.strides[*dim]).collect() };
    transfer(&shape, &out, &View::dense(out.ty()), &mut moved, &to);
    Ok(smallvec![moved])
}

fn convolve<T: Num>(sizes: &Sizes, sliding: &Sliding, (a, b): (&[T], &[T]), out: &mut [T]) {
    if out.is_empty() || sizes.inner == 0 {
        return;
    }
    let matrix = sizes.inner * sizes.outer;
    let mut sums = vec![T::ZERO; sizes.outer / sizes.feature_groups.max(sizes.batch_groups)];
    let mut rows = out.chunks_exact_mut(sizes.outer);
    for batch in 0..sizes.batch {
        sliding.each_place(|place| {
            let row = rows.next().expect("one row per place");
            sliding.each(place, &mut |number, at| {
                if let Some(at) = at {
                    sizes.add(batch, (a, at), &b[number * matrix..][..matrix], (row, &mut sums));
                }
            });
        });
    }
}
