//! Operands to measure functions at.

use jaxide_ir::{DType, Scalar};

use super::Function;

/// All combinations of the special values of a dtype.
pub(super) fn specials(arity: usize, dtype: DType) -> Vec<Vec<f64>> {
    const VALUES: [f64; 11] =
        [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1.0, -1.0, 2.0, -2.0, 3.0, -0.5];
    let values = VALUES.map(|value| Scalar::float(dtype, value).to_f64());
    let mut points = vec![Vec::new()];
    for _ in 0..arity {
        let longer = |point: &Vec<f64>| values.map(|value| [&point[..], &[value]].concat());
        points = points.iter().flat_map(longer).collect();
    }
    points
}

/// A sample by its number: a bit pattern of 16 bits, or a pseudo-random point.
pub(super) fn point(function: &Function, dtype: DType, number: u64) -> Vec<f64> {
    let arity = function.arity();
    if dtype.size() == 2 && arity == 1 {
        return vec![decode(dtype, number)];
    }
    let mut state = number;
    let mut word = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(state.wrapping_mul(0x2545_F491_4F6C_DD1D))
    };
    if number.is_multiple_of(2) {
        return (0..arity).map(|_| decode(dtype, word())).collect();
    }
    let ranges = function.ranges[(number / 2) as usize % function.ranges.len()];
    let inside = |range: &[f64; 2]| {
        let part = (word() >> 11) as f64 / (1u64 << 53) as f64;
        Scalar::float(dtype, range[0] + (range[1] - range[0]) * part).to_f64()
    };
    ranges.iter().map(inside).collect()
}

/// The float with these low bits.
fn decode(dtype: DType, bits: u64) -> f64 {
    Scalar::from_bytes(dtype, &bits.to_le_bytes()[..dtype.size()]).to_f64()
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}
