//! Tests through the facade: what a user of the one crate relies on.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

mod checks;
mod debug;
mod page;
mod passes;
mod random;
#[cfg(feature = "mlir")]
mod robust;
