//! Each code of a diagnostic has a section in `docs/errors.md`, and each section a code.

use super::{Finding, tree::Tree};
use crate::rust_source::before_tests;
use std::collections::BTreeMap;

const SECTIONS: &str = "docs/errors.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.texts_with_end(".rs").filter(|(path, _)| path.contains("/src/"));
    let mut codes = BTreeMap::new();
    for (path, text) in sources.filter(|(path, _)| path.starts_with("crates/")) {
        for rest in before_tests(text).split("Code(\"").skip(1) {
            codes.entry(rest.split('"').next().unwrap_or_default()).or_insert(path);
        }
    }
    let text = tree.text(SECTIONS).unwrap_or_default();
    let sections: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let missing = codes.iter().filter(|(code, _)| !sections.contains(code));
    let missing = missing.map(|(code, path)| {
        Finding::new(*code, format!("{path}: code {code} has no section in {SECTIONS}"))
    });
    let dead = sections.iter().filter(|section| !codes.contains_key(*section));
    let dead = dead.map(|section| {
        Finding::new(*section, format!("{SECTIONS}: no source has the code {section}"))
    });
    missing.chain(dead).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_without_section_and_sections_without_code_are_found() {
        let tree = Tree::of(&[
            (SECTIONS, "# Errors\n\n### J0101\n\nText.\n\n### J0103\n"),
            ("crates/a/src/diag.rs", "new(Code(\"J0101\"), m) new(Code(\"J0102\"), m)"),
            ("crates/a/tests/it/main.rs", "Code(\"J0999\")"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.subject).collect();
        assert_eq!(found, ["J0102", "J0103"]);
    }
}
