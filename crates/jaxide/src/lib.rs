//! A tracing JIT compiler for array programs.
//!
//! A function over [`Array`] runs eagerly as it is. [`jit()`] traces it once per signature into a
//! *jaxpr*, passes rewrite the jaxpr, and MLIR compiles it for the CPU.
//!
//! ```
//! use jaxide::{Array, array, jit, make_jaxpr};
//!
//! fn sum_squared_error(a: &Array, b: &Array) -> Array {
//!     (a - b).pow(2).sum()
//! }
//!
//! let (a, b) = (array([1.0, 2.0, 3.0]), array([3.0, 2.0, 1.0]));
//! assert_eq!(sum_squared_error(&a, &b).item::<f32>(), 8.0); // eager
//! assert_eq!(jit(sum_squared_error)(&a, &b).item::<f32>(), 8.0); // compiled
//! println!("{}", make_jaxpr(sum_squared_error)(&a, &b));
//! ```
//!
//! Without the feature `mlir` (on by default) everything runs on the interpreter, and no LLVM is
//! needed to build.

#![forbid(unsafe_code)]

pub mod backend;
pub mod debug;
pub mod jnp;
pub mod lax;
mod passes;

use std::panic::Location;

pub use backend::default_backend;
pub use jaxide_io as io;
pub use jaxide_ir as ir;
/// `#[jit]` and `jit_fn!`; `#[derive(Tree)]` comes with the trait.
pub use jaxide_macros::{jit, jit_fn};
pub use jaxide_numpy::{NumpyExt, nn, random};
pub use jaxide_passes::PassDef;
pub use jaxide_trace::{
    Array, ArrayType, Checks, ClosedJaxpr, Compiled, Complex, CustomJvp, CustomVjp, DType, Element,
    Ellipsis, Error, Explanation, Fun, Function, Index, IndexMode, Indexed, Indices, IntoIndex,
    Jitted, Lowered, NewAxis, Number, Operand, Param, Params, PrintOptions, Reason, Result, Shape,
    Shown, Slice, Static, StaticKey, Step, Tree, Visitor, array, config, custom_jvp, custom_vjp,
    ds, jit_with, make_jaxpr, param_by_value, raise, s, scalar, tree_leaves, tree_map,
};
pub use passes::Passes;

/// Compiles a function with the default backend on its first call with each signature: tree
/// structure, shapes, dtypes and static values of its arguments.
///
/// The result is called like the function. On functions, `#[jit]` does the same at the definition.
///
/// ```
/// use jaxide::{Array, array, jit};
/// let f = jit(|x: &Array| (x * 2.0).sum());
/// assert_eq!(f(&array([1.0, 2.0])).item::<f32>(), 6.0);
/// assert_eq!(f(&array([3.0, 4.0])).item::<f32>(), 14.0);
/// assert_eq!(f.cache_size(), 1);
/// ```
#[track_caller]
pub fn jit<'f, F, P, O>(f: F) -> Jitted<'f, P, O>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    jit_with(default_backend(), f.into_fun(Location::caller()))
}
