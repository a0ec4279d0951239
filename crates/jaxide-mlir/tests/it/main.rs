//! The one integration test binary of jaxide-mlir.

mod jit;
