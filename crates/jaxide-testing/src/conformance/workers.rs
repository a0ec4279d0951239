//! Running the cases of a file in worker processes, so that a crash or a hang costs one case.
//!
//! A worker is this program again with [`WORKER_FLAG`]; it reads positions of cases from stdin, one
//! a line, and answers each with one line of JSON. A worker that dies or does not answer in time
//! is replaced.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use jaxide_ir::Result;

use super::{Case, CaseReport, Status, SuiteReport, case, run::is_skipped, run_case};
use crate::{diag, engine::Engine};

/// The first argument of a worker process; the file and the engine follow.
pub const WORKER_FLAG: &str = "--conformance-worker";

/// How long a worker may take for one case.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which cases of a file to run and how.
pub struct Plan<'a> {
    /// The executable that serves as worker.
    pub worker: PathBuf,
    /// The engine.
    pub engine: Engine,
    /// Worker processes at a time.
    pub jobs: usize,
    /// Which cases to run.
    pub select: &'a (dyn Fn(&Case) -> bool + Sync),
    /// Called after each case.
    pub progress: &'a (dyn Fn(&CaseReport) + Sync),
}

/// Runs the selected cases of one file.
///
/// # Errors
/// When the file cannot be read or no worker can be started.
pub fn run_file(path: &Path, plan: &Plan<'_>) -> Result<SuiteReport> {
    let cases = case::read(path)?;
    let chosen = |case: &Case| !is_skipped(case) && (plan.select)(case);
    let chosen: Vec<usize> = (0..cases.len()).filter(|at| chosen(&cases[*at])).collect();
    let next = AtomicUsize::new(0);
    let reports: Mutex<Vec<Option<CaseReport>>> = Mutex::new(vec![None; chosen.len()]);
    let drain = || -> Result<()> {
        let mut worker = None;
        loop {
            let slot = next.fetch_add(1, Ordering::Relaxed);
            let Some(at) = chosen.get(slot) else { return Ok(()) };
            let report = ask(&mut worker, path, plan, *at, &cases[*at])?;
            (plan.progress)(&report);
            reports.lock().expect("no worker thread panics")[slot] = Some(report);
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.jobs.max(1)).map(|_| scope.spawn(drain)).collect();
        threads.into_iter().try_for_each(|t| t.join().expect("no worker thread panics"))
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let reports = reports.into_inner().expect("no worker thread panics");
    let reports = reports.into_iter().flatten().collect();
    Ok(SuiteReport::new(name, plan.engine.to_string(), reports))
}

struct Worker {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

impl Worker {
    fn start(path: &Path, plan: &Plan<'_>) -> Result<Worker> {
        let mut child = Command::new(&plan.worker)
            .arg(WORKER_FLAG)
            .arg(path)
            .arg(plan.engine.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| diag::worker(&format!("{}: {error}", plan.worker.display())))?;
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (sender, answers) = channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(std::result::Result::ok);
            lines.try_for_each(|line| sender.send(line))
        });
        Ok(Worker { child, stdin, answers })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A worker that has already gone is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(
    worker: &mut Option<Worker>,
    path: &Path,
    plan: &Plan<'_>,
    at: usize,
    case: &Case,
) -> Result<CaseReport> {
    if worker.is_none() {
        *worker = Some(Worker::start(path, plan)?);
    }
    let current = worker.as_mut().expect("a worker was just started");
    // A failed write means that the worker is dead, which the missing answer shows as well.
    let _ = writeln!(current.stdin, "{at}").and_then(|()| current.stdin.flush());
    let detail = match current.answers.recv_timeout(PATIENCE) {
        Ok(line) => match serde_json::from_str(&line) {
            Ok(report) => return Ok(report),
            Err(error) => format!("bad answer of the worker: {error}"),
        },
        Err(RecvTimeoutError::Timeout) => format!("no answer in {} s", PATIENCE.as_secs()),
        Err(RecvTimeoutError::Disconnected) => exit_text(current),
    };
    *worker = None;
    Ok(CaseReport {
        id: case.id.clone(),
        tier: case.tier.clone(),
        status: Status::Crashed,
        detail,
        compile_ms: 0.0,
        run_us: 0.0,
    })
}

fn exit_text(worker: &mut Worker) -> String {
    match worker.child.wait() {
        Ok(status) => format!("the worker ended: {status}"),
        Err(error) => format!("the worker ended: {error}"),
    }
}

/// The main function of a worker process.
///
/// # Errors
/// When the file cannot be read; errors of cases go into their reports.
pub fn serve(path: &Path, engine: Engine, out: &mut dyn Write) -> Result<()> {
    let cases = case::read(path)?;
    for line in std::io::stdin().lock().lines().map_while(std::result::Result::ok) {
        let at: usize = line.trim().parse().map_err(|_| diag::worker("expected a position"))?;
        let case = cases.get(at).ok_or_else(|| diag::worker("no such case"))?;
        let report = serde_json::to_string(&run_case(case, engine))
            .map_err(|error| diag::worker(&error.to_string()))?;
        writeln!(out, "{report}")
            .and_then(|()| out.flush())
            .map_err(|error| diag::worker(&error.to_string()))?;
    }
    Ok(())
}
