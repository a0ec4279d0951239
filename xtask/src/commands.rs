//! The commands that only start another program: `demo`, `codegen`, `bench`, `fuzz`.

use crate::Outcome;
use crate::args::Args;
use crate::process::{cargo, program, root, run, works};
use crate::setup;
use std::fs;

pub(crate) fn demo(args: &Args) -> Outcome {
    setup::setup(args)?;
    run(&mut cargo(&["run", "--release", "-p", "jaxide", "--example", "tour"]))
}

pub(crate) fn codegen(args: &Args) -> Outcome {
    generate(args.has("--check"))
}

/// Writes the generated documents, or only compares them.
pub(crate) fn generate(check: bool) -> Outcome {
    let words = ["cargo", "run", "-q", "-p", "jaxide-testing", "--bin", "codegen", "--"];
    run(program(&words).args(check.then_some("--check")))
        .map_err(|problem| format!("{problem}\nto refresh: cargo xtask codegen"))
}

pub(crate) fn bench(args: &Args) -> Outcome {
    let mut command = cargo(&["bench", "-p", "benches"]);
    if let Some(name) = args.get("--save") {
        command.args(["--", "--save-baseline", name]);
    }
    run(&mut command)
}

pub(crate) fn fuzz(args: &Args) -> Outcome {
    let minutes: u64 = match args.get("--minutes").unwrap_or("10").parse() {
        Ok(minutes) if minutes > 0 => minutes,
        _ => return Err("`--minutes` needs a whole number above 0".to_owned()),
    };
    if !works(&["cargo", "+nightly", "fuzz", "--version"]) {
        return Err("fuzzing needs a nightly toolchain and cargo-fuzz:\n  \
                    rustup toolchain install nightly\n  cargo install cargo-fuzz"
            .to_owned());
    }
    let targets = fuzz_targets()?;
    let seconds = (minutes * 60 / targets.len().max(1) as u64).max(1);
    for target in &targets {
        println!("fuzz: {target} for {seconds} s");
        let limit = format!("-max_total_time={seconds}");
        run(&mut program(&["cargo", "+nightly", "fuzz", "run", target, "--", &limit]))?;
    }
    Ok(())
}

fn fuzz_targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let names = entries.flatten().map(|entry| entry.path());
    let mut names: Vec<String> = names
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}
