//! Recorded programs: reading them, running one case, running files in worker processes, and the
//! floors that may only rise.

pub mod case;
pub mod floor;
pub mod gauge;
pub mod report;
pub mod run;
pub mod workers;

pub use case::Case;
pub use report::{CaseReport, Status, SuiteReport};
pub use run::run_case;
