//! Diagnostics of the ops of this crate, one function a mistake.
