//! Tests of the public API, in one binary.

mod api;
mod jaxprs;
