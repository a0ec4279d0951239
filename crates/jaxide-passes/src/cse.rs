//! Common subexpression elimination: of equations with the same op, parameters and operands, only
//! the first is computed. Effectful equations are left alone. Works within one jaxpr at a time;
//! nested jaxprs that became equal are shared again.

use std::collections::HashMap;

use jaxide_ir::{Atom, Eqn, Jaxpr, Params, Result};
use smallvec::SmallVec;

use crate::{PassCx, PassDef, Rewriter};

/// Common subexpression elimination.
pub static CSE: PassDef = PassDef { name: "cse", doc: "Compute equal pure equations once.", run };

type Key = (&'static str, SmallVec<[Atom; 3]>);

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let merged = merge(nested.as_ref().unwrap_or(jaxpr));
    Ok(merged.or(nested))
}

fn merge(jaxpr: &Jaxpr) -> Option<Jaxpr> {
    let mut rewriter = Rewriter::new(jaxpr);
    let mut seen: HashMap<Key, Vec<(Params, Vec<Atom>)>> = HashMap::new();
    for eqn in &jaxpr.eqns {
        if !eqn.effects().is_pure() {
            rewriter.copy(eqn);
            continue;
        }
        let key = (eqn.op.name, rewriter.inputs(eqn).into());
        let known = seen.entry(key).or_default();
        match known.iter().find(|(params, _)| *params == eqn.params) {
            Some((_, outputs)) => rewriter.replace(eqn, outputs.iter().copied()),
            None => {
                rewriter.copy(eqn);
                known.push((eqn.params.clone(), results(&rewriter, eqn)));
            }
        }
    }
    rewriter.finish()
}

fn results(rewriter: &Rewriter<'_>, eqn: &Eqn) -> Vec<Atom> {
    eqn.outputs.iter().map(|var| rewriter.get((*var).into())).collect()
}
