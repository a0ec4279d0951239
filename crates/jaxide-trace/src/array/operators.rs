//! Operators on arrays and numbers, in all ownership forms.
//!
//! Numbers on the right come through one blanket implementation: one per number type would leave
//! `(x * 2.0).sum()` ambiguous. On the left the orphan rule allows no blanket, so exactly one float
//! and one integer type work there, again for the sake of inference.

use std::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign,
    Mul, MulAssign, Neg, Not, Rem, RemAssign, Shl, Shr, Sub, SubAssign,
};

use jaxide_lax::elementwise;

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
    use jaxide_lax::elementwise;

    use crate::{Array, promote};

    /// Functions whose operands take one dtype.
    macro_rules! promoted {
        ($($name:ident = $op:ident, $text:literal;)*) => {$(
            #[track_caller]
            pub(crate) fn $name(a: &Array, b: &Array) -> Array {
                let [a, b] = promote::promote_dtypes([a, b]);
                let [a, b] = promote::broadcast($text, [&a, &b]);
                elementwise::$op(&a, &b)
            }
        )*};
    }

    promoted! {
        add = add, "add";
        sub = sub, "sub";
        mul = mul, "mul";
        and = and, "and";
        or = or, "or";
        xor = xor, "xor";
        shl = shift_left, "shift_left";
        max = max, "max";
        min = min, "min";
        eq = eq, "eq";
        ne = ne, "ne";
        lt = lt, "lt";
        le = le, "le";
        gt = gt, "gt";
        ge = ge, "ge";
    }

    /// True division: integers become floats.
    #[track_caller]
    pub(crate) fn div(a: &Array, b: &Array) -> Array {
        let [a, b] = promote::promote_inexact([a, b]);
        let [a, b] = promote::broadcast("div", [&a, &b]);
        elementwise::div(&a, &b)
    }

    #[track_caller]
    pub(crate) fn pow(a: &Array, b: &Array) -> Array {
        let [a, b] = promote::promote_dtypes([a, b]);
        let [a, b] = promote::broadcast("pow", [&a, &b]);
        elementwise::pow(&a, &b)
    }

    /// Rust's and C's remainder, with the sign of the dividend.
    #[track_caller]
    pub(crate) fn rem(a: &Array, b: &Array) -> Array {
        let [a, b] = promote::promote_dtypes([a, b]);
        let [a, b] = promote::broadcast("rem", [&a, &b]);
        elementwise::rem(&a, &b)
    }

    /// Shift to the right: arithmetic for signed integers, logical for unsigned ones.
    #[track_caller]
    pub(crate) fn shr(a: &Array, b: &Array) -> Array {
        let [a, b] = promote::promote_dtypes([a, b]);
        let [a, b] = promote::broadcast("shift_right", [&a, &b]);
        if a.dtype().is_unsigned_integer() {
            elementwise::shift_right_logical(&a, &b)
        } else {
            elementwise::shift_right_arithmetic(&a, &b)
        }
    }
}
