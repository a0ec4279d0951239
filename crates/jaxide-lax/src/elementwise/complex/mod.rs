//! Complex numbers: the ops between them and real ones, and the formulas of the other elementwise
//! ops on them.

pub mod algebra;
pub mod exponential;
pub mod inverse;
pub mod pair;
#[cfg(test)]
mod tests;

use jaxide_ir::{
    Call, DType, Host, Lower, Mlir, OpDef, OutTypes, ParamDef, ParamKind, Params, Parts, Result,
    Rule, ScalarRow, TypeClass, Value, rules::LinearOperand,
};
use num_complex::Complex;

use super::{neg, op_fns};
use crate::{
    Val, complex_row, complex_to_float, diag,
    templates::{
        COMPLEX, FLOAT, FLOAT_OR_COMPLEX, bind1, elementwise_op, infer_elementwise, jvp_linear,
    },
    transpose_by,
};

pub use pair::{Pair, Part};

/// An op whose result is the float of the operand's parts.
const fn complex_part(
    name: &'static str,
    summary: &'static str,
    rows: &'static [ScalarRow],
) -> OpDef {
    OpDef {
        infer: infer_part,
        jvp: Rule::Is(jvp_linear),
        ..elementwise_op(name, summary, 1, COMPLEX, Lower::Elementwise(rows))
    }
}

/// Result type of an elementwise op from complex numbers to their parts' float; other dtypes stay.
///
/// # Errors
/// Those of [`infer_elementwise`].
pub fn infer_part(call: &Call<'_>, types: &[&jaxide_ir::ArrayType]) -> Result<OutTypes> {
    let mut out = infer_elementwise(call, types)?;
    out[0].dtype = out[0].dtype.part();
    Ok(out)
}

/// Real part.
pub static REAL: OpDef = OpDef {
    transpose: transpose_by!(|ct, _| Some(complex(&ct, &ct.constant(0.0)))),
    ..complex_part("real", "Real part.", &[complex_to_float!(|z| z.re)])
};

/// Imaginary part.
pub static IMAG: OpDef = OpDef {
    transpose: transpose_by!(|ct, _| Some(complex(&ct.constant(0.0), &neg(&ct)))),
    ..complex_part("imag", "Imaginary part.", &[complex_to_float!(|z| z.im)])
};

/// Complex numbers from real and imaginary parts of f32 or f64.
pub static COMPLEX_OP: OpDef = OpDef {
    infer: infer_complex,
    jvp: Rule::Is(jvp_linear),
    transpose: transpose_by!(|ct, _| Some(real(&ct)), |ct, _| Some(imag(&neg(&ct)))),
    ..elementwise_op(
        "complex",
        "Complex numbers from their parts.",
        2,
        FLOAT,
        Lower::Elementwise(&COMPLEX_ROWS),
    )
};
static COMPLEX_ROWS: [ScalarRow; 1] = [ScalarRow {
    class: TypeClass::Float,
    host: Host::FloatToComplex(|x| Complex::new(x[0], x[1]), |x| Complex::new(x[0], x[1])),
    mlir: Mlir::Split(|_, operands| Ok(Parts::Complex(part(operands[0]), part(operands[1])))),
}];

/// The real part of a value.
fn part(value: Parts<'_>) -> jaxide_ir::Handle<'_> {
    let (Parts::Real(re) | Parts::Complex(re, _)) = value;
    re
}

/// Result type of an elementwise op whose results are complex.
fn infer_complex(call: &Call<'_>, types: &[&jaxide_ir::ArrayType]) -> Result<OutTypes> {
    let mut out = infer_elementwise(call, types)?;
    out[0].dtype = match out[0].dtype {
        DType::F32 | DType::C64 => DType::C64,
        DType::F64 | DType::C128 => DType::C128,
        other => return Err(diag::operand_dtype(call.op.name, 0, "f32 or f64", other)),
    };
    Ok(out)
}

/// The complex conjugate, which is complex for floats too.
pub static CONJ: OpDef = OpDef {
    params: &[ParamDef::required("input_dtype", ParamKind::DType)],
    infer: infer_complex,
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(|_, _, cts, operands| {
        let (Some(ct), LinearOperand::Linear(ty)) = (cts[0].map(Val), &operands[0]) else {
            return Ok(vec![None]);
        };
        let ct = if ty.dtype.is_complex() { conj(&ct) } else { real(&ct) };
        Ok(vec![Some(ct.0)])
    }),
    ..elementwise_op(
        "conj",
        "The complex conjugate.",
        1,
        FLOAT_OR_COMPLEX,
        Lower::Elementwise(&CONJ_ROWS),
    )
};
static CONJ_ROWS: [ScalarRow; 2] = [
    complex_row!(|z| Pair::new(z.re, -z.im)),
    ScalarRow {
        class: TypeClass::Float,
        host: Host::FloatToComplex(|x| Complex::new(x[0], 0.0), |x| Complex::new(x[0], 0.0)),
        mlir: Mlir::Split(|_, operands| Ok(Pair::from(operands[0]).into())),
    },
];

/// The complex conjugate of `x`, which is complex for floats too.
///
/// # Panics
/// When the op refuses the operand's type.
#[track_caller]
pub fn conj<V: Value>(x: &V) -> V {
    bind1(&CONJ, Params::new().with("input_dtype", x.ty().dtype), &[x])
}

op_fns! {
    /// The real part of `x`.
    real(x) = REAL;
    /// The imaginary part of `x`.
    imag(x) = IMAG;
    /// The complex number `re + im i`.
    complex(re, im) = COMPLEX_OP;
}
