//! The dialect `sig`: signal processing, added to jaxide from outside.
//!
//! | file | adds |
//! |---|---|
//! | `copysign` | an elementwise op, whose meaning on every engine is data in its record |
//! | `fir` | a structured op: its record with type, derivative, transpose and batching rules |
//! | `eval` | what the structured op is on the interpreter |
//! | `mlir` | what it is in compiled code |
//! | `merge_filters` | a pass |
//!
//! Not here: any registration. Who wants the dialect names it: [`registry`] for text, and
//! [`interpreter`] and [`cpu`] for the engines.

#![forbid(unsafe_code)]

mod copysign;
mod eval;
mod fir;
mod merge_filters;
mod mlir;

use jaxide_ir::{Dialect, Registry};

pub use copysign::{COPYSIGN, copysign};
pub use eval::interpreter;
pub use fir::{FIR, fir, moving_average};
pub use merge_filters::MERGE_FILTERS;
pub use mlir::cpu;

/// The dialect.
pub static SIG: Dialect = Dialect {
    name: "sig",
    ops: &[&COPYSIGN, &FIR],
    aliases: &[],
    ignored_params: &[],
    renamed_params: &[],
    readings: &[],
};

/// The ops of array programs and of this dialect.
pub fn registry() -> Registry {
    jaxide_lax::registry().with(&SIG)
}
