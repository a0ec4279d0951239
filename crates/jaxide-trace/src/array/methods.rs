//! Methods that are not reductions: element-wise functions, comparisons, shapes, products.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{elementwise, shape, templates};
use num_complex::Complex;

use super::{Array, Operand, Shape, operators::binary, shape::resolve};
use crate::{
    diag,
    error::{Error, OrRaise},
    promote,
};

/// The exponent of [`Array::pow`]: an integer gives `integer_pow`, a float or an array `pow`.
pub trait Exponent {
    /// The power.
    #[track_caller]
    fn power_of(self, base: &Array) -> Array;
}

macro_rules! integer_exponents {
    ($($ty:ty),*) => {$(
        impl Exponent for $ty {
            #[track_caller]
            fn power_of(self, base: &Array) -> Array {
                let [base] = promote::promote_numeric([base]);
                elementwise::integer_pow(&base, self as i64)
            }
        }
    )*};
}

integer_exponents!(i32, i64, u32, usize);

macro_rules! other_exponents {
    ($($ty:ty),*) => {$(
        impl Exponent for $ty {
            #[track_caller]
            fn power_of(self, base: &Array) -> Array {
                binary::pow(base, &self.into_operand())
            }
        }
    )*};
}

other_exponents!(f32, f64, Complex<f32>, Complex<f64>, Array, &Array);

macro_rules! float_functions {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        impl Array {$(
            $(#[$doc])*
            ///
            /// Element by element; integers become floats first.
            #[track_caller]
            pub fn $name(&self) -> Array {
                let [x] = promote::promote_inexact([self]);
                elementwise::$name(&x)
            }
        )*}
    };
}

float_functions! {
    /// Square root.
    sqrt;
    /// One over the square root.
    rsqrt;
    /// Cube root.
    cbrt;
    /// Natural exponential.
    exp;
    /// Two to the power of the array.
    exp2;
    /// `exp(x) - 1`, accurate near 0.
    expm1;
    /// Natural logarithm.
    log;
    /// `log(1 + x)`, accurate near 0.
    log1p;
    /// Sine; radians.
    sin;
    /// Cosine; radians.
    cos;
    /// Tangent; radians.
    tan;
    /// Arc sine; radians.
    asin;
    /// Arc cosine; radians.
    acos;
    /// Arc tangent; radians.
    atan;
    /// Hyperbolic sine.
    sinh;
    /// Hyperbolic cosine.
    cosh;
    /// Hyperbolic tangent.
    tanh;
    /// `1 / (1 + exp(-x))`.
    logistic;
    /// The error function.
    erf;
}

macro_rules! same_type_functions {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        impl Array {$(
            $(#[$doc])*
            ///
            /// Element by element.
            #[track_caller]
            pub fn $name(&self) -> Array {
                elementwise::$name(self)
            }
        )*}
    };
}

same_type_functions! {
    /// Absolute value; that of a complex number is its distance from 0.
    abs;
    /// -1, 0 or 1.
    sign;
    /// The greatest integer not above.
    floor;
    /// The least integer not below.
    ceil;
}

macro_rules! binary_methods {
    ($($(#[$doc:meta])* $name:ident = $function:ident;)*) => {
        impl Array {$(
            $(#[$doc])*
            ///
            /// Element by element, with promotion and broadcasting.
            #[track_caller]
            pub fn $name(&self, other: impl Operand) -> Array {
                binary::$function(self, &other.into_operand())
            }
        )*}
    };
}

binary_methods! {
    /// Less than. An inherent method wins over the comparison operator's, which compares on the host.
    lt = lt;
    /// Less than or equal.
    le = le;
    /// Greater than.
    gt = gt;
    /// Greater than or equal.
    ge = ge;
    /// Equal.
    eq = eq;
    /// Not equal.
    ne = ne;
    /// The greater of both; NaN where one is NaN.
    maximum = max;
    /// The less of both; NaN where one is NaN.
    minimum = min;
    /// Logical or bitwise and.
    and = and;
    /// Logical or bitwise or.
    or = or;
    /// Logical or bitwise exclusive or.
    xor = xor;
}

impl Array {
    /// The power: `x.pow(2)` gives `integer_pow`, `x.pow(2.0)` and `x.pow(&y)` give `pow`.
    #[track_caller]
    pub fn pow(&self, exponent: impl Exponent) -> Array {
        exponent.power_of(self)
    }

    /// The real parts; a real array itself.
    #[track_caller]
    pub fn real(&self) -> Array {
        if self.dtype().is_complex() { elementwise::real(self) } else { self.clone() }
    }

    /// The imaginary parts; zeros for a real array.
    #[track_caller]
    pub fn imag(&self) -> Array {
        if self.dtype().is_complex() {
            elementwise::imag(self)
        } else {
            templates::zeros_like(self)
        }
    }

    /// The complex conjugates; a real array itself.
    ///
    /// ```
    /// # use jaxide_trace::Array;
    /// # use jaxide_trace::Complex;
    /// let z = Array::from_slice(&[2], &[Complex::new(1f32, 2.0), Complex::new(3f32, -1.0)]);
    /// assert_eq!(z.conj().to_string(), "[1.-2.j 3.+1.j]");
    /// ```
    #[track_caller]
    pub fn conj(&self) -> Array {
        if self.dtype().is_complex() { elementwise::conj(self) } else { self.clone() }
    }

    /// Logical or bitwise complement, element by element.
    #[track_caller]
    pub fn logical_not(&self) -> Array {
        let x = promote::convert(self, DType::Bool, false);
        elementwise::not(&x)
    }

    /// The array with another element type; the result is strong.
    #[track_caller]
    pub fn astype(&self, dtype: DType) -> Array {
        promote::convert(self, dtype, false)
    }

    /// The same elements in another shape, row-major. One size may be -1.
    ///
    /// # Panics
    /// With `TypeError` when the sizes do not fit, or depend on traced values.
    #[track_caller]
    pub fn reshape(&self, sizes: impl Shape) -> Array {
        let at = Location::caller();
        let sizes = resolve(&sizes, self.shape(), at).or_raise();
        if self.shape() == sizes { self.clone() } else { shape::reshape(self, &sizes) }
    }

    /// All elements in one dimension.
    #[track_caller]
    pub fn ravel(&self) -> Array {
        self.reshape(-1)
    }

    /// The array repeated along new or one-sized dimensions.
    ///
    /// # Panics
    /// With `ValueError` when it does not broadcast to the shape.
    #[track_caller]
    pub fn broadcast_to(&self, sizes: impl Shape) -> Array {
        let at = Location::caller();
        let sizes = super::shape::sizes(&sizes, at).or_raise();
        let common = promote::broadcast_shapes(&[self.shape(), &sizes]);
        if common.as_deref() != Some(&sizes[..]) {
            let message = format!(
                "Incompatible shapes for broadcasting: {} and requested shape {}",
                promote::shape_text(self.shape()),
                promote::shape_text(&sizes)
            );
            return Err(Error::Value(diag::bad_shape(message, at))).or_raise();
        }
        promote::broadcast_to(self, &sizes)
    }

    /// The array with dimensions in reverse order.
    #[track_caller]
    pub fn t(&self) -> Array {
        let axes: Vec<usize> = (0..self.ndim()).rev().collect();
        shape::transpose(self, &axes)
    }

    /// The array with dimensions in this order.
    ///
    /// # Panics
    /// When `axes` is no permutation.
    #[track_caller]
    pub fn transpose(&self, axes: impl Shape) -> Array {
        let at = Location::caller();
        let axes = super::reduce::axes(&axes, self.ndim(), at).or_raise();
        shape::transpose(self, &axes)
    }
}
