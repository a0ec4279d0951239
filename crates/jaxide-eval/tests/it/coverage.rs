//! Every op of the registry runs here: it has rows, a definition by other ops, or a kernel.

use jaxide_eval::Interpreter;
use jaxide_ir::{Lower, OpDef, Registry};
use jaxide_kernel::KERNEL;

/// Ops without a kernel. This list may only shrink.
const HOLES: &[&str] = &[];

#[test]
fn every_op_is_run_but_for_the_listed_holes() {
    let registry: Registry = jaxide_lax::registry().with(&KERNEL);
    let interpreter = Interpreter::new();
    let runs = |op: &&'static OpDef| {
        matches!(op.lower, Lower::Decompose(_)) || interpreter.kernel(op).is_some()
    };
    let missing: Vec<&str> = registry.ops().filter(|op| !runs(op)).map(|op| op.name).collect();
    assert_eq!(missing, HOLES);
}
