//! Dead code elimination: drops pure equations whose results nobody uses, and unused results of
//! control-flow equations together with the work behind them, by the records' `dce` rules.
//! Inputs of the outermost jaxpr stay.

use std::{collections::HashMap, sync::Arc};

use jaxide_ir::{Atom, DceCx, DceEqn, Eqn, IdVec, Jaxpr, OutTypes, Result, Rule, Var};
use smallvec::SmallVec;

use crate::{PassCx, PassDef, Rewriter};

/// Dead code elimination.
pub static DCE: PassDef = PassDef { name: "dce", doc: "Drop unused pure equations.", run };

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    if cx.is_nested() {
        // Nested jaxprs are pruned from their equation, which knows what is used of them.
        return Ok(None);
    }
    let used = vec![true; jaxpr.outputs.len()];
    let (pruned, _) = Driver::default().prune(jaxpr, &used)?;
    Ok(pruned)
}

/// The jaxpr without the results that are not marked and without the work behind them. Inputs
/// stay; the flags say which are still used.
///
/// # Errors
/// When a rule of an op fails, which is a bug.
pub fn dce_jaxpr(jaxpr: &Arc<Jaxpr>, used: &[bool]) -> Result<(Arc<Jaxpr>, Vec<bool>)> {
    Driver::default().dce_jaxpr(jaxpr, used)
}

type Memo = HashMap<(*const Jaxpr, Vec<bool>), (Arc<Jaxpr>, Arc<Jaxpr>, Vec<bool>)>;

#[derive(Default)]
struct Driver {
    memo: Memo,
}

impl DceCx for Driver {
    fn dce_jaxpr(&mut self, jaxpr: &Arc<Jaxpr>, used: &[bool]) -> Result<(Arc<Jaxpr>, Vec<bool>)> {
        let key = (Arc::as_ptr(jaxpr), used.to_vec());
        if let Some((_, done, inputs)) = self.memo.get(&key) {
            return Ok((done.clone(), inputs.clone()));
        }
        let (pruned, inputs) = self.prune(jaxpr, used)?;
        let done = pruned.map_or_else(|| jaxpr.clone(), Arc::new);
        self.memo.insert(key, (jaxpr.clone(), done.clone(), inputs.clone()));
        Ok((done, inputs))
    }
}

impl Driver {
    /// The pruned jaxpr, `None` when equal, and which inputs it still uses.
    fn prune(&mut self, jaxpr: &Jaxpr, used: &[bool]) -> Result<(Option<Jaxpr>, Vec<bool>)> {
        let mut live = IdVec::filled(false, jaxpr.vars.len());
        let outputs: Vec<Atom> = select(&jaxpr.outputs, used);
        mark(&mut live, &outputs);
        let mut kept: Vec<Option<Kept>> = Vec::with_capacity(jaxpr.eqns.len());
        for eqn in jaxpr.eqns.iter().rev() {
            let kept_eqn = self.visit(eqn, &live)?;
            if let Some(kept) = &kept_eqn {
                mark(&mut live, &kept.inputs(eqn));
            }
            kept.push(kept_eqn);
        }
        kept.reverse();
        let inputs = jaxpr.inputs.iter().map(|var| live[*var]).collect();
        let whole = kept.iter().all(|kept| matches!(kept, Some(Kept::Whole)));
        if whole && used.iter().all(|used| *used) {
            return Ok((None, inputs));
        }
        Ok((Some(rebuild(jaxpr, &kept, &outputs)), inputs))
    }

    fn visit(&mut self, eqn: &Eqn, live: &IdVec<Var, bool>) -> Result<Option<Kept>> {
        let used: Vec<bool> = eqn.outputs.iter().map(|var| live[*var]).collect();
        let pure = eqn.effects().is_pure();
        if pure && !used.iter().any(|used| *used) {
            return Ok(None);
        }
        let Rule::Is(rule) = eqn.op.dce else { return Ok(Some(Kept::Whole)) };
        Ok(Some(rule(self, eqn, &used)?.map_or(Kept::Whole, Kept::Part)))
    }
}

/// What stays of an equation.
enum Kept {
    Whole,
    Part(DceEqn),
}

impl Kept {
    fn inputs(&self, eqn: &Eqn) -> Vec<Atom> {
        match self {
            Kept::Whole => eqn.inputs.to_vec(),
            Kept::Part(part) => select(&eqn.inputs, &part.inputs),
        }
    }
}

fn mark(live: &mut IdVec<Var, bool>, atoms: &[Atom]) {
    for var in atoms.iter().filter_map(|atom| atom.var()) {
        live[var] = true;
    }
}

fn select<T: Copy>(items: &[T], flags: &[bool]) -> Vec<T> {
    items.iter().zip(flags).filter(|(_, keep)| **keep).map(|(item, _)| *item).collect()
}

fn rebuild(jaxpr: &Jaxpr, kept: &[Option<Kept>], outputs: &[Atom]) -> Jaxpr {
    let shell = Jaxpr { outputs: outputs.to_vec(), ..jaxpr.clone() };
    let mut rewriter = Rewriter::new(&shell);
    rewriter.mark_changed();
    for (eqn, kept) in jaxpr.eqns.iter().zip(kept) {
        match kept {
            None => {}
            Some(Kept::Whole) => rewriter.copy(eqn),
            Some(Kept::Part(part)) => copy_part(&mut rewriter, jaxpr, eqn, part),
        }
    }
    rewriter.finish().expect("the rewriter was marked as changed")
}

fn copy_part(rewriter: &mut Rewriter<'_>, jaxpr: &Jaxpr, eqn: &Eqn, part: &DceEqn) {
    let inputs: Vec<Atom> =
        select(&eqn.inputs, &part.inputs).into_iter().map(|atom| rewriter.get(atom)).collect();
    let outputs: SmallVec<[Var; 1]> = select(&eqn.outputs, &part.outputs).into();
    let types: OutTypes = outputs.iter().map(|var| jaxpr.vars[*var].clone()).collect();
    let (op, params, loc) = (eqn.op, part.params.clone(), eqn.loc.clone());
    let new = rewriter.builder.push(op, params, &inputs, types, loc);
    for (old, new) in outputs.into_iter().zip(new) {
        rewriter.set(old, new.into());
    }
}
