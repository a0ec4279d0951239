//! The parts of the Rust toolchain that a minimal installation lacks, and the C++ compiler.

use crate::Outcome;
use crate::process::{capture, program, run, works};
use std::path::Path;

/// Adds rustfmt and clippy to the toolchain of the checkout where they are missing.
pub(super) fn rust_components() -> Outcome {
    let sysroot = capture(&mut program(&["rustc", "--print", "sysroot"]))?;
    let tools = Path::new(sysroot.trim()).join("bin");
    if ["cargo-fmt", "cargo-clippy"].iter().all(|tool| tools.join(tool).exists()) {
        return Ok(());
    }
    run(&mut program(&["rustup", "component", "add", "rustfmt", "clippy"])).map_err(|problem| {
        format!("{problem}\nrustfmt and clippy are missing; install them with your toolchain")
    })
}

/// Whether a C++ compiler answers to the names that build scripts try.
pub(super) fn has_cpp_compiler() -> bool {
    works(&["c++", "--version"]) || std::env::var_os("CXX").is_some()
}

/// Whether the linker would find the library of this name.
pub(super) fn has_library(name: &str) -> bool {
    // A compiler that does not find the file prints the bare name.
    let file = format!("-print-file-name=lib{name}.so");
    program(&["cc", &file]).output().is_ok_and(|output| output.stdout.contains(&b'/'))
}
