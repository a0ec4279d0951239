//! The MLIR backend of jaxide.

pub mod jit;
