//! Tests of the public functions.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

mod prng;
mod selection;
