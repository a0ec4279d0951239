//! `scan`: a body runs once per slice along the leading axis; its carry goes on to the next step,
//! its other results are stacked in the order of the slices.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::control::SCAN;
use jaxide_runtime::Buffer;

use crate::{Control, Kernel, KernelCx, Shared};

pub(super) static KERNELS: &[(&OpDef, Kernel)] =
    &[(&SCAN, Kernel::Control(Control { jaxprs: &["jaxpr"], derive: None, run: eval_scan }))];

fn eval_scan<'a>(cx: &KernelCx<'_>, mut args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
    let (body, length) = (cx.plan("jaxpr"), cx.params().usize("length"));
    let consts: Vec<Shared<'a>> = args.drain(..cx.params().usize("num_consts")).collect();
    let num_carry = cx.params().usize("num_carry");
    let xs = args.split_off(num_carry);
    let mut carry = args;
    let mut ys = cx.outs[num_carry..].iter().map(|ty| Buffer::recycled(ty.clone()));
    let mut ys = ys.by_ref().collect::<Result<Vec<Buffer>>>()?;
    for step in 0..length {
        let at = if cx.params().bool("reverse") { length - 1 - step } else { step };
        let mut operands: Vec<Shared<'a>> = consts.iter().cloned().chain(carry).collect();
        for x in &xs {
            operands.push(Shared::new(slice(x, at)?));
        }
        let mut results = body.run(operands)?;
        for (y, part) in ys.iter_mut().zip(results.drain(num_carry..)) {
            let bytes = part.bytes();
            y.bytes_mut()[at * bytes.len()..][..bytes.len()].copy_from_slice(bytes);
        }
        carry = results;
    }
    Ok(carry.into_iter().chain(ys.into_iter().map(Shared::new)).collect())
}

/// One slice along the leading axis.
fn slice(x: &Buffer, at: usize) -> Result<Buffer> {
    let ty = x.ty().with_shape(&x.ty().shape[1..]);
    let bytes = ty.bytes();
    Buffer::from_bytes(ty, &x.bytes()[at * bytes..][..bytes])
}
