//! Runs every file under `filetests/` as a test of its own, named by its path.

#![allow(clippy::print_stdout, reason = "a test runner reports on standard output")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use jaxide_testing::filetest::{Skips, run_path};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../filetests");
    let skips = Arc::new(Skips::default());
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let trials = files.into_iter().map(|path| trial(&root, path, skips.clone())).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let skipped = skips.lines();
    if !skipped.is_empty() {
        println!("{} runs skipped:", skipped.len());
        skipped.iter().for_each(|line| println!("  {line}"));
    }
    conclusion.exit_code()
}

fn trial(root: &Path, path: PathBuf, skips: Arc<Skips>) -> Trial {
    let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
    Trial::test(name, move || run_path(&path, &skips).map_err(Failed::from))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "jaxpr") {
            files.push(path);
        }
    }
}
