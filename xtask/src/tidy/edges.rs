//! The dependencies between our crates, those of tests too, are the table of `docs/ARCHITECTURE.md`.

use super::{Finding, tree::Tree};
use crate::metadata::{Package, packages};
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const HEADING: &str = "| crate | holds | may depend on (ours) |";

/// For each package, what it may depend on.
type Table = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let table = parse(tree.text(DOCUMENT).unwrap_or_default());
    match (packages(), table) {
        (Ok(packages), Ok(table)) => compare(&packages, &table),
        (Err(problem), _) | (_, Err(problem)) => vec![Finding::new(DOCUMENT, problem)],
    }
}

fn compare(packages: &[Package], table: &Table) -> Vec<Finding> {
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut found = Vec::new();
    for package in packages {
        let name = &package.name;
        let Some(allowed) = table.get(name) else {
            found
                .push(Finding::new(name, format!("{DOCUMENT}: the table has no row for `{name}`")));
            continue;
        };
        if package.folder.parent().is_some_and(|parent| parent.ends_with("crates"))
            && !package.folder.ends_with(name)
        {
            found.push(Finding::new(name, format!("`{name}` is not in the folder of its name")));
        }
        let edges = package.dependencies.iter().filter(|edge| ours.contains(edge.name.as_str()));
        for edge in edges.filter(|edge| !allowed.contains(&edge.name)) {
            let (kind, to) = (&edge.kind, &edge.name);
            let text = format!("`{name}` may not depend on `{to}` ({kind} dependency)");
            found.push(Finding::new(format!("{name}->{to}"), text));
        }
    }
    found
}

/// Reads the table. A cell names crates, with or without `jaxide-`, or says `nothing` or
/// `all of the above`.
fn parse(document: &str) -> Result<Table, String> {
    let mut lines = document.lines().skip_while(|line| line.trim() != HEADING);
    if lines.next().is_none() {
        return Err(format!("{DOCUMENT}: there is no table `{HEADING}`"));
    }
    let mut table = Table::new();
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, names, _, edges, _] = cells[..] else {
            return Err(format!("{DOCUMENT}: expected three cells in `{line}`"));
        };
        let above: BTreeSet<String> = table.keys().cloned().collect();
        let allowed = match edges {
            "nothing" => BTreeSet::new(),
            "all of the above" => above,
            _ => edges
                .split(',')
                .map(|word| full_name(word.trim(), &above))
                .collect::<Result<_, _>>()?,
        };
        // The names of the row are the words between backticks.
        for name in names.split('`').skip(1).step_by(2) {
            table.insert(name.to_owned(), allowed.clone());
        }
    }
    Ok(table)
}

fn full_name(word: &str, above: &BTreeSet<String>) -> Result<String, String> {
    let word = word.trim_matches('`');
    let names = [word.to_owned(), format!("jaxide-{word}")];
    let known = names.into_iter().find(|name| above.contains(name));
    known.ok_or_else(|| format!("{DOCUMENT}: `{word}` is not the name of a row above"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    const TEXT: &str = "| crate | holds | may depend on (ours) |\n|---|---|---|\n\
        | `jaxide-ir` | x | nothing |\n| `jaxide-lax` | x | ir |\n| `jaxide`, `benches` | x | all of the above |\n";

    #[test]
    fn the_table_is_read_from_the_document() {
        let table = parse(TEXT).unwrap();
        assert_eq!(table["jaxide-lax"], BTreeSet::from(["jaxide-ir".to_owned()]));
        assert_eq!(table["benches"].len(), 2);
        assert!(parse("no table").is_err());
        assert!(parse(&TEXT.replace("| ir |", "| is |")).is_err());
    }

    #[test]
    fn a_forbidden_edge_of_tests_is_found() {
        let edge = Dependency { name: "jaxide-lax".to_owned(), kind: "dev".to_owned() };
        let package = |name: &str, dependencies| Package {
            name: name.to_owned(),
            folder: format!("crates/{name}").into(),
            dependencies,
        };
        let packages = [package("jaxide-ir", vec![edge]), package("jaxide-lax", Vec::new())];
        let found: Vec<_> =
            compare(&packages, &parse(TEXT).unwrap()).into_iter().map(|found| found.text).collect();
        assert_eq!(found, ["`jaxide-ir` may not depend on `jaxide-lax` (dev dependency)"]);
    }
}
