//! What every engine shares: host buffers, devices, and the interface between a compiled program
//! and its caller.
//!
//! Deliberately not here: any compiler, and any op.

pub mod backend;
pub mod buffer;
pub mod diag;
mod memory;

pub use backend::{
    Arg, Backend, CompileOptions, Device, Executable, check_args, check_outs, run_owned,
};
pub use buffer::{Buffer, checked_bytes};
