//! How jaxide is tested: filetests, recorded programs, random programs, comparison rules. All
//! tests that need more than one engine live in this crate.

#![forbid(unsafe_code)]

pub mod accuracy;
pub mod compare;
pub mod conformance;
pub mod coverage;
pub mod diag;
pub mod engine;
pub mod filetest;
pub mod fuzz;
pub mod generate;
pub mod properties;
pub mod reduce;

use jaxide_ir::{Jaxpr, Registry, Result};
use jaxide_passes::PassDef;

/// All dialects of jaxide.
pub fn registry() -> Registry {
    jaxide_lax::registry().with(&jaxide_kernel::KERNEL)
}

/// The passes that stand outside the array passes: those that form kernels.
pub fn extra_passes() -> &'static [&'static PassDef] {
    EXTRA
}

static EXTRA: &[&PassDef] = &[&jaxide_kernel::FUSE, &jaxide_kernel::NORMALISE];

/// The text of a program on its way to machine code: `mlir`, `llvm` or `asm`, and for `mlir` the
/// MLIR pass after which it is wanted.
///
/// # Errors
/// When the program cannot be lowered, or the target or stage is unknown.
pub fn lower_text(jaxpr: &Jaxpr, words: &[String]) -> Result<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let stage = match words[..] {
        ["mlir"] => "input",
        ["mlir", pass] => pass,
        ["llvm"] => "llvm-optimized",
        ["asm"] => "asm",
        _ => return Err(diag::lower_target(&words.join(" "))),
    };
    let stages = jaxide_mlir::jit::CompileOptions::default();
    if !stages.stages().contains(&stage) {
        return Err(diag::pipeline_stage(&stages.stages(), stage));
    }
    let pipeline = jaxide_passes::Pipeline::default_passes();
    let manager = jaxide_passes::PassManager::new(pipeline, jaxide_passes::Options::default());
    let optimised = manager.run(&std::sync::Arc::new(jaxpr.clone()))?.jaxpr;
    let options = jaxide_runtime::CompileOptions::default();
    jaxide_mlir::MlirBackend::new().stage_text(&optimised, &options, stage)
}
