//! Bitwise logic, shifts and bit counts. On bool the bitwise ops are the logical ones.

use jaxide_ir::{Host, IntType, Lower, Mlir, OpDef, Rule, Scalar, ScalarRow, TypeClass, Value};

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
    classes: &'static [TypeClass],
    rows: &'static [ScalarRow],
) -> OpDef {
    OpDef {
        jvp: Rule::Is(jvp_zero),
        ..elementwise_op(name, summary, operands, classes, Lower::Elementwise(rows))
    }
}

/// Rows with one meaning for both kinds of integers.
const fn int_rows(host: fn(&[i128], IntType) -> i128, mlir: Mlir) -> [ScalarRow; 2] {
    let host = Host::Int(host);
    [
        ScalarRow { class: TypeClass::SignedInt, host, mlir },
        ScalarRow { class: TypeClass::UnsignedInt, host, mlir },
    ]
}

/// Rows with one meaning for bool and integers.
const fn bit_rows(host: fn(&[i128], IntType) -> i128, name: &'static str) -> [ScalarRow; 3] {
    let [signed, unsigned] = int_rows(host, Mlir::Op(name));
    [signed, unsigned, ScalarRow { class: TypeClass::Bool, ..signed }]
}

static AND_ROWS: [ScalarRow; 3] = bit_rows(|a, _| a[0] & a[1], "arith.andi");
static OR_ROWS: [ScalarRow; 3] = bit_rows(|a, _| a[0] | a[1], "arith.ori");
static XOR_ROWS: [ScalarRow; 3] = bit_rows(|a, _| a[0] ^ a[1], "arith.xori");
static NOT_ROWS: [ScalarRow; 3] = [
    int!(SignedInt, Mlir::By(by_ops!(|x| flip(x)), None), |x; _ty| !x),
    int!(UnsignedInt, Mlir::By(by_ops!(|x| flip(x)), None), |x; _ty| !x),
    int!(Bool, Mlir::By(by_ops!(|x| flip(x)), None), |x; _ty| 1 - x),
];
static SHIFT_LEFT_ROWS: [ScalarRow; 2] =
    int_rows(|a, ty| host::shift_left(a[0], a[1], ty), Mlir::Custom);
static SHIFT_RIGHT_LOGICAL_ROWS: [ScalarRow; 2] =
    int_rows(|a, ty| host::shift_right_logical(a[0], a[1], ty), Mlir::Custom);
static SHIFT_RIGHT_ARITHMETIC_ROWS: [ScalarRow; 2] =
    int_rows(|a, ty| host::shift_right_arithmetic(a[0], a[1], ty), Mlir::Custom);
static POPULATION_COUNT_ROWS: [ScalarRow; 2] =
    int_rows(|a, ty| host::unsigned_bits(a[0], ty).count_ones().into(), Mlir::Op("math.ctpop"));
static CLZ_ROWS: [ScalarRow; 2] = int_rows(
    |a, ty| i128::from(host::unsigned_bits(a[0], ty).leading_zeros() + ty.bits) - 128,
    Mlir::Op("math.ctlz"),
);

/// Bitwise and.
pub static AND: OpDef = logical("and", "Bitwise and.", 2, BOOL_OR_INTEGER, &AND_ROWS);
/// Bitwise or.
pub static OR: OpDef = logical("or", "Bitwise or.", 2, BOOL_OR_INTEGER, &OR_ROWS);
/// Bitwise exclusive or.
pub static XOR: OpDef = logical("xor", "Bitwise exclusive or.", 2, BOOL_OR_INTEGER, &XOR_ROWS);
/// Bitwise complement.
pub static NOT: OpDef = logical("not", "Bitwise complement.", 1, BOOL_OR_INTEGER, &NOT_ROWS);
/// Left shift; by the width or more it gives 0.
pub static SHIFT_LEFT: OpDef = logical("shift_left", "Left shift.", 2, INTEGER, &SHIFT_LEFT_ROWS);
/// Right shift that fills with zeros; by the width or more it gives 0.
pub static SHIFT_RIGHT_LOGICAL: OpDef = logical(
    "shift_right_logical",
    "Right shift that fills with zeros.",
    2,
    INTEGER,
    &SHIFT_RIGHT_LOGICAL_ROWS,
);
/// Right shift that fills with the sign; by the width or more it gives only that.
pub static SHIFT_RIGHT_ARITHMETIC: OpDef = logical(
    "shift_right_arithmetic",
    "Right shift that fills with the sign.",
    2,
    INTEGER,
    &SHIFT_RIGHT_ARITHMETIC_ROWS,
);
/// Number of one bits.
pub static POPULATION_COUNT: OpDef =
    logical("population_count", "Number of one bits.", 1, INTEGER, &POPULATION_COUNT_ROWS);
/// Number of leading zero bits.
pub static CLZ: OpDef = logical("clz", "Number of leading zero bits.", 1, INTEGER, &CLZ_ROWS);

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
