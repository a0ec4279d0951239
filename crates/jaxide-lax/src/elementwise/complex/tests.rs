//! Functions of complex numbers against values in higher precision, special values, and compiled
//! forms against host functions.

use jaxide_ir::{DType, OpDef, Scalar};

use crate::{
    LAX,
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
