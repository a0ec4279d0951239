//! Systems with a tridiagonal matrix.

use jaxide_ir::{
    ArrayType, Call, Handle, OpDef, OutTypes, Param, ParamDef, ParamKind, Params, Result, Rule,
    RuleCx, Value,
    rules::{Jvp, LinearOperand},
};
use smallvec::smallvec;

use super::{check_dtype, library_op};
use crate::{
    Val,
    elementwise::{add_any, mul, neg},
    shape::{broadcast_in_dim, concatenate, pad, refuse, slice, tuple_text, zeros},
    templates::{all_weak, bind_call, bind1, check_same_dtype, vals},
};

/// Solves systems of which the operands are the entries left of the diagonal, the diagonal, the
/// entries right of it, and the right-hand sides. The first entry on the left and the last on the
/// right are not read. A singular system has NaN for a solution; with `perturb_singular` a vanishing
/// pivot is replaced by a tiny one.
pub static TRIDIAGONAL_SOLVE: OpDef = OpDef {
    jvp: Rule::Is(jvp_tridiagonal_solve),
    transpose: Rule::Is(transpose_tridiagonal_solve),
    ..library_op(
        "tridiagonal_solve",
        "Solves a tridiagonal system.",
        "rt_tridiagonal_solve",
        4,
        const { &[ParamDef::shown("perturb_singular", ParamKind::Bool, Param::Bool(false))] },
        infer_tridiagonal_solve,
    )
};

/// Solves tridiagonal systems with the diagonals `dl[.., n]`, `d[.., n]`, `du[.., n]` and the
/// right-hand sides `b[.., n, k]`. `dl[.., 0]` and `du[.., n - 1]` are not read.
#[track_caller]
pub fn tridiagonal_solve<V: Value>(dl: &V, d: &V, du: &V, b: &V) -> V {
    bind1(&TRIDIAGONAL_SOLVE, Params::new(), &[dl, d, du, b])
}

fn infer_tridiagonal_solve(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_dtype(call, 0, types[0].dtype)?;
    check_same_dtype(call, types)?;
    let (first, b) = (types[0], types[3]);
    if first.rank() == 0 || types[1..3].iter().any(|ty| ty.shape != first.shape) {
        let shapes: Vec<String> = types[..3].iter().map(|ty| tuple_text(&ty.shape)).collect();
        let expected = "expected diagonals of one shape and rank 1 or more";
        return Err(refuse(call, format!("{expected}, got shapes {}", shapes.join(", "))));
    }
    if b.rank() != first.rank() + 1 || b.shape[..first.rank()] != first.shape[..] {
        let expected = "expected a right-hand side with the diagonals' dimensions and one more";
        let (got, of) = (tuple_text(&b.shape), tuple_text(&first.shape));
        return Err(refuse(call, format!("{expected}, got shapes {of} and {got}")));
    }
    Ok(smallvec![b.clone().with_weak(all_weak(types))])
}

/// `dx = a^-1 (db - da x)`.
fn jvp_tridiagonal_solve<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let primals = vals(primals);
    let x = bind_call(call, &primals)[0];
    let (ty, axis) = (x.ty(), x.ty().rank() - 2);
    // What the entries left of the diagonal, on it and right of it are multiplied by.
    let moved = |by: i64| {
        let mut config = vec![(0, 0, 0); ty.rank()];
        config[axis] = (by, -by, 0);
        if by == 0 { x } else { pad(&x, &x.constant(0.0), &config) }
    };
    let dims: Vec<usize> = (0..=axis).collect();
    let mut right = tangents[3].map(Val);
    for (tangent, by) in tangents[..3].iter().zip([1, 0, -1]) {
        let Some(tangent) = tangent else { continue };
        let entries = broadcast_in_dim(&Val(*tangent), &ty.shape, &dims);
        let change = neg(&mul(&entries, &moved(by)));
        right = Some(right.map_or(change, |right| add_any(&right, &change)));
    }
    let tangent =
        right.map(|right| bind_call(call, &[primals[0], primals[1], primals[2], right])[0].0);
    Ok((vec![x.0], vec![tangent]))
}

/// The transposed system has the diagonals exchanged, each moved by one place.
fn transpose_tridiagonal_solve<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0] else { return Ok(vec![None; 4]) };
    let [LinearOperand::Known(dl), LinearOperand::Known(d), LinearOperand::Known(du), _] = operands
    else {
        return Err(crate::diag::not_linear(call.op.name, 0).at(call.loc));
    };
    let ty = d.ty();
    let axis = ty.rank() - 1;
    if ty.size() == 0 {
        return Ok(vec![None, None, None, Some(ct)]);
    }
    let part = |x: &Handle<'b>, from: usize, to: usize| {
        let (mut start, mut limit) = (vec![0; ty.rank()], ty.shape.to_vec());
        (start[axis], limit[axis]) = (from, to);
        slice(x, &start, &limit, None)
    };
    let mut edge = ty.clone();
    edge.shape[axis] = 1;
    let zero = zeros(ct.cx(), &edge);
    let last = ty.shape[axis] - 1;
    let lower = concatenate(&[&zero, &part(du, 0, last)], axis);
    let upper = concatenate(&[&part(dl, 1, last + 1), &zero], axis);
    let ct = bind1(call.op, call.params.clone(), &[&lower, d, &upper, &ct]);
    Ok(vec![None, None, None, Some(ct)])
}
