//! The `kernel` dialect: loop nests with index maps and scalar bodies, and the passes that form
//! them from array programs.
//!
//! Deliberately not here: code. Engines read the kernels; the interpreter defines what they mean.

#![forbid(unsafe_code)]

pub mod access;
pub mod diag;
pub mod dialect;
pub mod expr;
pub mod fuse;
pub mod map;
pub mod normalise;
pub mod text;

pub use access::{Access, Nest};
pub use dialect::{Combine, KERNEL, Kernel, MAP, REDUCE};
pub use expr::{Expr, Leaf};
pub use fuse::{FUSE, fuse, is_layout, reduction};
pub use map::{Guard, IndexMap, Input, delinearize, linearize};
pub use normalise::{NORMALISE, normalise};
pub use text::Maps;
