//! `bind`: computes an operation, or records it in the current trace.

use std::panic::Location;

use jaxide_ir::{ArrayType, Atom, Jaxpr, JaxprBuilder, Literal, Loc, OpDef, Params};
use jaxide_lax::check::{Checks, insert};
use jaxide_runtime::Buffer;
use smallvec::SmallVec;

use super::{
    is_recording, leaked,
    stack::{atoms, with_current},
};
use crate::{
    Array,
    array::Repr,
    config,
    error::{Error, Result},
};

/// The results of one operation.
pub(crate) type Outputs = SmallVec<[Array; 1]>;

/// Applies an op where the user called it.
pub(crate) fn bind(
    op: &'static OpDef,
    params: Params,
    operands: &[&Array],
    at: &'static Location<'static>,
) -> Result<Outputs> {
    if is_recording() { record(op, params, operands, at) } else { eager(op, params, operands, at) }
}

/// Computes at once, on the reference engine.
fn eager(
    op: &'static OpDef,
    params: Params,
    operands: &[&Array],
    at: &'static Location<'static>,
) -> Result<Outputs> {
    let mut buffers: SmallVec<[_; 4]> = SmallVec::new();
    for operand in operands {
        match &operand.0 {
            Repr::Concrete(concrete) => buffers.push(&concrete.buffer),
            Repr::Traced(tracer) => return Err(leaked(tracer, at)),
        }
    }
    let (interpreter, loc) = (config::eager_interpreter(), Loc::rust(at));
    let checks = config::settings().checks();
    if !checks.is_none()
        && let Some(program) = checked(op, &params, &buffers, &loc, checks).map_err(Error::Op)?
    {
        let results = interpreter.run(&program, &buffers).map_err(Error::engine)?;
        return Ok(results.into_iter().map(Array::from_buffer).collect());
    }
    let apply = interpreter.apply(op, &params, &buffers, &loc);
    Ok(apply.map_err(Error::Op)?.into_iter().map(Array::from_buffer).collect())
}

/// The program of one operation and its checks; `None` where there is nothing to check.
#[cold]
fn checked(
    op: &'static OpDef,
    params: &Params,
    operands: &[&Buffer],
    loc: &Loc,
    checks: Checks,
) -> jaxide_ir::Result<Option<Jaxpr>> {
    let types: Vec<ArrayType> = operands.iter().map(|operand| operand.ty().clone()).collect();
    let (mut builder, inputs) = JaxprBuilder::with_inputs(&types);
    let inputs: Vec<Atom> = inputs.into_iter().map(Atom::Var).collect();
    let results = builder.bind(op, params.clone(), &inputs, loc.clone())?;
    insert(&builder.finish(results.into_iter().map(Atom::Var).collect()), checks)
}

fn record(
    op: &'static OpDef,
    params: Params,
    operands: &[&Array],
    at: &'static Location<'static>,
) -> Result<Outputs> {
    let atoms = atoms(operands, at)?;
    with_current(|trace| {
        let loc = Loc::rust(at).with_scope(trace.info.scope.clone());
        let loc = if config::settings().unchecked { loc.unchecked() } else { loc };
        let vars = trace.builder.bind(op, params, &atoms, loc).map_err(Error::Op)?;
        let tracers = vars.into_iter().map(|var| {
            let ty = trace.builder.ty(var.into());
            trace.tracer(var, ty, at)
        });
        Ok(tracers.collect())
    })
}

/// Records the equations of a program on these operands.
pub(crate) fn splice(
    jaxpr: &Jaxpr,
    operands: &[&Array],
    at: &'static Location<'static>,
) -> Result<SmallVec<[Array; 4]>> {
    let atoms = atoms(operands, at)?;
    with_current(|trace| {
        let outputs = trace.builder.inline(jaxpr, &atoms);
        let array = |atom| match atom {
            Atom::Var(var) => {
                let ty = trace.builder.ty(atom);
                trace.tracer(var, ty, at)
            }
            Atom::Literal(Literal { value, weak }) => Array::plain(value, value.dtype(), weak),
        };
        Ok(outputs.into_iter().map(array).collect())
    })
}
