//! The `lax` dialect (array ops) and the `control` dialect: one record per op with all its rules,
//! and one strict typed function per op.
//!
//! Deliberately not here: buffers, threads, engines, promotion and broadcasting of operands.

#![forbid(unsafe_code)]

pub mod control;
pub mod diag;
pub mod dot;
pub mod elementwise;
pub mod index;
pub mod random;
pub mod reduce;
pub mod shape;
pub mod templates;
pub mod val;

pub use control::CONTROL;
pub use index::{dynamic_slice, dynamic_update_slice};
pub use shape::{
    broadcast_in_dim, concatenate, iota, pad, reshape, rev, slice, split, squeeze, stack, tile,
    transpose, unstack,
};
pub use val::Val;
