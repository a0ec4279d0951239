//! Arrays as NumPy and JAX show them. `Display` is NumPy's `str`, `[1. 2. 3.]`; `Debug` is JAX's
//! `repr` with the dtype, `Array([1., 2., 3.], dtype=float32)`. Traced arrays show their type.

use std::fmt;

use jaxide_ir::DType;
use jaxide_runtime::text::{self, PrintOptions};

use super::{Array, Concrete, Repr};

/// NumPy's `str`. A precision cuts the digits after the point: `{:.3}`; a float of rank 0 has then
/// exactly so many, as Rust's own floats.
///
/// ```
/// # use jaxide_trace::array;
/// let x = array([1.0f32, 0.123456]);
/// assert_eq!(x.to_string(), "[1.       0.123456]");
/// assert_eq!(format!("{x:.3}"), "[1.    0.123]");
/// assert_eq!(format!("{:.3}", x.sum()), "1.123");
/// ```
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, f.precision()) {
            (Repr::Concrete(_), Some(_)) if self.ndim() == 0 && self.dtype().is_float() => {
                fmt::Display::fmt(&self.astype(DType::F64).item::<f64>(), f)
            }
            _ => fmt::Display::fmt(&self.show(&with_precision(f)), f),
        }
    }
}

/// JAX's `repr`, with the dtype. A precision cuts the digits after the point: `{:.3?}`.
///
/// ```
/// # use jaxide_trace::array;
/// let x = array([1.0f32, 0.123456]);
/// assert_eq!(format!("{x:?}"), "Array([1.      , 0.123456], dtype=float32)");
/// ```
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.show(&with_precision(f)), f)
    }
}

impl Array {
    /// The array as text with printing options, as NumPy's `printoptions` sets them: `{}` is NumPy's
    /// `str`, `{:?}` is JAX's `repr` with the dtype.
    ///
    /// ```
    /// # use jaxide_trace::{PrintOptions, array};
    /// let x = array([0.5f32, 1e-7, 3.0]);
    /// let plain = PrintOptions { suppress: true, ..PrintOptions::default() };
    /// assert_eq!(x.show(&plain).to_string(), "[0.5       0.0000001 3.       ]");
    /// ```
    pub fn show(&self, options: &PrintOptions) -> Shown<'_> {
        Shown { array: self, options: *options }
    }
}

fn with_precision(f: &fmt::Formatter<'_>) -> PrintOptions {
    let usual = PrintOptions::default();
    PrintOptions { precision: f.precision().unwrap_or(usual.precision), ..usual }
}

/// What [`Array::show`] returns.
pub struct Shown<'a> {
    array: &'a Array,
    options: PrintOptions,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.array.0 {
            Repr::Concrete(concrete) => f.write_str(&self.text(concrete, text::array)),
            Repr::Traced(_) => fmt::Debug::fmt(self, f),
        }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = self.array.aval();
        match &self.array.0 {
            Repr::Concrete(concrete) => f.write_str(&self.text(concrete, |_, bytes, options| {
                // The array knows whether it is weak, the buffer need not.
                text::debug(ty, bytes, options)
            })),
            Repr::Traced(tracer) => {
                let weak = if ty.weak { ", weak_type=True" } else { "" };
                write!(
                    f,
                    "Traced<ShapedArray({}{weak})>with<DynamicJaxprTrace(level={}/0)>",
                    ty.numpy_text(),
                    tracer.info.level
                )
            }
        }
    }
}

impl Shown<'_> {
    fn text(
        &self,
        concrete: &Concrete,
        print: impl Fn(&jaxide_ir::ArrayType, &[u8], &PrintOptions) -> String,
    ) -> String {
        print(concrete.buffer.ty(), concrete.buffer.bytes(), &self.options)
    }
}
