//! Diagnostics of the pass manager, one function a mistake.

use std::path::Path;

use jaxide_ir::{Code, Diagnostic};

/// A pass name that nobody declares.
pub fn unknown_pass(name: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::new(Code("J0501"), format!("unknown pass {name}"))
        .note(format!("known passes: {}", known.join(", ")))
}

/// A pass returned an error, panicked, or left an invalid program.
pub fn guilty_pass(pass: &str, what: &str, error: &str) -> Diagnostic {
    Diagnostic::new(Code("J0502"), format!("pass {pass} {what}: {error}"))
}

/// Where the reproducer of a failure was written.
pub fn reproducer(error: Diagnostic, path: &Path) -> Diagnostic {
    error.note(format!("reproducer: {}", path.display()))
}
