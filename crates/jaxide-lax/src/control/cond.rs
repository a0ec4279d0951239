//! `cond`: one of several programs, chosen by an index that is clamped into range.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, DType, DceCx, Eqn, Jaxpr, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Result, Rule, Value, rules::DceEqn,
};
use smallvec::SmallVec;

use super::{
    diag,
    nested::{check_operands, either, keep_inputs, mismatches, unchanged},
    pjit::control,
};
use crate::shape::refuse;

/// The first operand, an i32 clamped into range or a bool, chooses the branch that runs on the other
/// operands. Branch 0 is the false branch.
pub static COND: OpDef = OpDef {
    dce: Rule::Is(dce_cond),
    ..control(
        "cond",
        "Runs one of several jaxprs, chosen by a clamped index.",
        Arity::AtLeast(1),
        const { &[ParamDef::required("branches", ParamKind::Tuple(&ParamKind::Jaxpr))] },
        infer_cond,
    )
};

/// Runs the branch of `index`, an i32 clamped into range or a bool, on `operands`. Branch 0 is the
/// false branch; all branches take and return the same types.
#[track_caller]
pub fn bind_cond<V: Value>(
    index: &V,
    branches: &[Arc<Jaxpr>],
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    let operands: Vec<&V> = std::iter::once(index).chain(operands.iter().copied()).collect();
    V::bind(index.cx(), &COND, branches_params(branches.iter().cloned()), &operands)
}

fn branches_params(branches: impl Iterator<Item = Arc<Jaxpr>>) -> Params {
    Params::new().with("branches", branches.map(Param::from).collect::<Vec<_>>())
}

/// The branches of checked `cond` parameters.
pub fn branches(params: &Params) -> Vec<&Arc<Jaxpr>> {
    params.jaxprs()
}

fn infer_cond(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (index, operands) = (types[0], &types[1..]);
    if !matches!(index.dtype, DType::I32 | DType::Bool) || index.rank() != 0 {
        return Err(refuse(call, format!("expected an index i32[] or bool[], got {index}")));
    }
    let branches = branches(call.params);
    let Some(first) = branches.first() else { return Err(diag::switch_empty()) };
    let mut results = first.out_types();
    for (i, branch) in branches.iter().enumerate() {
        let param = format!("branch {i}");
        let numbered = operands.iter().enumerate().map(|(at, ty)| (at + 1, *ty));
        check_operands(call, &param, branch, numbered)?;
        check_results(call, i, &results, &branch.out_types())?;
        let all = results.iter_mut().zip(branch.out_types());
        all.for_each(|(result, ty)| result.weak &= ty.weak);
    }
    Ok(results.into())
}

fn check_results(call: &Call<'_>, i: usize, first: &[ArrayType], got: &[ArrayType]) -> Result<()> {
    let label = format!("branch {i}");
    if first.len() != got.len() {
        return Err(diag::nested_count(call.op.name, &label, "results", first.len(), got.len()));
    }
    let path = |at: usize| if first.len() == 1 { String::new() } else { format!("[{at}]") };
    let paths: Vec<String> = (0..first.len()).map(path).collect();
    let found = mismatches(&paths, first, got);
    if found.is_empty() {
        return Ok(());
    }
    let role = |label| diag::Role { label, source: None };
    Err(diag::branch_types(call.op.name, role("branch 0"), role(&label), &found))
}

fn dce_cond(cx: &mut dyn DceCx, eqn: &Eqn, used: &[bool]) -> Result<Option<DceEqn>> {
    let before = branches(&eqn.params);
    let mut inputs = vec![false; eqn.inputs.len() - 1];
    let mut after = Vec::with_capacity(before.len());
    for branch in &before {
        let (smaller, needs) = cx.dce_jaxpr(branch, used)?;
        inputs = either(&inputs, &needs);
        after.push(smaller);
    }
    let same = before.iter().zip(&after).all(|(a, b)| unchanged(a, b));
    if same && inputs.iter().all(|used| *used) {
        return Ok(None);
    }
    let params = branches_params(after.iter().map(|branch| keep_inputs(branch, &inputs)));
    inputs.insert(0, true);
    Ok(Some(DceEqn { params, inputs, outputs: used.to_vec() }))
}
