//! Rows on special values; compiled forms against host functions.

use jaxide_ir::{DType, Mlir, OpDef, Scalar, TypeClass};

use super::*;
use crate::{
    LAX,
    testing::{apply, evaluate, program},
};

fn f32s(values: &[f32]) -> Vec<Scalar> {
    values.iter().map(|x| Scalar::float(DType::F32, (*x).into())).collect()
}

fn ints(dtype: DType, values: &[i128]) -> Vec<Scalar> {
    values.iter().map(|x| Scalar::int(dtype, *x)).collect()
}

fn int_of(op: &OpDef, dtype: DType, values: &[i128]) -> i128 {
    apply(op, &ints(dtype, values)).as_int().unwrap()
}

fn float_of(op: &OpDef, values: &[f32]) -> f32 {
    apply(op, &f32s(values)).to_f64() as f32
}

/// Interesting values and a spread of ordinary ones.
fn samples() -> Vec<f32> {
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        f32::MIN_POSITIVE,
        1e-40,
        -1e-40,
        f32::MAX,
        f32::MIN,
        0.41421357,
        0.4142136,
        -0.99999994,
    ];
    let spread = (-60..60).flat_map(|e| [1.0, 1.3, 1.7].map(|m| m * (e as f32).exp2()));
    special.into_iter().chain(spread.clone()).chain(spread.map(|x| -x)).collect()
}

#[test]
fn integer_division_has_the_values_of_jax() {
    assert_eq!(int_of(&DIV, DType::I32, &[7, 0]), -1);
    assert_eq!(int_of(&DIV, DType::U8, &[7, 0]), 255);
    assert_eq!(int_of(&DIV, DType::I8, &[-128, -1]), -128);
    assert_eq!(int_of(&DIV, DType::I32, &[-7, 2]), -3);
    assert_eq!(int_of(&REM, DType::I32, &[-7, 2]), -1);
    assert_eq!(int_of(&REM, DType::I32, &[7, 0]), 7);
    assert_eq!(int_of(&REM, DType::I64, &[i64::MIN.into(), -1]), 0);
}

#[test]
fn integers_wrap() {
    assert_eq!(int_of(&ADD, DType::I8, &[127, 1]), -128);
    assert_eq!(int_of(&SUB, DType::U16, &[0, 1]), 65535);
    assert_eq!(int_of(&MUL, DType::U64, &[u64::MAX.into(), u64::MAX.into()]), 1);
    assert_eq!(int_of(&NEG, DType::U8, &[1]), 255);
    assert_eq!(int_of(&ABS, DType::I16, &[-32768]), -32768);
    assert_eq!(int_of(&MULHI, DType::U64, &[u64::MAX.into(), 2]), 1);
    assert_eq!(int_of(&MULHI, DType::I8, &[-128, 127]), -64);
}

#[test]
fn shifts_by_the_width_or_more_leave_no_bit() {
    for amount in [8, 100, -1] {
        assert_eq!(int_of(&SHIFT_LEFT, DType::I8, &[3, amount]), 0);
        assert_eq!(int_of(&SHIFT_RIGHT_LOGICAL, DType::I8, &[-3, amount]), 0);
        assert_eq!(int_of(&SHIFT_RIGHT_ARITHMETIC, DType::I8, &[-3, amount]), -1);
        assert_eq!(int_of(&SHIFT_RIGHT_ARITHMETIC, DType::I8, &[3, amount]), 0);
    }
    assert_eq!(int_of(&SHIFT_LEFT, DType::I8, &[3, 7]), -128);
    assert_eq!(int_of(&SHIFT_RIGHT_LOGICAL, DType::I8, &[-1, 1]), 127);
    assert_eq!(int_of(&SHIFT_RIGHT_ARITHMETIC, DType::U8, &[0x80, 1]), 0xC0);
}

#[test]
fn bit_counts_know_the_width() {
    assert_eq!(int_of(&CLZ, DType::I8, &[1]), 7);
    assert_eq!(int_of(&CLZ, DType::U32, &[0]), 32);
    assert_eq!(int_of(&CLZ, DType::I16, &[-1]), 0);
    assert_eq!(int_of(&POPULATION_COUNT, DType::I8, &[-1]), 8);
    assert_eq!(int_of(&NOT, DType::Bool, &[1]), 0);
    assert_eq!(int_of(&NOT, DType::U8, &[1]), 254);
}

#[test]
fn max_and_min_propagate_nan_and_order_zeros() {
    for op in [&MAX, &MIN] {
        assert!(float_of(op, &[f32::NAN, 1.0]).is_nan());
        assert!(float_of(op, &[1.0, f32::NAN]).is_nan());
    }
    assert!(float_of(&MAX, &[-0.0, 0.0]).is_sign_positive());
    assert!(float_of(&MAX, &[0.0, -0.0]).is_sign_positive());
    assert!(float_of(&MIN, &[0.0, -0.0]).is_sign_negative());
    assert!(float_of(&MIN, &[-0.0, 0.0]).is_sign_negative());
}

#[test]
fn sign_keeps_zeros_and_nan() {
    assert!(float_of(&SIGN, &[-0.0]).is_sign_negative());
    assert!(float_of(&SIGN, &[f32::NAN]).is_nan());
    assert_eq!(float_of(&SIGN, &[f32::NEG_INFINITY]), -1.0);
}

#[test]
fn pow_has_the_special_values_of_ieee() {
    assert_eq!(float_of(&POW, &[0.0, 0.0]), 1.0);
    assert_eq!(float_of(&POW, &[0.0, -1.0]), f32::INFINITY);
    assert_eq!(float_of(&POW, &[1.0, f32::NAN]), 1.0);
    assert_eq!(float_of(&POW, &[f32::INFINITY, 0.0]), 1.0);
    assert!(float_of(&POW, &[-8.0, 1.0 / 3.0]).is_nan());
}

#[test]
fn total_order_places_nan_at_the_ends() {
    let order = [-f32::NAN, f32::NEG_INFINITY, -1.0, -0.0, 0.0, 1.0, f32::INFINITY, f32::NAN];
    for (i, x) in order.into_iter().enumerate() {
        for (j, y) in order.into_iter().enumerate() {
            let [lt, le, eq] =
                [&LT_TO, &LE_TO, &EQ_TO].map(|op| apply(op, &f32s(&[x, y])).as_bool().unwrap());
            assert_eq!((lt, le, eq), (i < j, i <= j, i == j), "{x} and {y}");
        }
    }
}

#[test]
fn compiled_forms_give_the_bits_of_host_functions() {
    let rows = LAX.ops.iter().filter_map(|op| op.scalar_row(DType::F32).map(|row| (*op, row)));
    let mut seen = Vec::new();
    for (op, row) in rows {
        let Mlir::By(f, _) = row.mlir else { continue };
        seen.push(op.name);
        let count = if op.name.ends_with("_to") { 2 } else { 1 };
        let program = program(f, op, DType::F32, count);
        for x in samples() {
            for y in [x, 1.0, -0.0, f32::NAN] {
                let operands = &f32s(&[x, y])[..count];
                let (host, ops) = (apply(op, operands), evaluate(&program, operands));
                let both_nan = host.to_f64().is_nan() && ops.to_f64().is_nan();
                assert!(host == ops || both_nan, "{} of {x}: {host:?}, {ops:?}", op.name);
            }
        }
    }
    assert_eq!(seen, ["eq_to", "erf_inv", "le_to", "log", "log1p", "logistic", "lt_to", "sign"]);
}

#[test]
fn compiled_forms_on_integers_give_the_values_of_host_functions() {
    for op in [&NEG, &NOT, &SIGN] {
        for dtype in [DType::I8, DType::U8, DType::I32, DType::U64] {
            let row = op.scalar_row(dtype).unwrap();
            let Mlir::By(f, _) = row.mlir else { panic!("{} is by ops", op.name) };
            let program = program(f, op, dtype, 1);
            for value in [0, 1, 2, 127, -128, -1] {
                let operands = ints(dtype, &[value]);
                assert_eq!(apply(op, &operands), evaluate(&program, &operands), "{}", op.name);
            }
        }
    }
}

#[test]
fn nextafter_steps_to_the_neighbour() {
    let jaxide_ir::Lower::Decompose(f) = NEXTAFTER.lower else { panic!("by ops") };
    let program = program(f, &NEXTAFTER, DType::F32, 2);
    let step = |x: f32, y: f32| evaluate(&program, &f32s(&[x, y])).to_f64() as f32;
    assert_eq!(step(1.0, 2.0), 1.0_f32.next_up());
    assert_eq!(step(1.0, 0.0), 1.0_f32.next_down());
    assert_eq!(step(-1.0, 0.0), (-1.0_f32).next_up());
    assert_eq!(step(0.0, 1.0), f32::from_bits(1));
    assert_eq!(step(-0.0, -1.0), -f32::from_bits(1));
    assert_eq!(step(f32::MAX, f32::INFINITY), f32::INFINITY);
    assert_eq!(step(f32::from_bits(1), -1.0), 0.0);
    assert!(step(0.0, -0.0).is_sign_negative());
    assert!(step(f32::NAN, 1.0).is_nan() && step(1.0, f32::NAN).is_nan());
}

#[test]
fn float_functions_are_within_four_ulp() {
    type Exact = fn(f64) -> f64;
    let functions: [(&OpDef, Exact); 12] = [
        (&LOG, f64::ln),
        (&LOG1P, f64::ln_1p),
        (&EXP, f64::exp),
        (&EXPM1, f64::exp_m1),
        (&TANH, f64::tanh),
        (&SINH, f64::sinh),
        (&ASINH, libm::asinh),
        (&ACOSH, f64::acosh),
        (&ATANH, libm::atanh),
        (&ERF, libm::erf),
        (&ERFC, libm::erfc),
        (&CBRT, f64::cbrt),
    ];
    for (op, exact) in functions {
        for x in samples() {
            let (got, want) = (float_of(op, &[x]), exact(x.into()));
            let ulp = f64::from((want.abs() as f32).next_up()) - f64::from(want.abs() as f32);
            let near = (f64::from(got) - want).abs() <= 4.0 * ulp;
            let same = f64::from(got) == want || got == want as f32;
            assert!(near || same || (got.is_nan() && want.is_nan()), "{} of {x}: {got}", op.name);
        }
    }
}

#[test]
fn erf_inv_inverts_erf_in_f64() {
    for x in [1e-9, 0.1, -0.3, 0.5, 0.9, -0.99, 0.9999, 1.0 - 1e-9, 1.0 - 1e-14] {
        let y = recipes::erf_inv_f64(x);
        let error = (libm::erfc(y.abs()) - (1.0 - x.abs())).abs() / (1.0 - x.abs());
        assert!(error < 1e-13 || (libm::erf(y) - x).abs() < 1e-16, "{x}: {error}");
    }
    assert_eq!(recipes::erf_inv_f64(-1.0), f64::NEG_INFINITY);
    assert!(recipes::erf_inv_f64(1.5).is_nan());
}

#[test]
fn every_row_is_of_a_class_of_its_op() {
    for op in LAX.ops {
        let jaxide_ir::Lower::Elementwise(rows) = op.lower else { continue };
        let classes: Vec<TypeClass> = rows.iter().map(|row| row.class).collect();
        assert_eq!(classes.len(), op.classes.len(), "{}", op.name);
        assert!(op.classes.iter().all(|class| classes.contains(class)), "{}", op.name);
    }
}

#[test]
fn normal_and_gumbel_numbers_have_the_bits_of_jax() {
    // Uniform numbers in [0, 1) and what JAX 0.10 makes of them.
    let pairs: [(u32, u32); 14] = [
        (0x3F729A4E, 0x3FCFB2BD),
        (0x3F7A8436, 0x40019DF0),
        (0x3EAA221C, 0xBEDE0017),
        (0x3EEFF550, 0xBDA10222),
        (0x3F11E43A, 0x3E34512C),
        (0x3E2979A0, 0xBF78DAD7),
        (0x3E9ED1D4, 0xBEFD97CC),
        (0x3EFA3824, 0xBCE7DF15),
        (0x3F2E0730, 0x3EEF2BE8),
        (0x3F1DC3F8, 0x3E976661),
        (0x3F0F9EC0, 0x3E1D3B24),
        (0x3EE6BAE4, 0xBDFE04EB),
        (0x3F15FB4E, 0x3E5E211A),
        (0x3D9935B0, 0xBFB86EB9),
    ];
    for (uniform, normal) in pairs {
        let low = (-1.0_f32).next_up();
        let z = recipes::erf_inv_f32(f32::from_bits(uniform).mul_add(1.0 - low, low));
        assert_eq!((std::f32::consts::SQRT_2 * z).to_bits(), normal);
    }
    let pairs: [(u32, u32); 8] = [
        (0x3F729A4E, 0x403B1889),
        (0x3F7A8436, 0x4075499C),
        (0x3EAA221C, 0xBDC66FF7),
        (0x3EEFF550, 0x3E8DF4A4),
        (0x3EFA3824, 0x3EAB0E4A),
        (0x3F2E0730, 0x3F73B78C),
        (0x3F1DC3F8, 0x3F39BC5F),
        (0x3F0F9EC0, 0x3F0C54F8),
    ];
    for (uniform, gumbel) in pairs {
        let z = -recipes::log_f32(-recipes::log_f32(f32::from_bits(uniform)));
        assert_eq!(z.to_bits(), gumbel);
    }
}
