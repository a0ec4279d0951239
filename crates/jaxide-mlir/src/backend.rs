//! `MlirBackend`: compiles a jaxpr for the host and runs it.

use std::sync::Arc;

use jaxide_ir::{ArrayType, Jaxpr, OpDef, Result};
use jaxide_kernel::{FUSE, NORMALISE};
use jaxide_passes::{Options, PassManager, Pipeline};
use jaxide_runtime::{
    Arg, Backend, Buffer, CompileOptions, Executable, check_args, check_outs, checked_bytes,
    library::{Failure, check},
};
use melior::ir::{Location, Module};

use crate::{
    cpu::{LowerFn, Place, ProgramCx, Slot, library, table::Rules},
    diag,
    emit::{Emitter, Val},
    jit::{self, LoadedProgram, on_compile_thread},
};

/// What runs on a program before it is lowered.
const PASSES: &[&str] = &["split-complex", "normalise", "cse", "dce", "fuse"];

/// The engine `cpu`.
#[derive(Clone, Default)]
pub struct MlirBackend {
    rules: Rules,
}

impl MlirBackend {
    /// The engine with the lowerings of this crate.
    pub fn new() -> MlirBackend {
        MlirBackend::default()
    }

    /// The engine with more lowerings, for ops of other dialects or in place of this crate's.
    pub fn with_rules(rows: &[(&'static OpDef, LowerFn)]) -> MlirBackend {
        MlirBackend { rules: Rules::with(rows) }
    }

    /// The program as kernels, as it is lowered.
    ///
    /// # Errors
    /// An op without lowering.
    pub fn kernels(&self, jaxpr: &Jaxpr) -> Result<Jaxpr> {
        let pipeline = Pipeline::new(PASSES, &[&NORMALISE, &FUSE])?;
        let manager = PassManager::new(pipeline, Options::default());
        let program = manager.run(&Arc::new(jaxpr.clone()))?.jaxpr;
        self.rules.check(&program)?;
        Ok(Arc::unwrap_or_clone(program))
    }

    /// The program as MLIR text.
    ///
    /// # Errors
    /// An op without lowering.
    pub fn mlir_text(&self, jaxpr: &Jaxpr, options: &CompileOptions) -> Result<String> {
        self.stage_text(jaxpr, options, "input")
    }

    /// The program at a stage of its compilation: `input` is the module before any pass, the name
    /// of an MLIR pass the module after it; then `llvm`, `llvm-optimized` and `asm`.
    ///
    /// # Errors
    /// An op without lowering, an unknown stage, or a failure of the compiler before it.
    pub fn stage_text(
        &self,
        jaxpr: &Jaxpr,
        options: &CompileOptions,
        stage: &str,
    ) -> Result<String> {
        let program = self.kernels(jaxpr)?;
        let failed = |error: jit::JitError| diag::jit(&options.name, &error);
        let job = |compiler: &jit::Compiler<'_>| -> Result<String> {
            let mut module = Module::new(Location::unknown(compiler.context()));
            lower(&program, &self.rules, options, compiler, &module)?;
            let dump = compiler.dump(&mut module, &jit::CompileOptions::default(), stage);
            dump.map_err(failed)
        };
        on_compile_thread(job).map_err(failed)?
    }
}

impl Backend for MlirBackend {
    fn name(&self) -> &str {
        "cpu"
    }

    fn compile(&self, jaxpr: &Jaxpr, options: &CompileOptions) -> Result<Arc<dyn Executable>> {
        let program = self.kernels(jaxpr)?;
        let types = program.in_types();
        let outs = program.out_types();
        for ty in types.iter().chain(&outs).chain(program.vars.iter().map(|(_, ty)| ty)) {
            checked_bytes(ty)?;
        }
        let failed = |error: jit::JitError| diag::jit(&options.name, &error);
        let job = |compiler: &jit::Compiler<'_>| -> Result<(jit::CompiledObject, Scratch)> {
            let mut module = Module::new(Location::unknown(compiler.context()));
            let scratch = lower(&program, &self.rules, options, compiler, &module)?;
            let compiled =
                compiler.compile(&mut module, &jit::CompileOptions::default()).map_err(failed)?;
            Ok((compiled.object, scratch))
        };
        let (object, scratch) = on_compile_thread(job).map_err(failed)??;
        let loaded = LoadedProgram::load(&object, &library::symbols()).map_err(failed)?;
        let consts: Result<Vec<Buffer>> =
            program.consts.iter().map(|(_, data)| Buffer::from_tensor(data)).collect();
        Ok(Arc::new(MlirExecutable {
            name: options.name.clone(),
            types,
            outs,
            consts: consts?,
            scratch: ArrayType::new(jaxide_ir::DType::U8, &[scratch.bytes]),
            status: scratch.status,
            loaded,
        }))
    }
}

/// The scratch buffer of a program.
struct Scratch {
    bytes: usize,
    /// Where library calls note a failure.
    status: Option<usize>,
}

/// Lowers a program into a module as `@main(consts.., inputs.., results.., scratch)`.
fn lower(
    program: &Jaxpr,
    rules: &Rules,
    options: &CompileOptions,
    compiler: &jit::Compiler<'_>,
    module: &Module<'_>,
) -> Result<Scratch> {
    let (consts, inputs) = (program.consts.len(), program.inputs.len());
    let count = consts + inputs + program.outputs.len() + 1;
    let (e, args) = Emitter::start(compiler.context(), count);
    let mut cx = ProgramCx::new(e, args[count - 1], rules, options.contract);
    if library::calls_library(program) {
        cx.reserve_status();
    }
    let slot = |cx: &mut ProgramCx<'_>, ty: &ArrayType, arg: Val| {
        let zero = cx.e.index(0);
        match ty.rank() {
            0 if !ty.dtype.is_complex() => Slot::Scalar(cx.load(arg, ty.dtype, zero, 0)),
            _ => Slot::Array(cx.foreign(arg)),
        }
    };
    let mut ins = Vec::new();
    for (var, arg) in program.inputs.iter().zip(&args[consts..]) {
        ins.push(slot(&mut cx, &program.vars[*var], *arg));
    }
    let mut known = Vec::new();
    for ((var, _), arg) in program.consts.iter().zip(&args) {
        known.push((*var, slot(&mut cx, &program.vars[*var], *arg)));
    }
    let outs: Vec<Place> =
        args[consts + inputs..count - 1].iter().map(|arg| cx.foreign(*arg)).collect();
    let types = program.out_types();
    let dests: Vec<Option<Place>> =
        outs.iter().zip(&types).map(|(place, ty)| (ty.rank() > 0).then_some(*place)).collect();
    let results = cx.program_with(program, &ins, &known, &dests)?;
    for ((slot, ty), place) in results.iter().zip(&types).zip(&outs) {
        cx.write(*slot, ty, *place);
    }
    let scratch = Scratch { bytes: cx.scratch_bytes(), status: cx.status_offset() };
    cx.e.finish(module);
    Ok(scratch)
}

struct MlirExecutable {
    name: Arc<str>,
    types: Vec<ArrayType>,
    outs: Vec<ArrayType>,
    consts: Vec<Buffer>,
    scratch: ArrayType,
    status: Option<usize>,
    loaded: LoadedProgram,
}

impl Executable for MlirExecutable {
    fn run(&self, args: &mut [Arg<'_>], outs: &mut [Buffer]) -> Result<()> {
        check_args(&self.name, &self.types, args)?;
        check_outs(&self.name, &self.outs, outs)?;
        let mut scratch = match self.scratch.size() {
            0 => None,
            _ => Some(Buffer::recycled(self.scratch.clone())?),
        };
        if let (Some(at), Some(scratch)) = (self.status, &mut scratch) {
            scratch.bytes_mut()[at..at + 4].fill(0);
        }
        let mut pointers: smallvec::SmallVec<[*mut u8; 16]> = smallvec::SmallVec::new();
        pointers.extend(self.consts.iter().map(|buffer| buffer.as_ptr().cast_mut()));
        pointers.extend(args.iter().map(|arg| arg.buffer().as_ptr().cast_mut()));
        pointers.extend(outs.iter_mut().map(Buffer::as_mut_ptr));
        pointers.push(scratch.as_mut().map_or(std::ptr::null_mut(), Buffer::as_mut_ptr));
        // SAFETY: the program was lowered for exactly these counts and types, which were checked
        // above, and for this many bytes of scratch. It reads constants and arguments and writes
        // only results and scratch, all of which live until it returns.
        unsafe { self.loaded.call(&pointers) };
        match (self.status, &scratch) {
            (Some(at), Some(scratch)) => check_status(&scratch.bytes()[at..at + 4]),
            _ => Ok(()),
        }
    }

    fn in_types(&self) -> &[ArrayType] {
        &self.types
    }

    fn out_types(&self) -> &[ArrayType] {
        &self.outs
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Reads what library calls noted.
fn check_status(bytes: &[u8]) -> Result<()> {
    let status = i32::from_ne_bytes(bytes.try_into().expect("a status has four bytes"));
    match Failure::from_status(status) {
        Some(failure) => {
            let error = jaxide_runtime::diag::library(failure);
            // A check that fails behind another failure must not be taken for one of the next run.
            check::reset();
            Err(error)
        }
        None => Ok(()),
    }
}
