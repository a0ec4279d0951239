//! Arrays, tracing, jit and control flow of jaxide.
