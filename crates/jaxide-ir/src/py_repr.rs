//! Numbers as Python's `repr` prints them, so that texts agree with JAX to the character.

use crate::{DType, Scalar};

/// A float as Python prints it: the shortest digits that read back to the same value, scientific
/// below 1e-4 and from 1e16 on.
///
/// ```
/// assert_eq!(jaxide_ir::py_repr::float(0.1f32 as f64), "0.10000000149011612");
/// assert_eq!(jaxide_ir::py_repr::float(1e-5), "1e-05");
/// assert_eq!(jaxide_ir::py_repr::float(2.0), "2.0");
/// ```
pub fn float(value: f64) -> String {
    let text = digits(value);
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain { text + ".0" } else { text }
}

/// A complex number as Python prints it: `(1+2j)`, `2j`.
pub fn complex(re: f64, im: f64) -> String {
    if re == 0.0 && re.is_sign_positive() {
        return digits(im) + "j";
    }
    let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
    format!("({}{sign}{}j)", digits(re), digits(im))
}

/// A scalar of any dtype.
pub fn scalar(value: Scalar) -> String {
    match (value.dtype(), value.as_int()) {
        (DType::Bool, Some(0)) => "False".into(),
        (DType::Bool, _) => "True".into(),
        (_, Some(int)) => int.to_string(),
        (dtype, None) if dtype.is_complex() => complex(value.to_f64(), value.imag()),
        _ => float(value.to_f64()),
    }
}

/// The digits without the `.0` that marks whole numbers as floats.
fn digits(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` prints an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` prints a decimal exponent");
    if (-4..16).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        let cases: [(f64, &str); 14] = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e16, "1.5e+16"),
            (1e22, "1e+22"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (-1e-8f32 as f64, "-9.99999993922529e-09"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (value, text) in cases {
            assert_eq!(float(value), text);
        }
    }

    #[test]
    fn complex_numbers_print_as_in_python() {
        assert_eq!(complex(0.0, 2.0), "2j");
        assert_eq!(complex(0.0, -0.0), "-0j");
        assert_eq!(complex(-0.0, 1.5), "(-0+1.5j)");
        assert_eq!(complex(1.0, -2.0), "(1-2j)");
        assert_eq!(complex(f64::NAN, f64::INFINITY), "(nan+infj)");
        assert_eq!(complex(1e20, 1e-7), "(1e+20+1e-07j)");
    }

    #[test]
    fn scalars_print_by_their_dtype() {
        assert_eq!(scalar(Scalar::bool(true)), "True");
        assert_eq!(scalar(Scalar::int(DType::U8, 255)), "255");
        assert_eq!(scalar(Scalar::float(DType::BF16, 2.0)), "2.0");
        assert_eq!(scalar(Scalar::complex(DType::C64, 0.0, 1.0)), "1j");
    }
}
