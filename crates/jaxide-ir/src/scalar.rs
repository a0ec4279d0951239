//! One element of any dtype as a host value: literals, fold results, fill values.

use std::hash::{Hash, Hasher};

use half::{bf16, f16};

use crate::DType;

/// A rank-0 value with its dtype. Floats of narrow types are held as the exact f64 of their value.
#[derive(Clone, Copy, Debug)]
pub struct Scalar {
    dtype: DType,
    bits: Bits,
}

#[derive(Clone, Copy, Debug)]
enum Bits {
    Int(i128),
    Float(f64),
    Complex(f64, f64),
}

impl Scalar {
    /// A bool.
    pub fn bool(value: bool) -> Scalar {
        Scalar { dtype: DType::Bool, bits: Bits::Int(value as i128) }
    }

    /// The value converted to `dtype`: integers wrap, floats round to nearest even, bool is `!= 0`.
    pub fn int(dtype: DType, value: i128) -> Scalar {
        if matches!(dtype, DType::F32 | DType::C64) {
            // One rounding: by way of f64 there could be two.
            return Scalar::float(dtype, f64::from(value as f32));
        }
        if dtype.is_inexact() {
            return Scalar::float(dtype, value as f64);
        }
        Scalar { dtype, bits: Bits::Int(wrap(dtype, value)) }
    }

    /// The value converted to `dtype`: floats round to nearest even, integers truncate and
    /// saturate (NaN gives 0), bool is `!= 0`.
    pub fn float(dtype: DType, value: f64) -> Scalar {
        let bits = match dtype {
            DType::Bool => Bits::Int((value != 0.0) as i128),
            DType::BF16 => Bits::Float(bf16_from_f64(value).to_f64()),
            DType::F16 => Bits::Float(f16_from_f64(value).to_f64()),
            DType::F32 => Bits::Float(value as f32 as f64),
            DType::F64 => Bits::Float(value),
            DType::C64 | DType::C128 => return Scalar::complex(dtype, value, 0.0),
            _ => Bits::Int(saturate(dtype, value)),
        };
        Scalar { dtype, bits }
    }

    /// A complex value of dtype c64 or c128.
    pub fn complex(dtype: DType, re: f64, im: f64) -> Scalar {
        debug_assert!(dtype.is_complex(), "expected a complex dtype, got {dtype}");
        let round = |x: f64| if dtype == DType::C64 { x as f32 as f64 } else { x };
        Scalar { dtype, bits: Bits::Complex(round(re), round(im)) }
    }

    /// The dtype.
    pub fn dtype(self) -> DType {
        self.dtype
    }

    /// The value of an integer or bool; `None` for the other dtypes.
    pub fn as_int(self) -> Option<i128> {
        if let Bits::Int(value) = self.bits { Some(value) } else { None }
    }

    /// The value of a bool; `None` for the other dtypes.
    pub fn as_bool(self) -> Option<bool> {
        if self.dtype.is_bool() { self.as_int().map(|value| value != 0) } else { None }
    }

    /// The value as f64: the real part of a complex value, rounded for integers beyond 2^53.
    pub fn to_f64(self) -> f64 {
        match self.bits {
            Bits::Int(value) => value as f64,
            Bits::Float(value) | Bits::Complex(value, _) => value,
        }
    }

    /// The imaginary part; 0 for real dtypes.
    pub fn imag(self) -> f64 {
        if let Bits::Complex(_, im) = self.bits { im } else { 0.0 }
    }

    /// The value converted as `convert_element_type` converts it.
    pub fn convert(self, dtype: DType) -> Scalar {
        match self.bits {
            Bits::Int(value) => Scalar::int(dtype, value),
            Bits::Complex(re, im) if dtype.is_complex() => Scalar::complex(dtype, re, im),
            Bits::Float(value) | Bits::Complex(value, _) => Scalar::float(dtype, value),
        }
    }

    /// Zero of a dtype.
    pub fn zero(dtype: DType) -> Scalar {
        Scalar::int(dtype, 0)
    }

    /// One of a dtype.
    pub fn one(dtype: DType) -> Scalar {
        Scalar::int(dtype, 1)
    }

    /// The little-endian bytes of one element.
    pub fn to_bytes(self) -> Vec<u8> {
        match (self.dtype, self.bits) {
            (dtype, Bits::Int(value)) => value.to_le_bytes()[..dtype.size()].to_vec(),
            (DType::BF16, Bits::Float(value)) => bf16::from_f64(value).to_le_bytes().to_vec(),
            (DType::F16, Bits::Float(value)) => f16::from_f64(value).to_le_bytes().to_vec(),
            (DType::F32, Bits::Float(value)) => (value as f32).to_le_bytes().to_vec(),
            (_, Bits::Float(value)) => value.to_le_bytes().to_vec(),
            (DType::C64, Bits::Complex(re, im)) => {
                [(re as f32).to_le_bytes(), (im as f32).to_le_bytes()].concat()
            }
            (_, Bits::Complex(re, im)) => [re.to_le_bytes(), im.to_le_bytes()].concat(),
        }
    }

    /// The element that [`Scalar::to_bytes`] wrote.
    ///
    /// # Panics
    /// When `bytes` is not exactly one element long.
    pub fn from_bytes(dtype: DType, bytes: &[u8]) -> Scalar {
        assert_eq!(bytes.len(), dtype.size(), "one element of {dtype}");
        let word = |range: std::ops::Range<usize>| {
            let mut all = [0u8; 8];
            all[..range.len()].copy_from_slice(&bytes[range]);
            u64::from_le_bytes(all)
        };
        let f32_at = |at: usize| f32::from_bits(word(at..at + 4) as u32) as f64;
        let f64_at = |at: usize| f64::from_bits(word(at..at + 8));
        match dtype {
            DType::BF16 => Scalar::float(dtype, bf16::from_bits(word(0..2) as u16).to_f64()),
            DType::F16 => Scalar::float(dtype, f16::from_bits(word(0..2) as u16).to_f64()),
            DType::F32 => Scalar::float(dtype, f32_at(0)),
            DType::F64 => Scalar::float(dtype, f64_at(0)),
            DType::C64 => Scalar::complex(dtype, f32_at(0), f32_at(4)),
            DType::C128 => Scalar::complex(dtype, f64_at(0), f64_at(8)),
            _ => Scalar::int(dtype, word(0..dtype.size()) as i128),
        }
    }
}

/// Equality by bits: NaN equals NaN, 0.0 differs from -0.0.
impl PartialEq for Scalar {
    fn eq(&self, other: &Scalar) -> bool {
        self.dtype == other.dtype
            && match (self.bits, other.bits) {
                (Bits::Int(a), Bits::Int(b)) => a == b,
                (Bits::Float(a), Bits::Float(b)) => a.to_bits() == b.to_bits(),
                (Bits::Complex(a, b), Bits::Complex(c, d)) => {
                    (a.to_bits(), b.to_bits()) == (c.to_bits(), d.to_bits())
                }
                _ => false,
            }
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.dtype.hash(state);
        self.to_bytes().hash(state);
    }
}

/// Two's complement wrap of an integer into the width of `dtype`; bool is `!= 0`.
fn wrap(dtype: DType, value: i128) -> i128 {
    match dtype {
        DType::Bool => (value != 0) as i128,
        DType::I8 => value as i8 as i128,
        DType::I16 => value as i16 as i128,
        DType::I32 => value as i32 as i128,
        DType::I64 => value as i64 as i128,
        DType::U8 => value as u8 as i128,
        DType::U16 => value as u16 as i128,
        DType::U32 => value as u32 as i128,
        _ => value as u64 as i128,
    }
}

/// Truncation towards zero that saturates at the ends of an integer dtype; NaN gives 0.
fn saturate(dtype: DType, value: f64) -> i128 {
    let bits = dtype.bits();
    let (low, high) = if dtype.is_signed_integer() {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    (value as i128).clamp(low, high)
}

/// The nearest bf16, ties to even, in one rounding.
pub fn bf16_from_f64(value: f64) -> bf16 {
    bf16::from_f32(round_to_odd(value))
}

/// The nearest f16, ties to even, in one rounding.
pub fn f16_from_f64(value: f64) -> f16 {
    f16::from_f32(round_to_odd(value))
}

/// The f32 below in magnitude with its last bit set where digits were lost, so that a second
/// rounding to a narrower type gives what one rounding would have given.
fn round_to_odd(value: f64) -> f32 {
    let nearest = value as f32;
    if value.is_nan() || nearest as f64 == value {
        return nearest;
    }
    let away = (nearest as f64).abs() > value.abs();
    f32::from_bits((nearest.to_bits() - away as u32) | 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_integers_are_rounded_once() {
        let value = (1i128 << 60) + (1 << 36) + 1;
        assert_eq!(Scalar::int(DType::F32, value).to_f64(), (value as f32) as f64);
    }

    #[test]
    fn narrow_floats_are_rounded_once() {
        let just_above_tie = 1.0 + 2f64.powi(-8) + 2f64.powi(-40);
        assert_eq!(bf16_from_f64(just_above_tie).to_f64(), 1.0 + 2f64.powi(-7));
        assert_eq!(bf16_from_f64(1.0 + 2f64.powi(-8)).to_f64(), 1.0);
        let just_above_tie = 1.0 + 2f64.powi(-11) + 2f64.powi(-40);
        assert_eq!(f16_from_f64(just_above_tie).to_f64(), 1.0 + 2f64.powi(-10));
        assert_eq!(f16_from_f64(65519.999999).to_f64(), 65504.0);
        assert_eq!(f16_from_f64(65520.0).to_f64(), f64::INFINITY);
        assert_eq!(bf16_from_f64(-1e300).to_f64(), f64::NEG_INFINITY);
        assert_eq!(f16_from_f64(2f64.powi(-25) + 2f64.powi(-60)).to_f64(), 2f64.powi(-24));
        assert!(f16_from_f64(f64::NAN).is_nan());
    }
}
