//! No file names a folder of one machine or the host of a package registry.

use super::{Finding, tree::Tree};

/// Spelled in two parts, so that this file does not find itself.
const FORBIDDEN: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/tm", "p/"),
    ("/home", "/runner"),
    ("pypi", ".org"),
    ("pythonhosted", ".org"),
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("registry.npmjs", ".org"),
    ("deb.debian", ".org"),
];

/// Written by cargo, or recorded elsewhere.
const SKIPPED: &[&str] = &["Cargo.lock"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let words: Vec<String> = FORBIDDEN.iter().map(|(start, end)| format!("{start}{end}")).collect();
    let mut found = Vec::new();
    for (path, text) in tree.texts() {
        if SKIPPED.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(*word)) {
                found.push(Finding::new(path, format!("{path}:{}: `{word}`", number + 1)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = format!("fine\nsee /{}/x\n", "tmp");
        let found = check(&Tree::of(&[("a.md", &text), ("Cargo.lock", &text)]));
        assert_eq!(found.len(), 1);
        assert!(found[0].text.starts_with("a.md:2: "));
    }
}
