//! Elementwise ops: arithmetic, comparison, logic, transcendentals, conversion. Operands have one
//! shape, but for dimensions of size 1 and for rank 0, which are repeated; promotion of dtypes is
//! the front end's business.

pub mod arith;
pub mod bessel;
pub mod compare;
pub mod complex;
mod composite;
pub mod convert;
pub mod gamma;
pub mod host;
pub mod incomplete;
pub mod logical;
pub mod math;
pub mod recipes;
pub mod special;

#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;

pub use arith::*;
pub use bessel::*;
pub use compare::*;
pub use complex::{complex, conj, imag, real};
pub use convert::*;
pub use gamma::*;
pub use incomplete::*;
pub use logical::*;
pub use math::*;
pub use special::*;

/// Declares the functions of ops without parameters: `/// Doc. name(x, y) = OP;`.
macro_rules! op_fns {
    ($($(#[doc = $doc:literal])+ $name:ident($($x:ident),+) = $op:ident;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Panics
        /// When the op refuses the operands' types.
        #[track_caller]
        pub fn $name<V: jaxide_ir::Value>($($x: &V),+) -> V {
            $crate::templates::bind1(&$op, jaxide_ir::Params::new(), &[$($x),+])
        }
    )+};
}
pub(crate) use op_fns;

/// The shared `infer` of elementwise ops, for those that check parameters first.
use crate::templates::infer_elementwise as infer;
