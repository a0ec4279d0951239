//! `docs/jnp-status.md`: names of NumPy and JAX against ours. Theirs are recorded in
//! `golden/numpy_names.json`; ours are read from the source: `pub fn`, the rows of macros that
//! declare functions, and re-exports.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::{GENERATED, root};

const HEAD: &str = "
# Functions of NumPy and JAX

Which functions of NumPy and JAX jaxide has under their names (`where_` and `mod_` for words of Rust).
A suffix says what a keyword argument says there: `zeros_of` takes a dtype, `eye_with` more arguments.
";

/// Groups of names: the heading, the key of the recording, and where our sources are.
const GROUPS: [(&str, &str, &[&str]); 5] = [
    ("jnp", "jnp", &["jnp"]),
    ("jnp::linalg", "linalg", &["linalg", "jnp/linalg"]),
    ("jnp::fft", "fft", &["fft", "jnp/fft"]),
    ("nn", "nn", &["nn"]),
    ("random", "random", &["random"]),
];

/// The text of the document.
pub(super) fn text() -> String {
    let path = root().join("golden/numpy_names.json");
    let names = fs::read_to_string(&path).expect("the recorded names are in the repository");
    let names: Value = serde_json::from_str(&names).expect("the recorded names are JSON");
    let groups: Vec<Group> = GROUPS.iter().map(|row| Group::read(row, &names)).collect();
    let mut text =
        format!("{GENERATED}{HEAD}\n| | of JAX's | of NumPy's | of its own |\n|---|---|---|---|\n");
    text.extend(groups.iter().map(Group::row));
    text.extend(groups.iter().map(Group::section));
    text
}

type Names = BTreeSet<String>;

struct Group {
    title: &'static str,
    jax: Names,
    numpy: Names,
    ours: Names,
}

impl Group {
    fn read((title, key, folders): &(&'static str, &str, &[&str]), names: &Value) -> Group {
        let list = |of: &str| -> Names {
            let list = names[key][of].as_array().map_or(&[][..], Vec::as_slice);
            list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        };
        let mut ours = Names::new();
        for folder in *folders {
            collect(&root().join("crates/jaxide-numpy/src").join(folder), *key == "jnp", &mut ours);
        }
        Group { title, jax: list("jax"), numpy: list("numpy"), ours }
    }

    fn row(&self) -> String {
        let share = |theirs: &Names| {
            format!("{} of {}", theirs.intersection(&self.ours).count(), theirs.len())
        };
        let own = self.ours.iter().filter(|name| !self.is_theirs(name)).count();
        let numpy = if self.numpy.is_empty() { "".to_owned() } else { share(&self.numpy) };
        format!("| `{}` | {} | {numpy} | {own} |\n", self.title, share(&self.jax))
    }

    fn is_theirs(&self, name: &str) -> bool {
        self.jax.contains(name) || self.numpy.contains(name)
    }

    fn section(&self) -> String {
        let listed = |names: Vec<&String>| match names.is_empty() {
            true => "none".to_owned(),
            false => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" "),
        };
        let (theirs, own): (Vec<_>, Vec<_>) =
            self.ours.iter().partition(|name| self.is_theirs(name));
        let jax = self.jax.difference(&self.ours).collect();
        let numpy = self.numpy.difference(&self.ours).filter(|name| !self.jax.contains(*name));
        format!(
            "\n## {}\n\nPresent: {}.\n\nOf its own: {}.\n\nMissing of JAX's: {}.\n\nMissing of NumPy's alone: {}.\n",
            self.title,
            listed(theirs),
            listed(own),
            listed(jax),
            listed(numpy.collect())
        )
    }
}

/// Names of a folder's files. Folders that are groups of their own are left out of `jnp`.
fn collect(folder: &Path, outermost: bool, out: &mut Names) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !(outermost && GROUPS.iter().any(|(_, key, _)| *key == name)) {
                collect(&path, false, out);
            }
        } else if name.ends_with(".rs")
            && let Ok(text) = fs::read_to_string(&path)
        {
            out.extend(functions(&text));
        }
    }
}

/// The public functions that a source declares.
fn functions(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let declared = lines.iter().filter_map(|line| identifier(line.strip_prefix("pub fn ")?));
    let documented = |pair: &&[&str]| {
        let above = pair[0].trim_start();
        pair[0].starts_with("    ") && (above.starts_with("///") || above.starts_with("#["))
    };
    let rows = lines.windows(2).filter(documented).filter_map(|pair| row(pair[1]));
    declared.chain(rows).chain(reexports(text)).map(plain).collect()
}

/// The name in a documented row of a macro: `    sqrt = sqrt;`, `    add |x, y| = x + y;`.
fn row(line: &str) -> Option<&str> {
    let name = identifier(line.strip_prefix("    ")?)?;
    let rest = &line[4 + name.len()..];
    let keyword = ["pub", "fn", "let", "const", "type", "use", "mod", "impl"].contains(&name);
    (!keyword && rest.starts_with([' ', '(', ';', ',', '|'])).then_some(name)
}

/// Functions of `pub use path::{a, b};`.
fn reexports(text: &str) -> impl Iterator<Item = &str> {
    let items = text.split("\npub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let names = items.flat_map(|item| match item.split_once('{') {
        Some((_, list)) => list.trim_end_matches('}').split(',').collect::<Vec<_>>(),
        None => item.rsplit("::").take(1).collect(),
    });
    names.filter_map(|name| identifier(name.rsplit(" as ").next()?.trim()))
}

/// The identifier of a function at the start of a text: lower-case, or JAX's `PRNGKey`.
fn identifier(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let name = &text[..end];
    (name.starts_with(|c: char| c.is_ascii_lowercase()) || name == "PRNGKey").then_some(name)
}

/// NumPy's spelling of a name that is a word of Rust's.
fn plain(name: &str) -> String {
    name.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_rows_and_reexports_are_found_and_nothing_else() {
        let text = "
pub use crate::over::{Over, axis};
macro_rules! unary { () => { pub fn $name() {} } }
unary! {
    /// Doc.
    sqrt = sqrt;
    /// Doc.
    sinc |x| = {
        let y = x;
        y
    };
}
pub(crate) fn hidden() {}
/// Doc.
#[track_caller]
pub fn where_(x: &Array) -> Array { x }
pub struct Options {
    /// Doc.
    pub nan: f64,
}
#[cfg(test)]
pub fn test_only() {}
";
        let mut found = functions(text);
        found.sort();
        assert_eq!(found, ["axis", "sinc", "sqrt", "where"]);
    }

    #[test]
    fn the_document_counts_what_is_there() {
        let text = text();
        let present: Vec<&str> = text.lines().filter(|line| line.starts_with("Present:")).collect();
        for name in ["arange", "add", "where", "concatenate", "PRNGKey", "svd", "rfft"] {
            let listed = present.iter().any(|line| line.contains(&format!("`{name}`")));
            assert!(listed, "{name} is not listed");
        }
        assert!(text.contains("| `jnp` |"));
    }
}
