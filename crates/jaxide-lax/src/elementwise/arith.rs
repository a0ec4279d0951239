//! Arithmetic: integers wrap, division by zero has JAX's value, floats are IEEE.

use jaxide_ir::{
    ArrayType, Call, Handle, Host, Lower, Mlir, OpDef, OutTypes, ParamDef, ParamKind, Params,
    Result, Rule, RuleCx, Scalar, ScalarRow, Value, rules::Jvp,
};
use smallvec::smallvec;

use super::{
    complex::{algebra, conj, exponential, infer_part, real},
    convert_element_type, eq, floor, gt, host, log, lt, op_fns, select_n,
};
use crate::{
    Val, by_ops, complex_row, complex_to_float, diag, float, int, jvp_by,
    templates::{
        ANY, FLOAT, FLOAT_OR_COMPLEX, INTEGER, NUMBER, REAL, SIGNED_OR_COMPLEX, all_weak, bind1,
        broadcast_shapes, check_classes, elementwise_op, jvp_linear, jvp_terms, jvp_zero,
    },
    transpose_by,
};

/// Rows of an op that is one MLIR operation on floats and one on integers.
const fn arith_rows(
    float: ScalarRow,
    complex: ScalarRow,
    int: fn(&[i128], jaxide_ir::IntType) -> i128,
    signed: Mlir,
    unsigned: Mlir,
) -> [ScalarRow; 4] {
    use jaxide_ir::TypeClass::{SignedInt, UnsignedInt};
    let int = Host::Int(int);
    [
        float,
        complex,
        ScalarRow { class: SignedInt, host: int, mlir: signed },
        ScalarRow { class: UnsignedInt, host: int, mlir: unsigned },
    ]
}

const NEG_INT: Mlir =
    Mlir::By(by_ops!(|x| Val::literal(x.cx(), Scalar::zero(x.ty().dtype)) - x), None);

/// Negation.
pub static NEG: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: transpose_by!(|ct, _| Some(-ct)),
    ..elementwise_op("neg", "Negation.", 1, NUMBER, Lower::Elementwise(&NEG_ROWS))
};
static NEG_ROWS: [ScalarRow; 4] = [
    float!(Mlir::Op("arith.negf"), |x| -x),
    complex_row!(|z| -z),
    int!(SignedInt, NEG_INT, |x; _ty| -x),
    int!(UnsignedInt, NEG_INT, |x; _ty| -x),
];

/// -1, 0 or 1; the operand itself where it is a zero or NaN. Of a complex number the point of the
/// unit circle in its direction.
pub static SIGN: OpDef = OpDef {
    jvp: Rule::Is(jvp_zero),
    ..elementwise_op("sign", "-1, 0 or 1 by sign.", 1, NUMBER, Lower::Elementwise(&SIGN_ROWS))
};
static SIGN_ROWS: [ScalarRow; 4] = [
    complex_row!(|z| algebra::sign(z)),
    float!(Mlir::By(by_ops!(|x| sign_by_select(x)), None), |x| host::sign(x)),
    int!(SignedInt, Mlir::By(by_ops!(|x| sign_by_select(x)), None), |x; _ty| x.signum()),
    int!(UnsignedInt, Mlir::By(by_ops!(|x| sign_by_select(x)), None), |x; _ty| x.signum()),
];

fn sign_by_select(x: Val<'_>) -> Val<'_> {
    let zero = x.constant(0.0);
    let positive = select_n(&gt(&x, &zero), &[&x, &x.constant(1.0)]);
    if x.ty().dtype.is_unsigned_integer() {
        return positive;
    }
    select_n(&lt(&x, &zero), &[&positive, &x.constant(-1.0)])
}

/// Absolute value; that of the least integer is itself, that of a complex number is a float.
pub static ABS: OpDef = OpDef {
    infer: infer_part,
    jvp: jvp_by!(|p, out, t| abs_tangent(p[0], out, t)),
    ..elementwise_op("abs", "Absolute value.", 1, SIGNED_OR_COMPLEX, Lower::Elementwise(&ABS_ROWS))
};
static ABS_ROWS: [ScalarRow; 3] = [
    complex_to_float!(|z| algebra::abs(z)),
    float!(Mlir::Op("math.absf"), |x| x.abs()),
    int!(SignedInt, Mlir::Op("math.absi"), |x; _ty| x.abs()),
];

fn abs_tangent<'b>(x: Val<'b>, out: Val<'b>, t: Val<'b>) -> Val<'b> {
    if !x.ty().dtype.is_complex() {
        return select_n(&super::ge(&x, &x.constant(0.0)), &[&-t, &t]);
    }
    let size = replace_zero(convert_element_type(&out, x.ty().dtype));
    real(&(t * (conj(&x) / size)))
}

/// Sum.
pub static ADD: OpDef = OpDef {
    jvp: jvp_by!(|_, _, t| t, |_, _, t| t),
    transpose: transpose_by!(|ct, _| Some(ct), |ct, _| Some(ct)),
    ..elementwise_op("add", "Sum.", 2, NUMBER, Lower::Elementwise(&ADD_ROWS))
};
static ADD_ROWS: [ScalarRow; 4] = arith_rows(
    float!(Mlir::Op("arith.addf"), |x, y| x + y),
    complex_row!(|x, y| x + y),
    |a, _| a[0].wrapping_add(a[1]),
    Mlir::Op("arith.addi"),
    Mlir::Op("arith.addi"),
);

/// Sum of cotangents of one value.
pub static ADD_ANY: OpDef = OpDef {
    jvp: jvp_by!(|_, _, t| t, |_, _, t| t),
    transpose: transpose_by!(|ct, _| Some(ct), |ct, _| Some(ct)),
    ..elementwise_op("add_any", "Sum of cotangents.", 2, NUMBER, Lower::Elementwise(&ADD_ROWS))
};

/// Difference.
pub static SUB: OpDef = OpDef {
    jvp: jvp_by!(|_, _, t| t, |_, _, t| -t),
    transpose: transpose_by!(|ct, _| Some(ct), |ct, _| Some(-ct)),
    ..elementwise_op("sub", "Difference.", 2, NUMBER, Lower::Elementwise(&SUB_ROWS))
};
static SUB_ROWS: [ScalarRow; 4] = arith_rows(
    float!(Mlir::Op("arith.subf"), |x, y| x - y),
    complex_row!(|x, y| x - y),
    |a, _| a[0].wrapping_sub(a[1]),
    Mlir::Op("arith.subi"),
    Mlir::Op("arith.subi"),
);

/// Product.
pub static MUL: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * p[1], |p, _, t| p[0] * t),
    transpose: transpose_by!(|ct, known| known[1].map(|y| ct * y), |ct, known| known[0]
        .map(|x| x * ct),),
    ..elementwise_op("mul", "Product.", 2, NUMBER, Lower::Elementwise(&MUL_ROWS))
};
static MUL_ROWS: [ScalarRow; 4] = arith_rows(
    float!(Mlir::Op("arith.mulf"), |x, y| x * y),
    complex_row!(|x, y| x * y),
    |a, _| a[0].wrapping_mul(a[1]),
    Mlir::Op("arith.muli"),
    Mlir::Op("arith.muli"),
);

/// Quotient; integers truncate, over zero they give all ones.
pub static DIV: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t / p[1], |p, _, t| -t * p[0] * integer_pow(&p[1], -2)),
    transpose: transpose_by!(|ct, known| known[1].map(|y| ct / y), |_, _| None),
    ..elementwise_op("div", "Quotient.", 2, NUMBER, Lower::Elementwise(&DIV_ROWS))
};
static DIV_ROWS: [ScalarRow; 4] = arith_rows(
    float!(Mlir::Op("arith.divf"), |x, y| x / y),
    complex_row!(|x, y| x / y),
    |a, _| host::divide(a[0], a[1]),
    Mlir::Custom,
    Mlir::Custom,
);

/// Remainder with the sign of the dividend; of integers over zero the dividend.
pub static REM: OpDef = OpDef {
    jvp: jvp_by!(|_, _, t| t, |p, _, t| {
        let quotient = p[0] / p[1];
        -t * sign(&quotient) * floor(&abs(&quotient))
    }),
    ..elementwise_op("rem", "Remainder.", 2, REAL, Lower::Elementwise(&REM_ROWS))
};
static REM_ROWS: [ScalarRow; 3] = [
    float!(Mlir::Op("arith.remf"), |x, y| x % y),
    int!(SignedInt, Mlir::Custom, |x, y; _ty| host::remainder(x, y)),
    int!(UnsignedInt, Mlir::Custom, |x, y; _ty| host::remainder(x, y)),
];

/// The larger operand; NaN if one is. Complex numbers are ordered by the real, then by the imaginary
/// part; where neither is larger, which NaN makes so, the second counts.
pub static MAX: OpDef = OpDef {
    jvp: jvp_by!(|p, out, t| t * balanced(p[0], out, p[1]), |p, out, t| t * balanced(
        p[1], out, p[0]
    ),),
    ..elementwise_op("max", "The larger operand.", 2, ANY, Lower::Elementwise(&MAX_ROWS))
};
static MAX_ROWS: [ScalarRow; 5] = [
    complex_row!(|x, y| algebra::greater_one(x, y)),
    float!(Mlir::Op("arith.maximumf"), |x, y| host::maximum(x, y)),
    int!(SignedInt, Mlir::Op("arith.maxsi"), |x, y; _ty| x.max(y)),
    int!(UnsignedInt, Mlir::Op("arith.maxui"), |x, y; _ty| x.max(y)),
    int!(Bool, Mlir::Op("arith.ori"), |x, y; _ty| x | y),
];

/// The smaller operand; NaN if one is. Complex numbers are ordered by the real, then by the imaginary
/// part; where neither is smaller, which NaN makes so, the second counts.
pub static MIN: OpDef = OpDef {
    jvp: jvp_by!(|p, out, t| t * balanced(p[0], out, p[1]), |p, out, t| t * balanced(
        p[1], out, p[0]
    ),),
    ..elementwise_op("min", "The smaller operand.", 2, ANY, Lower::Elementwise(&MIN_ROWS))
};
static MIN_ROWS: [ScalarRow; 5] = [
    complex_row!(|x, y| algebra::lesser_one(x, y)),
    float!(Mlir::Op("arith.minimumf"), |x, y| host::minimum(x, y)),
    int!(SignedInt, Mlir::Op("arith.minsi"), |x, y; _ty| x.min(y)),
    int!(UnsignedInt, Mlir::Op("arith.minui"), |x, y; _ty| x.min(y)),
    int!(Bool, Mlir::Op("arith.andi"), |x, y; _ty| x & y),
];

/// 1 where `x` is the result, 0 where `other` is, one half where both are.
pub(crate) fn balanced<'b>(x: Val<'b>, out: Val<'b>, other: Val<'b>) -> Val<'b> {
    let choose = |of: Val<'b>, no: f64, yes: f64| {
        select_n(&eq(&of, &out), &[&out.constant(no), &out.constant(yes)])
    };
    choose(x, 0.0, 1.0) / choose(other, 1.0, 2.0)
}

/// Power of floats or complex numbers; the exponent may be an integer array.
pub static POW: OpDef = OpDef {
    infer: infer_pow,
    jvp: jvp_by!(|p, _, t| t * pow_derivative(p[0], p[1]), |p, out, t| t
        * log(&replace_zero(p[0]))
        * out,),
    ..elementwise_op("pow", "Power of floats.", 2, FLOAT_OR_COMPLEX, Lower::Elementwise(&POW_ROWS))
};
// A square is the correctly rounded second power, which lets passes replace one by the other.
static POW_ROWS: [ScalarRow; 2] = [
    float!(Mlir::Op("math.powf"), |x, y| if y == 2.0 { x * x } else { x.powf(y) }),
    complex_row!(|x, y| exponential::pow(x, y)),
];

fn infer_pow(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (base, exponent) = (types[0], types[1]);
    if exponent.dtype != base.dtype && !exponent.dtype.is_integer() {
        return Err(diag::dtype_mismatch(call.op.name, base.dtype, exponent.dtype));
    }
    let shape = broadcast_shapes(call.op.name, types)?;
    Ok(smallvec![ArrayType { dtype: base.dtype, shape, weak: all_weak(types) }])
}

/// `y * x^(y-1)`; 0 where an integer `y` is 0.
fn pow_derivative<'b>(x: Val<'b>, y: Val<'b>) -> Val<'b> {
    let power = pow(&x, &(y - y.constant(1.0)));
    if !y.ty().dtype.is_integer() {
        return y * power;
    }
    let factor = convert_element_type(&y, x.ty().dtype);
    let derivative = factor * power;
    select_n(&eq(&y, &y.constant(0.0)), &[&derivative, &x.constant(0.0)])
}

/// The value with 1 in place of zeros.
fn replace_zero(x: Val<'_>) -> Val<'_> {
    select_n(&eq(&x, &x.constant(0.0)), &[&x, &x.constant(1.0)])
}

/// Power by a constant integer, by repeated multiplication; negative exponents of floats give the
/// reciprocal of the power.
pub static INTEGER_POW: OpDef = OpDef {
    params: &[ParamDef::required("y", ParamKind::Int)],
    infer: infer_integer_pow,
    jvp: Rule::Is(jvp_integer_pow),
    ..elementwise_op("integer_pow", "Power by a constant integer.", 1, NUMBER, Lower::ElementwiseBy)
};

fn infer_integer_pow(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let y = call.params.int("y");
    if y < 0 && types[0].dtype.is_integer() {
        return Err(diag::bad_param(call.op.name, "y", "0 or more for integers", y.to_string()));
    }
    super::infer(call, types)
}

fn jvp_integer_pow<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let y = call.params.int("y");
    if y == 0 {
        return jvp_terms(call, primals, &[None], &[]);
    }
    let (mut outs, _) = jvp_terms(call, primals, &[None], &[])?;
    let Some(tangent) = tangents[0].map(Val) else { return Ok((outs, vec![None])) };
    let x = Val(primals[0]);
    let derivative = x.constant(y as f64) * integer_pow(&x, y - 1);
    Ok((std::mem::take(&mut outs), vec![Some((tangent * derivative).0)]))
}

/// `x` to the power of `y`.
///
/// # Panics
/// When the op refuses the operand's type, or `y` is negative and `x` an integer.
#[track_caller]
pub fn integer_pow<V: Value>(x: &V, y: i64) -> V {
    bind1(&INTEGER_POW, Params::new().with("y", y), &[x])
}

/// `x * y + z` with one rounding; bf16 and f16 in f32.
pub static FMA: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t * p[1], |p, _, t| p[0] * t, |_, _, t| t),
    ..elementwise_op("fma", "Fused multiply-add.", 3, FLOAT, Lower::Elementwise(&FMA_ROWS))
};
static FMA_ROWS: [ScalarRow; 1] = [float!(Mlir::Op("math.fma"), |x, y, z| x.mul_add(y, z))];

/// The upper half of the double-width product of integers.
pub static MULHI: OpDef = OpDef {
    jvp: Rule::Is(jvp_zero),
    ..elementwise_op(
        "mulhi",
        "Upper half of a product.",
        2,
        INTEGER,
        Lower::Elementwise(&MULHI_ROWS),
    )
};
static MULHI_ROWS: [ScalarRow; 2] = [
    int!(SignedInt, Mlir::Custom, |x, y; ty| host::multiply_high(x, y, ty)),
    int!(UnsignedInt, Mlir::Custom, |x, y; ty| host::multiply_high(x, y, ty)),
];

op_fns! {
    /// `-x`.
    neg(x) = NEG;
    /// -1, 0 or 1 by the sign of `x`; `x` itself where it is a zero or NaN.
    sign(x) = SIGN;
    /// The absolute value of `x`.
    abs(x) = ABS;
    /// `x + y`.
    add(x, y) = ADD;
    /// `x + y`, of cotangents.
    add_any(x, y) = ADD_ANY;
    /// `x - y`.
    sub(x, y) = SUB;
    /// `x * y`.
    mul(x, y) = MUL;
    /// `x / y`; integers truncate, over zero they give all ones.
    div(x, y) = DIV;
    /// The remainder of `x / y` with the sign of `x`; of integers over zero `x`.
    rem(x, y) = REM;
    /// The larger of both; NaN if one is.
    max(x, y) = MAX;
    /// The smaller of both; NaN if one is.
    min(x, y) = MIN;
    /// `x` to the power of `y`, which may be an integer array.
    pow(x, y) = POW;
    /// `x * y + z` with one rounding.
    fma(x, y, z) = FMA;
    /// The upper half of the double-width product of integers.
    mulhi(x, y) = MULHI;
}
