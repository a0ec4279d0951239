//! Linear algebra: one file per group of factorisations and solvers, and what their records share.
//! The last two dimensions are a matrix, those before a stack of problems. The engines call
//! routines of the runtime's library, one per op.
//!
//! Deliberately not here: functions composed of these ops, such as `solve` and `det`.

mod cholesky;
mod eigh;
mod lu;
mod qr;
mod svd;
mod symmetric_product;
mod triangular;
mod tridiagonal_solve;

pub use cholesky::{CHOLESKY, cholesky};
pub use eigh::{EIGH, TRIDIAGONAL, eigh, tridiagonal};
pub use lu::{LU, LU_PIVOTS_TO_PERMUTATION, lu, lu_pivots_to_permutation};
pub use qr::{
    GEQP3, GEQRF, HOUSEHOLDER_PRODUCT, ORMQR, QR, geqp3, geqrf, householder_product, ormqr, qr,
    qr_pivoted,
};
pub use svd::{SVD, singular_values, svd};
pub use symmetric_product::{SYMMETRIC_PRODUCT, symmetric_product};
pub use triangular::{TRIANGULAR_SOLVE, TriangularSolve, triangular_solve};
pub use tridiagonal_solve::{TRIDIAGONAL_SOLVE, tridiagonal_solve};

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, Lower, OpDef, Param, ParamDef, ParamKind, Result, Rule,
    RuleCx, TypeClass, Value, op::InferFn, rules::Batched,
};

use crate::{
    DotDims, DotSide, Val, diag, dot_general,
    elementwise::{add, and, conj, eq, ge, select_n},
    shape::{batch_front, bind_batched, iota, refuse, transpose, tuple_text},
    templates::{first_order, full_like, zeros_like},
};

/// An op that the routine `symbol` of the runtime's library computes, on stacks of problems with
/// elements of 32 bits or more per float.
const fn library_op(
    name: &'static str,
    summary: &'static str,
    symbol: &'static str,
    operands: usize,
    params: &'static [ParamDef],
    infer: InferFn,
) -> OpDef {
    OpDef {
        classes: &[TypeClass::Float, TypeClass::Complex],
        params,
        batch: Rule::Is(batch_stack),
        ..first_order(name, summary, Arity::Exactly(operands), infer, Lower::Library(symbol))
    }
}

/// Batches an op on stacks: one more leading dimension on every operand.
fn batch_stack<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    Ok(bind_batched(cx, call.op, call.params.clone(), &operands))
}

/// The leading dimensions, rows and columns of a stack of matrices of library elements.
fn stack<'t>(
    call: &Call<'_>,
    position: usize,
    ty: &'t ArrayType,
) -> Result<(&'t [usize], [usize; 2])> {
    check_dtype(call, position, ty.dtype)?;
    matrices(call, position, ty)
}

/// As [`stack`], for elements of any dtype.
fn matrices<'t>(
    call: &Call<'_>,
    position: usize,
    ty: &'t ArrayType,
) -> Result<(&'t [usize], [usize; 2])> {
    match &ty.shape[..] {
        [batch @ .., rows, columns] => Ok((batch, [*rows, *columns])),
        shape => {
            let expected = format!("expected operand {position} of rank 2 or more");
            Err(refuse(call, format!("{expected}, got shape {}", tuple_text(shape))))
        }
    }
}

/// As [`stack`], for square matrices: the leading dimensions and the size.
fn square<'t>(call: &Call<'_>, position: usize, ty: &'t ArrayType) -> Result<(&'t [usize], usize)> {
    check_dtype(call, position, ty.dtype)?;
    square_matrices(call, position, ty)
}

/// As [`square`], for elements of any dtype.
fn square_matrices<'t>(
    call: &Call<'_>,
    position: usize,
    ty: &'t ArrayType,
) -> Result<(&'t [usize], usize)> {
    let (batch, [rows, columns]) = matrices(call, position, ty)?;
    if rows == columns {
        return Ok((batch, rows));
    }
    let got = tuple_text(&ty.shape);
    Err(refuse(call, format!("expected a square matrix in operand {position}, got shape {got}")))
}

/// Refuses element types that the library has no routines for.
fn check_dtype(call: &Call<'_>, position: usize, dtype: DType) -> Result<()> {
    match dtype {
        DType::F32 | DType::F64 | DType::C64 | DType::C128 => Ok(()),
        _ => Err(diag::operand_dtype(call.op.name, position, "f32, f64, c64 or c128", dtype)),
    }
}

/// The range of values that is asked for: none, or all of them.
const SUBSET: ParamDef = ParamDef::shown(
    "subset_by_index",
    ParamKind::Optional(&ParamKind::Tuple(&ParamKind::Int)),
    Param::None,
);

/// Refuses a `subset_by_index` other than all of `count` values, as JAX does on CPU.
fn whole_subset(call: &Call<'_>, count: usize) -> Result<()> {
    if call.params.is_none("subset_by_index") || call.params.usizes("subset_by_index") == [0, count]
    {
        return Ok(());
    }
    Err(refuse(call, format!("expected subset_by_index of None or (0, {count})")))
}

/// The dtype of the real part.
fn real_part(dtype: DType) -> DType {
    match dtype {
        DType::C64 => DType::F32,
        DType::C128 => DType::F64,
        real => real,
    }
}

/// Each matrix of a stack transposed.
fn transposed<'b>(x: &Val<'b>) -> Val<'b> {
    let rank = x.ty().rank();
    let mut permutation: Vec<usize> = (0..rank).collect();
    permutation.swap(rank - 2, rank - 1);
    transpose(x, &permutation)
}

/// The complex conjugate; reals as they are.
fn conjugate<'b>(x: &Val<'b>) -> Val<'b> {
    if x.ty().dtype.is_complex() { conj(x) } else { *x }
}

/// The products of the matrices of two stacks.
fn matmul<'b>(lhs: &Val<'b>, rhs: &Val<'b>) -> Val<'b> {
    let rank = lhs.ty().rank();
    let batch: Vec<usize> = (0..rank - 2).collect();
    let side = |contract| DotSide { contract: vec![contract], batch: batch.clone() };
    dot_general(lhs, rhs, &DotDims { lhs: side(rank - 1), rhs: side(rank - 2) }, None)
}

/// The lower or upper triangle without the `skipped` diagonals next to the other triangle.
fn triangle<'b>(x: &Val<'b>, lower: bool, skipped: usize) -> Val<'b> {
    let ty = x.ty();
    let along = |axis: usize| iota(x.cx(), DType::I32, &ty.shape, axis);
    let (row, column) = (along(ty.rank() - 2), along(ty.rank() - 1));
    let (far, near) = if lower { (row, column) } else { (column, row) };
    let near = add(&near, &full_like(&near, skipped as f64));
    select_n(&ge(&far, &near), &[&zeros_like(x), x])
}

/// Ones on the diagonal from a position on, zeros elsewhere.
fn diagonal_ones<'b>(x: &Val<'b>, from: usize) -> Val<'b> {
    let ty = x.ty();
    let along = |axis: usize| iota(x.cx(), DType::I32, &ty.shape, axis);
    let (row, column) = (along(ty.rank() - 2), along(ty.rank() - 1));
    let from = ge(&row, &full_like(&row, from as f64));
    select_n(&and(&eq(&row, &column), &from), &[&zeros_like(x), &full_like(x, 1.0)])
}
