//! The `lax` dialect (array ops) and the `control` dialect: one record per op with all its rules,
//! and one strict typed function per op.
//!
//! Deliberately not here: buffers, threads, engines, promotion and broadcasting of operands.

#![forbid(unsafe_code)]

pub mod control;
pub mod diag;
pub mod dot;
pub mod elementwise;
pub mod gather;
pub mod index;
pub mod random;
pub mod reduce;
pub mod scatter;
pub mod shape;
pub mod sort;
pub mod templates;
pub mod val;

pub use control::CONTROL;
pub use gather::gather;
pub use index::{dynamic_slice, dynamic_update_slice};
pub use scatter::{
    scatter, scatter_add, scatter_max, scatter_min, scatter_mul, scatter_sub,
};
pub use shape::{
    broadcast_in_dim, concatenate, iota, pad, reshape, rev, slice, split, squeeze, stack, tile,
    transpose, unstack,
};
pub use sort::{sort, top_k};
pub use val::Val;
