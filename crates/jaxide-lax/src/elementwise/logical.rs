//! Bitwise logic, shifts and bit counts. On bool the bitwise ops are the logical ones.

use jaxide_ir::{Lower, Mlir, OpDef, Rule, Scalar, ScalarRow, Value};

use super::{host, op_fns};
use crate::{
    Val, by_ops, int,
    templates::{BOOL_OR_INTEGER, INTEGER, elementwise_op, jvp_zero},
};

/// An op on integers, and bool where `classes` say so, that has no derivative.
const fn logical(
    name: &'static str,
    summary: &'static str,
    operands: usize,
    classes: &'static [jaxide_ir::TypeClass],
    rows: &'static [ScalarRow],
) -> OpDef {
    OpDef {
        jvp: Rule::Is(jvp_zero),
        ..elementwise_op(name, summary, operands, classes, Lower::Elementwise(rows))
    }
}

/// One row per class with the same meaning in each.
macro_rules! same_rows {
    ($mlir:expr, $($class:ident)+, |$($x:ident),+; $ty:ident| $body:expr) => {
        &[$(int!($class, $mlir, |$($x),+; $ty| $body)),+]
    };
}

static AND_ROWS: &[ScalarRow] =
    same_rows!(Mlir::Op("arith.andi"), SignedInt UnsignedInt Bool, |x, y; _ty| x & y);
static OR_ROWS: &[ScalarRow] =
    same_rows!(Mlir::Op("arith.ori"), SignedInt UnsignedInt Bool, |x, y; _ty| x | y);
static XOR_ROWS: &[ScalarRow] =
    same_rows!(Mlir::Op("arith.xori"), SignedInt UnsignedInt Bool, |x, y; _ty| x ^ y);
static NOT_ROWS: &[ScalarRow] = &[
    int!(SignedInt, Mlir::By(by_ops!(|x| flip(x)), None), |x; _ty| !x),
    int!(UnsignedInt, Mlir::By(by_ops!(|x| flip(x)), None), |x; _ty| !x),
    int!(Bool, Mlir::By(by_ops!(|x| flip(x)), None), |x; _ty| 1 - x),
];
static SHIFT_LEFT_ROWS: &[ScalarRow] =
    same_rows!(Mlir::Custom, SignedInt UnsignedInt, |x, y; ty| host::shift_left(x, y, ty));
static SHIFT_RIGHT_LOGICAL_ROWS: &[ScalarRow] =
    same_rows!(Mlir::Custom, SignedInt UnsignedInt, |x, y; ty| host::shift_right_logical(x, y, ty));
static SHIFT_RIGHT_ARITHMETIC_ROWS: &[ScalarRow] = same_rows!(
    Mlir::Custom, SignedInt UnsignedInt,
    |x, y; ty| host::shift_right_arithmetic(x, y, ty)
);
static POPULATION_COUNT_ROWS: &[ScalarRow] = same_rows!(
    Mlir::Op("math.ctpop"), SignedInt UnsignedInt,
    |x; ty| i128::from(host::unsigned_bits(x, ty).count_ones())
);
static CLZ_ROWS: &[ScalarRow] = same_rows!(
    Mlir::Op("math.ctlz"), SignedInt UnsignedInt,
    |x; ty| i128::from(host::unsigned_bits(x, ty).leading_zeros() + ty.bits) - 128
);

/// Bitwise and.
pub static AND: OpDef = logical("and", "Bitwise and.", 2, BOOL_OR_INTEGER, AND_ROWS);
/// Bitwise or.
pub static OR: OpDef = logical("or", "Bitwise or.", 2, BOOL_OR_INTEGER, OR_ROWS);
/// Bitwise exclusive or.
pub static XOR: OpDef = logical("xor", "Bitwise exclusive or.", 2, BOOL_OR_INTEGER, XOR_ROWS);
/// Bitwise complement.
pub static NOT: OpDef = logical("not", "Bitwise complement.", 1, BOOL_OR_INTEGER, NOT_ROWS);
/// Left shift; by the width or more it gives 0.
pub static SHIFT_LEFT: OpDef = logical("shift_left", "Left shift.", 2, INTEGER, SHIFT_LEFT_ROWS);
/// Right shift that fills with zeros; by the width or more it gives 0.
pub static SHIFT_RIGHT_LOGICAL: OpDef = logical(
    "shift_right_logical",
    "Right shift that fills with zeros.",
    2,
    INTEGER,
    SHIFT_RIGHT_LOGICAL_ROWS,
);
/// Right shift that fills with the sign; by the width or more it gives only that.
pub static SHIFT_RIGHT_ARITHMETIC: OpDef = logical(
    "shift_right_arithmetic",
    "Right shift that fills with the sign.",
    2,
    INTEGER,
    SHIFT_RIGHT_ARITHMETIC_ROWS,
);
/// Number of one bits.
pub static POPULATION_COUNT: OpDef =
    logical("population_count", "Number of one bits.", 1, INTEGER, POPULATION_COUNT_ROWS);
/// Number of leading zero bits.
pub static CLZ: OpDef = logical("clz", "Number of leading zero bits.", 1, INTEGER, CLZ_ROWS);

fn flip(x: Val<'_>) -> Val<'_> {
    xor(&x, &Val::literal(x.cx(), Scalar::int(x.ty().dtype, -1)))
}

op_fns! {
    /// Bitwise `x & y`.
    and(x, y) = AND;
    /// Bitwise `x | y`.
    or(x, y) = OR;
    /// Bitwise `x ^ y`.
    xor(x, y) = XOR;
    /// Bitwise `!x`.
    not(x) = NOT;
    /// `x << y`; 0 where `y` is the width or more.
    shift_left(x, y) = SHIFT_LEFT;
    /// `x >> y` filled with zeros; 0 where `y` is the width or more.
    shift_right_logical(x, y) = SHIFT_RIGHT_LOGICAL;
    /// `x >> y` filled with the sign of `x`.
    shift_right_arithmetic(x, y) = SHIFT_RIGHT_ARITHMETIC;
    /// The number of one bits in `x`.
    population_count(x) = POPULATION_COUNT;
    /// The number of leading zero bits of `x`.
    clz(x) = CLZ;
}
