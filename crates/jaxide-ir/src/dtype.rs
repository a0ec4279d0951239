//! Element types of arrays and the host types that hold them. Promotion between them is the front
//! end's business and is not here.

use std::fmt;

use half::{bf16, f16};
use num_complex::Complex;

/// The element type of an array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    BF16,
    F16,
    F32,
    F64,
    C64,
    C128,
}

/// Names and size of each dtype, in the order of the enum.
const TABLE: [(DType, &str, &str, usize); 15] = [
    (DType::Bool, "bool", "bool", 1),
    (DType::I8, "i8", "int8", 1),
    (DType::I16, "i16", "int16", 2),
    (DType::I32, "i32", "int32", 4),
    (DType::I64, "i64", "int64", 8),
    (DType::U8, "u8", "uint8", 1),
    (DType::U16, "u16", "uint16", 2),
    (DType::U32, "u32", "uint32", 4),
    (DType::U64, "u64", "uint64", 8),
    (DType::BF16, "bf16", "bfloat16", 2),
    (DType::F16, "f16", "float16", 2),
    (DType::F32, "f32", "float32", 4),
    (DType::F64, "f64", "float64", 8),
    (DType::C64, "c64", "complex64", 8),
    (DType::C128, "c128", "complex128", 16),
];

impl DType {
    /// Every dtype, in the order of the enum.
    pub fn all() -> impl Iterator<Item = DType> {
        TABLE.iter().map(|row| row.0)
    }

    /// The short name that jaxprs print: `f32`.
    pub fn short_name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// NumPy's name: `float32`.
    pub fn numpy_name(self) -> &'static str {
        TABLE[self as usize].2
    }

    /// The dtype of a short or NumPy name.
    ///
    /// ```
    /// # use jaxide_ir::DType;
    /// assert_eq!(DType::from_name("float32"), Some(DType::F32));
    /// assert_eq!(DType::from_name("f32"), Some(DType::F32));
    /// ```
    pub fn from_name(name: &str) -> Option<DType> {
        TABLE.iter().find(|row| row.1 == name || row.2 == name).map(|row| row.0)
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        TABLE[self as usize].3
    }

    /// Bits of one element; 1 for bool.
    pub fn bits(self) -> u32 {
        if self.is_bool() { 1 } else { 8 * self.size() as u32 }
    }

    /// True for `bool`.
    pub fn is_bool(self) -> bool {
        self == DType::Bool
    }

    /// True for signed and unsigned integers; false for bool.
    pub fn is_integer(self) -> bool {
        (DType::I8..=DType::U64).contains(&self)
    }

    /// True for signed integers.
    pub fn is_signed_integer(self) -> bool {
        (DType::I8..=DType::I64).contains(&self)
    }

    /// True for unsigned integers.
    pub fn is_unsigned_integer(self) -> bool {
        (DType::U8..=DType::U64).contains(&self)
    }

    /// True for the real floating-point types.
    pub fn is_float(self) -> bool {
        (DType::BF16..=DType::F64).contains(&self)
    }

    /// True for the complex types.
    pub fn is_complex(self) -> bool {
        matches!(self, DType::C64 | DType::C128)
    }

    /// The dtype of the parts of a complex dtype; any other dtype itself.
    pub fn part(self) -> DType {
        match self {
            DType::C64 => DType::F32,
            DType::C128 => DType::F64,
            real => real,
        }
    }

    /// True for real and complex floating-point types.
    pub fn is_inexact(self) -> bool {
        self >= DType::BF16
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short_name())
    }
}

/// A host type that holds one element of a dtype.
///
/// `bool` is stored as one byte, 0 or 1, and is therefore accessed as `u8` in [`crate::TensorData`]
/// slices of dtype bool.
pub trait Element: Copy + PartialEq + fmt::Debug + Send + Sync + bytemuck::Pod {
    /// The dtype of an array of such elements.
    const DTYPE: DType;
}

macro_rules! elements {
    ($($ty:ty => $dtype:ident),* $(,)?) => {
        $(impl Element for $ty { const DTYPE: DType = DType::$dtype; })*
    };
}

elements! {
    i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32, u64 => U64,
    bf16 => BF16, f16 => F16, f32 => F32, f64 => F64, Complex<f32> => C64, Complex<f64> => C128,
}
