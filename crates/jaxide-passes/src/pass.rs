//! The record of a pass and what a running pass can ask for.

use std::{collections::HashMap, fmt, sync::Arc};

use jaxide_ir::{Jaxpr, Result};

/// One pass.
pub struct PassDef {
    /// The kebab-case name; the file is the same in snake case.
    pub name: &'static str,
    /// One sentence for documents and `--help`.
    pub doc: &'static str,
    /// Rewrites one jaxpr; `None` means unchanged. Nested jaxprs go through [`PassCx::nested`].
    pub run: fn(&Jaxpr, &mut PassCx) -> Result<Option<Jaxpr>>,
}

impl fmt::Debug for PassDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The context of one run of one pass over a program.
///
/// Nested jaxprs are rewritten once however often they are used: the memo holds the `Arc`, so that
/// an address is never reused while it is a key.
pub struct PassCx {
    pass: &'static PassDef,
    depth: usize,
    /// The pointers are keys and are never followed.
    memo: HashMap<*const Jaxpr, (Arc<Jaxpr>, Arc<Jaxpr>)>,
}

impl PassCx {
    /// A fresh context for one run of `pass`.
    pub fn new(pass: &'static PassDef) -> PassCx {
        PassCx { pass, depth: 0, memo: HashMap::new() }
    }

    /// True while a nested jaxpr is rewritten; those cannot hold constants.
    pub fn is_nested(&self) -> bool {
        self.depth > 0
    }

    /// Runs the pass on a nested jaxpr; the same `Arc` when nothing changes.
    ///
    /// # Errors
    /// The pass's own.
    pub fn nested(&mut self, jaxpr: &Arc<Jaxpr>) -> Result<Arc<Jaxpr>> {
        if let Some((_, done)) = self.memo.get(&Arc::as_ptr(jaxpr)) {
            return Ok(done.clone());
        }
        self.depth += 1;
        let rewritten = (self.pass.run)(jaxpr, self);
        self.depth -= 1;
        let done = rewritten?.map_or_else(|| jaxpr.clone(), Arc::new);
        self.memo.insert(Arc::as_ptr(jaxpr), (jaxpr.clone(), done.clone()));
        Ok(done)
    }

    /// The jaxpr with the pass run on all jaxprs nested in its equations; `None` when none of them
    /// changes.
    ///
    /// # Errors
    /// The pass's own.
    pub fn rewrite_nested(&mut self, jaxpr: &Jaxpr) -> Result<Option<Jaxpr>> {
        let mut changed = None;
        for (at, eqn) in jaxpr.eqns.iter().enumerate() {
            let mut differs = false;
            let params = eqn.params.map_jaxprs(&mut |old| {
                let new = self.nested(old)?;
                differs |= !Arc::ptr_eq(old, &new);
                Ok(new)
            })?;
            if differs {
                changed.get_or_insert_with(|| jaxpr.clone()).eqns[at].params = params;
            }
        }
        Ok(changed)
    }
}
