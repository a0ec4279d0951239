//! Printing of values during a run, also of compiled programs.

pub use jaxide_runtime::print::{Sink, captured, set_sink};

use crate::Array;

/// Prints a line with the values of arrays when they are known: at once without `jit`, else on
/// each run of the compiled program, and on each step inside of loops. Lines come in the order of
/// the program.
///
/// A place `{}` takes the next value that has no name, `{name}` the value of that name; `{:8.3f}`
/// formats a scalar. Arrays look as `Display` shows them. Lines go to standard output, unless
/// [`set_sink`] or [`captured`] say otherwise.
///
/// ```
/// use jaxide_trace::{Array, array, debug, jit};
/// let f = jit(|x: &Array| {
///     debug::print("x = {}, sum {sum:.1f}", &[("", x), ("sum", &x.sum())]);
///     x * 2.0
/// });
/// let (_, lines) = debug::captured(|| f(&array([1.0, 2.0])));
/// assert_eq!(lines, ["x = [1. 2.], sum 3.0"]);
/// ```
///
/// # Panics
/// When places and values do not match, or an array has a format.
#[track_caller]
pub fn print(fmt: &str, values: &[(&str, &Array)]) {
    let (names, operands): (Vec<&str>, Vec<&Array>) = values.iter().copied().unzip();
    jaxide_lax::debug_print((), fmt, &names, &operands);
}
