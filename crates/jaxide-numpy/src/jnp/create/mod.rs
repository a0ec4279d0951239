//! Functions that make arrays.

mod filled;
mod grids;
mod matrices;
mod ranges;
mod triangles;

pub use filled::*;
pub use grids::*;
pub use matrices::*;
pub use ranges::*;
pub use triangles::*;
