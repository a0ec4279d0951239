//! Diagnostics of NumPy's functions, one function a mistake.

use std::panic::Location;

use jaxide_ir::{ArrayType, Code, DType, Diagnostic, Loc};
use jaxide_trace::{Error, raise};

type At = &'static Location<'static>;

/// A size below zero.
#[track_caller]
pub(crate) fn negative_size(dims: &[i64], at: At) -> ! {
    let message = format!("shape must have every element be nonnegative, got {dims:?}");
    raise(Error::Type(Diagnostic::new(Code("J0701"), message).at(&Loc::rust(at))))
}

/// What should be a key is none.
#[track_caller]
pub(crate) fn bad_key(op: &str, ty: &ArrayType, at: At) -> ! {
    let message = format!(
        "{op}: expected a key, an array of uint32 with shape (2,), got {}",
        ty.numpy_text()
    );
    let diagnostic = Diagnostic::new(Code("J0702"), message).at(&Loc::rust(at));
    raise(Error::Type(diagnostic.note("keys come from random::PRNGKey, split and fold_in")))
}

/// A dtype that a function cannot make or take.
#[track_caller]
pub(crate) fn dtype(op: &str, expected: &str, got: DType, at: At) -> ! {
    let message = format!("{op}: expected {expected}, got {}", got.numpy_name());
    raise(Error::Type(Diagnostic::new(Code("J0703"), message).at(&Loc::rust(at))))
}

/// Lists of arguments whose lengths do not go together.
#[track_caller]
pub(crate) fn lengths(message: String, at: At) -> ! {
    raise(Error::Value(Diagnostic::new(Code("J0704"), message).at(&Loc::rust(at))))
}

/// A value that an argument may not have, in NumPy's or JAX's words.
#[track_caller]
pub(crate) fn value(message: String, at: At) -> ! {
    raise(Error::Value(Diagnostic::new(Code("J0705"), message).at(&Loc::rust(at))))
}
