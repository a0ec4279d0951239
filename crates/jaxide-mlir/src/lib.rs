//! The MLIR backend of jaxide: kernels, structured ops and control flow become one MLIR function,
//! which [`jit`] compiles and links.
//!
//! Deliberately not here: deciding what is fused (`jaxide-kernel`), and what ops mean (their
//! records and the interpreter).

pub mod backend;
pub mod cpu;
pub mod diag;
pub mod emit;
pub mod jit;

pub use backend::MlirBackend;
