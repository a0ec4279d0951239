//! A tracing JIT compiler for array programs.
