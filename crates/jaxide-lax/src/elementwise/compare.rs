//! Comparisons. Those with `_to` order floats totally: -NaN, -inf, .., -0, 0, .., inf, NaN.

use jaxide_ir::{Lower, Mlir, OpDef, Rule, ScalarRow, Value};

use super::{complex::algebra, op_fns};
use crate::{
    Val, by_ops, complex_test, float_test, int_test,
    templates::{ANY, REAL_OR_BOOL, elementwise_op, infer_comparison, jvp_zero},
};

/// A comparison of operands of one dtype.
const fn comparison(
    name: &'static str,
    summary: &'static str,
    rows: &'static [ScalarRow],
) -> OpDef {
    OpDef {
        infer: infer_comparison,
        jvp: Rule::Is(jvp_zero),
        ..elementwise_op(name, summary, 2, REAL_OR_BOOL, Lower::Elementwise(rows))
    }
}

/// A comparison that complex numbers have too.
const fn equality(name: &'static str, summary: &'static str, rows: &'static [ScalarRow]) -> OpDef {
    OpDef { classes: ANY, ..comparison(name, summary, rows) }
}

/// Rows of a comparison: a float row, `arith.cmpi` predicates for signed and for unsigned, and a
/// complex row where there is one.
macro_rules! compare_rows {
    ($float:expr, $signed:literal, $unsigned:literal, |$x:ident, $y:ident| $body:expr) => {
        compare_rows!($float, $signed, $unsigned, |$x, $y| $body;)
    };
    ($float:expr, $signed:literal, $unsigned:literal, |$x:ident, $y:ident| $body:expr; $($complex:expr)?) => {
        &[
            $float,
            int_test!(SignedInt, Mlir::CmpI($signed), |$x, $y| $body),
            int_test!(UnsignedInt, Mlir::CmpI($unsigned), |$x, $y| $body),
            int_test!(Bool, Mlir::CmpI($unsigned), |$x, $y| $body),
            $($complex,)?
        ]
    };
}

static EQ_ROWS: &[ScalarRow] = compare_rows!(float_test!(Mlir::CmpF("oeq"), |x, y| x == y), "eq", "eq", |x, y| x == y; complex_test!(|x, y| algebra::equal(x, y)));
static NE_ROWS: &[ScalarRow] = compare_rows!(float_test!(Mlir::CmpF("une"), |x, y| x != y), "ne", "ne", |x, y| x != y; complex_test!(|x, y| algebra::differ(x, y)));
static LT_ROWS: &[ScalarRow] =
    compare_rows!(float_test!(Mlir::CmpF("olt"), |x, y| x < y), "slt", "ult", |x, y| x < y);
static LE_ROWS: &[ScalarRow] =
    compare_rows!(float_test!(Mlir::CmpF("ole"), |x, y| x <= y), "sle", "ule", |x, y| x <= y);
static GT_ROWS: &[ScalarRow] =
    compare_rows!(float_test!(Mlir::CmpF("ogt"), |x, y| x > y), "sgt", "ugt", |x, y| x > y);
static GE_ROWS: &[ScalarRow] =
    compare_rows!(float_test!(Mlir::CmpF("oge"), |x, y| x >= y), "sge", "uge", |x, y| x >= y);

/// Equality; NaN equals nothing.
pub static EQ: OpDef = equality("eq", "Equality.", EQ_ROWS);
/// Inequality; NaN differs from everything.
pub static NE: OpDef = equality("ne", "Inequality.", NE_ROWS);
/// Less than.
pub static LT: OpDef = comparison("lt", "Less than.", LT_ROWS);
/// Less than or equal.
pub static LE: OpDef = comparison("le", "Less than or equal.", LE_ROWS);
/// Greater than.
pub static GT: OpDef = comparison("gt", "Greater than.", GT_ROWS);
/// Greater than or equal.
pub static GE: OpDef = comparison("ge", "Greater than or equal.", GE_ROWS);

static EQ_TO_ROWS: &[ScalarRow] = compare_rows!(
    float_test!(
        Mlir::By(by_ops!(|x, y| eq(&total_order_key(x), &total_order_key(y))), None),
        |x, y| x.total_cmp(&y).is_eq()
    ),
    "eq",
    "eq",
    |x, y| x == y
);
static LT_TO_ROWS: &[ScalarRow] = compare_rows!(
    float_test!(
        Mlir::By(by_ops!(|x, y| lt(&total_order_key(x), &total_order_key(y))), None),
        |x, y| x.total_cmp(&y).is_lt()
    ),
    "slt",
    "ult",
    |x, y| x < y
);
static LE_TO_ROWS: &[ScalarRow] = compare_rows!(
    float_test!(
        Mlir::By(by_ops!(|x, y| le(&total_order_key(x), &total_order_key(y))), None),
        |x, y| x.total_cmp(&y).is_le()
    ),
    "sle",
    "ule",
    |x, y| x <= y
);

/// Equality in the total order.
pub static EQ_TO: OpDef = comparison("eq_to", "Equality in the total order.", EQ_TO_ROWS);
/// Less than in the total order.
pub static LT_TO: OpDef = comparison("lt_to", "Less than in the total order.", LT_TO_ROWS);
/// Less than or equal in the total order.
pub static LE_TO: OpDef = comparison("le_to", "Less than or equal in the total order.", LE_TO_ROWS);

/// Signed integers that are ordered as floats are in the total order.
fn total_order_key(x: Val<'_>) -> Val<'_> {
    let int = super::signed_of_width(x.ty().dtype);
    let bits = super::bitcast_convert_type(&x, int);
    let width = bits.constant(f64::from(int.bits() - 1));
    let mask = super::shift_right_logical(
        &super::shift_right_arithmetic(&bits, &width),
        &bits.constant(1.0),
    );
    super::xor(&bits, &mask)
}

op_fns! {
    /// `x == y`.
    eq(x, y) = EQ;
    /// `x != y`.
    ne(x, y) = NE;
    /// `x < y`.
    lt(x, y) = LT;
    /// `x <= y`.
    le(x, y) = LE;
    /// `x > y`.
    gt(x, y) = GT;
    /// `x >= y`.
    ge(x, y) = GE;
    /// `x == y` in the total order.
    eq_to(x, y) = EQ_TO;
    /// `x < y` in the total order.
    lt_to(x, y) = LT_TO;
    /// `x <= y` in the total order.
    le_to(x, y) = LE_TO;
}
