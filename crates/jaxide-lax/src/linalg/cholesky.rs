//! Cholesky factors.

use jaxide_ir::{
    ArrayType, Call, Handle, OpDef, OutTypes, Params, Result, Rule, RuleCx, Value, rules::Jvp,
};
use smallvec::smallvec;

use super::{
    TriangularSolve, conjugate, library_op, matmul, square, transposed, triangle, triangular_solve,
};
use crate::{
    Val,
    elementwise::sub,
    templates::{bind_call, bind1, full_like, handles, vals},
};

/// The lower factor `L` of `x = L L^H`, from the lower triangle of `x`; the strict upper triangle is
/// that of `x`. Where `x` is not positive definite all is NaN.
pub static CHOLESKY: OpDef = OpDef {
    jvp: Rule::Is(jvp_cholesky),
    ..library_op("cholesky", "Cholesky factor.", "rt_cholesky", 1, &[], infer_cholesky)
};

/// The lower factor `L` of the positive definite `x[.., n, n] = L L^H`, read from the lower triangle
/// of `x`. The strict upper triangle of the result is that of `x`.
#[track_caller]
pub fn cholesky<V: Value>(x: &V) -> V {
    bind1(&CHOLESKY, Params::new(), &[x])
}

fn infer_cholesky(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    square(call, 0, types[0])?;
    Ok(smallvec![types[0].clone()])
}

/// `dL = L phi(L^-1 dx L^-H)`, where `phi` takes the lower triangle with half of the diagonal
/// (Murray 2016, <https://arxiv.org/abs/1602.07527>).
fn jvp_cholesky<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let factor = triangle(&bind_call(call, &vals(primals))[0], true, 0);
    let tangent = tangents[0].map(|tangent| {
        let system = TriangularSolve { lower: true, ..TriangularSolve::default() };
        let left = triangular_solve(&factor, &Val(tangent), system);
        // From the right by the conjugate transpose: from the left, all conjugate transposed.
        let both = triangular_solve(&factor, &conjugate(&transposed(&left)), system);
        let both = conjugate(&transposed(&both));
        let whole = triangle(&both, true, 0);
        let below = triangle(&both, true, 1);
        let half = full_like(&both, 0.5);
        let phi = sub(&whole, &(half * sub(&whole, &below)));
        matmul(&factor, &phi)
    });
    Ok((handles(vec![factor]), vec![tangent.map(|tangent| tangent.0)]))
}
