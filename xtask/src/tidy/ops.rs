//! Each op of `docs/op-status.md` has a filetest. The document is generated from the records of the ops;
//! before it exists there is nothing to check.

use super::{Finding, tree::Tree};

const STATUS: &str = "docs/op-status.md";
const FOLDERS: &[&str] = &["filetests/ops", "filetests/control"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let files: Vec<&str> = FOLDERS.iter().flat_map(|folder| tree.under(folder)).collect();
    let ops = op_names(tree.text(STATUS).unwrap_or_default());
    let untested = ops.filter(|op| !files.iter().any(|path| tests(path, op)));
    untested.map(|op| Finding::new(op, format!("op `{op}` has no filetest"))).collect()
}

/// Whether the path is named for the op: `tanh.jaxpr`, `tanh-special.jaxpr` or `tanh/special.jaxpr`.
fn tests(path: &str, op: &str) -> bool {
    path.split('/').skip(2).any(|part| {
        let end = part.strip_prefix(op);
        end.is_some_and(|end| end.is_empty() || end.starts_with(['.', '-', '_']))
    })
}

/// The first column of every table, headings left out.
fn op_names(status: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = status.lines().collect();
    let is_rule = |line: Option<&&str>| {
        line.is_some_and(|line| line.starts_with("|-") || line.starts_with("| -"))
    };
    let rows = (0..lines.len()).filter(move |&row| {
        lines[row].starts_with('|') && !is_rule(lines.get(row)) && !is_rule(lines.get(row + 1))
    });
    let rows: Vec<usize> = rows.collect();
    let lines = status.lines().enumerate().filter(move |(number, _)| rows.contains(number));
    lines.filter_map(|(_, line)| Some(line.split('|').nth(1)?.trim().trim_matches('`')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_without_a_filetest_are_found() {
        let status =
            "# Ops\n\n| op | eval |\n|---|---|\n| `add` | yes |\n| `mul` | yes |\n| cond | - |\n";
        let tree = Tree::of(&[
            (STATUS, status),
            ("filetests/ops/add-special.jaxpr", ""),
            ("filetests/control/cond/a.jaxpr", ""),
        ]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| finding.text).collect();
        assert_eq!(found, ["op `mul` has no filetest"]);
    }
}
