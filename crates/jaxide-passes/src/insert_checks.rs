//! Checks of every kind behind the equations that can go wrong, nested ones included, as for a checked
//! run. No pipeline has it: callers ask for it. What is checked is in `jaxide_lax::check`.

use jaxide_ir::{Jaxpr, Result};
use jaxide_lax::check::{Checks, insert};

use crate::{PassCx, PassDef};

/// Checks behind equations.
pub static INSERT_CHECKS: PassDef = PassDef {
    name: "insert-checks",
    doc: "Put checks of indices, NaN, overflow and division behind equations; only on request.",
    run,
};

fn run(jaxpr: &Jaxpr, _: &mut PassCx) -> Result<Option<Jaxpr>> {
    insert(jaxpr, Checks::ALL)
}
