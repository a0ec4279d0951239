//! The interpreter's entry points: one op, a whole program, and the `Backend` over them.

use std::sync::Arc;

use jaxide_ir::{ArrayType, Call, Jaxpr, Loc, OpDef, Params, Result, builder::infer};
use jaxide_runtime::{Arg, Backend, Buffer, CompileOptions, Executable, check_args, check_outs};
use smallvec::SmallVec;

use crate::{
    Kernel, KernelCx, Plan, Results, Shared, diag,
    plan::{Planner, run_once},
    table::default_kernel,
};

/// The interpreter with the kernels of ops from outside.
#[derive(Clone, Default)]
pub struct Interpreter {
    extra: Vec<(&'static OpDef, Kernel)>,
}

impl Interpreter {
    /// The interpreter with its own kernels.
    pub fn new() -> Interpreter {
        Interpreter::default()
    }

    /// The same with one more kernel; it counts before the interpreter's own.
    pub fn with(mut self, op: &'static OpDef, kernel: Kernel) -> Interpreter {
        self.extra.push((op, kernel));
        self
    }

    /// The kernel of an op; `None` for composite ops and where there is none.
    pub fn kernel(&self, op: &'static OpDef) -> Option<Kernel> {
        let extra = self.extra.iter().rev().find(|(known, _)| *known == op);
        extra.map(|(_, kernel)| *kernel).or_else(|| default_kernel(op))
    }

    /// Prepares a program.
    ///
    /// # Errors
    /// When the program holds an op that the interpreter lacks.
    pub fn plan(&self, jaxpr: &Arc<Jaxpr>) -> Result<Arc<Plan>> {
        Planner::new(self).plan(jaxpr)
    }

    /// Applies one op, its parameters and operands checked.
    ///
    /// # Errors
    /// What the op refuses, or what its kernel lacks, at `loc`.
    pub fn apply(
        &self,
        op: &'static OpDef,
        params: &Params,
        inputs: &[&Buffer],
        loc: &Loc,
    ) -> Result<Results> {
        let types: SmallVec<[&ArrayType; 4]> = inputs.iter().map(|buffer| buffer.ty()).collect();
        let (params, outs) = infer(op, params.clone(), &types, loc)?;
        let call = Call { op, params: &params, loc };
        let run = || {
            if let Some(kernel @ (Kernel::Pure(_) | Kernel::Reuse(_))) = self.kernel(op) {
                return run_once(kernel, &KernelCx { call, outs: &outs, nested: &[] }, inputs);
            }
            let types: Vec<ArrayType> = types.iter().map(|ty| (*ty).clone()).collect();
            let (kernel, nested) = Planner::new(self).resolve(&call, &types)?;
            run_once(kernel, &KernelCx { call, outs: &outs, nested: &nested }, inputs)
        };
        run().and_then(|results| typed(results, &outs)).map_err(|error| error.at(loc))
    }

    /// Runs a program on one buffer per input, captured ones included and first.
    ///
    /// # Errors
    /// When arguments do not fit, the program holds an op that the interpreter lacks, or a kernel
    /// fails.
    pub fn run(&self, jaxpr: &Jaxpr, inputs: &[&Buffer]) -> Result<Vec<Buffer>> {
        let plan = self.plan(&Arc::new(jaxpr.clone()))?;
        if inputs.len() != jaxpr.inputs.len() {
            return Err(diag::arg_count(jaxpr.inputs.len(), inputs.len()));
        }
        let args: Vec<Arg<'_>> = inputs.iter().map(|buffer| Arg::Borrowed(buffer)).collect();
        check_args("jaxpr", &jaxpr.in_types(), &args)?;
        let args = inputs.iter().map(|buffer| Shared::Borrowed(buffer)).collect();
        let results = plan.run(args)?.into_iter().map(Shared::into_buffer);
        typed(results.collect::<Result<_>>()?, &jaxpr.out_types())
    }
}

/// The results with the promised weak flags; a nested program that returns its argument keeps that
/// argument's.
fn typed<C: IntoIterator<Item = Buffer> + FromIterator<Buffer>>(
    results: C,
    types: &[ArrayType],
) -> Result<C> {
    let pairs = results.into_iter().zip(types);
    let same = |(buffer, ty): (Buffer, &ArrayType)| {
        if buffer.ty().weak == ty.weak { Ok(buffer) } else { buffer.with_type(ty.clone()) }
    };
    pairs.map(same).collect()
}

/// Applies one op with the default kernels; see [`Interpreter::apply`].
///
/// # Errors
/// What the op refuses, at the caller's line.
#[track_caller]
pub fn apply(op: &'static OpDef, params: &Params, inputs: &[&Buffer]) -> Result<Results> {
    Interpreter::new().apply(op, params, inputs, &Loc::caller())
}

/// Runs a program with the default kernels; see [`Interpreter::run`].
///
/// # Errors
/// When arguments do not fit, an op is not supported, or a kernel fails.
pub fn run(jaxpr: &Jaxpr, inputs: &[&Buffer]) -> Result<Vec<Buffer>> {
    Interpreter::new().run(jaxpr, inputs)
}

/// The interpreter as a backend named `eval`.
#[derive(Clone, Default)]
pub struct EvalBackend {
    /// The kernels.
    pub interpreter: Interpreter,
}

impl Backend for EvalBackend {
    fn name(&self) -> &str {
        "eval"
    }

    fn compile(&self, jaxpr: &Jaxpr, options: &CompileOptions) -> Result<Arc<dyn Executable>> {
        let jaxpr = Arc::new(jaxpr.clone());
        let plan = self.interpreter.plan(&jaxpr)?;
        let (in_types, out_types) = (jaxpr.in_types(), jaxpr.out_types());
        Ok(Arc::new(EvalExecutable { plan, in_types, out_types, name: options.name.clone() }))
    }
}

struct EvalExecutable {
    plan: Arc<Plan>,
    in_types: Vec<ArrayType>,
    out_types: Vec<ArrayType>,
    name: Arc<str>,
}

impl Executable for EvalExecutable {
    fn run(&self, args: &mut [Arg<'_>], outs: &mut [Buffer]) -> Result<()> {
        check_args(&self.name, &self.in_types, args)?;
        check_outs(&self.name, &self.out_types, outs)?;
        let mut values = Vec::with_capacity(args.len());
        for arg in args.iter_mut() {
            values.push(match arg {
                Arg::Borrowed(buffer) => Shared::Borrowed(buffer),
                Arg::Donated(buffer) => {
                    let empty = Buffer::zeros(ArrayType::new(buffer.ty().dtype, &[0]))?;
                    Shared::new(std::mem::replace(buffer, empty))
                }
            });
        }
        let results = self.plan.run(values)?;
        for ((out, ty), value) in outs.iter_mut().zip(&self.out_types).zip(results) {
            *out = value.into_buffer()?.with_type(ty.clone())?;
        }
        Ok(())
    }

    fn in_types(&self) -> &[ArrayType] {
        &self.in_types
    }

    fn out_types(&self) -> &[ArrayType] {
        &self.out_types
    }

    fn name(&self) -> &str {
        &self.name
    }
}
