//! `jaxide conformance`: recorded programs, in worker processes.

use std::{
    env, fs,
    io::{IsTerminal, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jaxide_ir::Result;
use jaxide_testing::{
    conformance::{
        Case, Status, SuiteReport, case,
        workers::{Plan, WORKER_FLAG, run_file, serve},
    },
    engine::Engine,
};
use serde::Serialize;

use crate::{args::Conformance, diag};

/// How many failures of a suite are shown.
const SHOWN: usize = 5;

/// Serves as worker when the command line says so.
pub(crate) fn serve_if_worker() -> Option<ExitCode> {
    let mut args = env::args().skip(1);
    if args.next()? != WORKER_FLAG {
        return None;
    }
    let (file, engine) = (PathBuf::from(args.next()?), args.next()?.parse::<Engine>().ok()?);
    match serve(&file, engine, &mut stdout()) {
        Ok(()) => Some(ExitCode::SUCCESS),
        Err(error) => {
            eprintln!("{error}");
            Some(ExitCode::FAILURE)
        }
    }
}

#[derive(Serialize)]
struct Report {
    suites: Vec<SuiteReport>,
}

pub(crate) fn main(args: &Conformance) -> Result<ExitCode> {
    let engines = args.engine.map_or(Engine::ALL.to_vec(), |engine| vec![engine]);
    let mut suites = Vec::new();
    for file in &args.files {
        for engine in &engines {
            let report = run_suite(args, file, *engine)?;
            if args.json.as_deref() != Some(Path::new("-")) {
                print_suite(&report);
            }
            suites.push(report);
        }
    }
    let crashed = suites.iter().flat_map(|suite| &suite.cases);
    let crashed = crashed.filter(|case| case.status == Status::Crashed).count();
    if suites.iter().all(|suite| suite.cases.is_empty()) {
        return Err(diag::no_case());
    }
    if let Some(path) = &args.json {
        write_json(path, &Report { suites })?;
    }
    Ok(if crashed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn run_suite(args: &Conformance, file: &Path, engine: Engine) -> Result<SuiteReport> {
    let ids: Vec<String> = case::read(file)?.into_iter().map(|case| case.id).collect();
    let sampled: std::collections::HashSet<&String> =
        ids.iter().step_by(args.every as usize).collect();
    let select = |case: &Case| {
        sampled.contains(&case.id)
            && args.tier.as_ref().is_none_or(|tier| case.tier.eq_ignore_ascii_case(tier))
            && args.id.as_ref().is_none_or(|id| case.id == *id)
    };
    let bar = progress_bar(sampled.len(), file, engine);
    let worker = env::current_exe().map_err(|error| diag::file("this program", &error))?;
    let cpus = thread::available_parallelism().map_or(1, usize::from);
    let report = run_file(
        file,
        &Plan {
            worker,
            engine,
            jobs: args.jobs.unwrap_or(cpus),
            select: &select,
            progress: &|_| bar.inc(1),
        },
    );
    bar.finish_and_clear();
    report
}

fn progress_bar(len: usize, file: &Path, engine: Engine) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(len as u64), target);
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {eta}");
    bar.set_style(style.expect("the template is well-formed"));
    bar.set_message(format!("{} {engine}", file.display()));
    bar
}

fn print_suite(report: &SuiteReport) {
    let SuiteReport { file, engine, passed, failed, unsupported, .. } = report;
    let rate = 100.0 * report.pass_rate();
    crate::say!(
        "{file} {engine}: {passed} passed, {failed} failed, {unsupported} unsupported ({rate:.1}%)"
    );
    let failures = |case: &&jaxide_testing::conformance::CaseReport| {
        matches!(case.status, Status::Failed | Status::Crashed)
    };
    for case in report.cases.iter().filter(failures).take(SHOWN) {
        let detail = case.detail.lines().next().unwrap_or_default();
        crate::say!("  {} {:?}: {detail}", case.id, case.status);
    }
}

fn write_json(path: &Path, report: &Report) -> Result<()> {
    let name = path.display().to_string();
    let text = serde_json::to_string(report).map_err(|error| diag::file(&name, &error))?;
    if name == "-" {
        crate::say!("{text}");
        return Ok(());
    }
    fs::write(path, text).map_err(|error| diag::file(&name, &error))
}
