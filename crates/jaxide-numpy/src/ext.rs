//! NumPy's methods of arrays, as an extension trait. Those that every program needs (`sum`,
//! `reshape`, `astype` and others) are methods of the array itself.

use jaxide_trace::{Array, Operand, Shape};

use crate::{jnp, over::Over};

/// Declares the trait and implements it: `/// Doc. name(argument: Type) -> Result = function;`.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) -> $out:ty = $function:path;)*) => {
        /// Methods that NumPy's arrays have. Each is the function of its name in [`jnp`], which says
        /// more, with its errors.
        ///
        /// ```
        /// use jaxide_numpy::{NumpyExt, jnp};
        /// let x = jnp::zeros([1, 2, 3]);
        /// assert_eq!(x.squeeze(0).swapaxes(0, 1).shape(), [3, 2]);
        /// ```
        pub trait NumpyExt {
            $($(#[$doc])* #[track_caller] fn $name(&self, $($arg: $ty),*) -> $out;)*
        }

        impl NumpyExt for Array {
            $(
                #[track_caller]
                fn $name(&self, $($arg: $ty),*) -> $out {
                    $function(self, $($arg),*)
                }
            )*
        }
    };
}

methods! {
    /// Values limited to an interval.
    clip(min: impl Operand, max: impl Operand) -> Array = jnp::clip;
    /// The complex conjugate.
    conj() -> Array = jnp::conj;
    /// As `conj`.
    conjugate() -> Array = jnp::conjugate;
    /// The array; arrays never change.
    copy() -> Array = jnp::copy;
    /// The diagonal of two dimensions, as the last dimension.
    diagonal(offset: i64, axis1: isize, axis2: isize) -> Array = jnp::diagonal;
    /// All elements in one dimension.
    flatten() -> Array = jnp::ravel;
    /// The imaginary part.
    imag() -> Array = jnp::imag;
    /// The real part.
    real() -> Array = jnp::real;
    /// Each element repeated.
    repeat(repeats: impl Shape, axis: impl Into<Over>) -> Array = jnp::repeat;
    /// Rounded to so many decimals.
    round(decimals: i32) -> Array = jnp::round;
    /// Without dimensions of size 1.
    squeeze(axes: impl Into<Over>) -> Array = jnp::squeeze;
    /// Two dimensions exchanged.
    swapaxes(axis1: isize, axis2: isize) -> Array = jnp::swapaxes;
}
