//! The CPU lowering: from kernels, structured ops and control flow to one MLIR function of
//! pointers. [`table`] says which op is lowered where.

pub mod arena;
pub mod arg_reduce;
pub mod complex;
pub mod control;
pub mod conv;
pub mod cumulative;
pub mod dot;
pub mod gather;
pub mod library;
pub mod map;
pub mod nest;
pub mod polynomials;
pub mod program;
pub mod random;
pub mod reduce;
pub mod scalar;
pub mod shape;
pub mod sort;
pub mod spread;
pub mod table;
pub mod window;

pub use program::{LowerFn, OpCall, Place, ProgramCx, Slot};
