//! No file above 256 KiB, but for recorded data.

use super::{Finding, tree::Tree};

const LIMIT: u64 = 256 * 1024;

/// Folders of recorded data, anywhere in the tree.
const DATA: &[&str] = &["conformance", "golden"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_data = |path: &str| path.split('/').any(|part| DATA.contains(&part));
    let large = tree.sizes().filter(|(path, bytes)| *bytes > LIMIT && !is_data(path));
    large
        .map(|(path, bytes)| {
            Finding::new(path, format!("{path}: {} KiB, the limit is 256", bytes / 1024))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_recorded_data_may_be_large() {
        let large = "x".repeat(300 * 1024);
        let tree = Tree::of(&[("golden/a", &large), ("docs/a", &large), ("docs/b", "x")]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.text).collect();
        assert_eq!(found, ["docs/a: 300 KiB, the limit is 256"]);
    }
}
