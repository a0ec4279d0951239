//! Systems with a triangular matrix.

use jaxide_ir::{
    ArrayType, Call, Handle, OpDef, OutTypes, ParamDef, ParamKind, Params, Result, Rule, RuleCx,
    Value,
    rules::{Jvp, LinearOperand},
};
use smallvec::smallvec;

use super::{conjugate, library_op, matmul, matrices, square_matrices, transposed, triangle};
use crate::{
    Val,
    elementwise::{add_any, neg},
    shape::{refuse, replaced, tuple_text},
    templates::{all_weak, bind_call, bind1, check_classes, check_same_dtype, handles, vals},
};

/// Solves `op(a) x = b`, or `x op(a) = b`, where `op` may transpose and conjugate. The other triangle
/// of `a` is not read.
pub static TRIANGULAR_SOLVE: OpDef = OpDef {
    jvp: Rule::Is(jvp_triangular_solve),
    transpose: Rule::Is(transpose_triangular_solve),
    ..library_op(
        "triangular_solve",
        "Solves a triangular system.",
        "rt_triangular_solve",
        2,
        const {
            &[
                ParamDef::required("conjugate_a", ParamKind::Bool),
                ParamDef::required("left_side", ParamKind::Bool),
                ParamDef::required("lower", ParamKind::Bool),
                ParamDef::required("transpose_a", ParamKind::Bool),
                ParamDef::required("unit_diagonal", ParamKind::Bool),
            ]
        },
        infer_triangular_solve,
    )
};

/// Which system [`triangular_solve`] solves: `a x = b` with an upper triangular `a` by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TriangularSolve {
    /// `conj(a)` in place of `a`.
    pub conjugate_a: bool,
    /// `x op(a) = b` in place of `op(a) x = b`.
    pub right_side: bool,
    /// `a` is lower triangular.
    pub lower: bool,
    /// The transpose of `a` in place of `a`.
    pub transpose_a: bool,
    /// The diagonal of `a` counts as 1 and is not read.
    pub unit_diagonal: bool,
}

/// Solves a system with the triangular `a[.., n, n]` and the right-hand side `b[.., n, k]`, or
/// `b[.., k, n]` from the right.
#[track_caller]
pub fn triangular_solve<V: Value>(a: &V, b: &V, system: TriangularSolve) -> V {
    let params = Params::new()
        .with("conjugate_a", system.conjugate_a)
        .with("left_side", !system.right_side)
        .with("lower", system.lower)
        .with("transpose_a", system.transpose_a)
        .with("unit_diagonal", system.unit_diagonal);
    bind1(&TRIANGULAR_SOLVE, params, &[a, b])
}

fn infer_triangular_solve(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (batch, n) = square_matrices(call, 0, types[0])?;
    let (other, [rows, columns]) = matrices(call, 1, types[1])?;
    check_same_dtype(call, types)?;
    let shared = if call.params.bool("left_side") { rows } else { columns };
    if batch != other || shared != n {
        let (a, b) = (tuple_text(&types[0].shape), tuple_text(&types[1].shape));
        return Err(refuse(call, format!("expected shapes that fit, got {a} and {b}")));
    }
    Ok(smallvec![types[1].clone().with_weak(all_weak(types))])
}

/// `dx = a^-1 (db - da x)` with `a` as the parameters say.
fn jvp_triangular_solve<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let primals = vals(primals);
    let x = bind_call(call, &primals)[0];
    let flag = |name: &str| call.params.bool(name);
    let change = tangents[0].map(|tangent| {
        let band = if flag("unit_diagonal") { 1 } else { 0 };
        let tangent = triangle(&Val(tangent), flag("lower"), band);
        let tangent = if flag("transpose_a") { transposed(&tangent) } else { tangent };
        let tangent = if flag("conjugate_a") { conjugate(&tangent) } else { tangent };
        neg(&if flag("left_side") { matmul(&tangent, &x) } else { matmul(&x, &tangent) })
    });
    let right = match (change, tangents[1].map(Val)) {
        (Some(change), Some(tangent)) => Some(add_any(&tangent, &change)),
        (change, tangent) => change.or(tangent),
    };
    let tangent = right.map(|right| bind_call(call, &[primals[0], right])[0]);
    Ok((handles(vec![x]), vec![tangent.map(|tangent| tangent.0)]))
}

fn transpose_triangular_solve<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), LinearOperand::Known(a)) = (cts[0], &operands[0]) else {
        return match cts[0] {
            Some(_) => Err(crate::diag::not_linear(call.op.name, 0).at(call.loc)),
            None => Ok(vec![None, None]),
        };
    };
    let params = replaced(call.params, "transpose_a", !call.params.bool("transpose_a"));
    Ok(vec![None, Some(bind1(call.op, params, &[a, &ct]))])
}
