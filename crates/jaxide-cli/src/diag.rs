//! Diagnostics of the command line, one function a mistake.

use jaxide_ir::{Code, Diagnostic};

/// A file cannot be read or written.
pub(crate) fn file(name: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::new(Code("J0621"), format!("{name}: {error}"))
}

/// `--id`, `--tier` and `--every` leave no recorded program.
pub(crate) fn no_case() -> Diagnostic {
    Diagnostic::new(Code("J0624"), "the files hold no program of this id and tier")
}

/// An `--arg` cannot be read.
pub(crate) fn argument(text: &str, error: &str) -> Diagnostic {
    let shown: String = text.chars().take(60).collect();
    Diagnostic::new(Code("J0622"), format!("--arg {shown}: {error}"))
        .note("expected a .npy file, or a type with numbers such as f32[3]=1,2,3")
}

/// More or fewer `--arg` than inputs.
pub(crate) fn argument_count(expected: usize, got: usize) -> Diagnostic {
    let message = format!("the program takes {expected} arguments, got {got}");
    Diagnostic::new(Code("J0623"), message).note("give one --arg per input, in order")
}

/// More or fewer `--arg` than inputs, for a command that can make them up.
pub(crate) fn reduce_argument_count(expected: usize, got: usize) -> Diagnostic {
    argument_count(expected, got).note("or `--seed N` for random values")
}
