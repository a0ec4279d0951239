//! No file above 1000 lines, no function above 100.

use super::{Finding, tree::Tree};
use crate::rust_source::{code_only, functions};

const FILE_LIMIT: usize = 1000;
const FUNCTION_LIMIT: usize = 100;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts_with_end(".rs") {
        let lines = text.lines().count();
        if lines > FILE_LIMIT {
            found.push(Finding::new(path, format!("{path}: {lines} lines, the limit is 1000")));
        }
        for (name, line, lines) in functions(&code_only(text)) {
            if lines > FUNCTION_LIMIT {
                let text = format!("{path}:{line}: `{name}` has {lines} lines, the limit is 100");
                found.push(Finding::new(format!("{path}:{name}"), text));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_long_functions_are_found() {
        let function = format!("fn f() {{\n{}}}\n", "x;\n".repeat(100));
        let tree = Tree::of(&[("a.rs", &function), ("b.rs", &"\n".repeat(1001))]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.text).collect();
        assert_eq!(
            found,
            ["a.rs:1: `f` has 102 lines, the limit is 100", "b.rs: 1001 lines, the limit is 1000"]
        );
    }
}
