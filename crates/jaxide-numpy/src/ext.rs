//! NumPy's methods of arrays, as an extension trait. Those that every program needs (`sum`,
//! `reshape`, `astype` and others) are methods of the array itself.

use jaxide_trace::{Array, IndexMode, Operand, Shape};

use crate::{
    jnp::{self, Side},
    over::Over,
};

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
    /// The first index of the greatest element.
    argmax(over: impl Into<Over>) -> Array = jnp::argmax;
    /// The first index of the least element.
    argmin(over: impl Into<Over>) -> Array = jnp::argmin;
    /// Indices that put the `kth` element where sorting would, with none greater before it.
    argpartition(kth: isize, axis: impl Into<Over>) -> Array = jnp::argpartition;
    /// Indices that sort.
    argsort(axis: impl Into<Over>) -> Array = jnp::argsort;
    /// At each place the choice whose number the array has there.
    choose(choices: &[&Array], mode: IndexMode) -> Array = jnp::choose;
    /// Values limited to an interval.
    clip(min: impl Operand, max: impl Operand) -> Array = jnp::clip;
    /// The parts along an axis where a condition holds.
    compress(condition: &Array, axis: isize) -> Array = compressed;
    /// The complex conjugate.
    conj() -> Array = jnp::conj;
    /// As `conj`.
    conjugate() -> Array = jnp::conjugate;
    /// The array; arrays never change.
    copy() -> Array = jnp::copy;
    /// The products of the elements up to each.
    cumprod(axis: impl Into<Over>) -> Array = jnp::cumprod;
    /// The sums of the elements up to each.
    cumsum(axis: impl Into<Over>) -> Array = jnp::cumsum;
    /// The diagonal of two dimensions, as the last dimension.
    diagonal(offset: i64, axis1: isize, axis2: isize) -> Array = jnp::diagonal;
    /// All elements in one dimension.
    flatten() -> Array = jnp::ravel;
    /// The imaginary part.
    imag() -> Array = jnp::imag;
    /// The last two dimensions exchanged.
    mt() -> Array = jnp::matrix_transpose;
    /// The indices of elements that are not 0, for each dimension.
    nonzero() -> Vec<Array> = jnp::nonzero;
    /// The greatest less the least element.
    ptp(over: impl Into<Over>) -> Array = jnp::ptp;
    /// The real part.
    real() -> Array = jnp::real;
    /// Each element repeated.
    repeat(repeats: impl Shape, axis: impl Into<Over>) -> Array = jnp::repeat;
    /// Rounded to so many decimals.
    round(decimals: i32) -> Array = jnp::round;
    /// The places where values would be inserted to keep the order.
    searchsorted(v: impl Operand, side: Side) -> Array = jnp::searchsorted;
    /// In ascending order.
    sort(axis: impl Into<Over>) -> Array = jnp::sort;
    /// Without dimensions of size 1.
    squeeze(axes: impl Into<Over>) -> Array = jnp::squeeze;
    /// The standard deviation.
    std(over: impl Into<Over>) -> Array = jnp::std;
    /// Two dimensions exchanged.
    swapaxes(axis1: isize, axis2: isize) -> Array = jnp::swapaxes;
    /// The elements at indices along an axis.
    take(indices: impl Operand, axis: isize) -> Array = jnp::take;
    /// The sum of the diagonal of two dimensions.
    trace(offset: i64, axis1: isize, axis2: isize) -> Array = jnp::trace;
    /// The variance.
    var(over: impl Into<Over>) -> Array = jnp::var;
}

/// The argument that is the array comes first in methods.
#[track_caller]
fn compressed(x: &Array, condition: &Array, axis: isize) -> Array {
    jnp::compress(condition, x, axis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_the_functions_of_their_names() {
        let x = jnp::array([[3, 1, 2], [6, 5, 4]]);
        assert_eq!(x.argmax(1).to_vec::<i32>(), [0, 0]);
        assert_eq!(x.argmin(..).item::<i32>(), 1);
        assert_eq!(x.argsort(-1).to_vec::<i32>(), [1, 2, 0, 2, 1, 0]);
        assert_eq!(x.sort(0).to_vec::<i32>(), [3, 1, 2, 6, 5, 4]);
        assert_eq!(x.cumsum(1).to_vec::<i32>(), [3, 4, 6, 6, 11, 15]);
        assert_eq!(x.cumprod(0).to_vec::<i32>(), [3, 1, 2, 18, 5, 8]);
        assert_eq!(x.take(jnp::array([2, 0]), 1).to_vec::<i32>(), [2, 3, 4, 6]);
        assert_eq!(x.trace(0, 0, 1).item::<i32>(), 8);
        assert_eq!(x.ptp(0).to_vec::<i32>(), [3, 4, 2]);
        assert_eq!(x.var(..).item::<f32>(), jnp::var(&x, ..).item::<f32>());
        assert_eq!(x.std(1).shape(), [2]);
        assert_eq!(x.mt().shape(), [3, 2]);
        assert_eq!(x.nonzero().len(), 2);
        assert_eq!(x.compress(&jnp::array([false, true]), 0).to_vec::<i32>(), [6, 5, 4]);
        let sorted = jnp::array([1, 3, 5]);
        assert_eq!(sorted.searchsorted(4, Side::Left).item::<i32>(), 2);
        let choices = [&jnp::array([1, 2]), &jnp::array([3, 4])];
        let chosen = jnp::array([1, 0]).choose(&choices, IndexMode::Clip);
        assert_eq!(chosen.to_vec::<i32>(), [3, 2]);
    }
}
