//! The oracle for crashes: each candidate runs in a process of its own, under a time limit.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use jaxide_ir::{Result, parse};
use jaxide_passes::Pipeline;

use super::{Case, Failure, between_passes};
use crate::{
    diag,
    engine::Engine,
    extra_passes,
    filetest::{TestFile, format_values, parse_values},
};

/// The first argument of a child process; the file, the engine and the passes (`-` for none) follow.
pub const WORKER_FLAG: &str = "--reduce-worker";

/// The exit code of a child process that could not read its candidate, which is no crash.
pub const UNREADABLE: u8 = 86;

/// How to run candidates in child processes.
#[derive(Clone, Debug)]
pub struct Child {
    /// The executable, which hands [`WORKER_FLAG`] to [`serve`].
    pub program: PathBuf,
    /// The engine.
    pub engine: Engine,
    /// The passes to run, if any.
    pub passes: Vec<String>,
    /// How long a candidate may take.
    pub limit: Duration,
}

impl Child {
    /// How a case ends its process, if it does. Typed errors are no crashes.
    ///
    /// # Errors
    /// When no process can be started.
    pub fn run(&self, case: &Case) -> Result<Option<Failure>> {
        let args = format_values(&case.args);
        let text = format!("// test: run {}\n{}\n// run: {args} == ()\n", self.engine, case.jaxpr);
        let failed = |error: io::Error| diag::reduce_child(&error.to_string());
        let (path, mut file) = new_file().map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        let failure = self.watch(&path);
        // What is left of it is a temporary file.
        let _ = fs::remove_file(&path);
        failure
    }

    fn watch(&self, path: &Path) -> Result<Option<Failure>> {
        let passes = if self.passes.is_empty() { "-".to_owned() } else { self.passes.join(",") };
        let mut child = Command::new(&self.program)
            .args([WORKER_FLAG.as_ref(), path.as_os_str()])
            .args([self.engine.to_string(), passes])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| diag::reduce_child(&error.to_string()))?;
        // The pipe closes when the process ends, however it ends.
        let mut output = child.stdout.take().expect("stdout is piped");
        let (sender, ended) = channel();
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = output.read_to_end(&mut text);
            sender.send(read.is_ok())
        });
        let hung = matches!(ended.recv_timeout(self.limit), Err(RecvTimeoutError::Timeout));
        if hung {
            // It may have ended just now, which is as well.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| diag::reduce_child(&error.to_string()))?;
        if hung {
            return Ok(Some(Failure::Crash(format!("no end within {:?}", self.limit))));
        }
        if status.code() == Some(UNREADABLE.into()) {
            return Err(diag::reduce_child("the text of a candidate does not read back"));
        }
        Ok((!status.success()).then(|| Failure::Crash(format!("the process ended: {status}"))))
    }
}

/// A file of its own for a candidate.
fn new_file() -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    loop {
        let count = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("jaxide-reduce-{}-{count}.jaxpr", std::process::id());
        let path = std::env::temp_dir().join(name);
        // What stands there already, a link perhaps, is somebody else's.
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
}

/// The main function of a child process: runs the program of a file. That it returns says that
/// nothing crashed.
///
/// # Errors
/// When the file cannot be read, which [`UNREADABLE`] should say; what the engine reports is no crash
/// and no error.
pub fn serve(path: &Path, engine: &str, passes: &str) -> Result<()> {
    let bad = |text: String| diag::reduce_child(&text);
    let text = fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let file = TestFile::parse(&path.display().to_string(), &text).map_err(bad)?;
    let jaxpr = parse(&file.program, &file.name, &crate::registry())?;
    let line = file.all("run").next().ok_or_else(|| bad("no run line".to_owned()))?;
    let args = line.text.split(" == ").next().unwrap_or_default();
    let args = parse_values(args, &jaxpr.in_types()).map_err(bad)?;
    let engine: Engine = engine.parse().map_err(bad)?;
    if passes == "-" {
        // Errors are no crashes.
        let _ = engine.run(&jaxpr, &args);
        return Ok(());
    }
    let names: Vec<&str> = passes.split(',').collect();
    let pipeline = Pipeline::new(&names, extra_passes())?;
    let _ = between_passes(&Case { jaxpr, args }, &pipeline, engine);
    Ok(())
}
