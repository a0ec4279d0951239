//! Makes the library that `MLIR_SYS_LINK_SHARED=1` asks for and that LLVM's packages do not ship.
//!
//! mlir-sys then links `-lMLIR-C`, but Debian's `libMLIR.so` exports the C++ side and almost nothing of the C API.
//! So the archives of the C API are linked here, once, into a shared library in front of `libMLIR.so`.
//! Its soname is its full path and its run path is LLVM's library folder: programs that link it start without an rpath
//! of their own and without `LD_LIBRARY_PATH`, also doc tests and packages outside this workspace.
//! A static build, and a prefix with a real `libMLIR-C`, need nothing of this.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Not part of `libMLIR.so`, but part of the C API.
const EXECUTION_ENGINE: [&str; 2] = ["libMLIRExecutionEngine.a", "libMLIRExecutionEngineUtils.a"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=MLIR_SYS_220_PREFIX");
    println!("cargo:rerun-if-env-changed=MLIR_SYS_LINK_SHARED");
    let shared = env::var("MLIR_SYS_LINK_SHARED").is_ok_and(|value| value == "1");
    let linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    let folder = library_folder();
    if !shared || !linux || folder.join("libMLIR-C.so").exists() {
        return;
    }
    println!("cargo:rerun-if-changed={}", folder.join("libMLIR.so").display());
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    link_c_api(&folder, &out.join("libMLIR-C.so"));
    println!("cargo:rustc-link-search=native={}", out.display());
}

/// LLVM's library folder, asked of the same `llvm-config` that mlir-sys asks.
fn library_folder() -> PathBuf {
    let prefix = env::var_os("MLIR_SYS_220_PREFIX").map(|prefix| Path::new(&prefix).join("bin"));
    let program = prefix.unwrap_or_default().join("llvm-config");
    let output = Command::new(&program).arg("--libdir").output().unwrap_or_else(|error| {
        panic!("cannot run {}: {error}; run `cargo xtask setup`", program.display())
    });
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    fs::canonicalize(&folder).unwrap_or(folder)
}

/// Links the C API's archives into one shared library at `target`.
fn link_c_api(folder: &Path, target: &Path) {
    let search = |flag: &str| format!("{flag}{}", folder.display());
    let status = Command::new(env::var_os("CC").unwrap_or("cc".into()))
        .args(["-shared", "-o"])
        .arg(target)
        .arg("-Wl,--whole-archive")
        .args(c_api_archives(folder))
        .arg("-Wl,--no-whole-archive")
        .args(EXECUTION_ENGINE.map(|name| folder.join(name)))
        .arg(search("-L"))
        .args(["-lMLIR", "-lLLVM", "-lstdc++", "-Wl,-z,defs"])
        .arg(search("-Wl,-rpath,"))
        .arg(format!("-Wl,-soname,{}", target.display()))
        .status()
        .unwrap_or_else(|error| {
            panic!("cannot run the C compiler: {error}; run `cargo xtask setup`")
        });
    assert!(status.success(), "linking {} failed", target.display());
}

/// Every `libMLIRCAPI*.a`, in alphabetical order.
fn c_api_archives(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let is_c_api = |name: &str| name.starts_with("libMLIRCAPI") && name.ends_with(".a");
    let mut archives: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_c_api))
        .collect();
    archives.sort();
    archives
}
