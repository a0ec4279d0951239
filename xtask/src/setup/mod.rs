//! `cargo xtask setup`: sees to all that a build needs and that cargo does not bring: rustfmt and clippy,
//! a C++ compiler, LLVM and MLIR 22. The steps are in the order of this file; where all is there, it
//! changes nothing and takes a moment. Nothing outside the checkout is touched but by the package
//! managers (rustup, apt).

mod apt;
mod link;
mod prefix;
mod toolchain;
mod wheels;

use crate::Outcome;
use crate::args::Args;
use crate::process::root;
use std::path::{Path, PathBuf};

pub(crate) fn setup(args: &Args) -> Outcome {
    let root = root();
    if root.to_string_lossy().contains([' ', ',', '"', '$']) {
        return Err(format!(
            "the build scripts of LLVM's bindings cannot cope with the path {}; \
             move the checkout to one without spaces, commas, quotes and dollar signs",
            root.display()
        ));
    }
    toolchain::rust_components()?;
    let prefix = provide(args, &root.join(".llvm"))?;
    link::link(&root, &prefix)
}

/// A folder with a complete LLVM and MLIR 22, which is installed where there is none.
fn provide(args: &Args, current: &Path) -> Result<PathBuf, String> {
    if let Some(wanted) = args.get("--prefix") {
        return given(Path::new(wanted));
    }
    if !args.has("--wheels") {
        if prefix::is_complete(current) {
            return Ok(current.to_owned());
        }
        if let Some(found) = prefix::installed() {
            return Ok(found);
        }
        if apt::install_missing()? {
            return Ok(PathBuf::from(prefix::DEBIAN));
        }
    }
    if !wheels::are_complete(current) {
        wheels::install(current).map_err(|problem| format!("{problem}\n\n{BY_HAND}"))?;
    }
    Ok(current.to_owned())
}

fn given(wanted: &Path) -> Result<PathBuf, String> {
    let wanted =
        wanted.canonicalize().map_err(|problem| format!("{}: {problem}", wanted.display()))?;
    let gaps = prefix::gaps(&wanted);
    if gaps.is_empty() {
        return Ok(wanted);
    }
    Err(format!("{} is no complete LLVM and MLIR 22: {}", wanted.display(), gaps.join("; ")))
}

/// What a person can do where neither way is open.
const BY_HAND: &str = "\
to install what is missing by hand, do one of these, then repeat the command:
  on Debian and Ubuntu, as root:
    apt-get update
    apt-get install -y --no-install-recommends g++ llvm-22-dev libmlir-22-dev libclang1-22 \\
        libclang-common-22-dev libpolly-22-dev zlib1g-dev libzstd-dev
  without root, on x86-64 Linux: install g++ and Python's pip, then
    cargo xtask setup --wheels
  elsewhere: install LLVM, MLIR and libclang 22, with headers, into one folder, then
    cargo xtask setup --prefix FOLDER";
