//! The pass `fuse`: groups equations into `kernel.map` and `kernel.reduce`.
//!
//! Groups grow from consumers to producers. A producer joins the group of its only consumer; what
//! costs nothing (layout, index arithmetic on scalars) joins each consumer; a producer that is
//! also needed elsewhere joins as a further result where no cycle arises. Expensive work is never
//! done twice, and a reduction always ends a group.

mod build;
mod group;
mod layout;

use jaxide_ir::{Jaxpr, Result};
use jaxide_passes::{PassCx, PassDef};

use group::Grouping;
pub use layout::{is_layout, reduction};

/// The pass.
pub static FUSE: PassDef = PassDef {
    name: "fuse",
    doc: "Groups elementwise ops, layout changes and reductions into kernels.",
    run: |jaxpr, cx| {
        let nested = cx.rewrite_nested(jaxpr)?;
        let current = nested.as_ref().unwrap_or(jaxpr);
        let grouping = Grouping::of(current);
        if grouping.is_empty() {
            return Ok(nested);
        }
        build::rebuild(current, &grouping).map(Some)
    },
};

/// Forms kernels in a program and in its nested programs.
///
/// # Errors
/// What the records of the kernel dialect refuse, which is a bug.
pub fn fuse(jaxpr: &Jaxpr) -> Result<Jaxpr> {
    let fused = (FUSE.run)(jaxpr, &mut PassCx::new(&FUSE))?;
    Ok(fused.unwrap_or_else(|| jaxpr.clone()))
}

/// Why producers stay outside of their consumers' kernels: one sentence each. Nested programs are
/// not looked at.
pub fn refusals(jaxpr: &Jaxpr) -> Vec<String> {
    Grouping::of(jaxpr).refusals
}
