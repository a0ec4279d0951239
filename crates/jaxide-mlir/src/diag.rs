//! The mistakes that this crate reports, one function a mistake.

use jaxide_ir::{Code, Diagnostic};

use crate::jit::JitError;

/// An op that the engine has no lowering for.
pub fn unsupported_op(op: &str) -> Diagnostic {
    jaxide_runtime::diag::unsupported("cpu", op)
}

/// An op on elements that the engine has no code for.
pub fn unsupported_dtype(op: &str, dtype: jaxide_ir::DType) -> Diagnostic {
    unsupported_op(op).note(format!("its elements are {dtype}"))
}

/// LLVM or MLIR failed.
pub fn jit(name: &str, error: &JitError) -> Diagnostic {
    let message = format!("{name}: the compiler failed: {error}");
    let diagnostic = Diagnostic::new(Code("J0411"), message);
    match &error.reproducer {
        Some(path) => diagnostic.note(format!("reproducer: {}", path.display())),
        None => diagnostic,
    }
}
