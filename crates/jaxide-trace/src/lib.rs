//! Arrays, tracing, `jit` and control flow.
//!
//! An [`Array`] is concrete or traced. Operations on arrays are computed at once by the reference
//! engine, or recorded as equations while a function is traced. [`jit()`] traces a function once per
//! signature and hands the program to a backend; [`make_jaxpr`] shows it.
//!
//! Deliberately not here: ops and their rules (`jaxide-lax`), engines, passes, and NumPy's larger
//! library. Which backend compiles is the caller's choice ([`jit_with`]).

#![forbid(unsafe_code)]

mod array;
pub mod config;
mod custom;
pub mod debug;
mod diag;
mod error;
mod func;
mod jit;
pub mod lax;
mod make_jaxpr;
pub mod promote;
mod trace;
mod tree;

pub use array::{
    Array, ArrayData, Element, Ellipsis, Exponent, Index, IndexMode, IndexNumber, Indexed, Indices,
    IntoIndex, Item, Kind, NewAxis, Number, Operand, Shape, Shown, Slice, Want, array,
    canonicalize_axes, ds, scalar,
};
pub use custom::{CustomJvp, CustomVjp, custom_jvp, custom_vjp};
pub use error::{Error, OrRaise, Result, raise};
pub use func::{FnInfo, Fun, Function, Param, Params};
pub use jaxide_eval::EvalBackend;
pub use jaxide_ir::{ArrayType, DType};
pub use jaxide_lax::check::Checks;
pub use jaxide_macros::{Tree, jit, jit_fn};
pub use jaxide_runtime::text::PrintOptions;
pub use jit::{
    CacheMiss, Compiled, Explanation, Jitted, Lowered, Reason, jit, jit_with, subprogram,
};
pub use make_jaxpr::{ClosedJaxpr, make_jaxpr};
pub use num_complex::Complex;
pub use tree::{Static, StaticKey, Step, Tree, Visitor, tree_leaves, tree_map};
