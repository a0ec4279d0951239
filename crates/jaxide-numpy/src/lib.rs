//! NumPy- and JAX-style functions, composed from traced ops: [`jnp`], [`nn`] and [`random`].
//!
//! Deliberately not here: ops of their own, promotion rules, engines.

#![forbid(unsafe_code)]

mod axes;
mod diag;
mod ext;
pub mod jnp;
pub mod nn;
mod over;
pub mod random;
mod shape;

pub use ext::NumpyExt;
