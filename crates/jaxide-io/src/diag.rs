//! Diagnostics of files, one function a mistake.

use jaxide_ir::{Code, Diagnostic};

/// A file cannot be opened, read or written, or is malformed.
pub fn file(name: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::new(Code("J0611"), format!("{name}: {error}"))
}

/// A file holds elements of a type that no array has.
pub fn element_type(name: &str, got: &str) -> Diagnostic {
    let message =
        format!("{name}: expected elements of bool, an integer or a float type, got {got}");
    Diagnostic::new(Code("J0612"), message)
}

/// A dtype that the file format has no name for.
pub fn no_descr(name: &str, dtype: jaxide_ir::DType) -> Diagnostic {
    Diagnostic::new(Code("J0613"), format!("{name}: npy has no element type for {dtype}"))
        .note("convert it to float32 first")
}
