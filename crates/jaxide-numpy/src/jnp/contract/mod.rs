//! Products of arrays that sum over axes.

mod einsum;
mod products;
mod subscripts;

pub use einsum::{einsum, einsum_path};
pub use products::{
    Contract, cross, dot, inner, kron, matmul, outer, tensordot, trace, vdot, vecdot,
};
