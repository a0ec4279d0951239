//! Looking into running programs: [`print!`](macro@print) shows arrays eagerly, under `jit`, inside
//! loops and branches.

pub use jaxide_trace::debug::{Sink, captured, print, set_sink};

#[doc(inline)]
pub use crate::__debug_print as print;
use crate::Array;

/// A value of [`print!`](macro@print).
#[doc(hidden)]
pub fn value<'a>(name: &'a str, value: &'a Array) -> (&'a str, &'a Array) {
    (name, value)
}

/// Prints a line with the values of arrays when they are known, on each run of a compiled program:
/// [`debug::print`](fn@print) with the arrays as further arguments, `name = array` for a place
/// `{name}`.
///
/// ```
/// use jaxide::{Array, array, debug, jit};
/// let f = jit(|x: &Array| {
///     debug::print!("x = {}, sum {sum:.1f}", x, sum = x.sum());
///     x * 2.0
/// });
/// let (_, lines) = debug::captured(|| f(&array([1.0, 2.0])));
/// assert_eq!(lines, ["x = [1. 2.], sum 3.0"]);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __debug_print {
    (@ [$fmt:expr] [$($done:expr,)*] $name:ident = $value:expr, $($rest:tt)*) => {
        $crate::__debug_print!(
            @ [$fmt] [$($done,)* $crate::debug::value(stringify!($name), &$value),] $($rest)*
        )
    };
    (@ [$fmt:expr] [$($done:expr,)*] $value:expr, $($rest:tt)*) => {
        $crate::__debug_print!(@ [$fmt] [$($done,)* $crate::debug::value("", &$value),] $($rest)*)
    };
    (@ [$fmt:expr] [$($done:expr,)*] $(,)?) => {
        $crate::debug::print($fmt, &[$($done,)*])
    };
    ($fmt:expr $(, $($rest:tt)*)?) => {
        $crate::__debug_print!(@ [$fmt] [] $($($rest)*)?,)
    };
}
