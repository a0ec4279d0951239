//! NumPy's functions under their own names, as JAX has them in `jax.numpy`.

mod create;
mod join;
mod select;

pub use crate::over::{Over, axis};
pub use create::{arange, eye, full, full_like, ones, ones_like, zeros, zeros_like};
pub use jaxide_trace::{array, scalar};
pub use join::{concatenate, stack};
pub use select::{Piece, piecewise, select, where_};
