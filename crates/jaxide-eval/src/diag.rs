//! Mistakes that show when a program is prepared for the interpreter or run by it.

use jaxide_ir::{Code, DType, Diagnostic};

/// The op has no kernel here.
pub fn unsupported(op: &str) -> Diagnostic {
    jaxide_runtime::diag::unsupported("eval", op)
}

/// The op has a kernel, but not for this dtype.
pub fn dtype(op: &str, dtype: DType) -> Diagnostic {
    let message = format!("{op}: the eval engine does not support operands of dtype {dtype}");
    Diagnostic::new(jaxide_runtime::diag::UNSUPPORTED, message)
}

/// A jaxpr was run with another number of arguments.
pub fn arg_count(expected: usize, got: usize) -> Diagnostic {
    Diagnostic::new(Code("J0403"), format!("expected {expected} arguments, got {got}"))
}

/// A kernel returned results that its op did not promise.
pub fn results(op: &str, expected: &str, got: &str) -> Diagnostic {
    jaxide_ir::diag::bug(format!("the kernel of {op} must return {expected}, returned {got}"))
}
