//! Complex numbers as pairs of real parts, and what formulas need of a part. A formula is written
//! once and runs on `f32` and `f64` for the host and on [`Val`] for compiled code, which has real
//! numbers only; so both give the same bits, up to the elementary functions of reals.
//!
//! Formulas have no branches: [`Part::pick`] chooses between values that are all computed.

use std::ops::{Add, Div, Mul, Neg, Sub};

use jaxide_ir::{DType, Parts, Value};
use num_complex::Complex;

use crate::{
    Val,
    elementwise::{self as ops, host, recipes},
};

/// A real part: a number, or a value of a program.
pub trait Part:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The result of a comparison.
    type Test: Copy;
    /// True for f64, false for f32.
    fn is_double(self) -> bool;
    /// The number nearest to a constant.
    fn constant(self, value: f64) -> Self;
    /// Magnitude.
    fn abs(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// e to the power of this.
    fn exp(self) -> Self;
    /// e to the power of this, less 1.
    fn expm1(self) -> Self;
    /// Natural logarithm.
    fn log(self) -> Self;
    /// Natural logarithm of 1 plus this.
    fn log1p(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Tangent.
    fn tan(self) -> Self;
    /// Hyperbolic sine.
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    fn cosh(self) -> Self;
    /// The angle of the point (`x`, this).
    fn atan2(self, x: Self) -> Self;
    /// This to the power of `y`.
    fn pow(self, y: Self) -> Self;
    /// This times `y` plus `z` with one rounding.
    fn fma(self, y: Self, z: Self) -> Self;
    /// The greater one; NaN if one is.
    fn max(self, other: Self) -> Self;
    /// The lesser one; NaN if one is.
    fn min(self, other: Self) -> Self;
    /// This less than the other.
    fn lt(self, other: Self) -> Self::Test;
    /// This equal to the other.
    fn eq(self, other: Self) -> Self::Test;
    /// The sign bit.
    fn is_negative(self) -> Self::Test;
    /// Both tests.
    fn both(a: Self::Test, b: Self::Test) -> Self::Test;
    /// One of the tests or both.
    fn either(a: Self::Test, b: Self::Test) -> Self::Test;
    /// The test fails.
    fn fails(test: Self::Test) -> Self::Test;
    /// `yes` where the test holds, else `no`.
    fn pick(test: Self::Test, yes: Self, no: Self) -> Self;

    /// One of two constants by the precision.
    fn by_precision(self, single: f64, double: f64) -> Self {
        self.constant(if self.is_double() { double } else { single })
    }

    /// The magnitude of this with the sign of the other, signs of zeros and NaN included.
    fn copysign(self, sign: Self) -> Self {
        let magnitude = self.abs();
        Self::pick(sign.is_negative(), -magnitude, magnitude)
    }

    /// True for both infinities.
    fn is_infinite(self) -> Self::Test {
        self.abs().eq(self.constant(f64::INFINITY))
    }

    /// True for NaN.
    fn is_nan(self) -> Self::Test {
        Self::fails(self.eq(self))
    }

    /// True for both zeros.
    fn is_zero(self) -> Self::Test {
        self.eq(self.constant(0.0))
    }
}

macro_rules! host_part {
    ($ty:ty, $double:literal, $log:expr, $log1p:expr) => {
        impl Part for $ty {
            type Test = bool;
            fn is_double(self) -> bool {
                $double
            }
            fn constant(self, value: f64) -> $ty {
                value as $ty
            }
            fn abs(self) -> $ty {
                <$ty>::abs(self)
            }
            fn sqrt(self) -> $ty {
                <$ty>::sqrt(self)
            }
            fn exp(self) -> $ty {
                <$ty>::exp(self)
            }
            fn expm1(self) -> $ty {
                <$ty>::exp_m1(self)
            }
            fn log(self) -> $ty {
                $log(self)
            }
            fn log1p(self) -> $ty {
                $log1p(self)
            }
            fn sin(self) -> $ty {
                <$ty>::sin(self)
            }
            fn cos(self) -> $ty {
                <$ty>::cos(self)
            }
            fn tan(self) -> $ty {
                <$ty>::tan(self)
            }
            fn sinh(self) -> $ty {
                host::through_f64(self, f64::sinh)
            }
            fn cosh(self) -> $ty {
                host::through_f64(self, f64::cosh)
            }
            fn atan2(self, x: $ty) -> $ty {
                <$ty>::atan2(self, x)
            }
            fn pow(self, y: $ty) -> $ty {
                <$ty>::powf(self, y)
            }
            fn fma(self, y: $ty, z: $ty) -> $ty {
                <$ty>::mul_add(self, y, z)
            }
            fn max(self, other: $ty) -> $ty {
                host::maximum(self, other)
            }
            fn min(self, other: $ty) -> $ty {
                host::minimum(self, other)
            }
            fn lt(self, other: $ty) -> bool {
                self < other
            }
            fn eq(self, other: $ty) -> bool {
                self == other
            }
            fn is_negative(self) -> bool {
                self.is_sign_negative()
            }
            fn both(a: bool, b: bool) -> bool {
                a && b
            }
            fn either(a: bool, b: bool) -> bool {
                a || b
            }
            fn fails(test: bool) -> bool {
                !test
            }
            fn pick(test: bool, yes: $ty, no: $ty) -> $ty {
                if test { yes } else { no }
            }
        }
    };
}

host_part!(f32, false, recipes::log_f32, recipes::log1p_f32);
host_part!(f64, true, f64::ln, f64::ln_1p);

macro_rules! val_functions {
    ($($name:ident($($x:ident),*) = $op:ident;)*) => {
        $(fn $name(self $(, $x: Self)*) -> Self { ops::$op(&self $(, &$x)*) })*
    };
}

impl<'b> Part for Val<'b> {
    type Test = Val<'b>;

    val_functions! {
        abs() = abs; sqrt() = sqrt; exp() = exp; expm1() = expm1; log() = log; log1p() = log1p;
        sin() = sin; cos() = cos; tan() = tan; sinh() = sinh; cosh() = cosh; atan2(x) = atan2;
        pow(y) = pow; fma(y, z) = fma; max(other) = max; min(other) = min; lt(other) = lt;
        eq(other) = eq;
    }

    fn is_double(self) -> bool {
        self.ty().dtype == DType::F64
    }

    fn constant(self, value: f64) -> Self {
        Val::constant(&self, value)
    }

    fn is_negative(self) -> Self {
        let bits = ops::bitcast_convert_type(&self, ops::signed_of_width(self.ty().dtype));
        ops::lt(&bits, &Val::constant(&bits, 0.0))
    }

    fn both(a: Self, b: Self) -> Self {
        ops::and(&a, &b)
    }

    fn either(a: Self, b: Self) -> Self {
        ops::or(&a, &b)
    }

    fn fails(test: Self) -> Self {
        ops::not(&test)
    }

    fn pick(test: Self, yes: Self, no: Self) -> Self {
        ops::select_n(&test, &[&no, &yes])
    }
}

/// A complex number by its parts.
#[derive(Clone, Copy, Debug)]
pub struct Pair<P> {
    /// The real part.
    pub re: P,
    /// The imaginary part.
    pub im: P,
}

impl<P: Part> Pair<P> {
    /// `re + im i`.
    pub fn new(re: P, im: P) -> Pair<P> {
        Pair { re, im }
    }

    /// A real constant of this number's precision.
    pub fn constant(self, value: f64) -> Pair<P> {
        Pair::new(self.re.constant(value), self.re.constant(0.0))
    }

    /// This times i.
    pub fn times_i(self) -> Pair<P> {
        Pair::new(-self.im, self.re)
    }

    /// This over i.
    pub fn over_i(self) -> Pair<P> {
        Pair::new(self.im, -self.re)
    }

    /// Both parts times a real number.
    pub fn scaled(self, by: P) -> Pair<P> {
        Pair::new(self.re * by, self.im * by)
    }

    /// True where both parts are zeros.
    pub fn is_zero(self) -> P::Test {
        P::both(self.re.is_zero(), self.im.is_zero())
    }

    /// `yes` where the test holds, else `no`.
    pub fn pick(test: P::Test, yes: Pair<P>, no: Pair<P>) -> Pair<P> {
        Pair::new(P::pick(test, yes.re, no.re), P::pick(test, yes.im, no.im))
    }
}

impl<T> From<Complex<T>> for Pair<T> {
    fn from(value: Complex<T>) -> Pair<T> {
        Pair { re: value.re, im: value.im }
    }
}

impl<T> From<Pair<T>> for Complex<T> {
    fn from(value: Pair<T>) -> Complex<T> {
        Complex { re: value.re, im: value.im }
    }
}

impl<'b> From<Parts<'b>> for Pair<Val<'b>> {
    /// A real value is its own real part.
    fn from(parts: Parts<'b>) -> Pair<Val<'b>> {
        match parts {
            Parts::Complex(re, im) => Pair { re: Val(re), im: Val(im) },
            Parts::Real(re) => Pair { re: Val(re), im: Val::constant(&Val(re), 0.0) },
        }
    }
}

impl<'b> From<Pair<Val<'b>>> for Parts<'b> {
    fn from(pair: Pair<Val<'b>>) -> Parts<'b> {
        Parts::Complex(pair.re.0, pair.im.0)
    }
}

impl<'b> From<Val<'b>> for Parts<'b> {
    fn from(value: Val<'b>) -> Parts<'b> {
        Parts::Real(value.0)
    }
}

macro_rules! pair_operators {
    ($($op:ident $method:ident |$x:ident, $y:ident| $body:expr;)*) => {$(
        impl<P: Part> $op for Pair<P> {
            type Output = Pair<P>;
            fn $method(self, $y: Pair<P>) -> Pair<P> {
                let $x = self;
                $body
            }
        }
    )*};
}

pair_operators! {
    Add add |x, y| Pair::new(x.re + y.re, x.im + y.im);
    Sub sub |x, y| Pair::new(x.re - y.re, x.im - y.im);
    Mul mul |x, y| Pair::new(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re);
    Div div |x, y| super::algebra::divide(x, y);
}

impl<P: Part> Neg for Pair<P> {
    type Output = Pair<P>;
    fn neg(self) -> Pair<P> {
        Pair::new(-self.re, -self.im)
    }
}

/// Declares the row of an op from complex numbers to one: `complex_row!(|x, y| x * y)`. The body is
/// compiled for pairs of `f32`, of `f64`, and of values of a program.
#[macro_export]
macro_rules! complex_row {
    (|$($x:ident),+| $body:expr) => { $crate::complex_row!(@row Complex |$($x),+| $body) };
    (@row $host:ident |$($x:ident),+| $body:expr) => {
        jaxide_ir::ScalarRow {
            class: jaxide_ir::TypeClass::Complex,
            host: jaxide_ir::Host::$host(
                |operands| $crate::complex_row!(@pairs operands |$($x),+| ($body).into()),
                |operands| $crate::complex_row!(@pairs operands |$($x),+| ($body).into()),
            ),
            mlir: jaxide_ir::Mlir::Split(
                |_, operands| Ok($crate::complex_row!(@pairs operands |$($x),+| ($body).into())),
            ),
        }
    };
    (@pairs $operands:ident |$($x:ident),+| $body:expr) => {{
        let &[$($x),+] = $operands else { unreachable!("checked arity") };
        $(let $x = $crate::elementwise::complex::Pair::from($x);)+
        $body
    }};
}

/// Declares the row of an op from complex numbers to bool; see [`complex_row!`](crate::complex_row).
#[macro_export]
macro_rules! complex_test {
    (|$($x:ident),+| $body:expr) => { $crate::complex_row!(@row ComplexTest |$($x),+| $body) };
}

/// Declares the row of an op from complex numbers to the float of their parts; see
/// [`complex_row!`](crate::complex_row).
#[macro_export]
macro_rules! complex_to_float {
    (|$($x:ident),+| $body:expr) => { $crate::complex_row!(@row ComplexToFloat |$($x),+| $body) };
}
