//! Products of a matrix with its transpose.

use jaxide_ir::{
    ArrayType, Call, OpDef, OutTypes, ParamDef, ParamKind, Params, Result, Rule, TypeClass, Value,
};
use smallvec::smallvec;

use super::{library_op, matrices, square_matrices};
use crate::{
    shape::{refuse, tuple_text},
    templates::{all_weak, bind1, check_classes, check_same_dtype},
};

/// `alpha a a^T + beta c`.
pub static SYMMETRIC_PRODUCT: OpDef = OpDef {
    classes: &[TypeClass::Float],
    jvp: Rule::Never("JAX has no derivative of it"),
    ..library_op(
        "symmetric_product",
        "A matrix times its transpose.",
        "rt_symmetric_product",
        2,
        const {
            &[
                ParamDef::required("alpha", ParamKind::Float),
                ParamDef::required("beta", ParamKind::Float),
            ]
        },
        infer_symmetric_product,
    )
};

/// `alpha a a^T + beta c` for `a[.., n, k]` and `c[.., n, n]`.
#[track_caller]
pub fn symmetric_product<V: Value>(a: &V, c: &V, alpha: f64, beta: f64) -> V {
    let params = Params::new().with("alpha", alpha).with("beta", beta);
    bind1(&SYMMETRIC_PRODUCT, params, &[a, c])
}

fn infer_symmetric_product(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (batch, [rows, _]) = matrices(call, 0, types[0])?;
    let (other, n) = square_matrices(call, 1, types[1])?;
    check_same_dtype(call, types)?;
    if batch != other || rows != n {
        let (a, c) = (tuple_text(&types[0].shape), tuple_text(&types[1].shape));
        return Err(refuse(call, format!("expected shapes that fit, got {a} and {c}")));
    }
    Ok(smallvec![types[1].clone().with_weak(all_weak(types))])
}
