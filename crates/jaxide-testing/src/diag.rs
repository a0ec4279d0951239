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

/// No such pass on the way to machine code.
pub fn pipeline_stage(stages: &[&str], got: &str) -> Diagnostic {
    let expected = stages.join(", ");
    Diagnostic::new(Code("J0603"), format!("expected one of the stages {expected}, got {got}"))
}

/// The program to reduce does not fail.
pub fn reduce_nothing() -> Diagnostic {
    Diagnostic::new(Code("J0604"), "expected a program that fails, got one that does not")
        .note("engines agree, passes keep its results, nothing crashes: there is nothing to reduce")
}

/// Arguments of the program to reduce do not fit.
pub fn reduce_arguments(expected: &str, got: &str) -> Diagnostic {
    Diagnostic::new(Code("J0605"), format!("arguments: expected {expected}, got {got}"))
}

/// A child process that runs a candidate cannot be started or used.
pub fn reduce_child(message: &str) -> Diagnostic {
    Diagnostic::new(Code("J0606"), format!("reduce worker: {message}"))
}
