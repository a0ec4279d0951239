//! Numbers as text spells them, before they have a dtype.

use crate::{DType, Scalar};

/// A number whose dtype is not known yet.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Number {
    Bool(bool),
    Int(i128),
    Float(f64),
    Complex(f64, f64),
}

impl Number {
    /// The number of a spelling such as `2`, `2.0`, `-inf`, `True`, `2j` or `(1+2j)`.
    pub(super) fn read(text: &str) -> Option<Number> {
        match text {
            "True" => return Some(Number::Bool(true)),
            "False" => return Some(Number::Bool(false)),
            _ => {}
        }
        if let Some(inside) = text.strip_prefix('(') {
            return complex(inside.strip_suffix("j)")?);
        }
        if let Some(imaginary) = text.strip_suffix('j') {
            return Some(Number::Complex(0.0, float(imaginary)?));
        }
        match text.parse() {
            Ok(int) => Some(Number::Int(int)),
            Err(_) => float(text).map(Number::Float),
        }
    }

    /// The value in a dtype, where the spelling allows it: no rounding of floats to integers, no
    /// integers out of range.
    pub(super) fn scalar(self, dtype: DType) -> Option<Scalar> {
        match self {
            Number::Bool(value) => dtype.is_bool().then(|| Scalar::bool(value)),
            Number::Int(value) => {
                let scalar = Scalar::int(dtype, value);
                let exact = scalar.as_int() == Some(value) && !dtype.is_bool();
                (exact || dtype.is_inexact()).then_some(scalar)
            }
            Number::Float(value) => dtype.is_inexact().then(|| Scalar::float(dtype, value)),
            Number::Complex(re, im) => dtype.is_complex().then(|| Scalar::complex(dtype, re, im)),
        }
    }

    /// True when the dtype prints numbers in this spelling.
    pub(super) fn is_natural_in(self, dtype: DType) -> bool {
        match self {
            Number::Bool(_) => dtype.is_bool(),
            Number::Int(_) => dtype.is_integer(),
            Number::Float(_) => dtype.is_float(),
            Number::Complex(..) => dtype.is_complex(),
        }
    }

    /// The dtype where nothing else decides.
    pub(super) fn default_dtype(self) -> DType {
        match self {
            Number::Bool(_) => DType::Bool,
            Number::Int(_) => DType::I32,
            Number::Float(_) => DType::F32,
            Number::Complex(..) => DType::C64,
        }
    }
}

/// A float in Python's spelling. Digits that overflow to infinity are refused.
pub(super) fn float(text: &str) -> Option<f64> {
    match text.trim_start_matches(['+', '-']) {
        "inf" | "nan" => {}
        digits if digits.starts_with(|c: char| c.is_ascii_digit()) => {}
        _ => return None,
    }
    let value: f64 = text.parse().ok()?;
    (value.is_finite() || text.ends_with("inf") || text.ends_with("nan")).then_some(value)
}

/// Real and imaginary part joined by the imaginary part's sign.
fn complex(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let is_split =
        |at: usize| matches!(bytes[at], b'+' | b'-') && !matches!(bytes[at - 1], b'e' | b'E');
    let at = (1..bytes.len()).rev().find(|at| is_split(*at))?;
    Some(Number::Complex(float(&text[..at])?, float(&text[at..])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_python_read_back() {
        assert_eq!(Number::read("-3"), Some(Number::Int(-3)));
        assert_eq!(Number::read("1e-05"), Some(Number::Float(1e-5)));
        assert_eq!(Number::read("-inf"), Some(Number::Float(f64::NEG_INFINITY)));
        assert_eq!(Number::read("(1e-05-2j)"), Some(Number::Complex(1e-5, -2.0)));
        assert_eq!(Number::read("-0j"), Some(Number::Complex(0.0, -0.0)));
        assert!(matches!(Number::read("(nan+infj)"), Some(Number::Complex(re, _)) if re.is_nan()));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in ["", "x", "1_0", "0x1", "1e999", "infinity", "(1j", "()", "(j)", "--1", "+"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }

    #[test]
    fn integers_do_not_wrap() {
        assert_eq!(Number::Int(255).scalar(DType::U8), Some(Scalar::int(DType::U8, 255)));
        assert_eq!(Number::Int(256).scalar(DType::U8), None);
        assert_eq!(Number::Int(1).scalar(DType::Bool), None);
        assert_eq!(Number::Float(1.0).scalar(DType::I32), None);
    }
}
