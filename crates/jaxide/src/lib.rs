//! jaxide: a tracing JIT compiler for array programs.

#![forbid(unsafe_code)]

pub mod backend;
