//! The pass manager: the only place with policy. It verifies, times, prints on request, stops
//! early, names the guilty pass and writes reproducers.

use std::{
    any::Any,
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use jaxide_ir::{ArrayType, DType, Diagnostic, Jaxpr, Registry, Result, verify};

use crate::{PassCx, PassDef, Pipeline, diag};

/// What the manager does besides running passes.
#[derive(Clone, Debug)]
pub struct Options {
    /// Verify the program after each pass. On by default in debug builds.
    pub verify: bool,
    /// Ops that programs may use; `None` accepts any.
    pub registry: Option<Registry>,
    /// Passes after which the program is printed to stderr.
    pub print_after: Vec<String>,
    /// Run up to and including this pass.
    pub stop_after: Option<String>,
    /// Where reproducers are written; `None` writes none.
    pub reproducer_dir: Option<PathBuf>,
}

impl Default for Options {
    /// Reads `JAXIDE_PRINT` (`after:cse,after:dce`, or `after:all`).
    fn default() -> Options {
        let print = env::var("JAXIDE_PRINT").unwrap_or_default();
        let names = print.split(',').filter_map(|item| item.trim().strip_prefix("after:"));
        Options {
            verify: cfg!(debug_assertions),
            registry: None,
            print_after: names.map(str::to_owned).collect(),
            stop_after: None,
            reproducer_dir: Some(env::temp_dir()),
        }
    }
}

/// What one pass did.
#[derive(Clone, Debug)]
pub struct PassRecord {
    /// The pass.
    pub name: &'static str,
    /// Time in the pass, without verification.
    pub duration: Duration,
    /// Whether it changed the program.
    pub changed: bool,
    /// Equations afterwards, nested ones included.
    pub eqns: usize,
}

/// The rewritten program and what happened on the way.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The program; the same `Arc` when nothing changed.
    pub jaxpr: Arc<Jaxpr>,
    /// One record per pass that ran.
    pub records: Vec<PassRecord>,
}

/// Runs a pipeline.
#[derive(Clone, Debug)]
pub struct PassManager {
    pipeline: Pipeline,
    options: Options,
}

impl PassManager {
    /// A manager of a pipeline.
    pub fn new(pipeline: Pipeline, options: Options) -> PassManager {
        PassManager { pipeline, options }
    }

    /// Runs all passes in order.
    ///
    /// # Errors
    /// When a pass fails, panics, or leaves an invalid program: the pass is named and a reproducer
    /// written.
    pub fn run(&self, jaxpr: &Arc<Jaxpr>) -> Result<Outcome> {
        let mut outcome = Outcome { jaxpr: jaxpr.clone(), records: Vec::new() };
        for pass in self.pipeline.passes() {
            let start = Instant::now();
            let rewritten = self.step(pass, &outcome.jaxpr)?;
            let duration = start.elapsed();
            let changed = rewritten.is_some();
            if let Some(next) = rewritten {
                self.check(pass, &outcome.jaxpr, &next)?;
                outcome.jaxpr = Arc::new(next);
            }
            let eqns = outcome.jaxpr.total_eqns();
            outcome.records.push(PassRecord { name: pass.name, duration, changed, eqns });
            self.print(pass, &outcome.jaxpr);
            if self.options.stop_after.as_deref() == Some(pass.name) {
                break;
            }
        }
        Ok(outcome)
    }

    fn step(&self, pass: &'static PassDef, before: &Jaxpr) -> Result<Option<Jaxpr>> {
        let mut cx = PassCx::new(pass);
        let run = AssertUnwindSafe(|| (pass.run)(before, &mut cx));
        match catch_unwind(run) {
            Ok(Ok(rewritten)) => Ok(rewritten),
            Ok(Err(error)) => {
                let loc = error.loc().clone();
                Err(self.guilty(pass, before, "failed", &error.to_string()).at(&loc))
            }
            Err(panic) => Err(self.guilty(pass, before, "panicked", panic_text(&*panic))),
        }
    }

    fn check(&self, pass: &'static PassDef, before: &Jaxpr, after: &Jaxpr) -> Result<()> {
        if !self.options.verify {
            return Ok(());
        }
        verify(after, self.options.registry.as_ref())
            .and_then(|()| same_signature(before, after))
            .map_err(|e| self.guilty(pass, before, "left an invalid program", &e.to_string()))
    }

    fn print(&self, pass: &PassDef, jaxpr: &Jaxpr) {
        if self.options.print_after.iter().any(|name| name == pass.name || name == "all") {
            eprintln!("# after {}\n{jaxpr}", pass.name);
        }
    }

    fn guilty(
        &self,
        pass: &'static PassDef,
        before: &Jaxpr,
        what: &str,
        error: &str,
    ) -> Diagnostic {
        let diagnostic = diag::guilty_pass(pass.name, what, error);
        match self.write_reproducer(pass, before) {
            Some(path) => diag::reproducer(diagnostic, &path),
            None => diagnostic,
        }
    }

    /// A file that `jaxide opt` replays: the program before the pass, and the pass.
    fn write_reproducer(&self, pass: &PassDef, before: &Jaxpr) -> Option<PathBuf> {
        let text = format!("# pipeline: {}\n{before}\n", pass.name);
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        let file = format!("jaxide-{}-{hash:016x}.jaxpr", pass.name);
        let path = self.options.reproducer_dir.as_ref()?.join(file);
        fs::write(&path, text).ok()?;
        Some(path)
    }
}

/// A pass rewrites what a program does inside, not what it takes and gives.
fn same_signature(before: &Jaxpr, after: &Jaxpr) -> Result<()> {
    let inputs = |jaxpr: &Jaxpr| -> Vec<ArrayType> {
        jaxpr.inputs.iter().map(|input| jaxpr.vars[*input].clone()).collect()
    };
    let outputs = |jaxpr: &Jaxpr| -> Vec<ArrayType> {
        jaxpr.outputs.iter().map(|output| jaxpr.ty(*output)).collect()
    };
    for (what, expected, got) in
        [("inputs", inputs(before), inputs(after)), ("outputs", outputs(before), outputs(after))]
    {
        if !expected.iter().map(key).eq(got.iter().map(key)) {
            return Err(diag::other_signature(what, &expected, &got));
        }
    }
    Ok(())
}

/// What callers rely on: a weak type may change.
fn key(ty: &ArrayType) -> (DType, &[usize]) {
    (ty.dtype, &ty.shape)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("with no message")
}
