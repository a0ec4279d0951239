//! One traced program: compiled at its first call outside of traces, an equation inside them.

use std::{
    panic::Location,
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::Ordering},
};

use jaxide_ir::{ArrayType, Atom, Jaxpr, Loc, Params};
use jaxide_lax::{
    check::{Checks, insert},
    control::PJIT,
};
use jaxide_runtime::{Arg, Backend, Buffer, CompileOptions, Executable};
use smallvec::SmallVec;

use super::{Lowered, Options, Statistics, log};
use crate::{
    Array,
    array::Repr,
    error::{Error, Result},
    func::FnInfo,
    trace::{bind, leaked, splice},
};

/// Results of a call.
pub(super) type Outputs = SmallVec<[Array; 4]>;

/// Where a leaf of the output comes from.
#[derive(Clone, Copy)]
enum Output {
    /// The next result of the program.
    Result,
    /// An operand as it is; captured arrays count first.
    Operand(usize),
}

pub(super) struct Program {
    /// All of it. Captured inputs are not flagged: they are operands like others.
    jaxpr: Arc<Jaxpr>,
    /// Without the results that are operands.
    body: Arc<Jaxpr>,
    outputs: Vec<Output>,
    out_types: Vec<ArrayType>,
    captured: Vec<Array>,
    /// What was checked everywhere when the function was traced.
    checks: Checks,
    executable: OnceLock<Arc<dyn Executable>>,
    compiling: Mutex<()>,
}

impl Program {
    pub(super) fn new(mut jaxpr: Jaxpr, captured: Vec<Array>, checks: Checks) -> Program {
        jaxpr.captured = 0;
        let mut body = jaxpr.clone();
        body.outputs.clear();
        let mut outputs = Vec::with_capacity(jaxpr.outputs.len());
        for atom in &jaxpr.outputs {
            let operand = jaxpr.inputs.iter().position(|input| Atom::Var(*input) == *atom);
            outputs.push(operand.map_or(Output::Result, Output::Operand));
            if operand.is_none() {
                body.outputs.push(*atom);
            }
        }
        Program {
            out_types: body.out_types(),
            jaxpr: Arc::new(jaxpr),
            body: Arc::new(body),
            outputs,
            captured,
            checks,
            executable: OnceLock::new(),
            compiling: Mutex::new(()),
        }
    }

    /// False when the program refers to values of an enclosing trace, which end with it.
    pub(super) fn is_reusable(&self) -> bool {
        !self.captured.iter().any(Array::is_traced)
    }

    /// The program in the current trace: as one equation, or its equations.
    pub(super) fn record(
        &self,
        info: &FnInfo,
        inline: bool,
        leaves: &[&Array],
        at: &'static Location<'static>,
    ) -> Result<Outputs> {
        let operands: SmallVec<[&Array; 8]> =
            self.captured.iter().chain(leaves.iter().copied()).collect();
        if inline {
            return splice(&self.jaxpr, &operands, at);
        }
        let params = Params::new().with("name", &*info.name).with("jaxpr", self.body.clone());
        let results = bind(&PJIT, params, &operands, at)?;
        Ok(self.collect(results.into_iter().collect(), &operands))
    }

    /// The leaves of the output.
    fn collect(&self, results: Outputs, operands: &[&Array]) -> Outputs {
        if results.len() == self.outputs.len() {
            return results;
        }
        let mut results = results.into_iter();
        let output = |output: &Output| match *output {
            Output::Result => results.next().expect("one result per output that is no operand"),
            Output::Operand(index) => operands[index].clone(),
        };
        self.outputs.iter().map(output).collect()
    }

    /// Runs the compiled program, compiling it first if this is the first call.
    #[inline]
    pub(super) fn run(
        &self,
        info: &FnInfo,
        options: &Options,
        statistics: &Statistics,
        leaves: &[&Array],
        at: &'static Location<'static>,
    ) -> Result<Outputs> {
        let operands: SmallVec<[&Array; 8]> =
            self.captured.iter().chain(leaves.iter().copied()).collect();
        let mut args: SmallVec<[Arg<'_>; 8]> = SmallVec::new();
        for operand in &operands {
            match &operand.0 {
                Repr::Concrete(concrete) => args.push(Arg::Borrowed(&concrete.buffer)),
                Repr::Traced(tracer) => return Err(leaked(tracer, at)),
            }
        }
        let located = |error: jaxide_ir::Diagnostic| Error::engine(error.at(&Loc::rust(at)));
        let mut results = Outputs::new();
        if !self.body.eqns.is_empty() || !self.out_types.is_empty() {
            let executable = match self.executable.get() {
                Some(executable) => executable,
                None => self.compile(info, options, statistics).map_err(located)?,
            };
            let mut outs: SmallVec<[Buffer; 4]> = SmallVec::new();
            for ty in &self.out_types {
                outs.push(Buffer::recycled(ty.clone()).map_err(located)?);
            }
            executable.run(&mut args, &mut outs).map_err(located)?;
            results.extend(outs.into_iter().map(Array::from_buffer));
        }
        Ok(self.collect(results, &operands))
    }

    #[cold]
    fn compile(
        &self,
        info: &FnInfo,
        options: &Options,
        statistics: &Statistics,
    ) -> jaxide_ir::Result<&Arc<dyn Executable>> {
        let _one_at_a_time = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(executable) = self.executable.get() {
            return Ok(executable);
        }
        let backend = options.backend.as_ref().expect("without a backend nothing is compiled");
        let executable = compile(&self.body, self.checks, info, &**backend)?;
        statistics.compiles.fetch_add(1, Ordering::Relaxed);
        Ok(self.executable.get_or_init(|| executable))
    }

    pub(super) fn lower(&self, info: &FnInfo, backend: Option<Arc<dyn Backend>>) -> Lowered {
        let mut jaxpr = (*self.jaxpr).clone();
        jaxpr.captured = self.captured.len();
        let (jaxpr, captured, info) = (Arc::new(jaxpr), self.captured.clone(), info.clone());
        Lowered { jaxpr, captured, info, backend, checks: self.checks }
    }
}

/// Compiles a program with these checks everywhere.
pub(super) fn compile(
    jaxpr: &Jaxpr,
    checks: Checks,
    info: &FnInfo,
    backend: &dyn Backend,
) -> jaxide_ir::Result<Arc<dyn Executable>> {
    let checked = insert(jaxpr, checks)?;
    let jaxpr = checked.as_ref().unwrap_or(jaxpr);
    log::compiling(&info.name, backend.name(), jaxpr);
    let options = CompileOptions { name: info.name.clone(), ..CompileOptions::default() };
    backend.compile(jaxpr, &options)
}
