//! Writes docs/accuracy.md from a measurement with as many samples as the first argument says, and
//! prints the worst place of each function as it goes.

#![forbid(unsafe_code)]

use std::{env, fs, process::ExitCode};

use jaxide_testing::{accuracy::document, coverage::root};

fn main() -> ExitCode {
    let samples = env::args().nth(1).map_or(Ok(10_000_000), |count| count.parse());
    let Ok(samples) = samples else {
        eprintln!("expected a number of samples");
        return ExitCode::FAILURE;
    };
    let text = document(samples, &mut |line| eprintln!("{line}"));
    let written = text.map_err(|error| error.to_string()).and_then(|text| {
        fs::write(root().join("docs/accuracy.md"), text).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
