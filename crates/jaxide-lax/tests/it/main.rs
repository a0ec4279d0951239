//! Programs of JAX, built, printed and read with the dialects of this crate.

mod golden_jaxprs;
mod infer;
mod robustness;
mod structured;
