//! Random well-typed programs that shrink well.
//!
//! A [`Recipe`] is a list of input types and of small steps. A step names a rule and chooses operands
//! and parameters by numbers that count modulo what is there, so every list of numbers is a program:
//! a step that fits nothing is skipped, and removing steps or lowering numbers leaves a program. Fuzz
//! bytes read as recipes for the same reason.
//!
//! Two families. In [`Family::Exact`] engines agree bit for bit, all NaN alike: integers, rounded
//! arithmetic and everything that only moves elements. In [`Family::Any`] they agree within the error
//! bound that [`bounds`] computes along with the values; ops that jump are kept off inexact values.
//!
//! Deliberately not here: what is asserted of the programs, which is in the tests.

mod api;
mod bound;
mod control;
mod draft;
mod elementwise;
mod index;
mod recipe;
mod reduce;
mod shape;
mod values;
mod window;

pub use api::ApiRecipe;
pub use bound::bounds;
pub use draft::rule_names;
pub use recipe::{Family, Input, Recipe, Step, recipes};
pub use values::{Taste, tensor};
