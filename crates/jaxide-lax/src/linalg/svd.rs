//! Singular values and vectors.

use jaxide_ir::{
    ArrayType, Call, OpDef, OutTypes, ParamDef, ParamKind, Params, Result, Rule, Value,
};
use smallvec::smallvec;

use super::{SUBSET, library_op, real_part, stack, whole_subset};
use crate::{shape::sized_type, templates::bind1};

/// `x = U diag(s) V^H` with unitary `U` and `V`, and `s` not negative and descending.
pub static SVD: OpDef = OpDef {
    jvp: Rule::Todo("needs the rule of singular vectors"),
    ..library_op(
        "svd",
        "Singular values and vectors.",
        "rt_svd",
        1,
        const {
            &[
                ParamDef::required("compute_uv", ParamKind::Bool),
                ParamDef::required("full_matrices", ParamKind::Bool),
                SUBSET,
            ]
        },
        infer_svd,
    )
};

/// The descending singular values `s` of `x[.., m, n] = U diag(s) V^H`, `U` and `V^H`. With
/// `full_matrices` these are square, else they have `min(m, n)` columns and rows.
#[track_caller]
pub fn svd<V: Value>(x: &V, full_matrices: bool) -> (V, V, V) {
    let params = Params::new().with("compute_uv", true).with("full_matrices", full_matrices);
    let mut results = V::bind(x.cx(), &SVD, params, &[x]).into_iter();
    let mut next = || results.next().expect("svd has three results");
    let (s, u, vh) = (next(), next(), next());
    (s, u, vh)
}

/// The descending singular values of `x[.., m, n]`.
#[track_caller]
pub fn singular_values<V: Value>(x: &V) -> V {
    bind1(&SVD, Params::new().with("compute_uv", false).with("full_matrices", false), &[x])
}

fn infer_svd(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, [m, n]) = stack(call, 0, types[0])?;
    whole_subset(call, m.min(n))?;
    let of =
        |dtype, shape: &[usize]| sized_type(call, dtype, &[batch, shape].concat(), types[0].weak);
    let dtype = types[0].dtype;
    let mut results: OutTypes = smallvec![of(real_part(dtype), &[m.min(n)])?];
    if call.params.bool("compute_uv") {
        let full = call.params.bool("full_matrices");
        let (p, q) = if full { (m, n) } else { (m.min(n), m.min(n)) };
        results.extend([of(dtype, &[m, p])?, of(dtype, &[q, n])?]);
    }
    Ok(results)
}
