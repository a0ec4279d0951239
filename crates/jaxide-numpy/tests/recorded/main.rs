//! Every recorded case, eagerly and jitted on the reference engine. A family is a file in `cases/`,
//! its recipe `tools/jnp_cases/`, its recording `golden/jnp/`. The same tables run on compiled code
//! in the tests of `jaxide`.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

mod cases;
mod harness;

fn main() {
    harness::run(cases::FAMILIES, &[("eager", harness::eager), ("jit", harness::jitted)]);
}
