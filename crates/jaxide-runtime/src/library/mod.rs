//! Routines that every engine calls for linear algebra, FFT, printing and checks, each under one symbol: a safe
//! function over typed arrays for the interpreter, and a C function for compiled code.
//!
//! A routine is re-entrant and batched: leading dimensions are a stack of problems. It reports
//! what JAX reports by values (NaN where a factorisation does not exist) and fails only when memory
//! runs out, it has a defect, or it is a check that fails; then its results are NaN.
//!
//! To add one: write its [`Run`] function in the file of its group and a row in that file's
//! `routines!`; an op calls it by `Lower::Library("rt_name")` in its record, and both engines know
//! it. Deliberately not here: what ops mean, which is in their records.

mod arrays;
pub mod check;
mod debug;
pub mod fft;
pub mod frame;
pub mod linalg;
pub mod words;

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::OnceLock,
};

pub use arrays::{Input, Output};
pub use words::Words;

/// A routine.
#[derive(Clone, Copy)]
pub struct Routine {
    /// The name that records and compiled code know it by.
    pub symbol: &'static str,
    /// What it does.
    pub run: Run,
    /// The same for compiled code.
    pub entry: Entry,
}

/// Computes results from the parameters of the op and its operands. Shapes and element types are
/// those that the op's record allows.
pub type Run = fn(Words<'_>, &[Input<'_>], &mut [Output<'_>]) -> Result<(), Failure>;

/// The C function: a frame as [`frame::layout`] describes it, and a place for a status, 0 at first,
/// where it notes the first failure.
pub type Entry = unsafe extern "C" fn(frame: *const i64, status: *mut i32);

/// Why a routine gave no results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// There was no memory for its workspace.
    OutOfMemory,
    /// It panicked: a defect.
    Panicked,
    /// A check of the program failed; [`check`] holds what it found.
    Check,
}

impl Failure {
    /// The status that stands for it in compiled code; success is 0.
    pub fn status(self) -> i32 {
        match self {
            Failure::OutOfMemory => 1,
            Failure::Panicked => 2,
            Failure::Check => 3,
        }
    }

    /// The failure that a status stands for.
    pub fn from_status(status: i32) -> Option<Failure> {
        let all = [Failure::OutOfMemory, Failure::Panicked, Failure::Check];
        all.into_iter().find(|failure| failure.status() == status)
    }
}

impl Routine {
    /// Runs the routine; parameters are encoded by [`words::encode`].
    ///
    /// # Errors
    /// When it fails; the results are NaN then, or zero where they are integers.
    pub fn call(
        &self,
        params: &[i64],
        inputs: &[Input<'_>],
        outputs: &mut [Output<'_>],
    ) -> Result<(), Failure> {
        call(self.run, params, inputs, outputs)
    }
}

fn call(
    run: Run,
    params: &[i64],
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let body = AssertUnwindSafe(|| run(Words::new(params), inputs, outputs));
    let result = catch_unwind(body).unwrap_or(Err(Failure::Panicked));
    if result.is_err() {
        outputs.iter_mut().for_each(Output::spoil);
    }
    result
}

/// All routines, by group.
pub fn all() -> impl Iterator<Item = &'static Routine> {
    let groups = linalg::GROUPS.iter().copied();
    groups.chain([check::ROUTINES, debug::ROUTINES, fft::ROUTINES]).flatten()
}

/// The routine of a symbol.
pub fn find(symbol: &str) -> Option<&'static Routine> {
    static BY_SYMBOL: OnceLock<HashMap<&'static str, &'static Routine>> = OnceLock::new();
    let table = BY_SYMBOL.get_or_init(|| all().map(|row| (row.symbol, row)).collect());
    table.get(symbol).copied()
}

/// Memory for a routine's own use, filled with `value`.
pub(crate) fn workspace<T: Clone>(len: usize, value: T) -> Result<Vec<T>, Failure> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len).map_err(|_| Failure::OutOfMemory)?;
    vec.resize(len, value);
    Ok(vec)
}

/// Declares the routines of a group with their C functions: `rt_name => run`.
macro_rules! routines {
    ($($(#[$doc:meta])* $symbol:ident => $run:path),* $(,)?) => {
        pub(crate) static ROUTINES: &[$crate::library::Routine] = &[
            $($crate::library::Routine {
                symbol: stringify!($symbol),
                run: $run,
                entry: {
                    unsafe extern "C" fn entry(frame: *const i64, status: *mut i32) {
                        // SAFETY: passed on to the caller, who knows `Entry`.
                        unsafe { $crate::library::frame::enter(frame, status, $run) }
                    }
                    entry
                },
            }),*
        ];
    };
}
pub(crate) use routines;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_symbol_is_used_twice() {
        let mut symbols: Vec<&str> = all().map(|row| row.symbol).collect();
        symbols.sort_unstable();
        let count = symbols.len();
        symbols.dedup();
        assert_eq!(symbols.len(), count);
    }

    #[test]
    fn a_panic_and_a_lack_of_memory_are_failures_with_spoiled_results() {
        for (run, failure) in [
            ((|_, _, _| panic!("a defect")) as Run, Failure::Panicked),
            (|_, _, _| workspace(usize::MAX, 0u8).map(|_| ()), Failure::OutOfMemory),
        ] {
            let (mut real, mut int) = ([1.0f32], [1i32]);
            let mut outputs = [Output::new(&[1], &mut real), Output::new(&[1], &mut int)];
            assert_eq!(call(run, &[], &[], &mut outputs), Err(failure));
            assert!(real[0].is_nan() && int[0] == 0);
            assert_eq!(Failure::from_status(failure.status()), Some(failure));
        }
        assert_eq!(Failure::from_status(0), None);
    }
}
