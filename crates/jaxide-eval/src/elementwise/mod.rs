//! Elementwise ops: the loop over the scalar rows of records, and, in the files beside, the ops
//! whose parameters or mixed types need a kernel.

mod convert;
mod math;

use bytemuck::Pod;
use jaxide_ir::{ArrayType, DType, Host, IntType, OpDef, Result};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use crate::{
    Kernel, KernelCx, Results, Shared, diag,
    num::{Flag, Float, Int, Wide, dispatch, read, write},
    shape::{broadcast, transfer},
    view::View,
};

pub(crate) use convert::convert;

pub(crate) static FAMILIES: &[&[(&OpDef, Kernel)]] = &[convert::KERNELS, math::KERNELS];

/// Any op with scalar rows: the row of the first operand's class, element by element.
pub(crate) fn eval_rows(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let dtype = inputs[0].ty().dtype;
    let ready = |x: &&Buffer| x.ty().dtype == dtype && fits(x.ty(), cx.out());
    if inputs.iter().all(ready) {
        return apply_row(cx, dtype, inputs);
    }
    let operands = spread(inputs, cx.out())?;
    let mut converted: SmallVec<[Shared<'_>; 3]> = SmallVec::new();
    for x in operands {
        let same = x.ty().dtype == dtype;
        converted.push(if same { x } else { Shared::new(convert(&x, dtype)?) });
    }
    let refs: SmallVec<[&Buffer; 3]> = converted.iter().map(|x| &**x).collect();
    apply_row(cx, dtype, &refs)
}

fn apply_row(cx: &KernelCx<'_>, dtype: DType, inputs: &[&Buffer]) -> Result<Results> {
    let refused = || diag::dtype(cx.call.op.name, dtype);
    let row = cx.call.op.scalar_row(dtype).ok_or_else(refused)?;
    let mut out = cx.out_buffer()?;
    match row.host {
        Host::Float(single, double) => dispatch!(float dtype, T => {
            let f = <T as Float>::Wide::float(single, double);
            map(inputs, &mut out, T::widen, |args| T::narrow(f(args)));
        }, return Err(refused())),
        Host::FloatTest(single, double) => dispatch!(float dtype, T => {
            let f = <T as Float>::Wide::test(single, double);
            map(inputs, &mut out, T::widen, |args| Flag(u8::from(f(args))));
        }, return Err(refused())),
        Host::Int(f) => dispatch!(int dtype, T => {
            let ty = IntType::of(dtype);
            map(inputs, &mut out, T::to_i128, |args| T::wrap(f(args, ty)));
        }, return Err(refused())),
        Host::IntTest(f) => dispatch!(int dtype, T => {
            map(inputs, &mut out, T::to_i128, |args| Flag(u8::from(f(args))));
        }, return Err(refused())),
        Host::Complex(single, double) => by_part(dtype, inputs, &mut out, single, double),
        Host::ComplexToFloat(single, double) => by_part(dtype, inputs, &mut out, single, double),
        Host::FloatToComplex(single, double) => by_part(dtype, inputs, &mut out, single, double),
        Host::ComplexTest(single, double) => match dtype.part() {
            DType::F64 => map(inputs, &mut out, |x| x, |args| Flag(u8::from(double(args)))),
            _ => map(inputs, &mut out, |x| x, |args| Flag(u8::from(single(args)))),
        },
    }
    Ok(smallvec![out])
}

/// Applies the function that fits the dtype, where complex operands or results leave two.
fn by_part<A: Pod, B: Pod, C: Pod, D: Pod>(
    dtype: DType,
    inputs: &[&Buffer],
    out: &mut Buffer,
    single: fn(&[A]) -> B,
    double: fn(&[C]) -> D,
) {
    match dtype.part() {
        DType::F64 => map(inputs, out, |x| x, double),
        _ => map(inputs, out, |x| x, single),
    }
}

/// True for operands that [`Operand`] can read as they are.
fn fits(x: &ArrayType, out: &ArrayType) -> bool {
    x.rank() == 0 || x.shape == out.shape
}

/// The operands with dimensions of size 1 repeated to the result's size; rank 0 stays as it is.
pub(crate) fn spread<'a>(
    inputs: &[&'a Buffer],
    out: &ArrayType,
) -> Result<SmallVec<[Shared<'a>; 3]>> {
    let mut operands = SmallVec::new();
    for &x in inputs {
        operands.push(if fits(x.ty(), out) {
            Shared::Borrowed(x)
        } else {
            let mut wide = Buffer::recycled(x.ty().with_shape(&out.shape))?;
            let dims: Vec<usize> = (0..x.ty().rank()).collect();
            let from = broadcast(x, &dims, out.rank());
            transfer(&out.shape, x, &from, &mut wide, &View::dense(out));
            Shared::new(wide)
        });
    }
    Ok(operands)
}

/// `out[i] = f(load(inputs[0][i]), load(inputs[1][i]), ...)`.
pub(crate) fn map<T: Pod, W: Copy, U: Pod>(
    inputs: &[&Buffer],
    out: &mut Buffer,
    load: impl Fn(T) -> W,
    f: impl Fn(&[W]) -> U,
) {
    let operands: SmallVec<[Operand<'_, T>; 3]> = inputs.iter().map(|x| Operand::of(x)).collect();
    let out = write::<U>(out);
    match &operands[..] {
        [x] => out.iter_mut().enumerate().for_each(|(i, out)| *out = f(&[load(x.at(i))])),
        [x, y] => {
            for (i, out) in out.iter_mut().enumerate() {
                *out = f(&[load(x.at(i)), load(y.at(i))]);
            }
        }
        _ => {
            for (i, out) in out.iter_mut().enumerate() {
                let args: SmallVec<[W; 4]> = operands.iter().map(|x| load(x.at(i))).collect();
                *out = f(&args);
            }
        }
    }
}

/// An operand of an elementwise op: of the result's shape, or of rank 0 and the same everywhere.
pub(crate) struct Operand<'a, T> {
    data: &'a [T],
    step: usize,
}

impl<'a, T: Pod> Operand<'a, T> {
    pub(crate) fn of(buffer: &'a Buffer) -> Operand<'a, T> {
        Operand { data: read(buffer), step: usize::from(buffer.ty().rank() > 0) }
    }

    pub(crate) fn at(&self, index: usize) -> T {
        self.data[index * self.step]
    }
}
