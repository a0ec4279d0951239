//! Cholesky factors.

use jaxide_ir::{ArrayType, Call, OpDef, OutTypes, Params, Result, Value};
use smallvec::smallvec;

use super::{library_op, square};
use crate::templates::bind1;

/// The lower factor `L` of `x = L L^H`, from the lower triangle of `x`; the strict upper triangle is
/// that of `x`. Where `x` is not positive definite all is NaN.
pub static CHOLESKY: OpDef =
    library_op("cholesky", "Cholesky factor.", "rt_cholesky", 1, &[], infer_cholesky);

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
