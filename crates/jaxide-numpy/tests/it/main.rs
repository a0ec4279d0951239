//! Tests of the public functions.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

mod algebra;
mod extremes;
mod mistakes;
mod networks;
mod prng;
mod promotion;
mod selection;
