//! `jaxide` without default features needs no LLVM, and `jaxide-mlir` is the only crate that binds it.

use super::{Finding, tree::Tree};
use crate::process::{capture, cargo};

const BINDINGS: &[&str] = &["melior", "mlir-sys"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.texts_with_end("Cargo.toml").filter(|(path, _)| {
        path.starts_with("crates/") && !path.starts_with("crates/jaxide-mlir/")
    });
    let direct = manifests.filter(|(_, text)| text.lines().any(is_binding));
    let mut found: Vec<Finding> = direct
        .map(|(path, _)| Finding::new(path, format!("{path}: binds LLVM beside jaxide-mlir")))
        .collect();
    match packages_without_llvm() {
        Ok(names) => found.extend(names.lines().filter(|name| is_binding(name)).map(|name| {
            Finding::new(name, format!("jaxide without default features depends on {name}"))
        })),
        Err(problem) => found.push(Finding::new("cargo-tree", problem)),
    }
    found
}

fn packages_without_llvm() -> Result<String, String> {
    let kinds = ["--edges", "normal,build", "--prefix", "none"];
    capture(cargo(&["tree", "-p", "jaxide", "--no-default-features"]).args(kinds))
}

/// Whether a line begins with the name of a binding.
fn is_binding(line: &str) -> bool {
    let name: &str = line.split([' ', '.', '=']).next().unwrap_or_default();
    BINDINGS.contains(&name)
}
