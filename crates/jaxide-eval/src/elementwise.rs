//! Elementwise ops: the loop over the scalar rows of records, and the ops whose parameters or mixed
//! types need a kernel.

use bytemuck::Pod;
use jaxide_ir::{Host, IntType, Result};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use crate::{
    KernelCx, Results, diag,
    num::{Flag, Float, Int, Wide, dispatch, read, write},
};

/// Any op with scalar rows: the row of the first operand's class, element by element. Rank-0
/// operands stand for every element.
pub(crate) fn eval_rows(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let dtype = inputs[0].ty().dtype;
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
    }
    Ok(smallvec![out])
}

/// `out[i] = f(load(inputs[0][i]), load(inputs[1][i]), ...)`.
fn map<T: Pod, W: Copy, U: Pod>(
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

/// An operand of an elementwise op: of the result's shape, or of rank 0.
struct Operand<'a, T> {
    data: &'a [T],
    step: usize,
}

impl<'a, T: Pod> Operand<'a, T> {
    fn of(buffer: &'a Buffer) -> Operand<'a, T> {
        Operand { data: read(buffer), step: usize::from(buffer.ty().rank() > 0) }
    }

    fn at(&self, index: usize) -> T {
        self.data[index * self.step]
    }
}
