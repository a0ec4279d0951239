//! Each library crate has a README and an example that uses it alone. A crate of procedural macros is
//! shown by the crate that re-exports it.

use super::{Finding, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in tree.library_crates() {
        let readme = format!("crates/{name}/README.md");
        if !tree.exists(&readme) {
            found.push(Finding::new(&readme, format!("{readme} does not exist")));
        }
        let manifest = tree.text(&format!("crates/{name}/Cargo.toml")).unwrap_or_default();
        let examples = format!("crates/{name}/examples");
        if !manifest.contains("proc-macro = true") && !tree.exists(&examples) {
            found.push(Finding::new(&examples, format!("{examples} does not exist")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_needs_a_readme_and_an_example() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", ""),
            ("crates/b/src/lib.rs", ""),
            ("crates/b/Cargo.toml", "proc-macro = true"),
            ("crates/b/README.md", ""),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.subject).collect();
        assert_eq!(found, ["crates/a/README.md", "crates/a/examples"]);
    }
}
