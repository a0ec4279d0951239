//! Pointing cargo at the chosen prefix: the link `.llvm`, the file `.cargo/llvm.toml`, and cleaning the
//! packages whose build scripts do not notice that the prefix changed.

use super::wheels::{self, remove, symlink};
use crate::Outcome;
use crate::process::{cargo, run};
use std::fs;
use std::path::Path;

/// These packages read the prefix in their build scripts and do not tell cargo so.
const BOUND_TO_PREFIX: &[&str] = &["mlir-sys", "tblgen", "melior-macro", "melior"];

/// Makes the checkout use the prefix, which may be `.llvm` itself.
pub(super) fn link(root: &Path, prefix: &Path) -> Outcome {
    let current = root.join(".llvm");
    if prefix != current && fs::read_link(&current).ok().as_deref() != Some(prefix) {
        remove(&current)?;
        symlink(prefix, &current).map_err(|problem| format!("cannot make .llvm: {problem}"))?;
        println!("setup: .llvm -> {}", prefix.display());
    }
    write_configuration(root)?;
    clean_on_change(root)
}

/// Tells the linker where the shared libraries lie at run time, and the bindings where libclang is.
/// Debian's packages need neither: the loader and the bindings look where they are, and `jaxide-mlir`
/// names libMLIR by its path.
fn write_configuration(root: &Path) -> Outcome {
    let (path, prefix) = (root.join(".cargo/llvm.toml"), root.join(".llvm"));
    if prefix.canonicalize().is_ok_and(|place| place == Path::new(super::prefix::DEBIAN)) {
        return remove(&path);
    }
    let headers = wheels::are_complete(&prefix).then(wheels::header_flag).transpose()?;
    let text = configuration(&prefix.join("lib"), headers.as_deref());
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(&path, text).map_err(|problem| format!("{}: {problem}", path.display()))
}

fn configuration(libraries: &Path, headers: Option<&str>) -> String {
    let headers = headers.map(|flag| format!("BINDGEN_EXTRA_CLANG_ARGS = \"{flag}\"\n"));
    let headers = headers.unwrap_or_default();
    let flags = format!("[\"-C\", \"link-arg=-Wl,-rpath,{}\"]", libraries.display());
    format!(
        "# Written by `cargo xtask setup`; included by config.toml.\n\
         [env]\n\
         LIBCLANG_PATH = {{ value = \".llvm/lib\", relative = true }}\n\
         {headers}\n\
         # Where the programs that cargo links find libMLIR and libLLVM.\n\
         [build]\n\
         rustflags = {flags}\n\
         rustdocflags = {flags}\n"
    )
}

/// Removes what was built against another prefix. The stamp lies with the build results.
fn clean_on_change(root: &Path) -> Outcome {
    let target = crate::metadata::target_folder()?;
    let stamp = target.join("llvm-prefix");
    let now = identity(&root.join(".llvm"));
    let built = fs::read_to_string(&stamp);
    if built.as_ref().is_ok_and(|old| *old == now) {
        return Ok(());
    }
    for profile in ["debug", "release"] {
        if target.join(profile).exists() {
            let packages = BOUND_TO_PREFIX.iter().flat_map(|name| ["-p", name]);
            let profile = if profile == "debug" { "dev" } else { profile };
            run(cargo(&["clean", "--quiet", "--profile", profile]).args(packages))?;
        }
    }
    fs::create_dir_all(&target)
        .and_then(|()| fs::write(&stamp, now))
        .map_err(|problem| format!("{}: {problem}", stamp.display()))
}

/// What tells one prefix from another: where it really is, and which version lies there.
fn identity(prefix: &Path) -> String {
    let place = prefix.canonicalize().unwrap_or_else(|_| prefix.to_owned());
    let wheels = fs::read_to_string(prefix.join("wheels.txt")).unwrap_or_default();
    format!("{}\n{wheels}", place.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_holds_the_run_path() {
        let text = configuration(Path::new("/w/.llvm/lib"), Some("-I/gcc"));
        assert!(
            text.contains("rustflags = [\"-C\", \"link-arg=-Wl,-rpath,/w/.llvm/lib\"]"),
            "{text}"
        );
    }
}
