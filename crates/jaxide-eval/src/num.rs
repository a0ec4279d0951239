//! Host types of elements: how each is read, computed on, and written. Dispatch from a dtype to a
//! host type is by the macro here, so that kernels are written once.

use bytemuck::{Pod, Zeroable};
use half::{bf16, f16};
use jaxide_ir::scalar::{bf16_from_f64, f16_from_f64};
use jaxide_lax::elementwise::complex::algebra;
use jaxide_runtime::Buffer;
use num_complex::Complex;

/// One byte of a bool array, 0 or 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
#[repr(transparent)]
pub(crate) struct Flag(pub(crate) u8);

/// Runs `body` with a type alias for the host type of a dtype, or `other` where none is listed.
macro_rules! dispatch {
    (@match $dtype:expr, $t:ident => $body:expr, $other:expr; $($name:ident $ty:ty),*) => {
        match $dtype {
            $(jaxide_ir::DType::$name => { type $t = $ty; $body })*
            #[allow(unreachable_patterns, reason = "some lists are complete")]
            _ => $other,
        }
    };
    (float $dtype:expr, $t:ident => $body:expr, $other:expr) => {
        $crate::num::dispatch!(@match $dtype, $t => $body, $other;
            BF16 half::bf16, F16 half::f16, F32 f32, F64 f64)
    };
    (int $dtype:expr, $t:ident => $body:expr, $other:expr) => {
        $crate::num::dispatch!(@match $dtype, $t => $body, $other;
            Bool $crate::num::Flag, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32,
            U64 u64)
    };
    (real $dtype:expr, $t:ident => $body:expr, $other:expr) => {
        $crate::num::dispatch!(@match $dtype, $t => $body, $other;
            Bool $crate::num::Flag, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32,
            U64 u64, BF16 half::bf16, F16 half::f16, F32 f32, F64 f64)
    };
    (any $dtype:expr, $t:ident => $body:expr) => {
        $crate::num::dispatch!(@match $dtype, $t => $body, unreachable!("all dtypes are listed");
            Bool $crate::num::Flag, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32,
            U64 u64, BF16 half::bf16, F16 half::f16, F32 f32, F64 f64,
            C64 num_complex::Complex<f32>, C128 num_complex::Complex<f64>)
    };
    (complex $dtype:expr, $t:ident => $body:expr, $other:expr) => {
        $crate::num::dispatch!(@match $dtype, $t => $body, $other;
            C64 num_complex::Complex<f32>, C128 num_complex::Complex<f64>)
    };
    (size $dtype:expr, $t:ident => $body:expr) => {
        match $dtype.size() {
            1 => { type $t = u8; $body }
            2 => { type $t = u16; $body }
            4 => { type $t = u32; $body }
            8 => { type $t = u64; $body }
            _ => { type $t = u128; $body }
        }
    };
}
pub(crate) use dispatch;

/// The elements of a buffer as any type of their size.
pub(crate) fn read<T: Pod>(buffer: &Buffer) -> &[T] {
    bytemuck::cast_slice(buffer.bytes())
}

/// The elements of a buffer as any type of their size, for writing.
pub(crate) fn write<T: Pod>(buffer: &mut Buffer) -> &mut [T] {
    bytemuck::cast_slice_mut(buffer.bytes_mut())
}

/// A type that scalar rows compute floats in.
pub(crate) trait Wide: Copy + Default {
    /// The one of two functions that computes in this type.
    fn float(single: fn(&[f32]) -> f32, double: fn(&[f64]) -> f64) -> fn(&[Self]) -> Self;
    /// The one of two tests that reads this type.
    fn test(single: fn(&[f32]) -> bool, double: fn(&[f64]) -> bool) -> fn(&[Self]) -> bool;
    /// `1 / self`.
    fn recip(self) -> Self;
}

impl Wide for f32 {
    fn float(single: fn(&[f32]) -> f32, _: fn(&[f64]) -> f64) -> fn(&[f32]) -> f32 {
        single
    }
    fn test(single: fn(&[f32]) -> bool, _: fn(&[f64]) -> bool) -> fn(&[f32]) -> bool {
        single
    }
    fn recip(self) -> f32 {
        1.0 / self
    }
}

impl Wide for f64 {
    fn float(_: fn(&[f32]) -> f32, double: fn(&[f64]) -> f64) -> fn(&[f64]) -> f64 {
        double
    }
    fn test(_: fn(&[f32]) -> bool, double: fn(&[f64]) -> bool) -> fn(&[f64]) -> bool {
        double
    }
    fn recip(self) -> f64 {
        1.0 / self
    }
}

/// A real float. bf16 and f16 are computed in f32 and rounded once.
pub(crate) trait Float: Pod {
    /// The type it is computed in.
    type Wide: Wide;
    fn widen(self) -> Self::Wide;
    fn narrow(wide: Self::Wide) -> Self;
    fn to_f64(self) -> f64;
    fn of_f64(value: f64) -> Self;
    fn of_int(value: i128) -> Self;
}

macro_rules! floats {
    ($($ty:ty, $wide:ty, $widen:expr, $narrow:expr, $of_f64:expr, $of_int:expr;)*) => {$(
        impl Float for $ty {
            type Wide = $wide;
            fn widen(self) -> $wide { $widen(self) }
            fn narrow(wide: $wide) -> $ty { $narrow(wide) }
            fn to_f64(self) -> f64 { f64::from(self) }
            fn of_f64(value: f64) -> $ty { $of_f64(value) }
            fn of_int(value: i128) -> $ty { $of_int(value) }
        }
    )*};
}

floats! {
    bf16, f32, bf16::to_f32, bf16::from_f32, bf16_from_f64, |value| bf16_from_f64(value as f64);
    f16, f32, f16::to_f32, f16::from_f32, f16_from_f64, |value| f16_from_f64(value as f64);
    f32, f32, identity, identity, |value| value as f32, |value| value as f32;
    f64, f64, identity, identity, identity, |value| value as f64;
}

fn identity<T>(x: T) -> T {
    x
}

/// An integer or bool: exact in `i128`, wrapped when stored.
pub(crate) trait Int: Pod {
    fn to_i128(self) -> i128;
    fn wrap(value: i128) -> Self;
    /// Truncates towards zero and saturates; NaN gives 0, but true for bool.
    fn saturate(value: f64) -> Self;
}

macro_rules! ints {
    ($($ty:ty),*) => {$(
        impl Int for $ty {
            fn to_i128(self) -> i128 { i128::from(self) }
            fn wrap(value: i128) -> $ty { value as $ty }
            fn saturate(value: f64) -> $ty { value as $ty }
        }
    )*};
}

ints!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Int for Flag {
    fn to_i128(self) -> i128 {
        i128::from(self.0 != 0)
    }
    fn wrap(value: i128) -> Flag {
        Flag(u8::from(value != 0))
    }
    fn saturate(value: f64) -> Flag {
        Flag(u8::from(value != 0.0))
    }
}

/// An element with the arithmetic of reductions and contractions.
pub(crate) trait Num: Pod {
    /// The type of accumulators.
    type Acc: Copy;
    const ZERO: Self::Acc;
    const ONE: Self::Acc;
    /// Where a maximum starts: below or equal to every real value.
    const LOWEST: Self::Acc;
    /// Where a minimum starts: above or equal to every real value.
    const HIGHEST: Self::Acc;
    fn load(self) -> Self::Acc;
    fn store(acc: Self::Acc) -> Self;
    fn plus(a: Self::Acc, b: Self::Acc) -> Self::Acc;
    fn minus(a: Self::Acc, b: Self::Acc) -> Self::Acc;
    fn times(a: Self::Acc, b: Self::Acc) -> Self::Acc;
    /// The greater one; NaN wins, and 0 is above -0. Complex numbers are ordered as in
    /// [`algebra::greater_one`].
    fn greater(a: Self::Acc, b: Self::Acc) -> Self::Acc;
    /// The lesser one; NaN wins, and -0 is below 0.
    fn lesser(a: Self::Acc, b: Self::Acc) -> Self::Acc;
}

macro_rules! num_floats {
    ($($ty:ty, $acc:ty);*) => {$(
        impl Num for $ty {
            type Acc = $acc;
            const ZERO: $acc = 0.0;
            const ONE: $acc = 1.0;
            const LOWEST: $acc = <$acc>::NEG_INFINITY;
            const HIGHEST: $acc = <$acc>::INFINITY;
            fn load(self) -> $acc { <$acc>::from(self) }
            fn store(acc: $acc) -> $ty { <$ty as Float>::narrow(acc) }
            fn plus(a: $acc, b: $acc) -> $acc { a + b }
            fn minus(a: $acc, b: $acc) -> $acc { a - b }
            fn times(a: $acc, b: $acc) -> $acc { a * b }
            fn greater(a: $acc, b: $acc) -> $acc {
                if a.is_nan() || a > b || (a == b && a.is_sign_positive()) { a } else { b }
            }
            fn lesser(a: $acc, b: $acc) -> $acc {
                if a.is_nan() || a < b || (a == b && a.is_sign_negative()) { a } else { b }
            }
        }
    )*};
}

num_floats!(bf16, f32; f16, f32; f32, f32; f64, f64);

macro_rules! num_ints {
    ($($ty:ty),*) => {$(
        impl Num for $ty {
            type Acc = $ty;
            const ZERO: $ty = 0;
            const ONE: $ty = 1;
            const LOWEST: $ty = <$ty>::MIN;
            const HIGHEST: $ty = <$ty>::MAX;
            fn load(self) -> $ty { self }
            fn store(acc: $ty) -> $ty { acc }
            fn plus(a: $ty, b: $ty) -> $ty { a.wrapping_add(b) }
            fn minus(a: $ty, b: $ty) -> $ty { a.wrapping_sub(b) }
            fn times(a: $ty, b: $ty) -> $ty { a.wrapping_mul(b) }
            fn greater(a: $ty, b: $ty) -> $ty { Ord::max(a, b) }
            fn lesser(a: $ty, b: $ty) -> $ty { Ord::min(a, b) }
        }
    )*};
}

num_ints!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Num for Flag {
    type Acc = bool;
    const ZERO: bool = false;
    const ONE: bool = true;
    const LOWEST: bool = false;
    const HIGHEST: bool = true;
    fn load(self) -> bool {
        self.0 != 0
    }
    fn store(acc: bool) -> Flag {
        Flag(u8::from(acc))
    }
    fn plus(a: bool, b: bool) -> bool {
        a | b
    }
    fn minus(a: bool, b: bool) -> bool {
        a ^ b
    }
    fn times(a: bool, b: bool) -> bool {
        a & b
    }
    fn greater(a: bool, b: bool) -> bool {
        a | b
    }
    fn lesser(a: bool, b: bool) -> bool {
        a & b
    }
}

macro_rules! num_complex {
    ($($part:ty),*) => {$(
        impl Num for Complex<$part> {
            type Acc = Complex<$part>;
            const ZERO: Self = Complex { re: 0.0, im: 0.0 };
            const ONE: Self = Complex { re: 1.0, im: 0.0 };
            const LOWEST: Self = Complex { re: <$part>::NEG_INFINITY, im: 0.0 };
            const HIGHEST: Self = Complex { re: <$part>::INFINITY, im: 0.0 };
            fn load(self) -> Self { self }
            fn store(acc: Self) -> Self { acc }
            fn plus(a: Self, b: Self) -> Self { a + b }
            fn minus(a: Self, b: Self) -> Self { a - b }
            fn times(a: Self, b: Self) -> Self { a * b }
            fn greater(a: Self, b: Self) -> Self { algebra::greater_one(a.into(), b.into()).into() }
            fn lesser(a: Self, b: Self) -> Self { algebra::lesser_one(a.into(), b.into()).into() }
        }
    )*};
}

num_complex!(f32, f64);
