//! Eigenvalues and eigenvectors of Hermitian matrices, and their reduction to tridiagonal ones.

use jaxide_ir::{
    ArrayType, Call, OpDef, OutTypes, Param, ParamDef, ParamKind, Params, Result, Rule, Value,
};
use smallvec::smallvec;

use super::{SUBSET, library_op, real_part, square, whole_subset};
use crate::shape::{refuse, sized_type};

/// The orthonormal eigenvectors, in columns, and the real eigenvalues, ascending, of the Hermitian
/// matrix that one triangle of the operand has.
pub static EIGH: OpDef = OpDef {
    jvp: Rule::Todo("needs the rule of eigenvectors"),
    ..library_op(
        "eigh",
        "Eigenvalues and eigenvectors of Hermitian matrices.",
        "rt_eigh",
        1,
        const {
            &[
                ParamDef::required("lower", ParamKind::Bool),
                ParamDef::shown("sort_eigenvalues", ParamKind::Bool, Param::Bool(true)),
                SUBSET,
            ]
        },
        infer_eigh,
    )
};

/// The eigenvectors, in columns, and the ascending eigenvalues of the Hermitian `x[.., n, n]`, of
/// which the lower or the upper triangle is read.
#[track_caller]
pub fn eigh<V: Value>(x: &V, lower: bool) -> (V, V) {
    let params = Params::new().with("lower", lower);
    let mut results = V::bind(x.cx(), &EIGH, params, &[x]).into_iter();
    let mut next = || results.next().expect("eigh has two results");
    (next(), next())
}

fn infer_eigh(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, n) = square(call, 0, types[0])?;
    whole_subset(call, n)?;
    let values = [batch, &[n]].concat();
    let real = real_part(types[0].dtype);
    Ok(smallvec![types[0].clone(), sized_type(call, real, &values, types[0].weak)?])
}

/// The tridiagonal `T` with real entries for which the Hermitian `x` is `Q T Q^H`. `Q` is a product
/// of reflectors that LAPACK's representation in the triangle of the operand holds.
pub static TRIDIAGONAL: OpDef = OpDef {
    jvp: Rule::Never("JAX has no derivative of reflectors"),
    ..library_op(
        "tridiagonal",
        "Reduces Hermitian matrices to tridiagonal ones.",
        "rt_tridiagonal",
        1,
        const { &[ParamDef::required("lower", ParamKind::Bool)] },
        infer_tridiagonal,
    )
};

/// Reduces the Hermitian `x[.., n, n]`, of which one triangle is read, to a tridiagonal matrix: the
/// reflectors with the three diagonals in one array, the diagonal, the entries beside it, and the
/// `tau` of each reflector.
#[track_caller]
pub fn tridiagonal<V: Value>(x: &V, lower: bool) -> (V, V, V, V) {
    let params = Params::new().with("lower", lower);
    let mut results = V::bind(x.cx(), &TRIDIAGONAL, params, &[x]).into_iter();
    let mut next = || results.next().expect("tridiagonal has four results");
    (next(), next(), next(), next())
}

fn infer_tridiagonal(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, n) = square(call, 0, types[0])?;
    if n == 0 {
        return Err(refuse(call, "expected a matrix of size 1 or more, got size 0"));
    }
    let of =
        |dtype, size: usize| sized_type(call, dtype, &[batch, &[size]].concat(), types[0].weak);
    let (dtype, real) = (types[0].dtype, real_part(types[0].dtype));
    Ok(smallvec![types[0].clone(), of(real, n)?, of(real, n - 1)?, of(dtype, n - 1)?])
}
