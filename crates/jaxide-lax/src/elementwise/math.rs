//! Rounding, roots, exponentials, trigonometry: functions of floats, most of complex numbers too.

use jaxide_ir::{
    Host, Lower, Mlir, OpDef, ParamDef, ParamKind, Params, Rule, ScalarRow, TypeClass, Value,
    rules::JvpFn,
};

use super::{
    abs,
    complex::{algebra, exponential, inverse},
    host, integer_pow, lt, op_fns, recipes, select_n,
};
use crate::{
    Val, by_ops, complex_row, diag, float, float_test, jvp_by,
    templates::{
        FLOAT, FLOAT_OR_COMPLEX, NUMBER, bind1, elementwise_op, infer_comparison, jvp_zero,
    },
};

/// A function of one float.
const fn unary_float(
    name: &'static str,
    summary: &'static str,
    rows: &'static [ScalarRow],
    jvp: Rule<JvpFn>,
) -> OpDef {
    OpDef { jvp, ..elementwise_op(name, summary, 1, FLOAT, Lower::Elementwise(rows)) }
}

/// A function of one float or complex number.
const fn unary(
    name: &'static str,
    summary: &'static str,
    rows: &'static [ScalarRow],
    jvp: Rule<JvpFn>,
) -> OpDef {
    OpDef { classes: FLOAT_OR_COMPLEX, ..unary_float(name, summary, rows, jvp) }
}

/// The greatest integer that is no greater.
pub static FLOOR: OpDef = unary_float(
    "floor",
    "The greatest integer that is no greater.",
    &[float!(Mlir::Op("math.floor"), |x| x.floor())],
    Rule::Is(jvp_zero),
);

/// The least integer that is no less.
pub static CEIL: OpDef = unary_float(
    "ceil",
    "The least integer that is no less.",
    &[float!(Mlir::Op("math.ceil"), |x| x.ceil())],
    Rule::Is(jvp_zero),
);

/// The nearest integer; ties go away from zero (method 0) or to even (method 1).
pub static ROUND: OpDef = OpDef {
    params: &[ParamDef::required("rounding_method", ParamKind::Int)],
    infer: |call, types| {
        let method = call.params.int("rounding_method");
        if !(0..=1).contains(&method) {
            let expected = "0 (ties away from zero) or 1 (ties to even)";
            let got = method.to_string();
            return Err(diag::bad_param(call.op.name, "rounding_method", expected, got));
        }
        super::infer(call, types)
    },
    jvp: Rule::Is(jvp_zero),
    ..elementwise_op("round", "The nearest integer.", 1, FLOAT, Lower::ElementwiseBy)
};

/// Where ties go in [`round`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoundingMethod {
    /// 2.5 to 3, -2.5 to -3.
    AwayFromZero = 0,
    /// 2.5 to 2, 3.5 to 4.
    ToNearestEven = 1,
}

/// The integer nearest to `x`.
///
/// # Panics
/// When the op refuses the operand's type.
#[track_caller]
pub fn round<V: Value>(x: &V, method: RoundingMethod) -> V {
    bind1(&ROUND, Params::new().with("rounding_method", method as i64), &[x])
}

/// Neither infinite nor NaN.
pub static IS_FINITE: OpDef = OpDef {
    infer: infer_comparison,
    ..unary_float(
        "is_finite",
        "Neither infinite nor NaN.",
        &[float_test!(Mlir::Op("math.isfinite"), |x| x.is_finite())],
        Rule::Is(jvp_zero),
    )
};

/// e to the power of the operand.
pub static EXP: OpDef = unary(
    "exp",
    "e to the power of the operand.",
    &[float!(Mlir::Op("math.exp"), |x| x.exp()), complex_row!(|z| exponential::exp(z))],
    jvp_by!(|_, y, t| t * y),
);

/// 2 to the power of the operand.
pub static EXP2: OpDef = unary(
    "exp2",
    "2 to the power of the operand.",
    &[float!(Mlir::Op("math.exp2"), |x| x.exp2()), complex_row!(|z| exponential::exp2(z))],
    jvp_by!(|_, y, t| y.constant(std::f64::consts::LN_2) * (t * y)),
);

/// e to the power of the operand, less 1.
pub static EXPM1: OpDef = unary(
    "expm1",
    "e to the power of the operand, less 1.",
    &[float!(Mlir::Op("math.expm1"), |x| x.exp_m1()), complex_row!(|z| exponential::expm1(z))],
    jvp_by!(|_, y, t| t * (y + y.constant(1.0))),
);

/// Natural logarithm.
pub static LOG: OpDef = unary(
    "log",
    "Natural logarithm.",
    &[
        ScalarRow {
            class: TypeClass::Float,
            host: Host::Float(|x| recipes::log_f32(x[0]), |x| x[0].ln()),
            mlir: Mlir::By(by_ops!(|x| recipes::log(x)), Some("math.log")),
        },
        complex_row!(|z| exponential::log(z)),
    ],
    jvp_by!(|p, _, t| t / p[0]),
);

/// Natural logarithm of 1 plus the operand.
pub static LOG1P: OpDef = unary(
    "log1p",
    "Natural logarithm of 1 plus the operand.",
    &[
        ScalarRow {
            class: TypeClass::Float,
            host: Host::Float(|x| recipes::log1p_f32(x[0]), |x| x[0].ln_1p()),
            mlir: Mlir::By(by_ops!(|x| recipes::log1p(x)), Some("math.log1p")),
        },
        complex_row!(|z| exponential::log1p(z)),
    ],
    jvp_by!(|p, _, t| t / (p[0] + p[0].constant(1.0))),
);

/// Square root.
pub static SQRT: OpDef = unary(
    "sqrt",
    "Square root.",
    &[float!(Mlir::Op("math.sqrt"), |x| x.sqrt()), complex_row!(|z| algebra::sqrt(z))],
    jvp_by!(|_, y, t| t * (y.constant(0.5) / y)),
);

/// 1 over the square root.
pub static RSQRT: OpDef = unary(
    "rsqrt",
    "1 over the square root.",
    &[float!(Mlir::Op("math.rsqrt"), |x| 1.0 / x.sqrt()), complex_row!(|z| algebra::rsqrt(z))],
    jvp_by!(|p, y, t| t * (y.constant(-0.5) * (y / p[0]))),
);

/// Cube root.
pub static CBRT: OpDef = unary_float(
    "cbrt",
    "Cube root.",
    &[float!(Mlir::Op("math.cbrt"), |x| x.cbrt())],
    jvp_by!(|_, y, t| t * (y.constant(1.0 / 3.0) * integer_pow(&y, -2))),
);

/// The operand times itself.
pub static SQUARE: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * (p[0].constant(2.0) * p[0])),
    ..elementwise_op(
        "square",
        "The operand times itself.",
        1,
        NUMBER,
        Lower::Decompose(by_ops!(|x| x * x)),
    )
};

/// Sine.
pub static SIN: OpDef = unary(
    "sin",
    "Sine.",
    &[float!(Mlir::Op("math.sin"), |x| x.sin()), complex_row!(|z| exponential::sin(z))],
    jvp_by!(|p, _, t| t * cos(&p[0])),
);

/// Cosine.
pub static COS: OpDef = unary(
    "cos",
    "Cosine.",
    &[float!(Mlir::Op("math.cos"), |x| x.cos()), complex_row!(|z| exponential::cos(z))],
    jvp_by!(|p, _, t| -(t * sin(&p[0]))),
);

/// Tangent.
pub static TAN: OpDef = unary(
    "tan",
    "Tangent.",
    &[float!(Mlir::Op("math.tan"), |x| x.tan()), complex_row!(|z| exponential::tan(z))],
    jvp_by!(|_, y, t| t * (y.constant(1.0) + square(&y))),
);

/// Hyperbolic sine.
pub static SINH: OpDef = unary(
    "sinh",
    "Hyperbolic sine.",
    &[
        float!(Mlir::Op("math.sinh"), |x| host::through_f64(x, f64::sinh)),
        complex_row!(|z| exponential::sinh(z)),
    ],
    jvp_by!(|p, _, t| t * cosh(&p[0])),
);

/// Hyperbolic cosine.
pub static COSH: OpDef = unary(
    "cosh",
    "Hyperbolic cosine.",
    &[
        float!(Mlir::Op("math.cosh"), |x| host::through_f64(x, f64::cosh)),
        complex_row!(|z| exponential::cosh(z)),
    ],
    jvp_by!(|p, _, t| t * sinh(&p[0])),
);

/// Hyperbolic tangent.
pub static TANH: OpDef = unary(
    "tanh",
    "Hyperbolic tangent.",
    &[float!(Mlir::Op("math.tanh"), |x| x.tanh()), complex_row!(|z| exponential::tanh(z))],
    jvp_by!(|_, y, t| (t + t * y) * (y.constant(1.0) - y)),
);

/// Inverse sine.
pub static ASIN: OpDef = unary(
    "asin",
    "Inverse sine.",
    &[float!(Mlir::Op("math.asin"), |x| x.asin()), complex_row!(|z| inverse::asin(z))],
    jvp_by!(|p, _, t| t * rsqrt(&(p[0].constant(1.0) - square(&p[0])))),
);

/// Inverse cosine.
pub static ACOS: OpDef = unary(
    "acos",
    "Inverse cosine.",
    &[float!(Mlir::Op("math.acos"), |x| x.acos()), complex_row!(|z| inverse::acos(z))],
    jvp_by!(|p, _, t| t * -rsqrt(&(p[0].constant(1.0) - square(&p[0])))),
);

/// Inverse tangent.
pub static ATAN: OpDef = unary(
    "atan",
    "Inverse tangent.",
    &[float!(Mlir::Op("math.atan"), |x| x.atan()), complex_row!(|z| inverse::atan(z))],
    jvp_by!(|p, _, t| t / (p[0].constant(1.0) + square(&p[0]))),
);

/// Inverse hyperbolic sine.
pub static ASINH: OpDef = unary(
    "asinh",
    "Inverse hyperbolic sine.",
    &[
        float!(Mlir::Op("math.asinh"), |x| host::through_f64(x, libm::asinh)),
        complex_row!(|z| inverse::asinh(z)),
    ],
    jvp_by!(|p, _, t| t * rsqrt(&(square(&p[0]) + p[0].constant(1.0)))),
);

/// Inverse hyperbolic cosine.
pub static ACOSH: OpDef = unary(
    "acosh",
    "Inverse hyperbolic cosine.",
    &[
        float!(Mlir::Op("math.acosh"), |x| host::through_f64(x, host::acosh)),
        complex_row!(|z| inverse::acosh(z)),
    ],
    jvp_by!(|p, _, t| {
        let one = p[0].constant(1.0);
        let (below, above) = (p[0] - one, p[0] + one);
        // The root of the product is the product of the roots only right of 0.
        let complex = p[0].ty().dtype.is_complex();
        t * if complex { rsqrt(&below) * rsqrt(&above) } else { rsqrt(&(below * above)) }
    }),
);

/// Inverse hyperbolic tangent.
pub static ATANH: OpDef = unary(
    "atanh",
    "Inverse hyperbolic tangent.",
    &[
        float!(Mlir::Op("math.atanh"), |x| host::through_f64(x, libm::atanh)),
        complex_row!(|z| inverse::atanh(z)),
    ],
    jvp_by!(|p, _, t| {
        let one = p[0].constant(1.0);
        (one / (one + p[0])) * (t / (one - p[0]))
    }),
);

/// The angle of the point (second operand, first operand).
pub static ATAN2: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * (p[1] / (square(&p[0]) + square(&p[1]))), |p, _, t| t * -p[0]
        / (square(&p[0]) + square(&p[1])),),
    ..elementwise_op(
        "atan2",
        "The angle of a point.",
        2,
        FLOAT_OR_COMPLEX,
        Lower::Elementwise(&ATAN2_ROWS),
    )
};
static ATAN2_ROWS: [ScalarRow; 2] =
    [float!(Mlir::Op("math.atan2"), |y, x| y.atan2(x)), complex_row!(|y, x| inverse::atan2(y, x))];

/// `1 / (1 + e^-x)`.
pub static LOGISTIC: OpDef = unary(
    "logistic",
    "1 / (1 + e^-x).",
    &[
        float!(Mlir::By(by_ops!(|x| logistic_by_exp(x)), None), |x| {
            let e = (-x.abs()).exp();
            (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
        }),
        complex_row!(|z| exponential::logistic(z)),
    ],
    jvp_by!(|_, y, t| t * y * (y.constant(1.0) - y)),
);

/// With the exponential of minus the magnitude, which does not overflow: far left the result is that
/// exponential, down to the least subnormal number.
fn logistic_by_exp(x: Val<'_>) -> Val<'_> {
    let one = x.constant(1.0);
    let e = exp(&-abs(&x));
    select_n(&lt(&x, &x.constant(0.0)), &[&one, &e]) / (one + e)
}

op_fns! {
    /// The greatest integer that is no greater than `x`.
    floor(x) = FLOOR;
    /// The least integer that is no less than `x`.
    ceil(x) = CEIL;
    /// True where `x` is neither infinite nor NaN.
    is_finite(x) = IS_FINITE;
    /// e to the power of `x`.
    exp(x) = EXP;
    /// 2 to the power of `x`.
    exp2(x) = EXP2;
    /// e to the power of `x`, less 1.
    expm1(x) = EXPM1;
    /// The natural logarithm of `x`.
    log(x) = LOG;
    /// The natural logarithm of `1 + x`.
    log1p(x) = LOG1P;
    /// The square root of `x`.
    sqrt(x) = SQRT;
    /// 1 over the square root of `x`.
    rsqrt(x) = RSQRT;
    /// The cube root of `x`.
    cbrt(x) = CBRT;
    /// `x * x`.
    square(x) = SQUARE;
    /// The sine of `x`.
    sin(x) = SIN;
    /// The cosine of `x`.
    cos(x) = COS;
    /// The tangent of `x`.
    tan(x) = TAN;
    /// The hyperbolic sine of `x`.
    sinh(x) = SINH;
    /// The hyperbolic cosine of `x`.
    cosh(x) = COSH;
    /// The hyperbolic tangent of `x`.
    tanh(x) = TANH;
    /// The inverse sine of `x`.
    asin(x) = ASIN;
    /// The inverse cosine of `x`.
    acos(x) = ACOS;
    /// The inverse tangent of `x`.
    atan(x) = ATAN;
    /// The inverse hyperbolic sine of `x`.
    asinh(x) = ASINH;
    /// The inverse hyperbolic cosine of `x`.
    acosh(x) = ACOSH;
    /// The inverse hyperbolic tangent of `x`.
    atanh(x) = ATANH;
    /// The angle of the point `(x, y)`.
    atan2(y, x) = ATAN2;
    /// `1 / (1 + e^-x)`.
    logistic(x) = LOGISTIC;
}
