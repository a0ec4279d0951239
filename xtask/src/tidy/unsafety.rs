//! `unsafe` stands in three crates alone; the others forbid it to themselves.

use super::{Finding, tree::Tree};
use crate::rust_source::{code_only, has_word};

const TRUSTED: &[&str] = &["crates/jaxide-runtime/", "crates/jaxide-mlir/", "crates/jaxide-io/"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let is_trusted = |path: &str| TRUSTED.iter().any(|start| path.starts_with(start));
    for (path, text) in tree.texts_with_end(".rs").filter(|(path, _)| !is_trusted(path)) {
        for (number, line) in code_only(text).lines().enumerate() {
            if has_word(line, "unsafe") {
                found.push(Finding::new(path, format!("{path}:{}: `unsafe`", number + 1)));
            }
        }
        if is_root(path) && !text.contains("#![forbid(unsafe_code)]") {
            found.push(Finding::new(path, format!("{path}: no `#![forbid(unsafe_code)]`")));
        }
    }
    found
}

/// The root file of a crate of this workspace.
fn is_root(path: &str) -> bool {
    (path.starts_with("crates/") && path.matches('/').count() == 3
        || path.starts_with("xtask/src/m"))
        && (path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_code_outside_the_trusted_crates_is_found() {
        let tree = Tree::of(&[
            ("crates/jaxide-io/src/lib.rs", "unsafe {}"),
            ("crates/a/src/lib.rs", "#![forbid(unsafe_code)] // unsafe"),
            ("crates/b/src/lib.rs", "unsafe {}"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.text).collect();
        let lines = [
            "crates/b/src/lib.rs:1: `unsafe`",
            "crates/b/src/lib.rs: no `#![forbid(unsafe_code)]`",
        ];
        assert_eq!(found, lines);
    }
}
