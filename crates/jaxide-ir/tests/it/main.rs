//! Text and verifier of the IR, tested with a dialect of a few ops.

mod dialect;
mod layout;

mod reading;

mod verifying;
