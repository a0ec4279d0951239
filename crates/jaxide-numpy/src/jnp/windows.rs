//! Windows: weights that fade a stretch of samples out at both ends. The formulas are those of
//! NumPy's reference.

use std::f64::consts::PI;

use jaxide_ir::{Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::Array;

use super::{dtypes::default_float, i0, ones};

macro_rules! windows {
    ($($(#[$doc:meta])* $name:ident = $formula:expr;)*) => {$(
        $(#[$doc])*
        /// Of shape `[m]` and the default float dtype; 1 where `m` is at most 1.
        #[track_caller]
        pub fn $name(m: usize) -> Array {
            let formula: fn(&Array, f64) -> Array = $formula;
            window(m, formula)
        }
    )*};
}

windows! {
    /// The triangle that is 0 at both ends.
    bartlett = |n, last| (n * 2.0 - last).abs() * (-1.0 / last) + 1.0;
    /// Three cosine terms, for leakage near to the least.
    blackman = |n, last| cosine(n, 1.0, last) * -0.5 + cosine(n, 2.0, last) * 0.08 + 0.42;
    /// A raised cosine that does not quite reach 0 at the ends.
    hamming = |n, last| cosine(n, 1.0, last) * -0.46 + 0.54;
    /// A raised cosine, also called the Hann window.
    ///
    /// ```
    /// # use jaxide_numpy::jnp;
    /// assert_eq!(jnp::hanning(3).to_vec::<f32>(), [0.0, 1.0, 0.0]);
    /// ```
    hanning = |n, last| (cosine(n, 1.0, last) * -1.0 + 1.0) * 0.5;
}

/// The Kaiser window: the wider the greater `beta`. Of shape `[m]` and the default float dtype; 1
/// where `m` is at most 1.
#[track_caller]
pub fn kaiser(m: usize, beta: f64) -> Array {
    window(m, |n, last| {
        let place = n * (2.0 / last) - 1.0;
        // Rounding must not take the root of a negative number at the ends.
        let inside = lax::max(&(&place * &place * -1.0 + 1.0), &(n * 0.0));
        let whole = Array::literal((), Scalar::float(n.dtype(), beta));
        i0(&(inside.sqrt() * beta)) / i0(&whole)
    })
}

/// `cos(2 pi turns n / last)`.
#[track_caller]
fn cosine(n: &Array, turns: f64, last: f64) -> Array {
    (n * (2.0 * PI * turns / last)).cos()
}

/// A formula of the places 0 to `m - 1` and the last place.
#[track_caller]
fn window(m: usize, formula: impl Fn(&Array, f64) -> Array) -> Array {
    if m <= 1 {
        return ones([m]);
    }
    formula(&lax::iota((), default_float(), &[m], 0), (m - 1) as f64)
}
