//! The stack of traces of one thread and the guard that pops it, also when the user's function
//! unwinds.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    panic::Location,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use jaxide_ir::{ArrayType, Atom, Jaxpr, JaxprBuilder, Literal, Var};

use super::{TraceInfo, Tracer, leaked};
use crate::{
    Array,
    array::Repr,
    config, diag,
    error::{Error, Result},
    func::FnInfo,
};

/// One trace: a program under construction.
pub(super) struct Trace {
    pub(super) id: u64,
    /// The trace around it as a length of the stack; 0 is none.
    pub(super) parent: usize,
    pub(super) info: Arc<TraceInfo>,
    pub(super) builder: JaxprBuilder,
    /// Arrays of outside, concrete or of enclosing traces, in the order of the captured inputs.
    captured: Vec<Array>,
    captured_vars: HashMap<CaptureKey, Var>,
    /// The path of each argument leaf.
    pub(super) labels: HashMap<Var, String>,
    live: Vec<Weak<Tracer>>,
}

/// Identity of a captured array.
#[derive(PartialEq, Eq, Hash)]
enum CaptureKey {
    Concrete(usize),
    Traced(u64, Var),
}

thread_local! {
    static STACK: RefCell<Vec<Trace>> = const { RefCell::new(Vec::new()) };
    /// The length of the stack up to the trace that records; 0 computes eagerly.
    static CURRENT: Cell<usize> = const { Cell::new(0) };
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// True when operations are recorded rather than computed.
#[inline]
pub(crate) fn is_recording() -> bool {
    CURRENT.get() > 0
}

/// Calls `f` with the current trace.
pub(super) fn with_current<R>(f: impl FnOnce(&mut Trace) -> R) -> R {
    STACK.with_borrow_mut(|stack| f(&mut stack[CURRENT.get() - 1]))
}

/// Calls `f` with the trace of an id if it is on this thread's stack.
pub(super) fn with_trace<R>(id: u64, f: impl FnOnce(&Trace) -> R) -> Option<R> {
    STACK.with_borrow(|stack| stack.iter().find(|trace| trace.id == id).map(f))
}

/// A pushed trace; dropping it restores the stack.
pub(crate) struct Guard {
    len: usize,
    current: usize,
}

impl Guard {
    /// Starts a trace inside the current one.
    pub(super) fn push(function: &FnInfo, transform: &'static str, scope: &str) -> Guard {
        STACK.with_borrow_mut(|stack| {
            let (len, current) = (stack.len(), CURRENT.get());
            let info = TraceInfo {
                function: function.clone(),
                transform,
                scope: (!scope.is_empty()).then(|| scope.into()),
                level: len + 1,
            };
            stack.push(Trace {
                id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
                parent: current,
                info: Arc::new(info),
                builder: JaxprBuilder::new(),
                captured: Vec::new(),
                captured_vars: HashMap::new(),
                labels: HashMap::new(),
                live: Vec::new(),
            });
            CURRENT.set(len + 1);
            Guard { len, current }
        })
    }

    /// A new input of the program.
    pub(crate) fn input(
        &self,
        ty: ArrayType,
        label: String,
        at: &'static Location<'static>,
    ) -> Array {
        with_current(|trace| {
            let var = trace.builder.input(ty.clone());
            trace.labels.insert(var, label);
            trace.tracer(var, ty, at)
        })
    }

    /// The recorded program and the arrays that its captured inputs stand for.
    pub(super) fn finish(self, outputs: Vec<Array>) -> Result<(Jaxpr, Vec<Array>)> {
        let at = Location::caller();
        let atoms = STACK.with_borrow_mut(|stack| {
            outputs.iter().map(|out| atom(stack, self.len + 1, out, at)).collect::<Result<Vec<_>>>()
        })?;
        drop(outputs);
        let trace = STACK.with_borrow_mut(|stack| {
            stack.truncate(self.len + 1);
            stack.pop().expect("a guard's trace is on the stack until the guard is dropped")
        });
        if config::settings().check_leaks {
            trace.check_leaks()?;
        }
        Ok((trace.builder.finish(atoms), trace.captured))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        CURRENT.set(self.current);
        let dead = STACK.with_borrow_mut(|stack| stack.split_off(self.len.min(stack.len())));
        // Dropped outside of the borrow: captured arrays may run code of their own.
        drop(dead);
    }
}

impl Trace {
    /// A traced value for a variable.
    pub(super) fn tracer(
        &mut self,
        var: Var,
        ty: ArrayType,
        at: &'static Location<'static>,
    ) -> Array {
        let tracer = Arc::new(Tracer { trace: self.id, var, ty, at, info: self.info.clone() });
        if config::settings().check_leaks {
            self.live.push(Arc::downgrade(&tracer));
        }
        Array(Repr::Traced(tracer))
    }

    fn capture(&mut self, key: CaptureKey, array: &Array) -> Var {
        if let Some(var) = self.captured_vars.get(&key) {
            return *var;
        }
        let var = self.builder.captured(array.aval().clone());
        self.captured.push(array.clone());
        self.captured_vars.insert(key, var);
        var
    }

    fn check_leaks(&self) -> Result<()> {
        match self.live.iter().find_map(Weak::upgrade) {
            Some(tracer) => Err(Error::TracerLeak(diag::leaked_trace(&tracer))),
            None => Ok(()),
        }
    }
}

/// The atoms of operands in the current trace.
pub(super) fn atoms(
    operands: &[&Array],
    at: &'static Location<'static>,
) -> Result<smallvec::SmallVec<[Atom; 4]>> {
    STACK.with_borrow_mut(|stack| {
        operands.iter().map(|operand| atom(stack, CURRENT.get(), operand, at)).collect()
    })
}

/// What an array is inside a trace: a variable of it, a literal, or a captured input.
fn atom(
    stack: &mut [Trace],
    current: usize,
    array: &Array,
    at: &'static Location<'static>,
) -> Result<Atom> {
    let key = match &array.0 {
        Repr::Concrete(concrete) => {
            if let Some(value) = concrete.number {
                let ty = array.aval();
                return Ok(Atom::Literal(Literal {
                    value: value.convert(ty.dtype),
                    weak: ty.weak,
                }));
            }
            CaptureKey::Concrete(Arc::as_ptr(concrete) as usize)
        }
        Repr::Traced(tracer) => {
            if tracer.trace == stack[current - 1].id {
                return Ok(Atom::Var(tracer.var));
            }
            let mut level = stack[current - 1].parent;
            while level > 0 && stack[level - 1].id != tracer.trace {
                level = stack[level - 1].parent;
            }
            if level == 0 {
                return Err(leaked(tracer, at));
            }
            CaptureKey::Traced(tracer.trace, tracer.var)
        }
    };
    Ok(Atom::Var(stack[current - 1].capture(key, array)))
}
