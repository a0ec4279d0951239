//! Tests of the public API, in one binary.

mod api;
mod cache;
mod complex;
mod control;
mod custom;
mod errors;
mod goldens;
mod indexing;
mod jaxprs;
mod leaks;
mod macros;
mod mistakes;
mod outside;
mod promotion;
mod text;
