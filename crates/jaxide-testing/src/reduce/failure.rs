//! How programs fail, and the oracles that run them in this process.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jaxide_ir::{Diagnostic, Jaxpr, Result, TensorData};
use jaxide_passes::{Options, PassManager, Pipeline};

use super::Case;
use crate::{
    compare::{Tolerance, difference},
    engine::{Engine, unsupported_op},
};

/// A way to fail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Two runs that should agree do not: the first difference.
    Differs(String),
    /// Something reports an error: its code, for a missing op with the op's name, and its text.
    Error {
        /// What must stay the same.
        kind: String,
        /// The message.
        text: String,
    },
    /// A process ended or hung: how.
    Crash(String),
}

impl Failure {
    /// True when another failure counts as the same one.
    pub fn is_like(&self, other: &Failure) -> bool {
        match (self, other) {
            (Failure::Differs(_), Failure::Differs(_)) => true,
            (Failure::Error { kind: a, .. }, Failure::Error { kind: b, .. }) => a == b,
            (Failure::Crash(a), Failure::Crash(b)) => a == b,
            _ => false,
        }
    }

    /// One line that says what happened.
    pub fn line(&self) -> &str {
        let (Failure::Differs(text) | Failure::Error { text, .. } | Failure::Crash(text)) = self;
        text.lines().next().unwrap_or_default()
    }

    fn of(who: &str, error: &Diagnostic) -> Failure {
        let kind = match unsupported_op(error) {
            Some(op) => format!("{who} {} {op}", error.code().0),
            None => format!("{who} {}", error.code().0),
        };
        Failure::Error { kind, text: format!("{who}: {error}") }
    }
}

/// The interpreter against an engine: a difference beyond the usual tolerance, or an error of one of
/// them. For the interpreter itself only errors count.
pub fn between_engines(case: &Case, engine: Engine) -> Option<Failure> {
    let expected = match guarded("eval", || Engine::Eval.run(&case.jaxpr, &case.args)) {
        Ok(results) => results,
        Err(failure) => return (engine == Engine::Eval).then_some(failure),
    };
    if engine == Engine::Eval {
        return None;
    }
    let name = engine.to_string();
    match guarded(&name, || engine.run(&case.jaxpr, &case.args)) {
        Ok(got) => compared(&expected, &got, &format!("eval, then {name}")),
        Err(failure) => Some(failure),
    }
}

/// A program on an engine before and after passes, with the verifier after each of them. A program
/// that does not run before them does not count.
pub fn between_passes(case: &Case, pipeline: &Pipeline, engine: Engine) -> Option<Failure> {
    let run = |jaxpr: &Jaxpr| guarded("run", || engine.run(jaxpr, &case.args));
    let expected = run(&case.jaxpr).ok()?;
    let registry = Some(crate::registry());
    let options = Options { verify: true, registry, reproducer_dir: None, ..Options::default() };
    let manager = PassManager::new(pipeline.clone(), options);
    let rewritten = guarded("passes", || Ok(manager.run(&Arc::new(case.jaxpr.clone()))?.jaxpr));
    match rewritten.and_then(|jaxpr| run(&jaxpr)) {
        Ok(got) => compared(&expected, &got, &format!("before, then after {}", pipeline.line())),
        Err(failure) => Some(failure),
    }
}

fn compared(expected: &[TensorData], got: &[TensorData], what: &str) -> Option<Failure> {
    let differs = |(at, (a, b)): (usize, (&TensorData, &TensorData))| {
        let text = difference(a, b, Tolerance::recorded(a.ty().dtype, 1.0))?;
        Some(Failure::Differs(format!("{what}: result {at}: {text}")))
    };
    expected.iter().zip(got).enumerate().find_map(differs)
}

/// A call that may also panic.
fn guarded<T>(who: &str, f: impl FnOnce() -> Result<T>) -> std::result::Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure::of(who, &error)),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            let text = format!("{who}: panic: {}", text.unwrap_or("of another type"));
            Err(Failure::Error { kind: format!("{who} panic"), text })
        }
    }
}
