//! `sig.copysign`: an elementwise op. Its rows say what it is per class of dtypes, on the host and
//! in MLIR, so the engines, constant folding and fusion need nothing else.

use jaxide_ir::{Lower, Mlir, OpDef, Params, ScalarRow, Value};
use jaxide_lax::{
    Val, by_ops, eq, float, int, jvp_by, lt, select_n,
    templates::{SIGNED, bind1, elementwise_op},
};

/// The magnitude of the first operand with the sign of the second.
pub static COPYSIGN: OpDef = OpDef {
    jvp: jvp_by!(|p, _, t| {
        let one = t.constant(1.0);
        t * (copysign(&one, &p[0]) * copysign(&one, &p[1]))
    }),
    ..elementwise_op(
        "sig.copysign",
        "The magnitude of the first operand with the sign of the second.",
        2,
        SIGNED,
        Lower::Elementwise(&ROWS),
    )
};

static ROWS: [ScalarRow; 2] = [
    float!(Mlir::Op("math.copysign"), |x, y| x.copysign(y)),
    int!(
        SignedInt,
        Mlir::By(by_ops!(|x, y| select_n(&eq(&negative(x), &negative(y)), &[&-x, &x])), None),
        |x, y; _ty| if (x < 0) == (y < 0) { x } else { -x }
    ),
];

fn negative(x: Val<'_>) -> Val<'_> {
    lt(&x, &x.constant(0.0))
}

/// The magnitude of `x` with the sign of `sign`: signed integers or floats of one dtype, of one
/// shape or rank 0. The magnitude of the least integer wraps, as everywhere.
///
/// # Panics
/// When the op refuses the operands' types.
#[track_caller]
pub fn copysign<V: Value>(x: &V, sign: &V) -> V {
    bind1(&COPYSIGN, Params::new(), &[x, sign])
}
