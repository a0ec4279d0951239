//! Joining arrays.

use jaxide_numpy::jnp;

use super::{Case, one};

pub(super) const CASES: &[Case] = &[
    one("concatenate_rows", |x| jnp::concatenate(&[&x[0], &x[1]], 0)),
    one("concatenate_last_axis_promotes", |x| jnp::concatenate(&[&x[0], &x[1]], -1)),
    one("stack_rows", |x| jnp::stack(&[&x[0], &x[1]], 0)),
    one("stack_last_axis", |x| jnp::stack(&[&x[0], &x[1]], -1)),
];
