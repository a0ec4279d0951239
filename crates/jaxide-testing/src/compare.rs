//! When two arrays count as equal: the comparison rules of recorded programs and of engines.

use jaxide_ir::{DType, Scalar, TensorData};

/// Tolerances for inexact values; integers and bools are compared exactly.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Relative to the expected value.
    pub rtol: f64,
    /// Scaled by the largest finite expected magnitude where that exceeds 1.
    pub atol: f64,
}

impl Tolerance {
    /// The rule for recorded programs: by dtype, times `slack` for long programs.
    pub fn recorded(dtype: DType, slack: f64) -> Tolerance {
        let (rtol, atol) = match dtype {
            DType::F64 | DType::C128 => (1e-9, 1e-9),
            DType::F32 | DType::C64 => (2e-5, 1e-5),
            DType::F16 => (2e-2, 2e-2),
            DType::BF16 => (5e-2, 5e-2),
            _ => (0.0, 0.0),
        };
        Tolerance { rtol: rtol * slack, atol: atol * slack }
    }
}

/// The first difference between two arrays in words, or `None`.
///
/// NaN equals NaN, infinities must agree in place and sign, a dtype or shape of its own is a
/// difference.
pub fn difference(expected: &TensorData, got: &TensorData, tolerance: Tolerance) -> Option<String> {
    if expected.ty() != got.ty() {
        return Some(format!("expected {}, got {}", expected.ty(), got.ty()));
    }
    if expected.bytes() == got.bytes() {
        return None;
    }
    let finite = expected.iter().flat_map(|s| [s.to_f64().abs(), s.imag().abs()]);
    let scale = finite.filter(|x| x.is_finite()).fold(1.0, f64::max);
    let atol = tolerance.atol * scale;
    let differs = |(_, (a, b)): &(usize, (Scalar, Scalar))| {
        !(close(a.to_f64(), b.to_f64(), tolerance.rtol, atol)
            && close(a.imag(), b.imag(), tolerance.rtol, atol)
            && (a.as_int() == b.as_int()))
    };
    let (at, (a, b)) = expected.iter().zip(got.iter()).enumerate().find(differs)?;
    let index = unravel(at, &expected.ty().shape);
    Some(format!("at {index:?}: expected {}, got {}", text(a), text(b)))
}

fn close(expected: f64, got: f64, rtol: f64, atol: f64) -> bool {
    expected == got
        || (expected.is_nan() && got.is_nan())
        || (expected.is_finite()
            && got.is_finite()
            && (expected - got).abs() <= atol + rtol * expected.abs())
}

fn text(value: Scalar) -> String {
    match value.as_int() {
        Some(int) => int.to_string(),
        None if value.dtype().is_complex() => format!("{:e}+{:e}i", value.to_f64(), value.imag()),
        None => format!("{:e}", value.to_f64()),
    }
}

fn unravel(mut at: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for axis in (0..shape.len()).rev() {
        index[axis] = at % shape[axis];
        at /= shape[axis];
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(a: &[f32], b: &[f32]) -> Option<String> {
        let tensor = |data: &[f32]| TensorData::from_slice(&[data.len()], data).unwrap();
        difference(&tensor(a), &tensor(b), Tolerance::recorded(DType::F32, 1.0))
    }

    #[test]
    fn nan_equals_nan_and_nothing_else() {
        assert_eq!(diff(&[f32::NAN], &[f32::NAN]), None);
        assert!(diff(&[f32::NAN], &[1.0]).is_some());
        assert!(diff(&[1.0], &[f32::NAN]).is_some());
    }

    #[test]
    fn infinities_agree_in_sign() {
        assert_eq!(diff(&[f32::INFINITY], &[f32::INFINITY]), None);
        assert!(diff(&[f32::INFINITY], &[f32::NEG_INFINITY]).is_some());
        assert!(diff(&[f32::INFINITY], &[f32::MAX]).is_some());
    }

    #[test]
    fn rounding_is_no_difference_and_names_the_place_otherwise() {
        assert_eq!(diff(&[1.0, 2.0], &[1.0, 2.000_01]), None);
        assert_eq!(diff(&[1.0, 2.0], &[1.0, 3.0]).unwrap(), "at [1]: expected 2e0, got 3e0");
    }
}
