//! Random numbers from explicit keys, bit for bit as JAX makes them with threefry.
//!
//! A key is an array of two `u32`. Functions never change a key: using one key twice gives the same
//! numbers twice, so [`split`] it first.
//! [`config::threefry_partitionable`](jaxide_trace::config::threefry_partitionable) chooses between
//! JAX's two recipes; the default is the partitionable one, as in JAX since 0.5.

mod bits;
mod key;
mod normal;
mod uniform;

pub use bits::{bits, bits_with};
pub use key::{PRNGKey, fold_in, split, split_into};
pub use normal::{normal, normal_with};
pub use uniform::{uniform, uniform_with};
