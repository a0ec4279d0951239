//! What the records of control flow share: checks of nested programs against operands, and dropping
//! inputs of programs.

use std::sync::Arc;

use jaxide_ir::{ArrayType, Call, Jaxpr, Result};

use super::diag;
use crate::shape::refuse;

/// Refuses operands that are not what a nested program takes. `first` is the position of the first
/// one among the operands of the equation.
pub(super) fn check_operands<'t>(
    call: &Call<'_>,
    param: &str,
    jaxpr: &Jaxpr,
    operands: impl IntoIterator<Item = (usize, &'t ArrayType)>,
) -> Result<()> {
    check_closed(call, param, jaxpr)?;
    let operands: Vec<(usize, &ArrayType)> = operands.into_iter().collect();
    let op = call.op.name;
    if operands.len() != jaxpr.inputs.len() {
        let (expected, got) = (operands.len(), jaxpr.inputs.len());
        return Err(diag::nested_count(op, param, "inputs", expected, got));
    }
    for (var, (position, got)) in jaxpr.inputs.iter().zip(operands) {
        let expected = &jaxpr.vars[*var];
        if expected != got {
            return Err(diag::nested_operand(op, param, position, expected, got));
        }
    }
    Ok(())
}

/// Refuses a nested program with data or captured inputs of its own.
fn check_closed(call: &Call<'_>, param: &str, jaxpr: &Jaxpr) -> Result<()> {
    if jaxpr.consts.is_empty() && jaxpr.captured == 0 {
        return Ok(());
    }
    Err(refuse(call, format!("{param}: expected a closed jaxpr, got one with constants")))
}

/// Results of a nested program that must have the types of a carry, as mismatches named by `path`.
pub(super) fn mismatches<'a>(
    paths: &'a [String],
    expected: &[ArrayType],
    got: &[ArrayType],
) -> Vec<diag::Mismatch<'a>> {
    let pairs = expected.iter().zip(got).enumerate().filter(|(_, (a, b))| a != b);
    let mismatch = |(i, (a, b)): (usize, (&ArrayType, &ArrayType))| diag::Mismatch {
        path: &paths[i],
        expected: a.clone(),
        got: b.clone(),
    };
    pairs.map(mismatch).collect()
}

/// True when dead code elimination left a program as it was.
pub(super) fn unchanged(before: &Arc<Jaxpr>, after: &Arc<Jaxpr>) -> bool {
    Arc::ptr_eq(before, after) || before == after
}

/// The program with only the inputs that are marked; the others must be unused.
pub(super) fn keep_inputs(jaxpr: &Arc<Jaxpr>, keep: &[bool]) -> Arc<Jaxpr> {
    if keep.iter().all(|keep| *keep) {
        return jaxpr.clone();
    }
    let mut smaller = Jaxpr::clone(jaxpr);
    smaller.inputs = kept(&jaxpr.inputs, keep);
    Arc::new(smaller)
}

/// The marked items.
pub(super) fn kept<T: Clone>(items: &[T], keep: &[bool]) -> Vec<T> {
    items.iter().zip(keep).filter(|(_, keep)| **keep).map(|(item, _)| item.clone()).collect()
}

/// Either flag.
pub(super) fn either(a: &[bool], b: &[bool]) -> Vec<bool> {
    a.iter().zip(b).map(|(a, b)| *a || *b).collect()
}
