//! Tests of the public functions.

mod prng;
mod selection;
