//! Values of random arrays: a deterministic function of type and seed.

use jaxide_ir::{ArrayType, DType, IntType, Scalar, TensorData};

/// How extreme values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taste {
    /// Ordinary numbers and, one time in four, infinities, NaN, zeros of both signs, the ends of the
    /// range.
    Wild,
    /// Ordinary numbers, mostly.
    Tame,
}

/// The array of a seed. Seed 0 counts 0, 1, 2, .. modulo 7.
pub fn tensor(ty: &ArrayType, seed: u64, taste: Taste) -> TensorData {
    let mut state = seed;
    let scalar = |at: usize| match seed {
        0 => Scalar::int(ty.dtype, at as i128 % 7),
        _ => random(ty.dtype, &mut state, taste),
    };
    let bytes: Vec<u8> = (0..ty.size()).map(scalar).flat_map(Scalar::to_bytes).collect();
    TensorData::from_bytes(ty.clone(), &bytes).expect("one element per place")
}

/// A value of a dtype by number; 0 is zero.
pub(super) fn special(dtype: DType, number: u8) -> Scalar {
    if dtype.is_float() {
        let tiny = match dtype {
            DType::F64 => f64::from_bits(1),
            _ => f64::from(f32::from_bits(1)),
        };
        let floats = [
            0.0,
            1.0,
            -1.0,
            2.0,
            0.5,
            -0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            tiny,
            greatest(dtype),
            -greatest(dtype),
            3.7,
            1e-6,
        ];
        return Scalar::float(dtype, floats[usize::from(number) % floats.len()]);
    }
    if dtype.is_complex() {
        let part = |number| special(dtype.part(), number).to_f64();
        return Scalar::complex(dtype, part(number % 16), part(number / 16));
    }
    let ty = IntType::of(dtype);
    let ints = [0, 1, 2, -1, 7, ty.min(), ty.max(), ty.max() / 2 + 1, i128::from(ty.bits), 100];
    Scalar::int(dtype, ints[usize::from(number) % ints.len()])
}

fn greatest(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => 65504.0,
        DType::BF16 => 3.389_531_389_251_535_5e38,
        DType::F32 => f32::MAX.into(),
        _ => f64::MAX,
    }
}

fn random(dtype: DType, state: &mut u64, taste: Taste) -> Scalar {
    let word = splitmix(state);
    let rarity = if taste == Taste::Wild { 4 } else { 32 };
    if word.is_multiple_of(rarity) {
        return special(dtype, (word >> 32) as u8);
    }
    if dtype.is_complex() {
        let [re, im] = [0; 2].map(|_| random(dtype.part(), state, taste).to_f64());
        return Scalar::complex(dtype, re, im);
    }
    let number = splitmix(state);
    if dtype.is_float() {
        // Uniform in -8 to 8, with quarters among them so that ties and equal values occur.
        let unit = number as f64 / u64::MAX as f64;
        let value = (unit - 0.5) * 16.0;
        return Scalar::float(
            dtype,
            if word & 64 == 0 { value } else { (value * 4.0).round() / 4.0 },
        );
    }
    let wide = i128::from(number as i64);
    Scalar::int(dtype, if word & 64 == 0 { wide } else { wide % 17 })
}

/// The generator SplitMix64: any seed will do.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
