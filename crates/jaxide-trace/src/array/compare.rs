//! `if x < 0.0`: comparison operators compare on the host and give a `bool`. A traced array has no
//! value, so they raise `TracerBoolConversionError` at the user's line. The element-wise
//! comparisons are the methods `lt`, `le`, `gt`, `ge`, `eq`, `ne`.

use std::{cmp::Ordering, panic::Location};

use jaxide_ir::Scalar;
use num_complex::Complex;

use super::{Array, Number, operators::binary};
use crate::{
    diag,
    error::{Error, OrRaise, raise},
};

/// The only element, or the error of a condition on the array.
#[track_caller]
fn value(array: &Array) -> Scalar {
    let at = Location::caller();
    if let Err(tracer) = array.concrete() {
        raise(Error::TracerBoolConversion(diag::bool_conversion(tracer, at)));
    }
    array.only().ok_or_else(|| Error::Value(diag::ambiguous_truth(at))).or_raise()
}

/// Both values. If one is traced, the error names the arguments that either depends on.
#[track_caller]
fn values(a: &Array, b: &Array) -> (Scalar, Scalar) {
    if a.is_traced() || b.is_traced() {
        value(&binary::lt(a, b));
    }
    (value(a), value(b))
}

fn order(a: Scalar, b: Scalar) -> Option<Ordering> {
    match (a.as_int(), b.as_int()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ if a.imag() != b.imag() => None,
        _ => a.to_f64().partial_cmp(&b.to_f64()),
    }
}

/// Every method is written out: the provided ones of `PartialOrd` hide the user's line.
macro_rules! comparisons {
    ($([$($generics:tt)*] $l:ty, $r:ty, |$a:ident, $b:ident| $pair:expr;)*) => {$(
        #[allow(clippy::partialeq_ne_impl, reason = "the provided `ne` hides the user's line")]
        impl<$($generics)*> PartialEq<$r> for $l {
            comparisons!(@method eq, $r, bool, |$a, $b| $pair, |o| o == Some(Ordering::Equal));
            comparisons!(@method ne, $r, bool, |$a, $b| $pair, |o| o != Some(Ordering::Equal));
        }

        impl<$($generics)*> PartialOrd<$r> for $l {
            comparisons!(@method partial_cmp, $r, Option<Ordering>, |$a, $b| $pair, |o| o);
            comparisons!(@method lt, $r, bool, |$a, $b| $pair, |o| o == Some(Ordering::Less));
            comparisons!(@method gt, $r, bool, |$a, $b| $pair, |o| o == Some(Ordering::Greater));
            comparisons!(@method le, $r, bool, |$a, $b| $pair, |o| {
                matches!(o, Some(Ordering::Less | Ordering::Equal))
            });
            comparisons!(@method ge, $r, bool, |$a, $b| $pair, |o| {
                matches!(o, Some(Ordering::Greater | Ordering::Equal))
            });
        }
    )*};
    (@method $name:ident, $r:ty, $out:ty, |$a:ident, $b:ident| $pair:expr, |$o:ident| $e:expr) => {
        #[track_caller]
        fn $name(&self, other: &$r) -> $out {
            let ($a, $b) = (self, other);
            let (left, right) = $pair;
            let $o = order(left, right);
            $e
        }
    };
}

/// One implementation per number type: a blanket one for `&Array` would overlap core's
/// comparison of references.
macro_rules! with_numbers {
    ($($ty:ty),*) => {
        comparisons! {$(
            [] Array, $ty, |a, b| (value(a), b.exact());
            [] &Array, $ty, |a, b| (value(a), b.exact());
        )*}
    };
}

with_numbers!(
    bool,
    i8,
    i16,
    i32,
    i64,
    isize,
    u8,
    u16,
    u32,
    u64,
    usize,
    f32,
    f64,
    Complex<f32>,
    Complex<f64>
);

comparisons! {
    [] Array, Array, |a, b| values(a, b);
    [] Array, &Array, |a, b| values(a, b);
}
