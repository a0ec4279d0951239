"""Products that sum over axes."""

import jax.numpy as jnp
import numpy as np

from . import bools, case, floats, ints

C = (floats(2, 3) + 1j * floats(2, 3, seed=9)).astype(np.complex64)


def einsum(name, subscripts, *operands):
    return case(f"einsum_{name}", lambda *x: jnp.einsum(subscripts, *x), *operands)


CASES = [
    einsum("matmul", "ij,jk->ik", floats(2, 3), floats(3, 4, seed=1)),
    einsum("implicit", "ij,jk", floats(2, 3), floats(3, 4, seed=1)),
    einsum("implicit_order", "ba", floats(2, 3)),
    einsum("trace", "ii", floats(3, 3)),
    einsum("diagonal", "ii->i", floats(3, 3)),
    einsum("diagonal_of_two", "iij,jki->k", floats(3, 3, 2), floats(2, 4, 3, seed=1)),
    einsum("batch", "bij,bjk->bik", floats(2, 3, 4), floats(2, 4, 2, seed=1)),
    einsum("outer", "i,j->ji", floats(2), floats(3, seed=1)),
    einsum("hadamard", "ij,ji->ij", floats(2, 3), floats(3, 2, seed=1)),
    einsum("sum_all", "ijk->", floats(2, 3, 4)),
    einsum("sum_one_side", "ij,k->i", floats(2, 3), floats(4, seed=1)),
    einsum("ellipsis", "...ij,...jk->...ik", floats(2, 3, 4), floats(4, 2, seed=1)),
    einsum("ellipsis_broadcast", "i...,...->i...", floats(2, 1, 3), floats(4, 3, seed=1)),
    einsum("ellipsis_implicit", "...ij->...ji", floats(2, 3, 4)),
    einsum("broadcast_one", "ij,ij->ij", floats(1, 3), floats(2, 3, seed=1)),
    einsum("three", "ij,jk,kl->il", floats(2, 3), floats(3, 4, seed=1), floats(4, 2, seed=2)),
    einsum("attention", "bqhd,bkhd->bhqk", floats(2, 3, 2, 4), floats(2, 5, 2, 4, seed=1)),
    einsum("integers", "ij,jk->ik", ints(2, 3), ints(3, 4, seed=1)),
    einsum("mixed_dtypes", "ij,jk->ik", ints(2, 3), floats(3, 4, seed=1)),
    einsum("spaces", " i j , j k -> i k ", floats(2, 3), floats(3, 4, seed=1)),
    einsum("complex", "ij,kj->ik", C, C),
    case("dot_matrix", lambda a, b: jnp.dot(a, b), floats(2, 3), floats(3, 4, seed=1)),
    case("dot_high", lambda a, b: jnp.dot(a, b), floats(2, 3), floats(4, 3, 2, seed=1)),
    case("matmul_batch", lambda a, b: jnp.matmul(a, b), floats(2, 1, 3, 4), floats(5, 4, 2, seed=1)),
    case("vdot", lambda a, b: jnp.vdot(a, b), C, C),
    case("vecdot", lambda a, b: jnp.vecdot(a, b, axis=0), floats(3, 4), floats(3, 4, seed=1)),
    case("inner", lambda a, b: jnp.inner(a, b), floats(2, 3), floats(4, 3, seed=1)),
    case("outer", lambda a, b: jnp.outer(a, b), floats(2, 2), floats(3, seed=1)),
    case("tensordot_count", lambda a, b: jnp.tensordot(a, b, 2), floats(2, 3, 4), floats(3, 4, 2, seed=1)),
    case("tensordot_none", lambda a, b: jnp.tensordot(a, b, 0), floats(2), floats(3, seed=1)),
    case("tensordot_pairs", lambda a, b: jnp.tensordot(a, b, ([0, -1], [1, 0])), floats(2, 3, 4), floats(4, 2, seed=1)),
    case("kron", lambda a, b: jnp.kron(a, b), floats(2, 3), floats(2, 2, seed=1)),
    case("kron_ranks", lambda a, b: jnp.kron(a, b), floats(2), floats(2, 2, seed=1)),
    case("cross_3", lambda a, b: jnp.cross(a, b), floats(4, 3), floats(4, 3, seed=1)),
    case("cross_2", lambda a, b: jnp.cross(a, b), floats(4, 2), floats(4, 2, seed=1)),
    case("cross_2_3", lambda a, b: jnp.cross(a, b), floats(4, 2), floats(4, 3, seed=1)),
    case("trace", lambda x: jnp.trace(x, offset=1, axis1=0, axis2=2), floats(3, 2, 4)),
    case("trace_bool", lambda x: jnp.trace(x), bools(3, 3)),
]
