//! Inlining of calls: `pjit` and its like, and the custom-rule calls, whose rules nobody needs once
//! differentiation is done.
//! A function is inlined where it is used once in the whole program or has at most
//! [`SMALL`] equations; other functions stay shared, so that they are optimised and compiled once.

use std::{collections::HashMap, sync::Arc};

use jaxide_ir::{Eqn, Jaxpr, Result};
use jaxide_lax::control::call_body;

use crate::{PassCx, PassDef, Rewriter};

/// Inlining of calls.
pub static INLINE: PassDef =
    PassDef { name: "inline", doc: "Inline functions that are small or used once.", run };

/// Functions of at most this many equations are inlined wherever they are used.
const SMALL: usize = 10;

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    if cx.is_nested() {
        return Ok(None);
    }
    let mut inliner = Inliner::default();
    inliner.count(jaxpr);
    inliner.rewrite(jaxpr)
}

#[derive(Default)]
struct Inliner {
    /// How many equations of the program hold each nested jaxpr.
    uses: HashMap<*const Jaxpr, usize>,
    memo: HashMap<*const Jaxpr, (Arc<Jaxpr>, Arc<Jaxpr>)>,
}

impl Inliner {
    fn count(&mut self, jaxpr: &Jaxpr) {
        for nested in jaxpr.eqns.iter().flat_map(|eqn| eqn.params.jaxprs()) {
            let uses = self.uses.entry(Arc::as_ptr(nested)).or_default();
            *uses += 1;
            if *uses == 1 {
                self.count(nested);
            }
        }
    }

    fn nested(&mut self, jaxpr: &Arc<Jaxpr>) -> Result<Arc<Jaxpr>> {
        if let Some((_, done)) = self.memo.get(&Arc::as_ptr(jaxpr)) {
            return Ok(done.clone());
        }
        let done = self.rewrite(jaxpr)?.map_or_else(|| jaxpr.clone(), Arc::new);
        self.memo.insert(Arc::as_ptr(jaxpr), (jaxpr.clone(), done.clone()));
        Ok(done)
    }

    fn rewrite(&mut self, jaxpr: &Jaxpr) -> Result<Option<Jaxpr>> {
        let mut rewriter = Rewriter::new(jaxpr);
        for eqn in &jaxpr.eqns {
            match call_body(eqn.op, &eqn.params) {
                Some(callee) => self.call(&mut rewriter, eqn, callee)?,
                None => self.copy(&mut rewriter, eqn)?,
            }
        }
        Ok(rewriter.finish())
    }

    fn call(&mut self, rewriter: &mut Rewriter<'_>, eqn: &Eqn, callee: &Arc<Jaxpr>) -> Result<()> {
        let body = self.nested(callee)?;
        let once = self.uses.get(&Arc::as_ptr(callee)) == Some(&1);
        if !once && body.total_eqns() > SMALL {
            return self.copy(rewriter, eqn);
        }
        let inputs = rewriter.inputs(eqn);
        let results = rewriter.builder.inline(&body, &inputs);
        rewriter.replace(eqn, results);
        Ok(())
    }

    fn copy(&mut self, rewriter: &mut Rewriter<'_>, eqn: &Eqn) -> Result<()> {
        let mut differs = false;
        let params = eqn.params.map_jaxprs(&mut |old| {
            let new = self.nested(old)?;
            differs |= !Arc::ptr_eq(old, &new);
            Ok(new)
        })?;
        if differs {
            rewriter.mark_changed();
        }
        let inputs = rewriter.inputs(eqn);
        rewriter.copy_with(eqn, eqn.op, params, inputs);
        Ok(())
    }
}
