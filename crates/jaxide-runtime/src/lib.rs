//! What every engine shares: host buffers, devices, the interface between a compiled program and
//! its caller, and the library of routines that programs call.
//!
//! Deliberately not here: any compiler, and what ops mean.

pub mod backend;
pub mod buffer;
pub mod diag;
pub mod library;
mod memory;
pub mod print;
pub mod text;

pub use backend::{
    Arg, Backend, CompileOptions, Device, Executable, check_args, check_outs, run_owned,
};
pub use buffer::{Buffer, checked_bytes};
