//! Functions that sort, search and count.

mod histogram;
mod rows;
mod search;
mod sets;
mod sorting;

pub use histogram::{bincount, digitize, histogram, histogram_bin_edges, interp};
pub(in crate::jnp) use rows::rows;
pub use search::{Side, searchsorted};
pub use sets::{Unique, intersect1d, isin, setdiff1d, setxor1d, union1d, unique, unique_all};
pub(in crate::jnp) use sorting::along;
pub use sorting::{argpartition, argsort, lexsort, partition, sort, sort_descending, top_k};
