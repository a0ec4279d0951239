//! Products that sum over axes.

use jaxide_numpy::jnp;
use jaxide_trace::Array;

use super::{Case, one};

fn einsum(subscripts: &str, x: &[Array]) -> Array {
    jnp::einsum(subscripts, &x.iter().collect::<Vec<_>>())
}

pub(super) const CASES: &[Case] = &[
    one("einsum_matmul", |x| einsum("ij,jk->ik", x)),
    one("einsum_implicit", |x| einsum("ij,jk", x)),
    one("einsum_implicit_order", |x| einsum("ba", x)),
    one("einsum_trace", |x| einsum("ii", x)),
    one("einsum_diagonal", |x| einsum("ii->i", x)),
    one("einsum_diagonal_of_two", |x| einsum("iij,jki->k", x)),
    one("einsum_batch", |x| einsum("bij,bjk->bik", x)),
    one("einsum_outer", |x| einsum("i,j->ji", x)),
    one("einsum_hadamard", |x| einsum("ij,ji->ij", x)),
    one("einsum_sum_all", |x| einsum("ijk->", x)),
    one("einsum_sum_one_side", |x| einsum("ij,k->i", x)),
    one("einsum_ellipsis", |x| einsum("...ij,...jk->...ik", x)),
    one("einsum_ellipsis_broadcast", |x| einsum("i...,...->i...", x)),
    one("einsum_ellipsis_implicit", |x| einsum("...ij->...ji", x)),
    one("einsum_broadcast_one", |x| einsum("ij,ij->ij", x)),
    one("einsum_three", |x| einsum("ij,jk,kl->il", x)),
    one("einsum_attention", |x| einsum("bqhd,bkhd->bhqk", x)),
    one("einsum_integers", |x| einsum("ij,jk->ik", x)),
    one("einsum_mixed_dtypes", |x| einsum("ij,jk->ik", x)),
    one("einsum_spaces", |x| einsum(" i j , j k -> i k ", x)),
    one("einsum_complex", |x| einsum("ij,kj->ik", x)),
    one("dot_matrix", |x| jnp::dot(&x[0], &x[1])),
    one("dot_high", |x| jnp::dot(&x[0], &x[1])),
    one("matmul_batch", |x| jnp::matmul(&x[0], &x[1])),
    one("vdot", |x| jnp::vdot(&x[0], &x[1])),
    one("vecdot", |x| jnp::vecdot(&x[0], &x[1], 0)),
    one("inner", |x| jnp::inner(&x[0], &x[1])),
    one("outer", |x| jnp::outer(&x[0], &x[1])),
    one("tensordot_count", |x| jnp::tensordot(&x[0], &x[1], 2)),
    one("tensordot_none", |x| jnp::tensordot(&x[0], &x[1], 0)),
    one("tensordot_pairs", |x| jnp::tensordot(&x[0], &x[1], ([0, -1], [1, 0]))),
    one("kron", |x| jnp::kron(&x[0], &x[1])),
    one("kron_ranks", |x| jnp::kron(&x[0], &x[1])),
    one("cross_3", |x| jnp::cross(&x[0], &x[1])),
    one("cross_2", |x| jnp::cross(&x[0], &x[1])),
    one("cross_2_3", |x| jnp::cross(&x[0], &x[1])),
    one("trace", |x| jnp::trace(&x[0], 1, 0, 2)),
    one("trace_bool", |x| jnp::trace(&x[0], 0, 0, 1)),
];
