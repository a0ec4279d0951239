//! Diagnostics of test files, one function a mistake.

use jaxide_ir::{Code, Diagnostic};

/// A file of recorded programs cannot be read.
pub fn bad_case(message: &str) -> Diagnostic {
    Diagnostic::new(Code("J0601"), format!("recorded program: {message}"))
}

/// A worker process cannot be started or spoken to.
pub fn worker(message: &str) -> Diagnostic {
    Diagnostic::new(Code("J0602"), format!("conformance worker: {message}"))
}

/// No such form of a program.
pub fn lower_target(got: &str) -> Diagnostic {
    let message = format!("expected mlir [PASS], llvm or asm, got {got}");
    Diagnostic::new(Code("J0603"), message)
}
