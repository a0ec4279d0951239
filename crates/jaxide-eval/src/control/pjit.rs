//! Calls of one nested program on the operands as they are, and `platform_index`.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::control::{
    CLOSED_CALL, CUSTOM_JVP_CALL, CUSTOM_VJP_CALL, PJIT, PLATFORM_INDEX, REMAT2, platform_index,
};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{Control, Kernel, KernelCx, Results};

const JAXPR: Kernel = Kernel::Control(Control {
    jaxprs: &["jaxpr"],
    derive: None,
    run: |cx, args| cx.plan("jaxpr").run(args),
});

/// The derivative rules beside `call_jaxpr` are for differentiation alone.
const CALL_JAXPR: Kernel = Kernel::Control(Control {
    jaxprs: &["call_jaxpr"],
    derive: None,
    run: |cx, args| cx.plan("call_jaxpr").run(args),
});

pub(super) static KERNELS: &[(&OpDef, Kernel)] = &[
    (&CLOSED_CALL, CALL_JAXPR),
    (&CUSTOM_JVP_CALL, CALL_JAXPR),
    (&CUSTOM_VJP_CALL, CALL_JAXPR),
    (&PJIT, JAXPR),
    (&PLATFORM_INDEX, Kernel::Pure(eval_platform_index)),
    (&REMAT2, JAXPR),
];

fn eval_platform_index(cx: &KernelCx<'_>, _: &[&Buffer]) -> Result<Results> {
    let mut out = cx.out_buffer()?;
    out.as_mut_slice::<i32>()[0] = platform_index(cx.params(), "cpu") as i32;
    Ok(smallvec![out])
}
