//! NumPy- and JAX-style functions, composed from traced ops: [`jnp`] and [`random`].
//!
//! Deliberately not here: ops of their own, promotion rules, engines.

#![forbid(unsafe_code)]

mod diag;
pub mod jnp;
pub mod random;
mod shape;
