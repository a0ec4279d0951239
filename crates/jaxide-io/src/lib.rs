//! Reading and writing arrays: NumPy's `.npy`.
//!
//! Deliberately not here: anything that computes.

#![forbid(unsafe_code)]

pub mod diag;
pub mod npy;

pub use npy::{load_npy, read_npy, save_npy, write_npy};
