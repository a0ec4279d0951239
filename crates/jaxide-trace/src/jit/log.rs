//! Events about tracing and compilation, through `tracing` (target `jaxide::compile`) and, with
//! `JAXIDE_LOG=compile`, on standard error.

use std::{io::Write, sync::LazyLock};

use jaxide_ir::Jaxpr;

/// Whether `JAXIDE_LOG` lists `compile`; read once.
static TO_STDERR: LazyLock<bool> = LazyLock::new(|| {
    std::env::var("JAXIDE_LOG").is_ok_and(|topics| topics.split(',').any(|t| t.trim() == "compile"))
});

/// A function is traced for a signature, for these reasons.
pub(super) fn tracing(function: &str, why: &str) {
    tracing::info!(target: "jaxide::compile", function, why, "tracing");
    stderr(&format!("tracing {function}: {why}"));
}

/// A program is compiled.
pub(super) fn compiling(function: &str, backend: &str, jaxpr: &Jaxpr) {
    let equations = jaxpr.total_eqns();
    tracing::info!(target: "jaxide::compile", function, backend, equations, "compiling");
    stderr(&format!("compiling {function} for {backend}: {equations} equations"));
}

fn stderr(line: &str) {
    if *TO_STDERR {
        // A closed standard error is no reason to fail a computation.
        let _ = writeln!(std::io::stderr(), "jaxide: {line}");
    }
}
