//! Joining and splitting arrays.

use jaxide_numpy::jnp;

use super::{Case, many, one};

pub(super) const CASES: &[Case] = &[
    one("concatenate_rows", |x| jnp::concatenate(&[&x[0], &x[1]], 0)),
    one("concatenate_last_axis_promotes", |x| jnp::concatenate(&[&x[0], &x[1]], -1)),
    one("concat_bools", |x| jnp::concat(&[&x[0], &x[1]], 0)),
    one("concatenate_one", |x| jnp::concatenate(&[&x[0]], 1)),
    one("concatenate_empty", |x| jnp::concatenate(&[&x[0], &x[1]], 0)),
    one("stack_rows", |x| jnp::stack(&[&x[0], &x[1]], 0)),
    one("stack_last_axis", |x| jnp::stack(&[&x[0], &x[1]], -1)),
    one("stack_promotes", |x| jnp::stack(&[&x[0], &x[1]], 1)),
    many("unstack", |x| jnp::unstack(&x[0], 1)),
    one("vstack", |x| jnp::vstack(&[&x[0], &x[1]])),
    one("hstack_vectors", |x| jnp::hstack(&[&x[0], &x[1]])),
    one("hstack_matrices", |x| jnp::hstack(&[&x[0], &x[1]])),
    one("hstack_scalars", |x| jnp::hstack(&[&x[0], &x[1]])),
    one("dstack_vectors", |x| jnp::dstack(&[&x[0], &x[1]])),
    one("dstack_matrices", |x| jnp::dstack(&[&x[0], &x[1]])),
    one("column_stack", |x| jnp::column_stack(&[&x[0], &x[1]])),
    one("block", |x| jnp::block(&[&[&x[0], &x[1]], &[&x[2], &x[3]]])),
    one("block_of_vectors", |x| jnp::block(&[&[&x[0], &x[1]], &[&x[1], &x[0]]])),
    one("append_flat", |x| jnp::append(&x[0], &x[1], ..)),
    one("append_rows", |x| jnp::append(&x[0], &x[1], 0)),
    many("split_count", |x| jnp::split(&x[0], 3, 0)),
    many("split_at", |x| jnp::split(&x[0], [1, 4], -1)),
    many("array_split", |x| jnp::array_split(&x[0], 3, 0)),
    many("array_split_too_many", |x| jnp::array_split(&x[0], 4, 1)),
    many("vsplit", |x| jnp::vsplit(&x[0], 2)),
    many("hsplit", |x| jnp::hsplit(&x[0], 2)),
    many("hsplit_vector", |x| jnp::hsplit(&x[0], 2)),
    many("dsplit", |x| jnp::dsplit(&x[0], 2)),
];
