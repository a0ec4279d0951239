//! The pass manager and the passes on array programs.
//!
//! One pass is one file, one static [`PassDef`] and one row of [`PASSES`]. Passes rewrite jaxprs
//! to jaxprs; they keep no state and print nothing. What forms kernels is in the kernel crate.

#![forbid(unsafe_code)]

pub mod diag;
pub mod manager;
pub mod pass;
pub mod pipeline;
pub mod rewrite;

mod canonicalize;
mod cse;
mod dce;
mod fold_constants;
mod inline;
mod insert_checks;
mod licm;
mod simplify_algebra;
mod split_complex;

pub use canonicalize::CANONICALIZE;
pub use cse::CSE;
pub use dce::{DCE, dce_jaxpr};
pub use fold_constants::FOLD_CONSTANTS;
pub use inline::INLINE;
pub use insert_checks::INSERT_CHECKS;
pub use licm::LICM;
pub use manager::{Options, Outcome, PassManager, PassRecord};
pub use pass::{PassCx, PassDef};
pub use pipeline::{PIPELINES, Pipeline};
pub use rewrite::Rewriter;
pub use simplify_algebra::SIMPLIFY_ALGEBRA;
pub use split_complex::{SPLIT_COMPLEX, splits_complex};

/// The passes of this crate, in alphabetical order.
pub static PASSES: &[&PassDef] = &[
    &CANONICALIZE,
    &CSE,
    &DCE,
    &FOLD_CONSTANTS,
    &INLINE,
    &INSERT_CHECKS,
    &LICM,
    &SIMPLIFY_ALGEBRA,
    &SPLIT_COMPLEX,
];
