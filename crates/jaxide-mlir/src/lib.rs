//! The MLIR backend of jaxide.
