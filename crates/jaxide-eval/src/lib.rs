//! The reference interpreter: it defines what every op means, and runs eager code. Plain loops over
//! strided views; clarity before speed.
//!
//! One file per family of ops, named like the file in `jaxide-lax` that declares them. Deliberately
//! not here: compilation, threads, and any op's shape rules, which are in its record.

#![forbid(unsafe_code)]

mod control;
mod conv;
pub mod diag;
mod dot;
mod elementwise;
mod gather;
mod index;
mod interpreter;
mod kernel;
mod library;
mod num;
mod plan;
mod random;
mod reduce;
mod scatter;
mod shape;
mod shared;
mod sort;
mod table;
mod view;
mod window;

pub use interpreter::{EvalBackend, Interpreter, apply, run};
pub use plan::Plan;
pub use shared::Shared;
pub use table::{Control, DeriveFn, Kernel, KernelCx, Results};
