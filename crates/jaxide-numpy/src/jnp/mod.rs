//! NumPy's functions under their own names, as JAX has them in `jax.numpy`.

mod contract;
mod create;
mod differences;
pub(crate) mod dtypes;
mod elementwise;
pub mod fft;
mod indexing;
pub mod linalg;
mod nonzero;
mod order;
mod polynomials;
mod rearrange;
mod reduce;
mod select;
mod statistics;
mod windows;

pub use crate::over::{Over, axis};
pub use contract::*;
pub use create::*;
pub use differences::{
    cumprod, cumsum, diff, ediff1d, gradient, nancumprod, nancumsum, trapezoid, unwrap,
};
pub use dtypes::{Finfo, can_cast, finfo, iinfo, promote_types, result_type};
pub use elementwise::*;
pub use indexing::*;
pub use jaxide_trace::{array, scalar};
pub use nonzero::*;
pub use order::*;
pub use polynomials::*;
pub use rearrange::*;
pub use reduce::*;
pub use select::{Piece, piecewise, select, where_};
pub use statistics::{ConvolveMode, convolve, corrcoef, correlate, cov};
pub use windows::*;
