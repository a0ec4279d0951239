//! Passes and the folders of `filetests/passes` match one to one.

use super::{Finding, tree::Tree};
use crate::rust_source::before_tests;
use std::collections::BTreeSet;

const CRATES: &[&str] = &["crates/jaxide-passes/src", "crates/jaxide-kernel/src"];
const FOLDER: &str = "filetests/passes";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let files = CRATES.iter().flat_map(|folder| tree.under(folder));
    let passes: BTreeSet<&str> =
        files.filter_map(|path| tree.text(path)).flat_map(pass_names).collect();
    let folders: BTreeSet<&str> =
        tree.under(FOLDER).filter_map(|path| path.split('/').nth(2)).collect();
    let untested = passes
        .difference(&folders)
        .map(|pass| Finding::new(*pass, format!("pass `{pass}`: {FOLDER}/{pass} does not exist")));
    let orphans = folders.difference(&passes).map(|folder| {
        Finding::new(*folder, format!("{FOLDER}/{folder}: there is no pass `{folder}`"))
    });
    untested.chain(orphans).collect()
}

/// The names in the static records of a file, tests left out.
fn pass_names(text: &str) -> impl Iterator<Item = &str> {
    let records = before_tests(text).split(": PassDef =").skip(1);
    records.filter_map(|record| record.split_once("name: \"")?.1.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_without_folder_and_folders_without_pass_are_found() {
        let record = "pub static DCE: PassDef =\n    PassDef {\n    name: \"dce\", .. };\n\
                      #[cfg(test)] static X: PassDef = PassDef { name: \"x\" }";
        let tree = Tree::of(&[
            ("crates/jaxide-passes/src/dce.rs", record),
            ("filetests/passes/cse/a.jaxpr", ""),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.subject).collect();
        assert_eq!(found, ["dce", "cse"]);
    }
}
