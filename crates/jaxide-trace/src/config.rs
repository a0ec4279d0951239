//! Settings of the calling thread, each with a scope. Those that change what a trace records are
//! part of every cache key.

use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    rc::Rc,
    sync::OnceLock,
};

use jaxide_eval::Interpreter;
use jaxide_lax::check::Checks;

use crate::{
    diag,
    error::{Error, raise},
};

thread_local! {
    static SETTINGS: Cell<Settings> = Cell::new(Settings::initial());
    static INTERPRETER: RefCell<Rc<Interpreter>> = RefCell::default();
}

/// The settings in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    pub(crate) x64: bool,
    pub(crate) threefry_partitionable: bool,
    pub(crate) check_leaks: bool,
    pub(crate) forbid_compiles: bool,
    checks: Checks,
    /// Inside [`unchecked`].
    pub(crate) unchecked: bool,
}

impl Settings {
    fn initial() -> Settings {
        Settings {
            x64: false,
            threefry_partitionable: true,
            check_leaks: false,
            forbid_compiles: false,
            checks: checks_of_environment(),
            unchecked: false,
        }
    }

    /// The part that decides what a trace records.
    pub(crate) fn key(self) -> u8 {
        self.x64 as u8
            | (self.threefry_partitionable as u8) << 1
            | (self.unchecked as u8) << 2
            | self.checks.bits() << 3
    }

    /// What is checked where nothing asks for more.
    pub(crate) fn checks(self) -> Checks {
        if self.unchecked { Checks::NONE } else { self.checks }
    }
}

/// `JAXIDE_CHECKS`, read once.
fn checks_of_environment() -> Checks {
    static CHECKS: OnceLock<Result<Checks, String>> = OnceLock::new();
    let read = || Checks::parse(&std::env::var("JAXIDE_CHECKS").unwrap_or_default());
    match CHECKS.get_or_init(read) {
        Ok(checks) => *checks,
        Err(name) => raise(Error::Value(diag::unknown_check(name))),
    }
}

pub(crate) fn settings() -> Settings {
    SETTINGS.get()
}

struct Restore(Settings);

impl Drop for Restore {
    fn drop(&mut self) {
        SETTINGS.set(self.0);
    }
}

fn scope<R>(change: impl FnOnce(&mut Settings), f: impl FnOnce() -> R) -> R {
    let mut settings = SETTINGS.get();
    change(&mut settings);
    let _restore = Restore(SETTINGS.replace(settings));
    f()
}

/// Runs `f` with 64-bit default dtypes on or off; off unless set.
///
/// ```
/// # use jaxide_trace::{config, scalar, DType};
/// assert_eq!(scalar(1.0).dtype(), DType::F32);
/// config::x64(true, || assert_eq!(scalar(1.0).dtype(), DType::F64));
/// ```
pub fn x64<R>(on: bool, f: impl FnOnce() -> R) -> R {
    scope(|settings| settings.x64 = on, f)
}

/// True where default dtypes have 64 bits.
pub fn x64_enabled() -> bool {
    settings().x64
}

/// Runs `f` with JAX's partitionable threefry (the default) or the original one.
pub fn threefry_partitionable<R>(on: bool, f: impl FnOnce() -> R) -> R {
    scope(|settings| settings.threefry_partitionable = on, f)
}

/// True where random bits are made by the partitionable recipe.
pub fn threefry_is_partitionable() -> bool {
    settings().threefry_partitionable
}

/// Runs `f`; traced values that outlive their trace inside it are an error at the end of the trace,
/// not only when they are used.
pub fn check_leaks<R>(f: impl FnOnce() -> R) -> R {
    scope(|settings| settings.check_leaks = true, f)
}

/// Runs `f`; any function that would be traced for compilation inside it is an error that tells why.
pub fn no_recompilation<R>(f: impl FnOnce() -> R) -> R {
    scope(|settings| settings.forbid_compiles = true, f)
}

/// Runs `f` with checked runs: operations outside of traces and functions compiled by `jit` report
/// mistakes of these kinds, and no others. The start is `JAXIDE_CHECKS`, whose values
/// [`Checks::parse`] reads, else no checks.
///
/// ```
/// # use jaxide_trace::{array, config, Checks};
/// let x = array([i32::MAX]);
/// assert_eq!((&x + 1).to_vec::<i32>(), [i32::MIN]);
/// let sum = config::checks(Checks::OVERFLOW, || std::panic::catch_unwind(|| &x + 1));
/// assert!(sum.is_err());
/// ```
pub fn checks<R>(checks: Checks, f: impl FnOnce() -> R) -> R {
    scope(|settings| settings.checks = checks, f)
}

/// Runs `f`; what it computes or records is never checked. For functions that mean to wrap around, to
/// drop what is out of range, or to make NaN.
///
/// ```
/// # use jaxide_trace::{array, config, Array, Checks};
/// fn hash(x: &Array) -> Array {
///     config::unchecked(|| x * 747_796_405 + 1)
/// }
/// config::checks(Checks::ALL, || hash(&array([12345])));
/// ```
pub fn unchecked<R>(f: impl FnOnce() -> R) -> R {
    let _unchecked = Unchecked::start();
    f()
}

/// [`unchecked`] until it is dropped, for `#[track_caller]` functions: a closure hides their caller.
/// Several are dropped in reverse order, as those in nested calls are.
#[must_use = "it ends when it is dropped"]
pub struct Unchecked(
    #[allow(dead_code, reason = "dropping it ends the scope")] Restore,
    /// Settings belong to a thread.
    PhantomData<*const ()>,
);

impl Unchecked {
    /// Starts the scope.
    pub fn start() -> Unchecked {
        let settings = SETTINGS.get();
        let restore = Restore(SETTINGS.replace(Settings { unchecked: true, ..settings }));
        Unchecked(restore, PhantomData)
    }
}

/// Runs `f` with eager calls on this interpreter, whose rows may know more ops than jaxide's own.
///
/// It decides what runs, never what a trace records, so compiled functions are not compiled again.
///
/// ```
/// # use jaxide_trace::{array, config};
/// use jaxide_eval::{Interpreter, Kernel};
/// use jaxide_lax::elementwise::NEG;
///
/// let same = Kernel::Pure(|_, inputs| Ok([inputs[0].try_clone()?].into_iter().collect()));
/// let interpreter = Interpreter::new().with(&NEG, same);
/// config::interpreter(&interpreter, || assert_eq!((-array([1.0])).to_vec::<f32>(), [1.0]));
/// assert_eq!((-array([1.0])).to_vec::<f32>(), [-1.0]);
/// ```
pub fn interpreter<R>(interpreter: &Interpreter, f: impl FnOnce() -> R) -> R {
    let _restore = RestoreInterpreter(INTERPRETER.replace(Rc::new(interpreter.clone())));
    f()
}

struct RestoreInterpreter(Rc<Interpreter>);

impl Drop for RestoreInterpreter {
    fn drop(&mut self) {
        INTERPRETER.replace(std::mem::take(&mut self.0));
    }
}

/// What eager calls of this thread run on.
pub(crate) fn eager_interpreter() -> Rc<Interpreter> {
    INTERPRETER.with_borrow(Rc::clone)
}
