//! What `sig.fir` is on the interpreter. `sig.copysign` needs nothing: its record says all.

use std::ops::{Add, Mul};

use half::{bf16, f16};
use jaxide_eval::{Interpreter, Kernel, KernelCx, Results, diag};
use jaxide_ir::{DType, Element, Result};
use jaxide_runtime::Buffer;

use crate::FIR;

/// The interpreter with this dialect. Eager calls run on it inside of
/// `jaxide::config::interpreter`, compiled ones through `jaxide_eval::EvalBackend`.
pub fn interpreter() -> Interpreter {
    Interpreter::new().with(&FIR, Kernel::Pure(fir))
}

fn fir(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let x = inputs[0];
    let out = match x.ty().dtype {
        DType::BF16 => run(cx, x, bf16::to_f32, bf16::from_f32, |tap| tap as f32),
        DType::F16 => run(cx, x, f16::to_f32, f16::from_f32, |tap| tap as f32),
        DType::F32 => run::<f32, f32>(cx, x, |x| x, |x| x, |tap| tap as f32),
        DType::F64 => run::<f64, f64>(cx, x, |x| x, |x| x, |tap| tap),
        dtype => Err(diag::dtype(cx.call.op.name, dtype)),
    };
    Ok(Results::from_iter([out?]))
}

/// Filters elements of type `T`, computing in `W`.
fn run<T: Element, W: Copy + Add<Output = W> + Mul<Output = W>>(
    cx: &KernelCx<'_>,
    x: &Buffer,
    widen: fn(T) -> W,
    narrow: fn(W) -> T,
    tap: fn(f64) -> W,
) -> Result<Buffer> {
    let taps: Vec<W> = cx.params().floats("taps").into_iter().map(tap).collect();
    let mut out = cx.out_buffer()?;
    // The op's rule has made sure of one axis and enough elements on it.
    let (from, to) = (x.ty().shape[x.ty().rank() - 1], cx.out().shape[x.ty().rank() - 1]);
    let rows = x.as_slice::<T>().chunks_exact(from);
    for (row, results) in rows.zip(out.as_mut_slice::<T>().chunks_exact_mut(to)) {
        for (window, result) in row.windows(taps.len()).zip(results) {
            let products = window.iter().zip(&taps).map(|(x, tap)| widen(*x) * *tap);
            *result = narrow(products.reduce(|sum, product| sum + product).expect("a tap"));
        }
    }
    Ok(out)
}
