//! Rust's numbers next to arrays. They are weakly typed, as Python's are in JAX: they take the
//! array's dtype where its kind allows.

use half::{bf16, f16};
use jaxide_ir::{DType, Scalar};
use num_complex::Complex;

use crate::{Array, config};

/// The kind of a number, which decides how it is promoted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `bool`: strong.
    Bool,
    /// Integers: weak.
    Int,
    /// Floats: weak.
    Float,
    /// Complex numbers: weak.
    Complex,
}

/// A Rust number or `bool`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an array nor a number",
    label = "not an array or a number"
)]
pub trait Number: Copy + Send + Sync + 'static {
    /// The kind.
    const KIND: Kind;
    /// The dtype of an array of such numbers. Rust's default types give JAX's default dtypes:
    /// `f64` gives f32 and `usize` gives i32, unless [`config::x64`] is on.
    fn array_dtype() -> DType;
    /// The number without rounding.
    fn exact(self) -> Scalar;
    /// Appends the bytes of the number in a dtype.
    fn write(self, dtype: DType, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.exact().convert(dtype).to_bytes());
    }
}

/// The default dtype of floats.
pub(crate) fn default_float() -> DType {
    if config::x64_enabled() { DType::F64 } else { DType::F32 }
}

/// The default dtype of integers.
pub(crate) fn default_int() -> DType {
    if config::x64_enabled() { DType::I64 } else { DType::I32 }
}

macro_rules! ints {
    ($($ty:ty => $dtype:expr),* $(,)?) => {$(
        impl Number for $ty {
            const KIND: Kind = Kind::Int;

            fn array_dtype() -> DType {
                $dtype
            }

            fn exact(self) -> Scalar {
                let wide = if self as i128 > i64::MAX as i128 { DType::U64 } else { DType::I64 };
                Scalar::int(wide, self as i128)
            }
        }
    )*};
}

ints! {
    i8 => DType::I8,
    i16 => DType::I16,
    i32 => DType::I32,
    i64 => DType::I64,
    isize => default_int(),
    u8 => DType::U8,
    u16 => DType::U16,
    u32 => DType::U32,
    u64 => DType::U64,
    usize => default_int(),
}

macro_rules! floats {
    ($($ty:ty => $dtype:expr, |$value:ident| $wide:expr);* $(;)?) => {$(
        impl Number for $ty {
            const KIND: Kind = Kind::Float;

            fn array_dtype() -> DType {
                $dtype
            }

            fn exact(self) -> Scalar {
                let $value = self;
                Scalar::float(DType::F64, $wide)
            }

            fn write(self, dtype: DType, out: &mut Vec<u8>) {
                let $value = self;
                match dtype {
                    DType::F32 => out.extend_from_slice(&($wide as f32).to_le_bytes()),
                    DType::F64 => out.extend_from_slice(&$wide.to_le_bytes()),
                    _ => out.extend_from_slice(&self.exact().convert(dtype).to_bytes()),
                }
            }
        }
    )*};
}

floats! {
    f32 => DType::F32, |x| f64::from(x);
    f64 => default_float(), |x| x;
    bf16 => DType::BF16, |x| x.to_f64();
    f16 => DType::F16, |x| x.to_f64();
}

/// The default dtype of complex numbers.
pub(crate) fn default_complex() -> DType {
    if config::x64_enabled() { DType::C128 } else { DType::C64 }
}

macro_rules! complex_numbers {
    ($($part:ty => $dtype:expr),*) => {$(
        impl Number for Complex<$part> {
            const KIND: Kind = Kind::Complex;

            fn array_dtype() -> DType {
                $dtype
            }

            fn exact(self) -> Scalar {
                Scalar::complex(DType::C128, self.re.into(), self.im.into())
            }
        }
    )*};
}

complex_numbers!(f32 => DType::C64, f64 => default_complex());

impl Number for bool {
    const KIND: Kind = Kind::Bool;

    fn array_dtype() -> DType {
        DType::Bool
    }

    fn exact(self) -> Scalar {
        Scalar::bool(self)
    }
}

/// An operand of a method or operator: `&Array`, `Array`, or a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an array nor a number",
    label = "not an array or a number"
)]
pub trait Operand {
    /// The operand as an array; numbers stay weak.
    fn into_operand(self) -> Array;
}

impl Operand for Array {
    fn into_operand(self) -> Array {
        self
    }
}

impl Operand for &Array {
    fn into_operand(self) -> Array {
        self.clone()
    }
}

impl<S: Number> Operand for S {
    fn into_operand(self) -> Array {
        Array::from_number(self)
    }
}
