//! What became of the cases of a file; the shape of the JSON that `jaxide conformance` writes.

use serde::{Deserialize, Serialize};

/// What became of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All results agree.
    Passed,
    /// A wrong result or an error.
    Failed,
    /// The program holds an op that the engine lacks.
    Unsupported,
    /// The worker process died or hung.
    Crashed,
}

/// One case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseReport {
    /// The case's id.
    pub id: String,
    /// The case's tier.
    pub tier: String,
    /// What became of it.
    pub status: Status,
    /// The differing value, the error, or the unsupported op.
    pub detail: String,
    /// Time to parse and compile, in milliseconds.
    pub compile_ms: f64,
    /// Time of one run, in microseconds.
    pub run_us: f64,
}

/// One file on one engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SuiteReport {
    /// The file's name.
    pub file: String,
    /// The engine.
    pub engine: String,
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed or crashed.
    pub failed: usize,
    /// Cases with an op that the engine lacks.
    pub unsupported: usize,
    /// The cases in file order.
    pub cases: Vec<CaseReport>,
}

impl SuiteReport {
    /// Counts the cases.
    pub fn new(file: String, engine: String, cases: Vec<CaseReport>) -> SuiteReport {
        let count = |status| cases.iter().filter(|case| case.status == status).count();
        SuiteReport {
            passed: count(Status::Passed),
            failed: count(Status::Failed) + count(Status::Crashed),
            unsupported: count(Status::Unsupported),
            file,
            engine,
            cases,
        }
    }

    /// The share of cases that passed, between 0 and 1; 1 of none.
    pub fn pass_rate(&self) -> f64 {
        if self.cases.is_empty() { 1.0 } else { self.passed as f64 / self.cases.len() as f64 }
    }
}
