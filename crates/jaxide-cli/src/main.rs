//! The `jaxide` command: run, rewrite, lower and check programs in jaxpr text. Each command is one
//! file under `commands/`.

#![forbid(unsafe_code)]
mod args;
mod commands;
mod diag;
mod input;
mod output;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    // Worker processes are started by these commands, never by people.
    if let Some(code) = commands::conformance::serve_if_worker() {
        return code;
    }
    if let Some(code) = commands::reduce::serve_if_worker() {
        return code;
    }
    let done = match Cli::parse().command {
        Command::Conformance(args) => commands::conformance::main(&args),
        Command::Doctor => commands::doctor::main(),
        Command::Lower(args) => commands::lower::main(&args),
        Command::Opt(args) => commands::opt::main(&args),
        Command::Reduce(args) => commands::reduce::main(&args),
        Command::Run(args) => commands::run::main(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error[{}]: {error}", error.code().0);
            ExitCode::FAILURE
        }
    }
}
