//! NumPy's functions under their own names, as JAX has them in `jax.numpy`.

mod create;
mod dtypes;
mod elementwise;
mod indexing;
mod nonzero;
mod rearrange;
mod select;

pub use crate::over::{Over, axis};
pub use create::*;
pub use dtypes::{Finfo, can_cast, finfo, iinfo, promote_types, result_type};
pub use elementwise::*;
pub use indexing::*;
pub use jaxide_trace::{array, scalar};
pub use nonzero::*;
pub use rearrange::*;
pub use select::{Piece, piecewise, select, where_};
