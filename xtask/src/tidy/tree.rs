//! The files that belong to the repository: what git tracks or would add, and, where there is no git,
//! what lies in the checkout outside build folders.

use crate::process::{program, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file by its path from the root, with `/` between folders.
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
}

struct File {
    bytes: u64,
    /// `None` for what is not UTF-8.
    text: Option<String>,
}

/// Folders that hold no file of the repository.
const SKIPPED: &[&str] = &[".git", ".llvm", ".llvm.new", "target"];

impl Tree {
    pub(crate) fn read() -> Result<Tree, String> {
        let root = root();
        let paths = match git_files() {
            Some(paths) => paths,
            None => {
                let mut paths = Vec::new();
                walk(&root, &root, &mut paths).map_err(|e| format!("{}: {e}", root.display()))?;
                paths
            }
        };
        let read = |path: String| {
            let bytes = fs::read(root.join(&path)).ok()?;
            let length = bytes.len() as u64;
            Some((path, File { bytes: length, text: String::from_utf8(bytes).ok() }))
        };
        Ok(Tree { files: paths.into_iter().filter_map(read).collect() })
    }

    /// A tree of texts, for tests of the checks.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let file = |text: &str| File { bytes: text.len() as u64, text: Some(text.to_owned()) };
        Tree { files: files.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect() }
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(crate) fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file.bytes))
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &String)> {
        self.files.iter().filter_map(|(path, file)| Some((path.as_str(), file.text.as_ref()?)))
    }

    /// The texts whose path ends so, such as `.rs`.
    pub(crate) fn texts_with_end(&self, end: &str) -> impl Iterator<Item = (&str, &String)> {
        self.texts().filter(move |(path, _)| path.ends_with(end))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }

    /// Whether there is a file of this name, or a folder with files.
    pub(crate) fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.files.contains_key(path) || self.under(path).next().is_some()
    }

    /// The paths in a folder, at any depth.
    pub(crate) fn under(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = format!("{folder}/");
        self.paths().filter(move |path| path.starts_with(&start))
    }

    /// The names of the library crates: every folder of `crates/` but the command line.
    pub(crate) fn library_crates(&self) -> Vec<&str> {
        let libraries = self.paths().filter_map(|path| {
            path.strip_prefix("crates/")?.strip_suffix("/src/lib.rs").filter(|n| !n.contains('/'))
        });
        libraries.collect()
    }
}

fn git_files() -> Option<Vec<String>> {
    let listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = program(&listing).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let paths = text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned);
    Some(paths.collect())
}

fn walk(root: &Path, folder: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if SKIPPED.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            walk(root, &path, paths)?;
        } else if let Ok(path) = path.strip_prefix(root) {
            paths.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_holds_this_file() {
        assert!(Tree::read().unwrap().exists("xtask/src/tidy/tree.rs"));
        let mut paths = Vec::new();
        walk(&root(), &root(), &mut paths).unwrap();
        assert!(paths.iter().any(|path| path == "xtask/src/tidy/tree.rs"));
    }

    #[test]
    fn folders_exist_through_their_files() {
        let tree = Tree::of(&[("crates/a/src/lib.rs", ""), ("crates/a/src/b/lib.rs", "")]);
        assert!(tree.exists("crates/a/src") && tree.exists("") && !tree.exists("crates/a/s"));
        assert_eq!(tree.library_crates(), ["a"]);
    }
}
