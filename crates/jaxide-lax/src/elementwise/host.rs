//! Scalar functions on the host that the standard library lacks or defines otherwise, for `f32`
//! and `f64` alike, and integer division and shifts with JAX's values.

use jaxide_ir::IntType;

/// What generic scalar code needs of `f32` and `f64`.
pub trait Real:
    Copy
    + PartialOrd
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
    + std::ops::Neg<Output = Self>
{
    /// The nearest value.
    fn of(value: f64) -> Self;
    /// The exact value, as f64.
    fn to_f64(self) -> f64;
    /// NaN.
    fn is_nan(self) -> bool;
    /// The sign bit.
    fn negative(self) -> bool;
}

macro_rules! real {
    ($($ty:ty),*) => {$(
        impl Real for $ty {
            fn of(value: f64) -> Self { value as $ty }
            fn to_f64(self) -> f64 { f64::from(self) }
            fn is_nan(self) -> bool { self.is_nan() }
            fn negative(self) -> bool { self.is_sign_negative() }
        }
    )*};
}
real!(f32, f64);

/// The larger operand; NaN if one is, and 0 above -0.
pub fn maximum<T: Real>(x: T, y: T) -> T {
    if x.is_nan() || y.is_nan() {
        x + y
    } else if x > y || (x == y && y.negative()) {
        x
    } else {
        y
    }
}

/// The smaller operand; NaN if one is, and -0 below 0.
pub fn minimum<T: Real>(x: T, y: T) -> T {
    if x.is_nan() || y.is_nan() {
        x + y
    } else if x < y || (x == y && x.negative()) {
        x
    } else {
        y
    }
}

/// -1, 1, or the operand itself where it is a zero or NaN.
pub fn sign<T: Real>(x: T) -> T {
    if x > T::of(0.0) {
        T::of(1.0)
    } else if x < T::of(0.0) {
        T::of(-1.0)
    } else {
        x
    }
}

/// A function computed in f64 and rounded once.
pub fn through_f64<T: Real>(x: T, f: fn(f64) -> f64) -> T {
    T::of(f(x.to_f64()))
}

/// The inverse hyperbolic cosine, NaN left of 1 (where `libm` 0.2.16 has numbers for large operands).
pub fn acosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

/// Division that truncates; by zero it gives all ones, and the least value over -1 wraps.
pub fn divide(x: i128, y: i128) -> i128 {
    if y == 0 { -1 } else { x / y }
}

/// Remainder with the sign of the dividend; by zero it gives the dividend.
pub fn remainder(x: i128, y: i128) -> i128 {
    if y == 0 { x } else { x % y }
}

/// The shift amount, or `None` from the width on. Amounts are read as unsigned.
fn amount(y: i128, ty: IntType) -> Option<u32> {
    u32::try_from(y).ok().filter(|y| *y < ty.bits)
}

/// The bits of a value as an unsigned number.
pub fn unsigned_bits(x: i128, ty: IntType) -> u128 {
    x as u128 & ((1u128 << ty.bits) - 1)
}

/// Left shift; by the width or more it gives 0.
pub fn shift_left(x: i128, y: i128, ty: IntType) -> i128 {
    amount(y, ty).map_or(0, |y| x << y)
}

/// Right shift that fills with zeros; by the width or more it gives 0.
pub fn shift_right_logical(x: i128, y: i128, ty: IntType) -> i128 {
    amount(y, ty).map_or(0, |y| (unsigned_bits(x, ty) >> y) as i128)
}

/// Right shift that fills with the sign bit, that of the bit pattern for unsigned types; by the
/// width or more it gives only sign bits.
pub fn shift_right_arithmetic(x: i128, y: i128, ty: IntType) -> i128 {
    let unused = 128 - ty.bits;
    let signed = (x << unused) >> unused;
    signed >> amount(y, ty).unwrap_or(ty.bits - 1)
}

/// The upper half of the double-width product.
pub fn multiply_high(x: i128, y: i128, ty: IntType) -> i128 {
    if ty.signed { (x * y) >> ty.bits } else { ((x as u128 * y as u128) >> ty.bits) as i128 }
}
