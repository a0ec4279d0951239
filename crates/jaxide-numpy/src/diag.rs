//! Diagnostics of NumPy's functions, one function a mistake.

use std::panic::Location;

use jaxide_ir::{Code, DType, Diagnostic, Loc};
use jaxide_trace::{Error, promote::shape_text, raise};

type At = &'static Location<'static>;

/// A size below zero.
#[track_caller]
pub(crate) fn negative_size(dims: &[i64], at: At) -> ! {
    let message = format!("shape must have every element be nonnegative, got {dims:?}");
    raise(Error::Type(Diagnostic::new(Code("J0701"), message).at(&Loc::rust(at))))
}

/// What should be a key has another shape.
#[track_caller]
pub(crate) fn key_shape(op: &str, shape: &[usize], at: At) -> ! {
    let got = shape_text(shape);
    bad_key(op, &format!("expected key_data.shape to end with (2,); got shape={got}"), at)
}

/// What should be a key has another dtype.
#[track_caller]
pub(crate) fn key_dtype(op: &str, dtype: DType, at: At) -> ! {
    let got = dtype.numpy_name();
    bad_key(op, &format!("expected key_data.dtype = uint32; got dtype={got}"), at)
}

#[track_caller]
fn bad_key(op: &str, what: &str, at: At) -> ! {
    let message = format!("{op} encountered invalid PRNG key data: {what}");
    let diagnostic = Diagnostic::new(Code("J0702"), message).at(&Loc::rust(at));
    raise(Error::Type(diagnostic.note("keys come from random::key, PRNGKey, split and fold_in")))
}

/// An array of keys where one key is needed.
#[track_caller]
pub(crate) fn many_keys(op: &str, shape: &[usize], at: At) -> ! {
    let message = format!(
        "{op} accepts a single key, but was given a key array of shape {} != (). Use vmap for \
         batching.",
        shape_text(shape)
    );
    raise(Error::Value(Diagnostic::new(Code("J0702"), message).at(&Loc::rust(at))))
}

/// A seed that is no scalar.
#[track_caller]
pub(crate) fn seed_shape(op: &str, shape: &[usize], at: At) -> ! {
    let message = format!(
        "{op} accepts a scalar seed, but was given an array of shape {} != (). Use vmap for \
         batching",
        shape_text(shape)
    );
    raise(Error::Type(Diagnostic::new(Code("J0702"), message).at(&Loc::rust(at))))
}

/// A seed that is no integer.
#[track_caller]
pub(crate) fn seed_dtype(op: &str, dtype: DType, at: At) -> ! {
    let got = dtype.numpy_name();
    let message = format!("{op}: PRNG key seed must be an integer; got {got}");
    raise(Error::Type(Diagnostic::new(Code("J0702"), message).at(&Loc::rust(at))))
}

/// Data folded into a key that is no scalar.
#[track_caller]
pub(crate) fn fold_in_shape(shape: &[usize], at: At) -> ! {
    let message = format!(
        "fold_in accepts a scalar, but was given an array of shape {} != (). Use vmap for batching.",
        shape_text(shape)
    );
    raise(Error::Type(Diagnostic::new(Code("J0702"), message).at(&Loc::rust(at))))
}

/// A dtype that random numbers of a kind cannot have.
#[track_caller]
pub(crate) fn draw_dtype(op: &str, expected: &str, got: DType, at: At) -> ! {
    let got = got.numpy_name();
    let message = format!("dtype argument to `{op}` must be {expected} dtype, got {got}");
    raise(Error::Value(Diagnostic::new(Code("J0703"), message).at(&Loc::rust(at))))
}

/// A probability that is no float.
#[track_caller]
pub(crate) fn probability_dtype(op: &str, got: DType, at: At) -> ! {
    let got = got.numpy_name();
    let message = format!("{op} probability `p` must have a floating dtype, got {got}.");
    raise(Error::Type(Diagnostic::new(Code("J0703"), message).at(&Loc::rust(at))))
}

/// A parameter of random numbers that does not broadcast to their shape.
#[track_caller]
pub(crate) fn draw_shape(
    op: &str,
    parameter: &[usize],
    common: Option<&[usize]>,
    shape: &[usize],
    at: At,
) -> ! {
    let [parameter, shape] = [parameter, shape].map(shape_text);
    let result = common.map_or_else(|| format!("shapes {parameter} and {shape}"), shape_text);
    let message = format!(
        "{op} parameter shapes must be broadcast-compatible with shape argument, and the result of \
         broadcasting the shapes must equal the shape argument, but got result {result} for shape \
         argument {shape}."
    );
    raise(Error::Value(Diagnostic::new(Code("J0706"), message).at(&Loc::rust(at))))
}

/// Arguments of a draw that do not go together.
#[track_caller]
pub(crate) fn bad_draw(op: &str, message: &str, at: At) -> ! {
    let message = format!("{op}: {message}");
    raise(Error::Value(Diagnostic::new(Code("J0706"), message).at(&Loc::rust(at))))
}

/// Operands of a dtype that a function does not take.
#[track_caller]
pub(crate) fn dtype(op: &str, expected: &str, got: DType, at: At) -> ! {
    kind(&format!("{op}: expected {expected}, got {}", got.numpy_name()), at)
}

/// An argument of a kind that a function does not take.
#[track_caller]
pub(crate) fn kind(message: &str, at: At) -> ! {
    raise(Error::Type(Diagnostic::new(Code("J0703"), message.to_owned()).at(&Loc::rust(at))))
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

/// A shape with more elements than memory has addresses.
#[track_caller]
pub(crate) fn too_large(op: &str, shape: &[usize], at: At) -> ! {
    value(format!("{op}: result of shape {} is too large", shape_text(shape)), at)
}
