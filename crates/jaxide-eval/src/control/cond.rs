//! `cond`: the branch of a clamped index runs; branch 0 is the false branch.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::control::COND;

use crate::{Control, Kernel, KernelCx, Shared, index::scalar_int};

pub(super) static KERNELS: &[(&OpDef, Kernel)] =
    &[(&COND, Kernel::Control(Control { jaxprs: &["branches"], derive: None, run: eval_cond }))];

fn eval_cond<'a>(cx: &KernelCx<'_>, mut args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
    let index = scalar_int(cx, &args.remove(0))?;
    let last = cx.plans("branches").count() as i128 - 1;
    let chosen = index.clamp(0, last) as usize;
    cx.plans("branches").nth(chosen).expect("the index is clamped").run(args)
}
