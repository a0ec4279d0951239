//! Control flow: kernels that run nested programs.

mod cond;
mod pjit;
mod scan;
mod while_loop;

use jaxide_ir::OpDef;

use crate::Kernel;

pub(crate) static FAMILIES: &[&[(&OpDef, Kernel)]] =
    &[pjit::KERNELS, cond::KERNELS, while_loop::KERNELS, scan::KERNELS];
