//! Diagnostics of the pass manager, one function a mistake.

use std::path::Path;

use jaxide_ir::{ArrayType, Code, Diagnostic};

/// A pass name that nobody declares.
pub fn unknown_pass(name: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::new(Code("J0501"), format!("unknown pass {name}"))
        .note(format!("known passes: {}", known.join(", ")))
}

/// A pass returned an error, panicked, or left an invalid program.
pub fn guilty_pass(pass: &str, what: &str, error: &str) -> Diagnostic {
    Diagnostic::new(Code("J0502"), format!("pass {pass} {what}: {error}"))
}

/// The inputs or outputs of a program are others after a pass.
pub fn other_signature(what: &str, expected: &[ArrayType], got: &[ArrayType]) -> Diagnostic {
    let list = |types: &[ArrayType]| {
        let texts: Vec<String> = types.iter().map(ToString::to_string).collect();
        format!("({})", texts.join(", "))
    };
    let message = format!("expected the {what} {}, got {}", list(expected), list(got));
    Diagnostic::new(Code("J0503"), message)
}

/// Where the reproducer of a failure was written.
pub fn reproducer(error: Diagnostic, path: &Path) -> Diagnostic {
    error.note(format!("reproducer: {}", path.display()))
}
