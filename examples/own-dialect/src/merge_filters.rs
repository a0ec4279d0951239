//! The pass `merge-filters`: a filter of a filter is one filter, whose taps are the convolution of
//! both, and a filter of the single tap 1 is its operand.
//!
//! It replaces `a + b` products per result by `a + b - 1` and saves an array in between, so it
//! leaves alone inner filters that are used elsewhere. Like merging constants, it rounds
//! differently than what was written; that is why it is for who asks for it.

use jaxide_ir::{Atom, Eqn, IdVec, Jaxpr, Params, Result, Var};
use jaxide_passes::{PassCx, PassDef, Rewriter, rewrite::use_counts};

use crate::FIR;

/// The pass.
pub static MERGE_FILTERS: PassDef =
    PassDef { name: "merge-filters", doc: "Merge consecutive filters into one.", run };

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let jaxpr = nested.as_ref().unwrap_or(jaxpr);
    let uses = use_counts(jaxpr);
    let mut rewriter = Rewriter::new(jaxpr);
    for eqn in &jaxpr.eqns {
        if eqn.op != &FIR {
            rewriter.copy(eqn);
            continue;
        }
        let operand = rewriter.get(eqn.inputs[0]);
        if eqn.params.floats("taps") == [1.0] {
            rewriter.replace(eqn, [operand]);
        } else if let Some((taps, operand)) = merged(&rewriter, &uses, eqn, operand) {
            let taps = Params::new().with("taps", taps);
            let results = rewriter.bind(eqn, &FIR, taps, &[operand])?;
            rewriter.replace(eqn, results);
        } else {
            rewriter.copy(eqn);
        }
    }
    Ok(rewriter.finish().or(nested))
}

/// The taps of both filters and what the inner one filters.
fn merged(
    rewriter: &Rewriter<'_>,
    uses: &IdVec<Var, usize>,
    eqn: &Eqn,
    operand: Atom,
) -> Option<(Vec<f64>, Atom)> {
    let only_here = uses[eqn.inputs[0].var()?] == 1;
    let inner = rewriter.builder.definition(operand).filter(|inner| inner.op == &FIR)?;
    let taps = convolve(&inner.params.floats("taps"), &eqn.params.floats("taps"));
    (only_here && taps.iter().all(|tap| tap.is_finite())).then(|| (taps, inner.inputs[0]))
}

fn convolve(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut taps = vec![0.0; a.len() + b.len() - 1];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            taps[i + j] += a * b;
        }
    }
    taps
}
