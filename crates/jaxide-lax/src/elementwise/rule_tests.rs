//! Derivatives against differences, in f64.

use jaxide_ir::{ArrayType, DType, OpDef, Params, Rule, Scalar};

use super::*;
use crate::{
    LAX,
    testing::{evaluate, evaluate_all, rule_program},
};

/// The derivative of an op by operand `at`, from its rule.
fn derivative(op: &'static OpDef, params: Params, at: usize, operands: &[f64]) -> f64 {
    let Rule::Is(rule) = op.jvp else { panic!("{} has no jvp rule", op.name) };
    let types = vec![ArrayType::scalar(DType::F64); operands.len()];
    let program = rule_program(op, params, &types, &types, |cx, call, inputs| {
        let one = crate::Val(inputs[0]).constant(1.0).0;
        let tangents: Vec<_> = (0..inputs.len()).map(|i| (i == at).then_some(one)).collect();
        let (_, tangents) = rule(cx, call, inputs, &tangents).unwrap();
        vec![tangents[0].unwrap_or(crate::Val(inputs[0]).constant(0.0).0)]
    });
    let operands: Vec<Scalar> = operands.iter().map(|x| Scalar::float(DType::F64, *x)).collect();
    evaluate(&program, &operands).to_f64()
}

/// The same from values close by.
fn difference(op: &'static OpDef, params: &Params, at: usize, operands: &[f64]) -> f64 {
    let types = vec![ArrayType::scalar(DType::F64); operands.len()];
    let program = rule_program(op, params.clone(), &types, &types, |_, call, inputs| {
        crate::templates::handles(crate::templates::bind_call(
            call,
            &crate::templates::vals(inputs),
        ))
    });
    let value = |step: f64| {
        let moved = |(i, x): (usize, &f64)| x + if i == at { step } else { 0.0 };
        let moved = operands.iter().enumerate().map(moved);
        let moved: Vec<Scalar> = moved.map(|x| Scalar::float(DType::F64, x)).collect();
        evaluate(&program, &moved).to_f64()
    };
    let step = 1e-6;
    (value(step) - value(-step)) / (2.0 * step)
}

fn check(op: &'static OpDef, params: Params, operands: &[f64]) {
    for at in 0..operands.len() {
        let (rule, near) =
            (derivative(op, params.clone(), at, operands), difference(op, &params, at, operands));
        let error = (rule - near).abs() / (1.0 + near.abs());
        assert!(error < 1e-7, "{} at {operands:?} by {at}: {rule}, {near}", op.name);
    }
}

#[test]
fn derivatives_are_limits_of_differences() {
    let f64 = [ArrayType::scalar(DType::F64)];
    for op in LAX.ops {
        let Some(_) = op.scalar_row(DType::F64).filter(|_| op.params.is_empty()) else { continue };
        let jaxide_ir::Arity::Exactly(operands) = op.arity else { continue };
        let call = jaxide_ir::builder::infer(
            op,
            Params::new(),
            &vec![&f64[0]; operands],
            &jaxide_ir::Loc::unknown(),
        );
        if call.unwrap().1[0].dtype != DType::F64 {
            continue;
        }
        let points: &[[f64; 3]] = match op.name {
            "acosh" => &[[1.5, 0.0, 0.0], [4.0, 0.0, 0.0]],
            _ => &[[0.3, 0.7, 0.2], [0.8, 0.45, -0.6]],
        };
        for point in points {
            check(op, Params::new(), &point[..operands]);
        }
    }
    for y in [-3, -1, 0, 1, 2, 5] {
        check(&INTEGER_POW, Params::new().with("y", i64::from(y)), &[1.3]);
    }
    check(&SQUARE, Params::new(), &[-1.3]);
}

/// Derivative and difference of an op at complex operands, along the real axis of operand `at`.
fn complex_pair(op: &'static OpDef, at: usize, operands: &[(f64, f64)]) -> [Scalar; 2] {
    let Rule::Is(rule) = op.jvp else { panic!("{} has no jvp rule", op.name) };
    let types = vec![ArrayType::scalar(DType::C128); operands.len()];
    let values = |step: f64| -> Vec<Scalar> {
        let moved = |(i, x): (usize, &(f64, f64))| {
            Scalar::complex(DType::C128, x.0 + if i == at { step } else { 0.0 }, x.1)
        };
        operands.iter().enumerate().map(moved).collect()
    };
    let program = rule_program(op, Params::new(), &types, &types, |cx, call, inputs| {
        let one = crate::Val(inputs[0]).constant(1.0).0;
        let tangents: Vec<_> = (0..inputs.len()).map(|i| (i == at).then_some(one)).collect();
        let (outs, tangents) = rule(cx, call, inputs, &tangents).unwrap();
        vec![tangents[0].expect("a tangent"), outs[0]]
    });
    let value = |step: f64| evaluate_all(&program, &values(step))[1];
    let step = 1e-6;
    let (high, low) = (value(step), value(-step));
    let slope = |high: f64, low: f64| (high - low) / (2.0 * step);
    let difference = Scalar::complex(
        DType::C128,
        slope(high.to_f64(), low.to_f64()),
        slope(high.imag(), low.imag()),
    );
    [evaluate_all(&program, &values(0.0))[0], difference]
}

#[test]
fn derivatives_of_complex_functions_are_limits_of_differences() {
    let has_row = |op: &&&OpDef| op.scalar_row(DType::C128).is_some() && op.params.is_empty();
    for op in LAX.ops.iter().filter(has_row) {
        let jaxide_ir::Arity::Exactly(operands) = op.arity else { continue };
        if ["sign", "eq", "ne"].contains(&op.name) {
            continue;
        }
        for point in [[(0.3, 0.7), (0.8, -0.2)], [(-0.4, 0.25), (1.5, 0.5)]] {
            for at in 0..operands {
                let tied = ["max", "min"].contains(&op.name);
                if tied && (point[0].0 < point[1].0) == ((op.name == "max") == (at == 0)) {
                    continue;
                }
                let [rule, near] = complex_pair(op, at, &point[..operands]);
                let error = (rule.to_f64() - near.to_f64()).hypot(rule.imag() - near.imag());
                let size = 1.0 + near.to_f64().hypot(near.imag());
                assert!(error / size < 1e-7, "{} by {at}: {rule:?}, {near:?}", op.name);
            }
        }
    }
}

#[test]
fn ties_and_kinks_have_the_derivatives_of_jax() {
    let none = Params::new;
    assert_eq!(derivative(&ABS, none(), 0, &[0.0]), 1.0);
    assert_eq!(derivative(&MAX, none(), 0, &[2.0, 2.0]), 0.5);
    assert_eq!(derivative(&MIN, none(), 1, &[2.0, 2.0]), 0.5);
    assert_eq!(derivative(&SQRT, none(), 0, &[0.0]), f64::INFINITY);
    assert_eq!(derivative(&SIGN, none(), 0, &[3.0]), 0.0);
    assert_eq!(derivative(&POW, none(), 1, &[0.0, 2.0]), 0.0);
    assert_eq!(derivative(&CLAMP, none(), 1, &[0.0, 0.5, 1.0]), 1.0);
    assert_eq!(derivative(&CLAMP, none(), 1, &[0.0, 1.0, 1.0]), 0.0);
}
