//! The one integration test binary of jaxide-mlir.

mod cpu;
mod jit;
