//! The mistakes that this crate reports, one function a mistake.

use std::fmt;

use jaxide_ir::{Code, Diagnostic};

/// Text of an index map that is none.
pub fn map_text(expected: &str, got: &str) -> Diagnostic {
    let got = if got.is_empty() { "the end" } else { got };
    Diagnostic::new(Code("J0201"), format!("index map: expected {expected}, got {got}"))
}

/// A kernel whose parameters or operands do not fit each other.
pub fn kernel(op: &str, message: impl fmt::Display) -> Diagnostic {
    jaxide_ir::diag::invalid(op, message)
}
