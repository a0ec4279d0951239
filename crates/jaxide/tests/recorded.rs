//! The recorded cases of `jaxide-numpy`, jitted with the default backend.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

#[path = "../../jaxide-numpy/tests/recorded/cases/mod.rs"]
mod cases;
#[path = "../../jaxide-numpy/tests/recorded/harness.rs"]
mod harness;

use harness::Run;
use jaxide::Array;

fn compiled(run: Run, inputs: &[Array]) -> Vec<Array> {
    jaxide::jit(move |inputs: &[Array]| run.call(inputs))(inputs)
}

fn main() {
    harness::run(cases::FAMILIES, &[("compiled", compiled)]);
}
