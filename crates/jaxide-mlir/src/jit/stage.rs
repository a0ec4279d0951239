//! The program as text at each stage of its compilation.
//!
//! Stages are named: `input`, then each MLIR pass by its own name, then `llvm` (translated), `llvm-optimized`, `asm`.

use melior::ir::Module;

use super::compile::{Compiler, to_llvm_ir};
use super::error::{JitError, JitErrorKind};
use super::llvm;
use super::module::Failed;
use super::pipeline::{CompileOptions, pass_name};
use super::target::TargetMachine;

/// The module as it came in.
const INPUT: &str = "input";
/// LLVM IR as translated, with the entry point.
const LLVM: &str = "llvm";
/// LLVM IR after its passes.
const LLVM_OPTIMIZED: &str = "llvm-optimized";
/// The host's assembly.
const ASM: &str = "asm";

impl CompileOptions {
    /// The stages that [`Compiler::dump`] knows, in order.
    pub fn stages(&self) -> Vec<&str> {
        let passes = self.mlir_passes.iter().map(|pass| pass_name(pass));
        [INPUT].into_iter().chain(passes).chain([LLVM, LLVM_OPTIMIZED, ASM]).collect()
    }
}

impl<'c> Compiler<'c> {
    /// Compiles a module up to a stage and returns the text there. See [`CompileOptions::stages`] for the names.
    pub fn dump(
        &self,
        module: &mut Module<'c>,
        options: &CompileOptions,
        stage: &str,
    ) -> Result<String, JitError> {
        let stages = options.stages();
        if !stages.contains(&stage) {
            let message = format!("expected one of {}, got {stage}", stages.join(", "));
            return Err(JitError::new(JitErrorKind::Stage, message));
        }
        self.with_reproducer(module, options, |module| self.dump_steps(module, options, stage))
    }

    fn dump_steps(
        &self,
        module: &mut Module<'c>,
        options: &CompileOptions,
        stage: &str,
    ) -> Result<String, Failed> {
        if let Some(text) = self.mlir_text(module, options, stage)? {
            return Ok(text);
        }
        let machine =
            TargetMachine::new(options.codegen).map_err(|error| (error.kind, error.message))?;
        let (llvm_module, _) = to_llvm_ir(module, options, &machine)?;
        if stage == LLVM {
            return Ok(llvm_module.text());
        }
        llvm_module.run_passes(&options.llvm_passes, &machine)?;
        if stage == LLVM_OPTIMIZED {
            return Ok(llvm_module.text());
        }
        let assembly = llvm_module.emit(llvm::ASSEMBLY_FILE, &machine)?;
        Ok(String::from_utf8_lossy(&assembly).into_owned())
    }

    /// Runs the MLIR passes up to a stage and returns the text there; runs all and returns `None` for a later stage.
    fn mlir_text(
        &self,
        module: &mut Module,
        options: &CompileOptions,
        stage: &str,
    ) -> Result<Option<String>, Failed> {
        if stage == INPUT {
            return Ok(Some(module.as_operation().to_string()));
        }
        self.prepare(module)?;
        for pass in &*options.mlir_passes {
            self.run_mlir_passes(module, &[pass], true)?;
            if pass_name(pass) == stage {
                return Ok(Some(module.as_operation().to_string()));
            }
        }
        Ok(None)
    }
}
