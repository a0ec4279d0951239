//! LU factors with partial pivoting.

use jaxide_ir::{
    ArrayType, Call, DType, Handle, OpDef, OutTypes, ParamDef, ParamKind, Params, Result, Rule,
    RuleCx, TypeClass, Value, diag, rules::Jvp,
};
use smallvec::smallvec;

use super::{
    TriangularSolve, diagonal_ones, library_op, matmul, stack, triangle, triangular_solve,
};
use crate::{
    Val,
    elementwise::add,
    gather::take_along_axis,
    shape::{broadcast_in_dim, pad, refuse, sized_type, slice, tuple_text},
    templates::{bind_call, bind1, handles, jvp_zero, vals},
};

/// `x` with its rows in the order of the permutation is `L U`: one matrix with `U` above the unit
/// diagonal of `L`, the pivots, and the permutation. Pivot `i` is the row that row `i` was exchanged
/// with.
pub static LU: OpDef = OpDef {
    jvp: Rule::Is(jvp_lu),
    ..library_op("lu", "LU factors with partial pivoting.", "rt_lu", 1, &[], infer_lu)
};

/// The LU factors of `x[.., m, n]` with rows exchanged: `U` above the unit diagonal of `L`; the row
/// that each of the first `min(m, n)` rows was exchanged with, in turn; and the permutation of rows
/// that this makes, both `i32`.
#[track_caller]
pub fn lu<V: Value>(x: &V) -> (V, V, V) {
    let mut results = V::bind(x.cx(), &LU, Params::new(), &[x]).into_iter();
    let mut next = || results.next().expect("lu has three results");
    (next(), next(), next())
}

fn infer_lu(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, [m, n]) = stack(call, 0, types[0])?;
    let indices = |count: usize| sized_type(call, DType::I32, &[batch, &[count]].concat(), false);
    Ok(smallvec![types[0].clone(), indices(m.min(n))?, indices(m)?])
}

/// The permutation that the exchanges of LU pivots make.
pub static LU_PIVOTS_TO_PERMUTATION: OpDef = OpDef {
    classes: &[TypeClass::SignedInt],
    jvp: Rule::Is(jvp_zero),
    ..library_op(
        "lu_pivots_to_permutation",
        "The permutation that LU pivots make.",
        "rt_lu_pivots_to_permutation",
        1,
        const { &[ParamDef::required("permutation_size", ParamKind::Int)] },
        infer_permutation,
    )
};

/// The permutation of `0 .. permutation_size` that exchanging `i` with `pivots[.., i]` for each `i`
/// in turn makes.
#[track_caller]
pub fn lu_pivots_to_permutation<V: Value>(pivots: &V, permutation_size: usize) -> V {
    let params = Params::new().with("permutation_size", permutation_size);
    bind1(&LU_PIVOTS_TO_PERMUTATION, params, &[pivots])
}

fn infer_permutation(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let pivots = types[0];
    if pivots.dtype != DType::I32 {
        return Err(diag::operand_dtype(call.op.name, 0, "i32", pivots.dtype));
    }
    let [batch @ .., count] = &pivots.shape[..] else {
        let expected = "expected pivots of rank 1 or more";
        return Err(refuse(call, format!("{expected}, got shape {}", tuple_text(&pivots.shape))));
    };
    let got = call.params.int("permutation_size");
    let Some(size) = usize::try_from(got).ok().filter(|size| size >= count) else {
        let expected =
            format!("expected permutation_size of at least {count}, the number of pivots");
        return Err(refuse(call, format!("{expected}, got {got}")));
    };
    let shape = [batch, &[size]].concat();
    Ok(smallvec![sized_type(call, DType::I32, &shape, pivots.weak)?])
}

/// With `M = L^-1 P dx U^-1` the factors change by `dL = L tril(M, -1)` and `dU = triu(M) U`
/// (De Hoog, Anderssen, Lukas 2011). Factors that are not square are extended by the identity.
fn jvp_lu<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let results = bind_call(call, &vals(primals));
    let tangent = tangents[0].map(|tangent| {
        let (packed, ty) = (&results[0], primals[0].ty());
        let axis = ty.rank() - 2;
        let [m, n] = [ty.shape[axis], ty.shape[axis + 1]];
        let k = m.min(n);
        let l = resized(packed, [m, k], m);
        let l = add(&triangle(&l, true, 1), &diagonal_ones(&l, 0));
        let u = resized(packed, [k, n], n);
        let u = add(&triangle(&u, false, 0), &diagonal_ones(&u, k));
        let dims: Vec<usize> = (0..=axis).collect();
        let order = broadcast_in_dim(&results[2], &ty.shape, &dims);
        let moved = take_along_axis(&Val(tangent), &order, axis);
        let from_left =
            TriangularSolve { lower: true, unit_diagonal: true, ..TriangularSolve::default() };
        let from_right = TriangularSolve { right_side: true, ..TriangularSolve::default() };
        let change = triangular_solve(&l, &moved, from_left);
        let change = triangular_solve(&u, &change, from_right);
        let below = matmul(&l, &triangle(&change, true, 1));
        add(&below, &matmul(&triangle(&change, false, 0), &u)).0
    });
    Ok((handles(results), vec![tangent, None, None]))
}

/// The leading rows and columns of each matrix of a stack, padded with zeros to a square.
fn resized<'b>(x: &Val<'b>, leading: [usize; 2], size: usize) -> Val<'b> {
    let ty = x.ty();
    let batch = &ty.shape[..ty.rank() - 2];
    let start = vec![0; ty.rank()];
    let part = slice(x, &start, &[batch, &leading].concat(), None);
    let mut config = vec![(0, 0, 0); batch.len()];
    config.extend(leading.map(|kept| (0, (size - kept) as i64, 0)));
    pad(&part, &x.constant(0.0), &config)
}
