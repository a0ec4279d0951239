//! Choice between operands, conversion between element types, and rounding to fewer bits.

use jaxide_ir::{DType, OpDef, Result, Scalar};
use jaxide_lax::elementwise::{
    BITCAST_CONVERT_TYPE, CLAMP, CONVERT_ELEMENT_TYPE, REDUCE_PRECISION, SELECT_N, complex::algebra,
};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use super::{Operand, map, spread};
use crate::{
    Kernel, KernelCx, Results, diag,
    num::{Float, Int, Num, dispatch, read, write},
    shape::eval_retype,
};

pub(super) static KERNELS: &[(&OpDef, Kernel)] = &[
    (&BITCAST_CONVERT_TYPE, Kernel::Reuse(eval_retype)),
    (&CLAMP, Kernel::Pure(eval_clamp)),
    (&CONVERT_ELEMENT_TYPE, Kernel::Pure(eval_convert_element_type)),
    (&REDUCE_PRECISION, Kernel::Pure(eval_reduce_precision)),
    (&SELECT_N, Kernel::Pure(eval_select_n)),
];

/// Any number of cases; an index is clamped to them.
fn eval_select_n(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let operands = spread(inputs, cx.out())?;
    let (which, cases) = operands.split_first().expect("select_n has two operands or more");
    let last = cases.len() as i128 - 1;
    let mut out = cx.out_buffer()?;
    let dtype = which.ty().dtype;
    dispatch!(int dtype, W => dispatch!(size cx.out().dtype, T => {
        let which = Operand::<W>::of(which);
        let cases: SmallVec<[Operand<'_, T>; 2]> = cases.iter().map(|x| Operand::of(x)).collect();
        for (i, out) in write::<T>(&mut out).iter_mut().enumerate() {
            *out = cases[which.at(i).to_i128().clamp(0, last) as usize].at(i);
        }
    }), return Err(diag::dtype(cx.call.op.name, dtype)));
    Ok(smallvec![out])
}

/// `min(max(x, low), high)`; NaN wins. Complex numbers as in [`algebra::clamp`].
fn eval_clamp(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let operands = spread(inputs, cx.out())?;
    let refs: SmallVec<[&Buffer; 3]> = operands.iter().map(|x| &**x).collect();
    let mut out = cx.out_buffer()?;
    dispatch!(real cx.out().dtype, T => {
        map(&refs, &mut out, T::load, |args| T::store(T::lesser(T::greater(args[1], args[0]), args[2])));
    }, dispatch!(complex cx.out().dtype, T => {
        map(&refs, &mut out, |x: T| x, |args| {
            T::from(algebra::clamp(args[0].into(), args[1].into(), args[2].into()))
        });
    }, unreachable!("all dtypes are listed")));
    Ok(smallvec![out])
}

fn eval_convert_element_type(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let out = convert(inputs[0], cx.out().dtype)?;
    Ok(smallvec![out.with_type(cx.out().clone())?])
}

/// A copy with another dtype: integers wrap; floats round to nearest even once, and to integers
/// they truncate and saturate, NaN giving 0; to bool means `!= 0`; complex to real drops the
/// imaginary part.
pub(crate) fn convert(x: &Buffer, dtype: DType) -> Result<Buffer> {
    let from = x.ty().dtype;
    if from == dtype {
        return x.try_clone();
    }
    let mut out = Buffer::recycled(x.ty().with_dtype(dtype))?;
    if from.is_complex() || dtype.is_complex() {
        convert_scalars(x, &mut out);
        return Ok(out);
    }
    dispatch!(float from, S => {
        let x = read::<S>(x);
        dispatch!(float dtype, D => {
            each(x, &mut out, |x| D::of_f64(x.to_f64()));
        }, dispatch!(int dtype, D => {
            each(x, &mut out, |x| D::saturate(x.to_f64()));
        }, unreachable!("a real dtype")));
    }, dispatch!(int from, S => {
        let x = read::<S>(x);
        dispatch!(float dtype, D => {
            each(x, &mut out, |x| D::of_int(x.to_i128()));
        }, dispatch!(int dtype, D => {
            each(x, &mut out, |x| D::wrap(x.to_i128()));
        }, unreachable!("a real dtype")));
    }, unreachable!("a real dtype")));
    Ok(out)
}

fn each<S: Copy, D: bytemuck::Pod>(x: &[S], out: &mut Buffer, f: impl Fn(S) -> D) {
    for (out, x) in write::<D>(out).iter_mut().zip(x) {
        *out = f(*x);
    }
}

fn convert_scalars(x: &Buffer, out: &mut Buffer) {
    let (from, to) = (x.ty().dtype, out.ty().dtype);
    let elements = x.bytes().chunks_exact(from.size());
    for (out, x) in out.bytes_mut().chunks_exact_mut(to.size()).zip(elements) {
        out.copy_from_slice(&Scalar::from_bytes(from, x).convert(to).to_bytes());
    }
}

fn eval_reduce_precision(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let x = inputs[0];
    let dtype = x.ty().dtype;
    let Some(from) = Layout::of(dtype) else {
        return Err(diag::dtype(cx.call.op.name, dtype));
    };
    let bits = |name| u32::try_from(cx.params().int(name)).unwrap_or(u32::MAX);
    let to = Layout { exponent: bits("exponent_bits"), mantissa: bits("mantissa_bits") };
    let mut out = cx.out_buffer()?;
    match dtype.size() {
        2 => each(read::<u16>(x), &mut out, |x| from.rounded(x.into(), to) as u16),
        4 => each(read::<u32>(x), &mut out, |x| from.rounded(x.into(), to) as u32),
        _ => each(read::<u64>(x), &mut out, |x| from.rounded(x, to)),
    }
    Ok(smallvec![out])
}

/// Numbers of exponent and mantissa bits of an IEEE format.
#[derive(Clone, Copy)]
struct Layout {
    exponent: u32,
    mantissa: u32,
}

impl Layout {
    fn of(dtype: DType) -> Option<Layout> {
        let (exponent, mantissa) = match dtype {
            DType::BF16 => (8, 7),
            DType::F16 => (5, 10),
            DType::F32 => (8, 23),
            DType::F64 => (11, 52),
            _ => return None,
        };
        Some(Layout { exponent, mantissa })
    }

    /// The pattern of this format nearest in the format `to`, ties to even; what is too large
    /// becomes infinite, what would be subnormal becomes zero. NaN stays.
    fn rounded(self, bits: u64, to: Layout) -> u64 {
        let sign = bits & (1 << (self.exponent + self.mantissa));
        let magnitude = bits & !sign;
        let infinity = ((1u64 << self.exponent) - 1) << self.mantissa;
        if magnitude > infinity {
            return bits;
        }
        let mut rounded = magnitude;
        if to.mantissa < self.mantissa {
            let dropped = self.mantissa - to.mantissa;
            let odd = (magnitude >> dropped) & 1;
            rounded = (magnitude + odd + (1 << (dropped - 1)) - 1) >> dropped << dropped;
        }
        if to.exponent < self.exponent {
            let bias = (1u64 << (self.exponent - 1)) - 1;
            let reach = (1u64 << (to.exponent - 1)) - 1;
            let exponent = rounded >> self.mantissa;
            if exponent > bias + reach {
                rounded = infinity;
            } else if exponent <= bias - reach {
                rounded = 0;
            }
        }
        sign | rounded
    }
}
