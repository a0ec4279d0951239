//! Text and verifier of the IR, tested with a dialect of a few ops.

mod dialect;
mod layout;
mod programs;
mod reading;
mod robustness;
mod round_trip;
mod verifying;
