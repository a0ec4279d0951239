//! No unfinished code anywhere, and no printing from a library.

use super::{Finding, tree::Tree};
use crate::rust_source::{before_tests, code_only, has_word};

const NEVER: &[&str] = &["dbg!", "todo!", "unimplemented!", "#[ignore"];
const NOT_IN_LIBRARIES: &[&str] = &["println!", "print!"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts_with_end(".rs") {
        let code = code_only(text);
        find(path, &code, NEVER, &mut found);
        if is_library(path) {
            find(path, before_tests(&code), NOT_IN_LIBRARIES, &mut found);
        }
    }
    found
}

/// Code that runs inside somebody else's program.
fn is_library(path: &str) -> bool {
    let program = ["crates/jaxide-cli/", "/src/bin/", "/src/main.rs"];
    path.starts_with("crates/")
        && path.contains("/src/")
        && !program.iter().any(|part| path.contains(part))
}

fn find(path: &str, code: &str, words: &[&str], found: &mut Vec<Finding>) {
    for (number, line) in code.lines().enumerate() {
        for word in words.iter().filter(|word| has_word(line, word)) {
            found.push(Finding::new(path, format!("{path}:{}: `{word}`", number + 1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_tests_and_programs_may_print() {
        let code = "// dbg!(x)\nfn f() { eprintln!(); println!() }\n#[cfg(test)] println!()";
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", code),
            ("crates/a/src/bin/b.rs", code),
            ("crates/a/tests/t.rs", "todo!()"),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.text).collect();
        assert_eq!(found, ["crates/a/src/lib.rs:2: `println!`", "crates/a/tests/t.rs:1: `todo!`"]);
    }
}
