//! Programs prepared for the interpreter: each equation with its kernel, its literals as buffers,
//! and the last use of each variable, so that values are freed as early as possible.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use jaxide_ir::{
    Atom, Call, Eqn, Handle, Id, Jaxpr, JaxprBuilder, Lower, OutTypes, Param, Result, TensorData,
    Var,
};
use jaxide_runtime::Buffer;
use smallvec::SmallVec;

use crate::{Control, Interpreter, Kernel, KernelCx, Results, Shared, diag, table::DERIVED};

/// A jaxpr ready to run.
pub struct Plan {
    jaxpr: Arc<Jaxpr>,
    consts: Vec<(Var, Arc<Buffer>)>,
    steps: Vec<Step>,
    outputs: Vec<Source>,
}

struct Step {
    kernel: Kernel,
    inputs: SmallVec<[Source; 3]>,
    outs: OutTypes,
    /// Which results anybody reads.
    used: SmallVec<[bool; 1]>,
    nested: Nested,
}

/// Prepared jaxprs with the parameters that hold them.
pub(crate) type Nested = Vec<(&'static str, Arc<Plan>)>;

/// Where an operand comes from.
enum Source {
    /// A variable; `last` when nothing reads it afterwards.
    Var {
        var: Var,
        last: bool,
    },
    Literal(Arc<Buffer>),
}

/// Values of the variables of a running program.
struct Env<'a>(Vec<Option<Shared<'a>>>);

impl<'a> Env<'a> {
    fn get<'s>(&'s self, source: &'s Source) -> &'s Buffer {
        match source {
            Source::Var { var, .. } => {
                self.0[var.index()].as_ref().expect("variables are defined before they are used")
            }
            Source::Literal(buffer) => buffer,
        }
    }

    fn take(&mut self, source: &Source) -> Shared<'a> {
        let value = match source {
            Source::Var { var, last: true } => self.0[var.index()].take(),
            Source::Var { var, last: false } => self.0[var.index()].clone(),
            Source::Literal(buffer) => Some(Shared::Owned(buffer.clone())),
        };
        value.expect("variables are defined before they are used")
    }

    fn set(&mut self, var: Var, value: Shared<'a>) {
        self.0[var.index()] = Some(value);
    }

    fn free(&mut self, sources: &[Source]) {
        for source in sources {
            if let Source::Var { var, last: true } = source {
                self.0[var.index()] = None;
            }
        }
    }
}

impl Plan {
    /// The program.
    pub fn jaxpr(&self) -> &Jaxpr {
        &self.jaxpr
    }

    /// Runs the program on one value per input, captured ones included.
    ///
    /// # Errors
    /// When memory runs out or a kernel refuses, with the op and the user's line.
    pub fn run<'a>(&self, args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
        if args.len() != self.jaxpr.inputs.len() {
            return Err(diag::arg_count(self.jaxpr.inputs.len(), args.len()));
        }
        let mut env = Env(vec![None; self.jaxpr.vars.len()]);
        for (var, arg) in self.jaxpr.inputs.iter().zip(args) {
            env.set(*var, arg);
        }
        for (var, data) in &self.consts {
            env.set(*var, Shared::Owned(data.clone()));
        }
        for (step, eqn) in self.steps.iter().zip(&self.jaxpr.eqns) {
            step.run(eqn, &mut env).map_err(|error| error.at(&eqn.loc))?;
        }
        Ok(self.outputs.iter().map(|source| env.take(source)).collect())
    }
}

impl Step {
    fn run(&self, eqn: &Eqn, env: &mut Env<'_>) -> Result<()> {
        let call = Call { op: eqn.op, params: &eqn.params, loc: &eqn.loc };
        let cx = KernelCx { call, outs: &self.outs, nested: &self.nested };
        match self.kernel {
            Kernel::Pure(run) => {
                let results = run(&cx, &operands(env, &self.inputs))?;
                env.free(&self.inputs);
                self.store(eqn, env, results.into_iter().map(Shared::new))
            }
            Kernel::Reuse(run) => {
                let first = env.take(&self.inputs[0]).into_buffer()?;
                let results = run(&cx, first, &operands(env, &self.inputs[1..]))?;
                env.free(&self.inputs);
                self.store(eqn, env, results.into_iter().map(Shared::new))
            }
            Kernel::Control(control) => {
                let args = self.inputs.iter().map(|source| env.take(source)).collect();
                let results = (control.run)(&cx, args)?;
                self.store(eqn, env, results.into_iter())
            }
        }
    }

    fn store<'a>(
        &self,
        eqn: &Eqn,
        env: &mut Env<'a>,
        results: impl ExactSizeIterator<Item = Shared<'a>>,
    ) -> Result<()> {
        if results.len() != eqn.outputs.len() {
            let (expected, got) = (eqn.outputs.len().to_string(), results.len().to_string());
            return Err(diag::results(eqn.op.name, &expected, &got));
        }
        for (index, value) in results.enumerate() {
            if *value.ty() != self.outs[index] {
                let (expected, got) = (self.outs[index].to_string(), value.ty().to_string());
                return Err(diag::results(eqn.op.name, &expected, &got));
            }
            if self.used[index] {
                env.set(eqn.outputs[index], value);
            }
        }
        Ok(())
    }
}

fn operands<'s>(env: &'s Env<'_>, sources: &'s [Source]) -> SmallVec<[&'s Buffer; 4]> {
    sources.iter().map(|source| env.get(source)).collect()
}

/// Prepares programs; shared nested jaxprs are prepared once.
pub(crate) struct Planner<'i> {
    interpreter: &'i Interpreter,
    // The jaxpr is held, so that its address stays its own.
    memo: HashMap<usize, (Arc<Jaxpr>, Arc<Plan>)>,
}

impl<'i> Planner<'i> {
    pub(crate) fn new(interpreter: &'i Interpreter) -> Planner<'i> {
        Planner { interpreter, memo: HashMap::new() }
    }

    pub(crate) fn plan(&mut self, jaxpr: &Arc<Jaxpr>) -> Result<Arc<Plan>> {
        let address = Arc::as_ptr(jaxpr).addr();
        if let Some((_, plan)) = self.memo.get(&address) {
            return Ok(plan.clone());
        }
        let plan = Arc::new(self.build(jaxpr)?);
        self.memo.insert(address, (jaxpr.clone(), plan.clone()));
        Ok(plan)
    }

    fn build(&mut self, jaxpr: &Arc<Jaxpr>) -> Result<Plan> {
        let mut consts = Vec::with_capacity(jaxpr.consts.len());
        for (var, data) in &jaxpr.consts {
            consts.push((*var, Arc::new(Buffer::from_tensor(data)?)));
        }
        let mut seen = vec![false; jaxpr.vars.len()];
        let outputs = sources(&jaxpr.outputs, &mut seen)?;
        let mut steps = Vec::with_capacity(jaxpr.eqns.len());
        for eqn in jaxpr.eqns.iter().rev() {
            let step = self.step(jaxpr, eqn, &mut seen).map_err(|error| error.at(&eqn.loc))?;
            steps.push(step);
        }
        steps.reverse();
        Ok(Plan { jaxpr: jaxpr.clone(), consts, steps, outputs })
    }

    /// Prepares one equation; `seen` marks the variables that later equations read.
    fn step(&mut self, jaxpr: &Jaxpr, eqn: &Eqn, seen: &mut [bool]) -> Result<Step> {
        let used = eqn.outputs.iter().map(|var| seen[var.index()]).collect();
        let outs: OutTypes = eqn.outputs.iter().map(|var| jaxpr.vars[*var].clone()).collect();
        let call = Call { op: eqn.op, params: &eqn.params, loc: &eqn.loc };
        let types: Vec<_> = eqn.inputs.iter().map(|atom| jaxpr.ty(*atom)).collect();
        let (kernel, nested) = self.resolve(&call, &types)?;
        let inputs = sources(&eqn.inputs, seen)?;
        Ok(Step { kernel, inputs, outs, used, nested })
    }

    /// The kernel of one application, and the prepared programs that it runs.
    pub(crate) fn resolve(
        &mut self,
        call: &Call<'_>,
        types: &[jaxide_ir::ArrayType],
    ) -> Result<(Kernel, Nested)> {
        if let Some(kernel) = self.interpreter.kernel(call.op) {
            let nested = self.nested(call, &kernel)?;
            return Ok((kernel, nested));
        }
        let Lower::Decompose(decompose) = call.op.lower else {
            return Err(diag::unsupported(call.op.name));
        };
        let (builder, vars) = JaxprBuilder::with_inputs(types);
        let builder = RefCell::new(builder);
        let handles: Vec<_> = vars.iter().map(|var| Handle::new(&builder, (*var).into())).collect();
        let results = decompose(call, &handles)?;
        let outputs = results.iter().map(Handle::atom).collect();
        let jaxpr = Arc::new(builder.into_inner().finish(outputs));
        let plan = self.plan(&jaxpr)?;
        Ok((Kernel::Control(DECOMPOSED), vec![(DERIVED, plan)]))
    }

    fn nested(&mut self, call: &Call<'_>, kernel: &Kernel) -> Result<Nested> {
        let mut nested = Vec::new();
        let Kernel::Control(control) = kernel else { return Ok(nested) };
        for name in control.jaxprs {
            match call.params.get(name) {
                Some(Param::Jaxpr(jaxpr)) => nested.push((*name, self.plan(jaxpr)?)),
                Some(Param::Tuple(items) | Param::List(items)) => {
                    for item in items {
                        let Param::Jaxpr(jaxpr) = item else { continue };
                        nested.push((*name, self.plan(jaxpr)?));
                    }
                }
                _ => {}
            }
        }
        if let Some(derive) = control.derive {
            nested.push((DERIVED, self.plan(&Arc::new(derive(call)?))?));
        }
        Ok(nested)
    }
}

/// A composite op runs its definition.
const DECOMPOSED: Control =
    Control { jaxprs: &[], derive: None, run: |cx, args| cx.derived().run(args) };

/// The sources of atoms, read from right to left: the last reader of a variable takes it.
fn sources<C: FromIterator<Source>>(atoms: &[Atom], seen: &mut [bool]) -> Result<C> {
    let mut sources = Vec::with_capacity(atoms.len());
    for atom in atoms.iter().rev() {
        sources.push(match atom {
            Atom::Var(var) => {
                let last = !std::mem::replace(&mut seen[var.index()], true);
                Source::Var { var: *var, last }
            }
            Atom::Literal(literal) => {
                let data = TensorData::scalar(literal.value).with_weak(literal.weak);
                Source::Literal(Arc::new(Buffer::from_tensor(&data)?))
            }
        });
    }
    Ok(sources.into_iter().rev().collect())
}

/// Runs one application outside of any program.
pub(crate) fn run_once(kernel: Kernel, cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    match kernel {
        Kernel::Pure(run) => run(cx, inputs),
        Kernel::Reuse(run) => run(cx, inputs[0].try_clone()?, &inputs[1..]),
        Kernel::Control(control) => {
            let args = inputs.iter().map(|buffer| Shared::Borrowed(buffer)).collect();
            (control.run)(cx, args)?.into_iter().map(Shared::into_buffer).collect()
        }
    }
}
