//! Error functions and neighbours of floats.

use jaxide_ir::{Host, IntType, Lower, Mlir, OpDef, Rule, Scalar, ScalarRow, TypeClass, Value};

use super::{
    add, bitcast_convert_type, eq, exp, gt, host, lt, ne, op_fns, or, recipes, select_n,
    signed_of_width, square,
};
use crate::{
    Val, by_ops, float, jvp_by,
    templates::{FLOAT, elementwise_op, jvp_zero},
};

const TWO_BY_SQRT_PI: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// Error function.
pub static ERF: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t.constant(TWO_BY_SQRT_PI) * (t * exp(&-square(&p[0])))),
    ..elementwise_op("erf", "Error function.", 1, FLOAT, Lower::Elementwise(&ERF_ROWS))
};
static ERF_ROWS: [ScalarRow; 1] =
    [float!(Mlir::Op("math.erf"), |x| host::through_f64(x, libm::erf))];

/// 1 less the error function.
pub static ERFC: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| t.constant(-TWO_BY_SQRT_PI) * (t * exp(&-square(&p[0])))),
    ..elementwise_op("erfc", "1 less the error function.", 1, FLOAT, Lower::Elementwise(&ERFC_ROWS))
};
static ERFC_ROWS: [ScalarRow; 1] =
    [float!(Mlir::Op("math.erfc"), |x| host::through_f64(x, libm::erfc))];

/// Inverse error function.
pub static ERF_INV: OpDef = OpDef {
    jvp: jvp_by!(|_, y, t| t.constant(1.0 / TWO_BY_SQRT_PI) * (t * exp(&square(&y)))),
    ..elementwise_op(
        "erf_inv",
        "Inverse error function.",
        1,
        FLOAT,
        Lower::Elementwise(&ERF_INV_ROWS),
    )
};
static ERF_INV_ROWS: [ScalarRow; 1] = [ScalarRow {
    class: TypeClass::Float,
    host: Host::Float(|x| recipes::erf_inv_f32(x[0]), |x| recipes::erf_inv_f64(x[0])),
    mlir: Mlir::By(by_ops!(|x| recipes::erf_inv(x)), None),
}];

/// The float next to the first operand on the way to the second.
pub static NEXTAFTER: OpDef = OpDef {
    jvp: Rule::Is(jvp_zero),
    ..elementwise_op(
        "nextafter",
        "The neighbouring float.",
        2,
        FLOAT,
        Lower::Decompose(by_ops!(|x, y| neighbour(x, y))),
    )
};

/// One step in the bit pattern: away from zero where `y` lies beyond `x`, else towards it.
fn neighbour<'b>(x: Val<'b>, y: Val<'b>) -> Val<'b> {
    let (dtype, int) = (x.ty().dtype, signed_of_width(x.ty().dtype));
    let zero = x.constant(0.0);
    let bits = bitcast_convert_type(&x, int);
    let (one, minus) = (bits.constant(1.0), bits.constant(-1.0));
    let away = eq(&lt(&x, &y), &gt(&x, &zero));
    let stepped = add(&bits, &select_n(&away, &[&minus, &one]));
    let least_negative = Val::literal(x.cx(), Scalar::int(int, IntType::of(int).min() + 1));
    let from_zero = select_n(&lt(&y, &zero), &[&one, &least_negative]);
    let next = select_n(&eq(&x, &zero), &[&stepped, &from_zero]);
    let next = bitcast_convert_type(&next, dtype);
    let next = select_n(&eq(&x, &y), &[&next, &y]);
    select_n(&or(&ne(&x, &x), &ne(&y, &y)), &[&next, &(x + y)])
}

op_fns! {
    /// The error function of `x`.
    erf(x) = ERF;
    /// 1 less the error function of `x`.
    erfc(x) = ERFC;
    /// The inverse error function of `x`.
    erf_inv(x) = ERF_INV;
    /// The float next to `x` on the way to `y`.
    nextafter(x, y) = NEXTAFTER;
}
