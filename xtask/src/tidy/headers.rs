//! Each Rust file opens with `//!`.

use super::{Finding, tree::Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let bare = tree.texts_with_end(".rs").filter(|(_, text)| !text.starts_with("//!"));
    bare.map(|(path, _)| Finding::new(path, format!("{path}: no `//!` header"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        let tree = Tree::of(&[("a.rs", "//! A."), ("b.rs", "// B.")]);
        assert_eq!(check(&tree).len(), 1);
    }
}
