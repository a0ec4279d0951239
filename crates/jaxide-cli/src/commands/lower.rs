//! `jaxide lower`: a program on its way to machine code.

use std::process::ExitCode;

use jaxide_ir::Result;
use jaxide_testing::lower_text;

use crate::{
    args::{Lower, Target},
    input::read_program,
};

pub(crate) fn main(args: &Lower) -> Result<ExitCode> {
    let jaxpr = read_program(&args.file)?;
    let target = match args.to {
        Target::Mlir => "mlir",
        Target::Llvm => "llvm",
        Target::Asm => "asm",
    };
    let mut words = vec![target.to_owned()];
    words.extend(args.pipeline_stage.clone());
    crate::say!("{}", lower_text(&jaxpr, &words)?.trim_end());
    Ok(ExitCode::SUCCESS)
}
