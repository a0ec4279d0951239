//! Mistakes that show at run time: memory that cannot be had, arguments of the wrong type.

use jaxide_ir::{ArrayType, Code, Diagnostic};

use crate::library::Failure;

/// An array type whose bytes do not fit the address space.
pub fn too_large(ty: &ArrayType) -> Diagnostic {
    Diagnostic::new(Code("J0401"), format!("array of type {ty} is too large for this machine"))
}

/// The system gave no memory.
pub fn out_of_memory(bytes: usize) -> Diagnostic {
    Diagnostic::new(Code("J0402"), format!("out of memory: could not allocate {bytes} bytes"))
}

/// A compiled program was called with another number of arguments.
pub fn arg_count(name: &str, expected: usize, got: usize) -> Diagnostic {
    Diagnostic::new(Code("J0403"), format!("{name}: expected {expected} arguments, got {got}"))
}

/// A compiled program was called with an argument of another type.
pub fn arg_type(name: &str, position: usize, expected: &ArrayType, got: &ArrayType) -> Diagnostic {
    let message = format!("{name}: argument {position}: expected {expected}, got {got}");
    Diagnostic::new(Code("J0404"), message)
}

/// A compiled program was given buffers for its results that do not fit them.
pub fn out_buffers(name: &str, expected: &[ArrayType], got: &[&ArrayType]) -> Diagnostic {
    let list = |types: &mut dyn Iterator<Item = String>| types.collect::<Vec<_>>().join(", ");
    let expected = list(&mut expected.iter().map(ArrayType::to_string));
    let got = list(&mut got.iter().map(|ty| ty.to_string()));
    let message = format!("{name}: expected buffers ({expected}) for the results, got ({got})");
    Diagnostic::new(Code("J0405"), message)
}

/// A buffer was to be seen as a type of another number of bytes.
pub fn reshape(from: &ArrayType, to: &ArrayType) -> Diagnostic {
    let message = format!("a buffer of type {from} cannot be seen as {to}: the sizes differ");
    Diagnostic::new(Code("J0406"), message)
}

/// Foreign memory holds a bool element that is neither true nor false.
pub fn bool_byte(got: u8) -> Diagnostic {
    Diagnostic::new(Code("J0409"), format!("expected bool elements of 0 or 1, got {got}"))
}

/// An engine lacks an op. Its code lets callers tell "unsupported" from "failed".
pub fn unsupported(engine: &str, op: &str) -> Diagnostic {
    Diagnostic::new(UNSUPPORTED, format!("unsupported op {op} on engine {engine}"))
}

/// The code of [`unsupported`].
pub const UNSUPPORTED: Code = Code("J0407");

/// A routine of the library gave no results.
pub fn library(failure: Failure) -> Diagnostic {
    match failure {
        Failure::OutOfMemory => {
            let message = "out of memory: no workspace for a library routine";
            Diagnostic::new(Code("J0402"), message.to_owned())
        }
        Failure::Panicked => {
            let message = "a library routine panicked; this is a defect of jaxide";
            Diagnostic::new(Code("J0408"), message.to_owned())
        }
    }
}
