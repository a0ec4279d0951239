//! The packages of the workspace, as `cargo metadata` describes them.

use crate::json::Json;
use crate::process::{capture, cargo};
use std::path::{Path, PathBuf};

/// A package of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    /// What it depends on, for building, for tests and for use alike.
    pub(crate) dependencies: Vec<Dependency>,
}

/// An edge from a package to another.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `normal`, `dev` or `build`.
    pub(crate) kind: String,
}

/// The packages of the workspace. Works without a network.
pub(crate) fn packages() -> Result<Vec<Package>, String> {
    let text = capture(&mut cargo(&["metadata", "--no-deps", "--offline", "--format-version=1"]))?;
    parse(&text)
}

/// The folder of build results.
pub(crate) fn target_folder() -> Result<PathBuf, String> {
    let text = capture(&mut cargo(&["metadata", "--no-deps", "--offline", "--format-version=1"]))?;
    let folder = Json::parse(&text)?.get("target_directory").text().map(PathBuf::from);
    folder.ok_or_else(|| "cargo metadata names no target directory".to_owned())
}

fn parse(text: &str) -> Result<Vec<Package>, String> {
    let json = Json::parse(text)?;
    json.get("packages").items().iter().map(package).collect()
}

fn package(json: &Json) -> Result<Package, String> {
    let text = |key: &str| json.get(key).text().ok_or_else(|| format!("a package has no {key}"));
    let manifest = Path::new(text("manifest_path")?);
    Ok(Package {
        name: text("name")?.to_owned(),
        folder: manifest.parent().unwrap_or(manifest).to_owned(),
        dependencies: json.get("dependencies").items().iter().map(dependency).collect(),
    })
}

fn dependency(json: &Json) -> Dependency {
    Dependency {
        name: json.get("name").text().unwrap_or_default().to_owned(),
        kind: json.get("kind").text().unwrap_or("normal").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_their_edges_are_read() {
        let text = r#"{"packages": [{"name": "a", "manifest_path": "/w/crates/a/Cargo.toml",
            "dependencies": [{"name": "b", "kind": null},
                             {"name": "c", "kind": "dev"}]}]}"#;
        let packages = parse(text).unwrap();
        assert_eq!(packages[0].name, "a");
        assert_eq!(packages[0].folder, Path::new("/w/crates/a"));
        let edges = packages[0].dependencies.iter();
        let edges: Vec<_> = edges.map(|d| (d.name.as_str(), d.kind.as_str())).collect();
        assert_eq!(edges, [("b", "normal"), ("c", "dev")]);
    }

    #[test]
    fn the_workspace_holds_this_package() {
        assert!(packages().unwrap().iter().any(|package| package.name == "xtask"));
    }
}
