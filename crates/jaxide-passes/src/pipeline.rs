//! Named lists of passes, and how names become passes.

use jaxide_ir::Result;

use crate::{PASSES, PassDef, diag};

/// The pipelines by name. `cpu` and `gpu` are what runs on array programs before the kernel passes
/// of these backends.
pub static PIPELINES: &[(&str, &[&str])] =
    &[("cpu", DEFAULT), ("default", DEFAULT), ("gpu", DEFAULT), ("none", &[])];

const DEFAULT: &[&str] = &[
    "inline",
    "canonicalize",
    "simplify-algebra",
    "fold-constants",
    "cse",
    "dce",
    "licm",
    "cse",
    "dce",
];

/// A list of passes in order.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    passes: Vec<&'static PassDef>,
}

impl Pipeline {
    /// The passes and named pipelines of a list of names; names of `extra` count first.
    ///
    /// # Errors
    /// A name that is neither.
    pub fn new(names: &[&str], extra: &[&'static PassDef]) -> Result<Pipeline> {
        let mut passes = Vec::new();
        for name in names {
            let found = extra.iter().chain(PASSES).find(|pass| pass.name == *name);
            let named = PIPELINES.iter().find(|(pipeline, _)| pipeline == name);
            match (found, named) {
                (Some(pass), _) => passes.push(*pass),
                (None, Some((_, names))) => passes.extend(Pipeline::new(names, extra)?.passes),
                (None, None) => return Err(unknown(name, extra)),
            }
        }
        Ok(Pipeline { passes })
    }

    /// The pipeline that `jit` uses.
    pub fn default_passes() -> Pipeline {
        Pipeline::new(&["default"], &[]).expect("the default pipeline names existing passes")
    }

    /// The passes in order.
    pub fn passes(&self) -> &[&'static PassDef] {
        &self.passes
    }

    /// The names, comma-separated: the line of a reproducer.
    pub fn line(&self) -> String {
        self.passes.iter().map(|pass| pass.name).collect::<Vec<_>>().join(",")
    }
}

impl FromIterator<&'static PassDef> for Pipeline {
    fn from_iter<I: IntoIterator<Item = &'static PassDef>>(passes: I) -> Pipeline {
        Pipeline { passes: passes.into_iter().collect() }
    }
}

fn unknown(name: &str, extra: &[&'static PassDef]) -> jaxide_ir::Diagnostic {
    let passes = extra.iter().chain(PASSES).map(|pass| pass.name);
    let known: Vec<&str> = passes.chain(PIPELINES.iter().map(|(name, _)| *name)).collect();
    diag::unknown_pass(name, &known)
}
