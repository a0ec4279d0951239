//! `cargo xtask test-all`: every check and every test, in the order of the table below, up to the first
//! failure. All steps build in the dev profile with the features of the whole workspace, so that nothing
//! is compiled twice; benchmarks run one iteration in that profile too. Speed is not measured here.

use crate::Outcome;
use crate::args::Args;
use crate::process::{cargo, root, run, workspace_is_built};
use crate::{commands, docs, setup, tidy};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// One line of the summary.
struct Step {
    name: &'static str,
    /// The file without which the step has nothing to do.
    needs: Option<&'static str>,
    run: fn(bless: bool) -> Outcome,
}

impl Step {
    const fn always(name: &'static str, run: fn(bool) -> Outcome) -> Step {
        Step { name, needs: None, run }
    }

    const fn of(name: &'static str, needs: &'static str, run: fn(bool) -> Outcome) -> Step {
        Step { name, needs: Some(needs), run }
    }
}

/// The packages under `examples/` that must be there; others are run where they are found.
const EXAMPLE_PACKAGES: &[&str] = &["own-dialect"];

/// What `cargo test` builds and runs in one go; doc tests and benchmarks are steps of their own.
const TEST_KINDS: &[&str] = &["--lib", "--bins", "--tests"];

const STEPS: &[Step] = &[
    Step::always("fmt", |bless| {
        let check: &[&str] = if bless { &[] } else { &["--", "--check"] };
        run(cargo(&["fmt", "--all"]).args(check))
    }),
    Step::always("clippy", |_| {
        run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    }),
    Step::always("without LLVM", |_| {
        run(&mut cargo(&["check", "-p", "jaxide", "--no-default-features"]))
    }),
    Step::always("tidy", |_| tidy::check()),
    // Everything is built at once, with one choice of features; the next steps run what is there.
    Step::always("build", |_| {
        // `cargo test` would build examples as tests only, and documents run them as programs.
        run(&mut cargo(&["build", "--workspace", "--all-targets"]))?;
        workspace_is_built();
        Ok(())
    }),
    Step::of("codegen", "crates/jaxide-testing/src/bin/codegen.rs", |bless| {
        commands::generate(!bless)
    }),
    Step::always("docs", |bless| docs::check(!bless)),
    Step::always("tests", |bless| {
        let mut command = cargo(&["test", "--workspace"]);
        if bless {
            command.env("UPDATE_EXPECT", "1");
        }
        run(command.args(TEST_KINDS))
    }),
    Step::always("doc tests", |_| run(&mut cargo(&["test", "--workspace", "--doc"]))),
    Step::always("documentation", |_| {
        let mut command = cargo(&["doc", "--no-deps", "--workspace"]);
        run(command.env("RUSTDOCFLAGS", "-D warnings"))
    }),
    Step::of("benches", "benches/Cargo.toml", |_| {
        // Under `cargo test` a benchmark runs once, and in the profile of the other steps.
        run(&mut cargo(&["test", "--workspace", "--bench", "*"]))
    }),
    Step::of("fuzz targets", "fuzz/Cargo.toml", |_| {
        run(cargo(&["check", "--manifest-path", "fuzz/Cargo.toml"]).args(shared_target()))
    }),
    Step::of("example packages", "examples", example_packages),
];

pub(crate) fn test_all(args: &Args) -> Outcome {
    let bless = args.has("--bless");
    let mut summary = Vec::new();
    let start = Instant::now();
    let result = timed("setup", &mut summary, || setup::setup(&Args::default()))
        .and_then(|()| STEPS.iter().try_for_each(|step| take(step, bless, &mut summary)));
    println!("\n{:<18}{:>9}  result", "step", "time");
    for (name, time, result) in &summary {
        println!("{name:<18}{:>7.1} s  {result}", time.as_secs_f64());
    }
    println!("{:<18}{:>7.1} s", "total", start.elapsed().as_secs_f64());
    result
}

type Summary = Vec<(&'static str, Duration, &'static str)>;

fn take(step: &Step, bless: bool, summary: &mut Summary) -> Outcome {
    match step.needs {
        Some(file) if !root().join(file).exists() => {
            Err(format!("{}: {file} is missing", step.name))
        }
        _ => timed(step.name, summary, || (step.run)(bless)),
    }
}

fn timed(name: &'static str, summary: &mut Summary, run: impl FnOnce() -> Outcome) -> Outcome {
    println!("--- {name}");
    let start = Instant::now();
    let result = run();
    let time = start.elapsed();
    println!("--- {name}: {:.1} s", time.as_secs_f64());
    summary.push((name, time, if result.is_ok() { "ok" } else { "FAILED" }));
    result.map_err(|problem| format!("{name}: {problem}"))
}

/// Each package under `examples/` is a workspace of its own, as a user's is.
fn example_packages(bless: bool) -> Outcome {
    for required in EXAMPLE_PACKAGES {
        if !root().join("examples").join(required).join("Cargo.toml").exists() {
            return Err(format!("examples/{required}/Cargo.toml is missing"));
        }
    }
    for manifest in example_manifests() {
        let manifest = manifest.to_string_lossy();
        let check: &[&str] = if bless { &[] } else { &["--", "--check"] };
        let at = ["--manifest-path", &*manifest];
        run(cargo(&["fmt"]).args(at).args(check))?;
        let all = ["--all-targets", "--", "-D", "warnings"];
        run(cargo(&["clippy"]).args(at).args(shared_target()).args(all))?;
        run(cargo(&["test"]).args(at).args(shared_target()))?;
    }
    Ok(())
}

fn example_manifests() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("examples")).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = folders.map(|folder| folder.path().join("Cargo.toml")).collect();
    found.retain(|manifest| manifest.exists());
    found.sort();
    found
}

/// Packages with workspaces of their own reuse what the main one has compiled.
fn shared_target() -> Vec<String> {
    let target = crate::metadata::target_folder();
    target.map(|folder| vec![format!("--target-dir={}", folder.display())]).unwrap_or_default()
}
