//! LU factors with partial pivoting.

use jaxide_ir::{
    ArrayType, Call, DType, OpDef, OutTypes, ParamDef, ParamKind, Params, Result, Rule, TypeClass,
    Value, diag,
};
use smallvec::smallvec;

use super::{library_op, stack};
use crate::{
    shape::{refuse, sized_type, tuple_text},
    templates::{bind1, jvp_zero},
};

/// `x` with its rows in the order of the permutation is `L U`: one matrix with `U` above the unit
/// diagonal of `L`, the pivots, and the permutation. Pivot `i` is the row that row `i` was exchanged
/// with.
pub static LU: OpDef = OpDef {
    jvp: Rule::Todo("needs the rule of De Hoog, Anderssen and Lukas"),
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
