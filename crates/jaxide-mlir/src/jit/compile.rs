//! The steps from an MLIR module to an object, timed, with every failure typed.

use std::rc::Rc;
use std::time::{Duration, Instant};

use melior::Context;
use melior::ir::Module;
use melior::ir::operation::OperationLike;
use melior::pass::PassManager;
use melior::utility::parse_pass_pipeline;

use super::entry;
use super::error::{JitError, JitErrorKind};
use super::fatal;
use super::libm;
use super::llvm;
use super::module::{Failed, LlvmModule};
use super::object::CompiledObject;
use super::pipeline::{CompileOptions, module_pipeline};
use super::reproducer::Snapshot;
use super::target::{TargetMachine, host};
use super::thread::on_compile_thread;

/// A program and how long its compilation took.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program.
    pub object: CompiledObject,
    /// How long each step took.
    pub timings: Timings,
}

/// How long each step of a compilation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Verification of the module that came in, and the MLIR passes.
    pub mlir_passes: Duration,
    /// Translation to LLVM IR and its verification.
    pub translate: Duration,
    /// The LLVM passes.
    pub llvm_passes: Duration,
    /// Code generation.
    pub codegen: Duration,
}

/// What a job on a compile thread compiles with.
///
/// It stays on its thread: get one from [`on_compile_thread`].
pub struct Compiler<'c> {
    context: &'c Context,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context }
    }

    /// The MLIR context of this thread, with the dialects that lowerings use loaded.
    pub fn context(&self) -> &'c Context {
        self.context
    }

    /// Parses a module.
    pub fn parse(&self, text: &str) -> Result<Module<'c>, JitError> {
        Module::parse(self.context, text)
            .ok_or_else(|| fatal::failure(JitErrorKind::Parse, "the text is not an MLIR module"))
    }

    /// Compiles a module. The MLIR passes change it.
    pub fn compile(
        &self,
        module: &mut Module<'c>,
        options: &CompileOptions,
    ) -> Result<Compiled, JitError> {
        self.with_reproducer(module, options, |module| self.compile_steps(module, options))
    }

    /// Runs steps on a module that leave a reproducer when they fail, with whatever kind of failure.
    pub(super) fn with_reproducer<T>(
        &self,
        module: &mut Module<'c>,
        options: &CompileOptions,
        steps: impl FnOnce(&mut Module<'c>) -> Result<T, Failed>,
    ) -> Result<T, JitError> {
        let snapshot = Snapshot::take(module, options);
        fatal::set_reproduce(Some(Rc::new(move |kind, message: &str| {
            snapshot.write(kind, message)
        })));
        let result = steps(module).map_err(|(kind, message)| fatal::failure(kind, message));
        fatal::set_reproduce(None);
        result
    }

    fn compile_steps(
        &self,
        module: &mut Module<'c>,
        options: &CompileOptions,
    ) -> Result<Compiled, Failed> {
        let mut timings = Timings::default();
        let machine =
            TargetMachine::new(options.codegen).map_err(|error| (error.kind, error.message))?;
        timed(&mut timings.mlir_passes, || self.lower_to_llvm_dialect(module, options))?;
        let (llvm_module, arguments) =
            timed(&mut timings.translate, || to_llvm_ir(module, options, &machine))?;
        timed(&mut timings.llvm_passes, || llvm_module.run_passes(&options.llvm_passes, &machine))?;
        let needed_symbols = llvm_module.needed_symbols();
        let bytes = timed(&mut timings.codegen, || llvm_module.emit(llvm::OBJECT_FILE, &machine))?;
        let host = host();
        let object = CompiledObject {
            bytes,
            entry: entry::SYMBOL.to_string_lossy().into_owned(),
            arguments,
            needed_symbols,
            triple: host.triple.to_string_lossy().into_owned(),
            cpu: host.cpu.to_string_lossy().into_owned(),
            features: host.features.to_string_lossy().into_owned(),
        };
        tracing::debug!(?timings, bytes = object.bytes.len(), "compiled");
        Ok(Compiled { object, timings })
    }

    /// Verifies a module and runs all MLIR passes over it.
    pub(super) fn lower_to_llvm_dialect(
        &self,
        module: &mut Module,
        options: &CompileOptions,
    ) -> Result<(), Failed> {
        self.prepare(module)?;
        self.run_mlir_passes(module, &options.mlir_passes, options.verify_each)?;
        if options.verify_each { Ok(()) } else { verify(module) }
    }

    /// Verifies a module and makes it fit for the passes.
    pub(super) fn prepare(&self, module: &mut Module) -> Result<(), Failed> {
        verify(module)?;
        libm::call_expm1(self.context, module)
            .map_err(|error| (JitErrorKind::MlirPass, error.to_string()))
    }

    /// Runs some MLIR passes over a module.
    pub(super) fn run_mlir_passes(
        &self,
        module: &mut Module,
        passes: &[&str],
        verify: bool,
    ) -> Result<(), Failed> {
        let manager = PassManager::new(self.context);
        manager.enable_verifier(verify);
        parse_pass_pipeline(manager.as_operation_pass_manager(), &module_pipeline(passes))
            .map_err(|error| (JitErrorKind::Pipeline, error.to_string()))?;
        manager.run(module).map_err(|_| (JitErrorKind::MlirPass, "an MLIR pass failed".into()))
    }
}

/// Compiles MLIR text on a compile thread.
pub fn compile_text(text: &str, options: &CompileOptions) -> Result<Compiled, JitError> {
    on_compile_thread(|compiler| compiler.compile(&mut compiler.parse(text)?, options))?
}

/// Checks the rules of a module's dialects.
fn verify(module: &Module) -> Result<(), Failed> {
    if module.as_operation().verify() {
        return Ok(());
    }
    Err((JitErrorKind::MlirVerify, "the module breaks a rule of its dialects".into()))
}

/// Translates a lowered module, adds the entry point, and checks the result. Also returns the number of arguments.
pub(super) fn to_llvm_ir(
    module: &Module,
    options: &CompileOptions,
    machine: &TargetMachine,
) -> Result<(LlvmModule, usize), Failed> {
    let llvm_module = LlvmModule::translate(module, machine)?;
    let arguments = entry::add_entry(&llvm_module, &options.entry)?;
    llvm_module.verify()?;
    Ok((llvm_module, arguments))
}

fn timed<T>(time: &mut Duration, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = step();
    *time = start.elapsed();
    result
}
