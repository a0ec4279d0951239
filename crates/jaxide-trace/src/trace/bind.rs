//! `bind`: computes an operation, or records it in the current trace.

use std::panic::Location;

use jaxide_ir::{Atom, Jaxpr, Literal, Loc, OpDef, Params};
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
    let apply = config::eager_interpreter().apply(op, &params, &buffers, &Loc::rust(at));
    Ok(apply.map_err(Error::Op)?.into_iter().map(Array::from_buffer).collect())
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
