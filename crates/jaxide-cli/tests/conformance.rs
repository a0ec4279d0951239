//! The conformance floor: recorded programs run in worker processes, as `jaxide conformance` runs
//! them, on each engine. Counts may not fall below `conformance/floors.txt`, and each failure is
//! explained in `conformance/known_failures.txt`.
//!
//! The repository's own recordings always run. Where the full set of recordings lies beside the
//! checkout, a fixed sample of it runs as well.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use jaxide_testing::{
    conformance::{
        Case, Status, SuiteReport, case,
        floor::{parse_floors, parse_known, unexplained},
        workers::{Plan, run_file},
    },
    engine::Engine,
};

/// Of the full set every so many-th case runs.
const SAMPLE: usize = 25;

type Counts = BTreeMap<(String, String, String), usize>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".jsonl.gz"))
        .collect();
    files.sort();
    files
}

fn run(path: &Path, engine: Engine, every: usize) -> SuiteReport {
    let ids: Vec<String> = case::read(path).unwrap().into_iter().map(|case| case.id).collect();
    let chosen: HashSet<&String> = ids.iter().step_by(every).collect();
    let select = |case: &Case| chosen.contains(&case.id) && case.tier != "gauge";
    let worker = PathBuf::from(env!("CARGO_BIN_EXE_jaxide"));
    run_file(path, &Plan { worker, engine, jobs: 2, select: &select, progress: &|_| {} }).unwrap()
}

fn count(report: &SuiteReport, prefix: &str, counts: &mut Counts) {
    let suite = format!("{prefix}{}", report.file.trim_end_matches(".jsonl.gz"));
    for case in report.cases.iter().filter(|case| case.status == Status::Passed) {
        let key = (suite.clone(), report.engine.clone(), case.tier.clone());
        *counts.entry(key).or_default() += 1;
    }
}

/// Failures outside the tiers that the engines are built for so far are counted, not explained.
fn unexplained_failures(report: &SuiteReport) -> Vec<String> {
    let text = fs::read_to_string(root().join("conformance/known_failures.txt")).unwrap();
    let known = parse_known(&text).unwrap();
    unexplained(report, &known)
        .filter(|case| case.tier == "P0" || case.tier == "P1" || case.status == Status::Crashed)
        .map(|case| format!("{} {} {}: {}", report.engine, report.file, case.id, case.detail))
        .collect()
}

/// Compares with the floors of one prefix; raises them when `UPDATE_EXPECT` is set.
fn check_floors(prefix: &str, counts: &Counts) {
    let path = root().join("conformance/floors.txt");
    let text = fs::read_to_string(&path).unwrap();
    let floors = parse_floors(&text).unwrap();
    let own = |suite: &str| suite.starts_with("full/") == (prefix == "full/");
    let mut below = Vec::new();
    for floor in floors.iter().filter(|floor| own(&floor.suite)) {
        let key = (floor.suite.clone(), floor.engine.clone(), floor.tier.clone());
        let passed = counts.get(&key).copied().unwrap_or(0);
        if passed < floor.passed {
            below.push(format!("{key:?}: {passed} passed, the floor is {}", floor.passed));
        }
    }
    assert!(below.is_empty(), "below the floor:\n{}", below.join("\n"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let head = text.lines().filter(|line| line.starts_with('#'));
        let kept = floors.iter().filter(|floor| !own(&floor.suite));
        let kept = kept.map(|f| format!("{} {} {} {}", f.suite, f.engine, f.tier, f.passed));
        let new =
            counts.iter().map(|((suite, engine, tier), n)| format!("{suite} {engine} {tier} {n}"));
        let mut rows: Vec<String> = kept.chain(new).collect();
        rows.sort();
        let lines: Vec<String> = head.map(str::to_owned).chain(rows).collect();
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
}

fn check(folder: &Path, prefix: &str, every: usize) {
    let mut counts = Counts::new();
    let mut failures = Vec::new();
    for path in files(folder) {
        for engine in Engine::ALL {
            let report = run(&path, engine, every);
            count(&report, prefix, &mut counts);
            failures.extend(unexplained_failures(&report));
        }
    }
    assert!(failures.is_empty(), "unexplained failures:\n{}", failures.join("\n"));
    check_floors(prefix, &counts);
}

#[test]
fn own_recordings_meet_their_floor() {
    check(&root().join("conformance"), "", 1);
}

#[test]
fn a_sample_of_the_full_set_meets_its_floor() {
    let full = root().join("../shared/conformance");
    if files(&full).is_empty() {
        println!("skipped: the full set of recordings is not beside the checkout");
        return;
    }
    check(&full, "full/", SAMPLE);
}
