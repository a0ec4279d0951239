//! Recording: the thread's stack of traces, traced values, and `bind`, the one entry of every
//! operation. Which trace records is decided by the *current trace*, not by the operands, so that
//! operations on constants are staged too (JAX's omnistaging).

mod bind;
mod provenance;
mod stack;

use std::{panic::Location, sync::Arc};

use jaxide_ir::{ArrayType, Var};

use crate::func::FnInfo;

pub(crate) use bind::{bind, splice};
pub(crate) use provenance::{depends_on, leaked};
pub(crate) use stack::{Guard, is_recording};

/// What a trace is for.
#[derive(Debug)]
pub(crate) struct TraceInfo {
    /// The user's function.
    pub(crate) function: FnInfo,
    /// `jit`, `cond`, `while_loop`, ..
    pub(crate) transform: &'static str,
    /// The name of the scope: `jit(f)`, `while/body`. It is relative to the equation that holds the
    /// program, since one program may stand in many.
    pub(crate) scope: Option<Arc<str>>,
    /// How many traces are on the stack, this one included.
    pub(crate) level: usize,
}

/// A value that stands for one which is not known yet. It holds ids and types only, so that arrays
/// may go to other threads; using it there is an error, not a race.
#[derive(Debug)]
pub(crate) struct Tracer {
    pub(crate) trace: u64,
    pub(crate) var: Var,
    pub(crate) ty: ArrayType,
    pub(crate) at: &'static Location<'static>,
    pub(crate) info: Arc<TraceInfo>,
}

/// Runs `body` under a fresh trace: `body` gets the guard to make inputs with and returns the
/// results and what else the caller wants to keep.
pub(crate) fn trace<R>(
    function: &FnInfo,
    transform: &'static str,
    scope: &str,
    body: impl FnOnce(&Guard) -> (Vec<crate::Array>, R),
) -> crate::error::Result<(jaxide_ir::Jaxpr, Vec<crate::Array>, R)> {
    let guard = Guard::push(function, transform, scope);
    let (outputs, rest) = body(&guard);
    let (jaxpr, captured) = guard.finish(outputs)?;
    Ok((jaxpr, captured, rest))
}
