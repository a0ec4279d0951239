//! Functions of complex numbers against values in higher precision, special values, and compiled
//! forms against host functions.

use jaxide_ir::{DType, OpDef, Scalar};

use crate::{
    LAX,
    elementwise::*,
    testing::{apply, evaluate_all, split_program},
};

/// Numbers of all signs and sizes, with zeros, infinities and NaN.
fn samples() -> Vec<(f64, f64)> {
    let parts: Vec<f64> =
        [0.0, 1e-40, 1e-20, 1e-3, 0.3, 0.5, 0.8, 1.0, 1.5, 3.0, 20.0, 88.0, 95.0, 1e5, 1e19, 3e38]
            .into_iter()
            .chain([f64::INFINITY, f64::NAN])
            .flat_map(|x| [x, -x])
            .collect();
    parts.iter().flat_map(|re| parts.iter().map(|im| (*re, *im))).collect()
}

#[test]
fn compiled_forms_give_the_bits_of_host_functions() {
    for op in LAX.ops.iter().filter(|op| op.scalar_row(DType::C64).is_some()) {
        let jaxide_ir::Arity::Exactly(operands) = op.arity else { continue };
        let program = split_program(op, DType::C64, operands);
        for (re, im) in samples() {
            let z = Scalar::complex(DType::C64, re, im);
            for w in [z, Scalar::complex(DType::C64, 0.5, -2.0)] {
                let numbers = &[z, w][..operands];
                let parts: Vec<Scalar> = numbers
                    .iter()
                    .flat_map(|z| [z.to_f64(), z.imag()])
                    .map(|part| Scalar::float(DType::F32, part))
                    .collect();
                check(op, numbers, apply(op, numbers), &evaluate_all(&program, &parts));
            }
        }
    }
}

fn check(op: &OpDef, operands: &[Scalar], host: Scalar, parts: &[Scalar]) {
    let host = match host.dtype().is_complex() {
        true => vec![host.to_f64(), host.imag()],
        false => vec![host.to_f64()],
    };
    let parts: Vec<f64> = parts.iter().map(|part| part.to_f64()).collect();
    let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let equal = host.len() == parts.len() && host.iter().zip(&parts).all(same);
    assert!(equal, "{} of {operands:?}: {host:?}, {parts:?}", op.name);
}

fn value(op: &OpDef, re: f64, im: f64) -> (f64, f64) {
    let z = apply(op, &[Scalar::complex(DType::C128, re, im)]);
    (z.to_f64(), z.imag())
}

#[test]
fn inverse_functions_undo_functions() {
    let pairs = [
        (&EXP, &LOG),
        (&EXPM1, &LOG1P),
        (&SIN, &ASIN),
        (&COS, &ACOS),
        (&TAN, &ATAN),
        (&SINH, &ASINH),
        (&COSH, &ACOSH),
        (&TANH, &ATANH),
    ];
    for (function, inverse) in pairs {
        for z in [(0.3, 0.4), (-1.5, 2.0), (2.0, -0.5), (1e-3, -1e-5), (-0.75, -3.0), (9.0, 40.0)] {
            let w = value(inverse, z.0, z.1);
            let back = value(function, w.0, w.1);
            let error = (back.0 - z.0).hypot(back.1 - z.1) / z.0.hypot(z.1);
            assert!(error < 1e-13, "{} of {} at {z:?}: {back:?}", function.name, inverse.name);
        }
    }
}

#[test]
fn branch_cuts_follow_the_sign_of_zero() {
    let half_pi = std::f64::consts::FRAC_PI_2;
    for side in [1.0, -1.0] {
        assert_eq!(value(&SQRT, -4.0, 0.0 * side), (0.0, 2.0 * side));
        assert_eq!(value(&LOG, -1.0, 0.0 * side), (0.0, 2.0 * half_pi * side));
        assert_eq!(value(&ASIN, 2.0, 0.0 * side).1.is_sign_positive(), side > 0.0);
        assert_eq!(value(&ACOS, -2.0, 0.0 * side).1.is_sign_negative(), side > 0.0);
        assert_eq!(value(&ATANH, 2.0, 0.0 * side).1, half_pi * side);
        assert_eq!(value(&ATAN, 0.0 * side, 2.0).0, half_pi * side);
        assert_eq!(value(&ACOSH, 0.5, 0.0 * side).1.is_sign_positive(), side > 0.0);
    }
}

#[test]
fn large_and_small_numbers_keep_their_digits() {
    let near = |got: f64, want: f64| ((got - want) / want).abs() < 1e-14;
    assert!(near(value(&ABS, 3e307, 4e307).0, 5e307));
    assert!(near(value(&ABS, 3e-320, 4e-320).0, 5e-320) || value(&ABS, 3e-320, 4e-320).0 > 0.0);
    assert!(near(value(&SQRT, 0.0, f64::MAX).0, (f64::MAX / 2.0).sqrt()));
    let high = value(&EXP, 710.0, 1.5).0 / (709f64.exp() * (1f64.exp() * 1.5f64.cos()));
    assert!((high - 1.0).abs() < 1e-13, "{high}");
    // On the unit circle the logarithm of the magnitude has only low digits.
    let (re, _) = value(&LOG, 0.6, 0.8);
    let exact = f64::mul_add(0.6, 0.6, -0.36) + f64::mul_add(0.8, 0.8, -0.64);
    assert!((re - exact / 2.0).abs() < 1e-16, "{re}");
    assert_eq!(value(&LOG1P, 1e-30, 1e-30).0, 1e-30);
    assert!(near(value(&LOG1P, -1.0, 1e-3).0, 1e-3f64.ln()));
    assert!(near(value(&TANH, 30.0, 1.0).1, 4.0 * 1f64.sin() * 1f64.cos() * (-60f64).exp()));
    assert!(near(value(&ASIN, 1e200, 1e200).1, 200.0 * 10f64.ln() + 1.5 * 2f64.ln()));
}

#[test]
fn quotients_over_zero_and_infinity_are_those_of_the_c_standard() {
    let divide = |x: (f64, f64), y: (f64, f64)| {
        let [x, y] = [x, y].map(|z| Scalar::complex(DType::C64, z.0, z.1));
        let z = apply(&DIV, &[x, y]);
        (z.to_f64(), z.imag())
    };
    let infinity = f64::INFINITY;
    assert_eq!(divide((1.0, -1.0), (0.0, 0.0)), (infinity, -infinity));
    assert_eq!(divide((1.0, 2.0), (infinity, 0.0)), (0.0, 0.0));
    assert_eq!(divide((infinity, 1.0), (2.0, 1.0)), (infinity, -infinity));
    assert_eq!(divide((3e38, 3e38), (3e38, 3e38)).1, 0.0);
    assert_eq!(divide((4.0, 2.0), (2.0, 0.0)), (2.0, 1.0));
}

#[test]
fn order_is_by_the_real_then_the_imaginary_part() {
    let z = |re: f64, im: f64| Scalar::complex(DType::C64, re, im);
    assert_eq!(apply(&MAX, &[z(1.0, 5.0), z(2.0, 0.0)]), z(2.0, 0.0));
    assert_eq!(apply(&MAX, &[z(2.0, 5.0), z(2.0, 0.0)]), z(2.0, 5.0));
    assert_eq!(apply(&MIN, &[z(2.0, 5.0), z(2.0, 0.0)]), z(2.0, 0.0));
    assert_eq!(apply(&MAX, &[z(f64::NAN, 1.0), z(2.0, 0.0)]), z(2.0, 0.0));
}
