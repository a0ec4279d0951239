//! Linear algebra: one file per group of factorisations and solvers, and what their records share.
//! The last two dimensions are a matrix, those before a stack of problems. The engines call
//! routines of the runtime's library, one per op.
//!
//! Deliberately not here: functions composed of these ops, such as `solve` and `det`.

mod cholesky;

pub use cholesky::{CHOLESKY, cholesky};

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, Lower, OpDef, ParamDef, Result, Rule, RuleCx, TypeClass,
    op::InferFn, rules::Batched,
};

use crate::{
    diag,
    shape::{batch_front, bind_batched, refuse, tuple_text},
    templates::first_order,
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
    let (batch, [rows, columns]) = stack(call, position, ty)?;
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
