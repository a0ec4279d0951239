//! The typed error of the front end, and how it travels: a panic at the user's own line, or `Err`
//! out of a `try_*` method. The texts are built in `diag.rs`.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use jaxide_ir::Diagnostic;

/// The result of the fallible forms.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong while calling, tracing or running a function.
///
/// `f.try_call(..)` returns it; `f(..)` panics with its text. The names are JAX's.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A traced value was used as a `bool`: `if x < 0.0`.
    #[error("TracerBoolConversionError: {0}")]
    TracerBoolConversion(Diagnostic),
    /// A traced value was used as an index or a count.
    #[error("TracerIntegerConversionError: {0}")]
    TracerIntegerConversion(Diagnostic),
    /// The elements of a traced value were asked for.
    #[error("TracerArrayConversionError: {0}")]
    TracerArrayConversion(Diagnostic),
    /// A concrete value was needed and a traced one given.
    #[error("ConcretizationTypeError: {0}")]
    Concretization(Diagnostic),
    /// A traced value was used outside of the trace it belongs to.
    #[error("UnexpectedTracerError: {0}")]
    UnexpectedTracer(Diagnostic),
    /// A traced value outlives its trace; only with [`crate::config::check_leaks`].
    #[error("TracerLeakError: {0}")]
    TracerLeak(Diagnostic),
    /// Types, shapes or structures that do not fit.
    #[error("TypeError: {0}")]
    Type(Diagnostic),
    /// A value that an argument may not have.
    #[error("ValueError: {0}")]
    Value(Diagnostic),
    /// An index that the array has not.
    #[error("IndexError: {0}")]
    Index(Diagnostic),
    /// A traced array of bools as index: the shape of the result would depend on its values.
    #[error("NonConcreteBooleanIndexError: {0}")]
    NonConcreteBooleanIndex(Diagnostic),
    /// A function was compiled again where that was forbidden.
    #[error("RecompilationError: {0}")]
    Recompilation(Diagnostic),
    /// A checked run found a mistake: an index out of range, NaN, integer overflow or division by
    /// zero; the code of the diagnostic tells which.
    #[error("CheckError: {0}")]
    Check(Diagnostic),
    /// The record of an op refused operands or parameters.
    #[error("{0}")]
    Op(Diagnostic),
    /// An engine could not compile or run a program.
    #[error("{0}")]
    Engine(Diagnostic),
}

impl Error {
    /// The error of a run, or of what else engines do.
    pub(crate) fn engine(error: Diagnostic) -> Error {
        if jaxide_runtime::diag::is_check(&error) {
            Error::Check(error)
        } else {
            Error::Engine(error)
        }
    }

    /// Message, location and notes.
    pub fn diagnostic(&self) -> &Diagnostic {
        match self {
            Error::TracerBoolConversion(d)
            | Error::TracerIntegerConversion(d)
            | Error::TracerArrayConversion(d)
            | Error::Concretization(d)
            | Error::UnexpectedTracer(d)
            | Error::TracerLeak(d)
            | Error::Type(d)
            | Error::Value(d)
            | Error::Index(d)
            | Error::NonConcreteBooleanIndex(d)
            | Error::Recompilation(d)
            | Error::Check(d)
            | Error::Op(d)
            | Error::Engine(d) => d,
        }
    }

    /// The message alone.
    pub fn message(&self) -> &str {
        self.diagnostic().message()
    }
}

thread_local! {
    /// How many `try_*` calls are on this thread's stack.
    static BOUNDARIES: Cell<usize> = const { Cell::new(0) };
}

/// Leaves the user's function with an error: silently inside a `try_*` call (no panic hook runs),
/// else by an ordinary panic at the caller's line.
///
/// # Panics
/// Always; that is its purpose.
#[track_caller]
#[cold]
pub fn raise(error: Error) -> ! {
    if BOUNDARIES.get() > 0 && cfg!(panic = "unwind") {
        resume_unwind(Box::new(error))
    }
    panic!("{error}")
}

struct Boundary;

impl Boundary {
    fn enter() -> Boundary {
        BOUNDARIES.set(BOUNDARIES.get() + 1);
        Boundary
    }
}

impl Drop for Boundary {
    fn drop(&mut self) {
        BOUNDARIES.set(BOUNDARIES.get() - 1);
    }
}

/// Runs `f`; errors raised inside become `Err`, other panics go on unchanged.
pub(crate) fn catch<R>(f: impl FnOnce() -> Result<R>) -> Result<R> {
    let boundary = Boundary::enter();
    let result = catch_unwind(AssertUnwindSafe(f));
    drop(boundary);
    result.unwrap_or_else(|payload| match payload.downcast::<Error>() {
        Ok(error) => Err(*error),
        Err(payload) => resume_unwind(payload),
    })
}

/// Extension that raises the error of a result at the caller's line.
pub trait OrRaise<T> {
    /// The value, or a raised error.
    ///
    /// # Panics
    /// As [`raise`] does, with an error.
    #[track_caller]
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for Result<T> {
    #[track_caller]
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => raise(error),
        }
    }
}
