//! Real and imaginary parts.

use jaxide_trace::{Array, Operand};

use super::{arctan2, rad2deg, unary};
use crate::jnp::{dtypes::default_float, zeros_like};

unary! {
    /// The real part; real arrays stay.
    real |x| = if x.dtype().is_complex() { jaxide_lax::real(&x) } else { x };
    /// The imaginary part; zeros for real arrays.
    imag |x| = if x.dtype().is_complex() { jaxide_lax::imag(&x) } else { zeros_like(&x) };
    /// The complex conjugate; real arrays stay.
    conjugate |x| = if x.dtype().is_complex() { jaxide_lax::conj(&x) } else { x };
    /// As [`conjugate`].
    conj |x| = conjugate(x);
    /// Where the imaginary part is not zero.
    iscomplex |x| = imag(x).ne(0);
    /// Where the imaginary part is zero.
    isreal |x| = imag(x).eq(0);
    /// The angle of complex numbers in radians; 0 or pi for real ones.
    angle |x| = {
        let floats = x.dtype().is_inexact() && !(x.dtype().is_float() && x.ndim() == 0);
        let part = |part: Array| if floats { part } else { part.astype(default_float()) };
        arctan2(part(imag(&x)), part(real(&x)))
    };
}

/// The angle in degrees.
#[track_caller]
pub fn angle_deg(x: impl Operand) -> Array {
    rad2deg(angle(x))
}

/// Whether the array is complex.
pub fn iscomplexobj(x: &Array) -> bool {
    x.dtype().is_complex()
}

/// Whether the array is not complex.
pub fn isrealobj(x: &Array) -> bool {
    !iscomplexobj(x)
}

/// Complex numbers of parts of one dtype.
#[track_caller]
pub(super) fn complex_of(re: &Array, im: &Array) -> Array {
    jaxide_lax::complex(re, im)
}
