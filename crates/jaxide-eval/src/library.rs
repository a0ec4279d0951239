//! Ops that routines of the runtime's library compute: one kernel for all of them.

use jaxide_ir::{Lower, Result};
use jaxide_runtime::{
    Buffer,
    library::{self, Input, Output, words},
};

use crate::{KernelCx, Results};

/// True when the library has the routine of a symbol.
pub(crate) fn knows(symbol: &str) -> bool {
    library::find(symbol).is_some()
}

pub(crate) fn eval_library(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let Lower::Library(symbol) = cx.call.op.lower else {
        unreachable!("the kernel of library ops")
    };
    let routine = library::find(symbol).expect("the kernel of ops whose routine is known");
    let mut outs = Results::new();
    for ty in cx.outs {
        outs.push(Buffer::recycled(ty.clone())?);
    }
    let inputs: Vec<Input<'_>> =
        inputs.iter().map(|x| Input::from_bytes(x.ty().dtype, &x.ty().shape, x.bytes())).collect();
    let results = outs.iter_mut().zip(cx.outs);
    let mut results: Vec<Output<'_>> =
        results.map(|(out, ty)| Output::from_bytes(ty.dtype, &ty.shape, out.bytes_mut())).collect();
    let params = words::encode(cx.call.op, cx.params());
    let done = routine.call(&params, &inputs, &mut results);
    done.map_err(jaxide_runtime::diag::library)?;
    Ok(outs)
}
