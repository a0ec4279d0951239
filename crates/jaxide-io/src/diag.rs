//! Diagnostics of files and foreign arrays, one function a mistake.

use std::fmt::Display;

use jaxide_ir::{ArrayType, Code, DType, Diagnostic};
use jaxide_trace::Array;

/// A file cannot be opened, read or written, or is malformed.
pub fn file(name: &str, error: &dyn Display) -> Diagnostic {
    Diagnostic::new(Code("J0611"), format!("{name}: {error}"))
}

/// A file or foreign array holds elements of a type that no array has.
pub fn element_type(name: &str, got: &str) -> Diagnostic {
    let message =
        format!("{name}: expected elements of bool, an integer, float or complex type, got {got}");
    Diagnostic::new(Code("J0612"), message)
}

/// A dtype that the file format has no name for.
pub fn no_descr(name: &str, dtype: DType) -> Diagnostic {
    Diagnostic::new(Code("J0613"), format!("{name}: npy has no element type for {dtype}"))
        .note("convert it to float32 first")
}

/// A dtype that safetensors has no name for.
pub fn no_safetensors_type(name: &str, dtype: DType) -> Diagnostic {
    Diagnostic::new(Code("J0613"), format!("{name}: safetensors has no element type for {dtype}"))
        .note("convert it to complex64 first")
}

/// A header asks for more elements than its file can hold.
pub fn truncated(name: &str, ty: &ArrayType, available: u64) -> Diagnostic {
    let message = format!("{name}: expected the elements of {ty}, got {available} bytes at most");
    Diagnostic::new(Code("J0611"), message)
}

/// A bool element that is neither true nor false.
pub fn bool_byte(name: &str, got: u8) -> Diagnostic {
    Diagnostic::new(Code("J0611"), format!("{name}: expected bool elements of 0 or 1, got {got}"))
}

/// An array without a value cannot leave the program that is being traced.
#[track_caller]
pub fn traced(what: &str, x: &Array) -> Diagnostic {
    Diagnostic::new(Code("J0614"), format!("{what}: expected an array with a value, got {x:?}"))
        .note("inside a function that is being traced arrays have no values; return it instead")
}

/// A DLPack tensor is malformed or out of reach.
pub fn dlpack(error: &dyn Display) -> Diagnostic {
    Diagnostic::new(Code("J0615"), format!("dlpack: {error}"))
}

/// A view or copy was asked for in another element type.
pub fn ndarray_dtype(expected: DType, got: DType) -> Diagnostic {
    let message = format!("ndarray: expected an array of {expected}, got {got}");
    Diagnostic::new(Code("J0616"), message)
}
