//! The pass `fuse`: groups equations into `kernel.map` and `kernel.reduce`.
//!
//! Groups grow from consumers to producers. A producer joins the group of its only consumer; what
//! costs nothing (layout, index arithmetic on scalars) joins each consumer; a producer that is
//! also needed elsewhere joins as a further result where no cycle arises. Expensive work is never
//! done twice, and a reduction always ends a group.

mod build;
mod group;
mod layout;

use std::sync::Arc;

use jaxide_ir::{Jaxpr, Result};

use group::Grouping;

/// A fused program with what the pass declined to do.
#[derive(Clone, Debug)]
pub struct Fused {
    /// The program.
    pub jaxpr: Jaxpr,
    /// One sentence per producer that stayed outside of a consumer's group.
    pub refusals: Vec<String>,
}

/// Forms kernels in a program and in its nested programs.
///
/// # Errors
/// What the records of the kernel dialect refuse, which is a bug.
pub fn fuse(jaxpr: &Jaxpr) -> Result<Fused> {
    let mut refusals = Vec::new();
    let mut nested = jaxpr.clone();
    for eqn in &mut nested.eqns {
        eqn.params = eqn.params.map_jaxprs(&mut |jaxpr| {
            let fused = fuse(jaxpr)?;
            refusals.extend(fused.refusals);
            Ok(Arc::new(fused.jaxpr))
        })?;
    }
    let grouping = Grouping::of(&nested);
    refusals.extend(grouping.refusals.iter().cloned());
    Ok(Fused { jaxpr: build::rebuild(&nested, &grouping)?, refusals })
}
