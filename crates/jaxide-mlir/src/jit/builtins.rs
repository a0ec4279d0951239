//! Conversions between half and single precision, for code that runs on hosts without such instructions.
//!
//! The code generator calls them by the names of the compiler run-time library, which is linked into programs and not
//! visible to the JIT, and whose shared form lacks some of them. A half travels in the low 16 bits of a float register,
//! so a Rust `f32` whose low bits hold it has the same calling convention.

use half::{bf16, f16};

/// A function with the signature that the code generator expects.
pub(super) enum Builtin {
    /// From single precision, or from a half carried in one.
    FromSingle(extern "C" fn(f32) -> f32),
    /// From double precision.
    FromDouble(extern "C" fn(f64) -> f32),
    /// From a half to double precision.
    ToDouble(extern "C" fn(f32) -> f64),
}

impl Builtin {
    /// The address of the function.
    pub(super) fn address(&self) -> usize {
        match self {
            Self::FromSingle(function) => *function as *const () as usize,
            Self::FromDouble(function) => *function as *const () as usize,
            Self::ToDouble(function) => *function as *const () as usize,
        }
    }
}

/// Name and function, in alphabetical order.
pub(super) const BUILTINS: &[(&str, Builtin)] = &[
    ("__extendhfdf2", Builtin::ToDouble(f16_to_f64)),
    ("__extendhfsf2", Builtin::FromSingle(f16_to_f32)),
    ("__truncdfbf2", Builtin::FromDouble(f64_to_bf16)),
    ("__truncdfhf2", Builtin::FromDouble(f64_to_f16)),
    ("__truncsfbf2", Builtin::FromSingle(f32_to_bf16)),
    ("__truncsfhf2", Builtin::FromSingle(f32_to_f16)),
];

fn carry(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits))
}

fn carried(value: f32) -> u16 {
    (value.to_bits() & 0xffff) as u16
}

extern "C" fn f16_to_f64(value: f32) -> f64 {
    f16::from_bits(carried(value)).to_f64()
}

extern "C" fn f16_to_f32(value: f32) -> f32 {
    f16::from_bits(carried(value)).to_f32()
}

extern "C" fn f64_to_bf16(value: f64) -> f32 {
    carry(bf16::from_f32(round_to_odd(value)).to_bits())
}

extern "C" fn f64_to_f16(value: f64) -> f32 {
    carry(f16::from_f32(round_to_odd(value)).to_bits())
}

/// Rounds an inexact value to the neighbour with an odd last bit, so that a second rounding, to a half, sees on which
/// side of a tie the value was.
fn round_to_odd(value: f64) -> f32 {
    let near = value as f32;
    let back = f64::from(near);
    if back == value || !near.is_finite() || near.to_bits() & 1 == 1 {
        return near;
    }
    // The value lies between `near` and the neighbour in its direction, and the neighbours of even bits are odd.
    let away_from_zero = value.abs() > back.abs();
    f32::from_bits(if away_from_zero { near.to_bits() + 1 } else { near.to_bits() - 1 })
}

extern "C" fn f32_to_bf16(value: f32) -> f32 {
    carry(bf16::from_f32(value).to_bits())
}

extern "C" fn f32_to_f16(value: f32) -> f32 {
    carry(f16::from_f32(value).to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(value: f64) -> (u16, u16) {
        (carried(f64_to_f16(value)), carried(f64_to_bf16(value)))
    }

    #[test]
    fn a_value_just_above_a_tie_is_rounded_up() {
        let tiny = f64::from_bits((1023 - 40) << 52);
        let (half, _) = narrow(1.0 + f64::from(f32::EPSILON) * 4096.0 + tiny);
        assert_eq!(half, f16::ONE.to_bits() + 1);
        let (_, brain) = narrow(1.0 + f64::from(f32::EPSILON) * 32768.0 + tiny);
        assert_eq!(brain, bf16::ONE.to_bits() + 1);
    }

    #[test]
    fn special_values_survive() {
        for value in [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 1.5, -2.25] {
            let expected = (f16::from_f64(value).to_bits(), bf16::from_f64(value).to_bits());
            assert_eq!(narrow(value), expected, "{value}");
        }
        assert!(f16::from_bits(narrow(f64::NAN).0).is_nan());
        assert_eq!(narrow(1e300), (f16::INFINITY.to_bits(), bf16::INFINITY.to_bits()));
        assert_eq!(narrow(-5e-324), (f16::NEG_ZERO.to_bits(), bf16::NEG_ZERO.to_bits()));
    }
}
