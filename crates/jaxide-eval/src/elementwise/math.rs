//! Elementwise functions with parameters: powers by a constant integer, rounding to integers.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::elementwise::{INTEGER_POW, ROUND, complex::algebra};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use super::map;
use crate::{
    Kernel, KernelCx, Results, diag,
    num::{Float, Num, Wide, dispatch},
};

pub(super) static KERNELS: &[(&OpDef, Kernel)] =
    &[(&INTEGER_POW, Kernel::Pure(eval_integer_pow)), (&ROUND, Kernel::Pure(eval_round))];

/// By repeated squaring; a negative power is the reciprocal of the positive one.
fn eval_integer_pow(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let y = cx.params().int("y");
    let dtype = inputs[0].ty().dtype;
    let mut out = cx.out_buffer()?;
    dispatch!(float dtype, T => {
        map(inputs, &mut out, T::load, |args| {
            let power = power::<T>(args[0], y.unsigned_abs());
            T::narrow(if y < 0 { Wide::recip(power) } else { power })
        });
    }, dispatch!(int dtype, T => {
        map(inputs, &mut out, T::load, |args| T::store(power::<T>(args[0], y.unsigned_abs())));
    }, dispatch!(complex dtype, T => {
        map(inputs, &mut out, T::load, |args| T::from(algebra::integer_pow(args[0].into(), y)));
    }, unreachable!("all dtypes are listed"))));
    Ok(smallvec![out])
}

fn power<T: Num>(mut x: T::Acc, mut y: u64) -> T::Acc {
    let mut power = T::ONE;
    while y > 0 {
        if y & 1 == 1 {
            power = T::times(power, x);
        }
        y >>= 1;
        if y > 0 {
            x = T::times(x, x);
        }
    }
    power
}

/// `rounding_method` 0: ties away from zero; 1: ties to even.
fn eval_round(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let even = cx.params().int("rounding_method") == 1;
    let dtype = inputs[0].ty().dtype;
    let mut out = cx.out_buffer()?;
    dispatch!(float dtype, T => {
        map(inputs, &mut out, T::to_f64, |args| {
            T::of_f64(if even { args[0].round_ties_even() } else { args[0].round() })
        });
    }, return Err(diag::dtype(cx.call.op.name, dtype)));
    Ok(smallvec![out])
}
