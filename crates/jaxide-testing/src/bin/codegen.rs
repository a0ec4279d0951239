//! Writes the generated documents; with `--check` compares them instead.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a command line writes to standard output")]

use std::{env, fs, process::ExitCode};

use jaxide_testing::coverage::{DOCUMENTS, root};

fn main() -> ExitCode {
    let check = env::args().skip(1).any(|arg| arg == "--check");
    let mut failed = false;
    for document in DOCUMENTS {
        let path = root().join(document.path);
        let text = (document.text)();
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            eprintln!("{} is out of date; run `cargo xtask codegen`", document.path);
            failed = true;
        } else if let Err(error) = fs::write(&path, text) {
            eprintln!("{}: {error}", document.path);
            failed = true;
        } else {
            println!("codegen: wrote {}", document.path);
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
