//! Operators on arrays and numbers, in all ownership forms.
//!
//! Numbers on the right come through one blanket implementation: one per number type would leave
//! `(x * 2.0).sum()` ambiguous. On the left the orphan rule allows no blanket, so exactly one float,
//! one complex and one integer type work there, again for the sake of inference.

use std::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign,
    Mul, MulAssign, Neg, Not, Rem, RemAssign, Shl, Shr, Sub, SubAssign,
};

use jaxide_lax::elementwise;
use num_complex::Complex;

use super::{Array, Number, Operand};

macro_rules! forms {
    ($($op:ident $method:ident $function:path),* $(,)?) => {$(
        forms!(@one [] $op $method Array, Array, |a, b| $function(&a, &b));
        forms!(@one [] $op $method Array, &Array, |a, b| $function(&a, b));
        forms!(@one [] $op $method &Array, Array, |a, b| $function(a, &b));
        forms!(@one [] $op $method &Array, &Array, |a, b| $function(a, b));
        forms!(@one [S: Number] $op $method Array, S, |a, b| $function(&a, &b.into_operand()));
        forms!(@one [S: Number] $op $method &Array, S, |a, b| $function(a, &b.into_operand()));
        forms!(@one [] $op $method f64, Array, |a, b| $function(&a.into_operand(), &b));
        forms!(@one [] $op $method f64, &Array, |a, b| $function(&a.into_operand(), b));
        forms!(@one [] $op $method Complex<f64>, Array, |a, b| $function(&a.into_operand(), &b));
        forms!(@one [] $op $method Complex<f64>, &Array, |a, b| $function(&a.into_operand(), b));
        forms!(@one [] $op $method i32, Array, |a, b| $function(&a.into_operand(), &b));
        forms!(@one [] $op $method i32, &Array, |a, b| $function(&a.into_operand(), b));
    )*};
    (@one [$($generics:tt)*] $op:ident $method:ident $l:ty, $r:ty, |$a:ident, $b:ident| $e:expr) => {
        impl<$($generics)*> $op<$r> for $l {
            type Output = Array;
            #[track_caller]
            fn $method(self, other: $r) -> Array {
                let ($a, $b) = (self, other);
                $e
            }
        }
    };
}

forms! {
    Add add binary::add,
    Sub sub binary::sub,
    Mul mul binary::mul,
    Div div binary::div,
    Rem rem binary::rem,
    BitAnd bitand binary::and,
    BitOr bitor binary::or,
    BitXor bitxor binary::xor,
    Shl shl binary::shl,
    Shr shr binary::shr,
}

macro_rules! assigning {
    ($($op:ident $method:ident $function:path),* $(,)?) => {$(
        impl<S: Operand> $op<S> for Array {
            #[track_caller]
            fn $method(&mut self, other: S) {
                *self = $function(self, &other.into_operand());
            }
        }
    )*};
}

assigning! {
    AddAssign add_assign binary::add,
    SubAssign sub_assign binary::sub,
    MulAssign mul_assign binary::mul,
    DivAssign div_assign binary::div,
    RemAssign rem_assign binary::rem,
    BitAndAssign bitand_assign binary::and,
    BitOrAssign bitor_assign binary::or,
    BitXorAssign bitxor_assign binary::xor,
}

macro_rules! unary {
    ($($op:ident $method:ident $function:path),*) => {$(
        impl $op for Array {
            type Output = Array;
            #[track_caller]
            fn $method(self) -> Array {
                $function(&self)
            }
        }

        impl $op for &Array {
            type Output = Array;
            #[track_caller]
            fn $method(self) -> Array {
                $function(self)
            }
        }
    )*};
}

unary!(Neg neg elementwise::neg, Not not elementwise::not);

/// Binary functions with promotion and broadcasting.
pub(crate) mod binary {
    use jaxide_ir::{Scalar, Value};
    use jaxide_lax::elementwise;

    use crate::{Array, config, promote};

    /// Functions whose operands take one dtype.
    macro_rules! promoted {
        ($($name:ident = $promote:ident, $op:expr, $text:literal;)*) => {$(
            #[track_caller]
            pub(crate) fn $name(a: &Array, b: &Array) -> Array {
                let [a, b] = promote::$promote([a, b]);
                let [a, b] = promote::broadcast($text, [&a, &b]);
                $op(&a, &b)
            }
        )*};
    }

    promoted! {
        add = promote_dtypes, sum, "add";
        sub = promote_dtypes, elementwise::sub, "sub";
        mul = promote_dtypes, product, "mul";
        // True division: integers become floats.
        div = promote_inexact, elementwise::div, "div";
        // Rust's and C's remainder, with the sign of the dividend.
        rem = promote_numeric, elementwise::rem, "rem";
        pow = promote_numeric, power, "pow";
        and = promote_dtypes, elementwise::and, "and";
        or = promote_dtypes, elementwise::or, "or";
        xor = promote_dtypes, elementwise::xor, "xor";
        shl = promote_numeric, elementwise::shift_left, "shift_left";
        shr = promote_numeric, shift_right, "shift_right";
        max = promote_dtypes, elementwise::max, "max";
        min = promote_dtypes, elementwise::min, "min";
        eq = promote_dtypes, elementwise::eq, "eq";
        ne = promote_dtypes, elementwise::ne, "ne";
        lt = promote_dtypes, less, "lt";
        le = promote_dtypes, less_or_equal, "le";
        gt = promote_dtypes, greater, "gt";
        ge = promote_dtypes, greater_or_equal, "ge";
    }

    /// Comparisons that order complex numbers by their real, then by their imaginary parts.
    macro_rules! ordered {
        ($($name:ident = $op:ident;)*) => {$(
            #[track_caller]
            fn $name(a: &Array, b: &Array) -> Array {
                if !a.dtype().is_complex() {
                    return elementwise::$op(a, b);
                }
                let [(ar, ai), (br, bi)] =
                    [a, b].map(|x| (elementwise::real(x), elementwise::imag(x)));
                let tied = elementwise::eq(&ar, &br);
                let (by_real, by_imag) = (elementwise::$op(&ar, &br), elementwise::$op(&ai, &bi));
                elementwise::select_n(&tied, &[&by_real, &by_imag])
            }
        )*};
    }

    ordered! {
        less = lt;
        less_or_equal = le;
        greater = gt;
        greater_or_equal = ge;
    }

    /// The sum of bools is their logical or.
    #[track_caller]
    fn sum(a: &Array, b: &Array) -> Array {
        if a.dtype().is_bool() { elementwise::or(a, b) } else { elementwise::add(a, b) }
    }

    /// The product of bools is their logical and.
    #[track_caller]
    fn product(a: &Array, b: &Array) -> Array {
        if a.dtype().is_bool() { elementwise::and(a, b) } else { elementwise::mul(a, b) }
    }

    /// Arithmetic for signed integers, logical for unsigned ones.
    #[track_caller]
    fn shift_right(a: &Array, b: &Array) -> Array {
        if a.dtype().is_unsigned_integer() {
            elementwise::shift_right_logical(a, b)
        } else {
            elementwise::shift_right_arithmetic(a, b)
        }
    }

    #[track_caller]
    fn power(a: &Array, b: &Array) -> Array {
        if a.dtype().is_integer() { integer_power(a, b) } else { elementwise::pow(a, b) }
    }

    /// Integers to the power of integers by binary exponentiation. Six bits of the exponent are
    /// enough: with more, every base but -1, 0 and 1 overflows to 0.
    #[track_caller]
    fn integer_power(a: &Array, b: &Array) -> Array {
        // Powers that the exponent does not ask for wrap around.
        let _unchecked = config::Unchecked::start();
        let number = |value: i128| Array::literal((), Scalar::int(b.dtype(), value));
        let (zero, one) = (number(0), number(1));
        let mut base = a.clone();
        let mut exponent = b.clone();
        let vanishes = elementwise::and(&elementwise::eq(a, &zero), &elementwise::ne(b, &zero));
        let mut power = promote::convert(&elementwise::not(&vanishes), a.dtype(), false);
        for _ in 0..6 {
            let odd = elementwise::ne(&elementwise::and(&exponent, &one), &zero);
            power = elementwise::select_n(&odd, &[&power, &elementwise::mul(&power, &base)]);
            base = elementwise::mul(&base, &base);
            exponent = elementwise::shift_right_logical(&exponent, &one);
        }
        power
    }
}
