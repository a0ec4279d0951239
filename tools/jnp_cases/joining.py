"""Joining and splitting arrays."""

import jax.numpy as jnp
import numpy as np

from . import bools, case, floats, ints

V, W = ints(3), floats(3, seed=1)
M, N = floats(2, 3), floats(2, 3, seed=1)

CASES = [
    case("concatenate_rows", lambda a, b: jnp.concatenate([a, b]), floats(2, 3), floats(1, 3, seed=1)),
    case("concatenate_last_axis_promotes", lambda a, b: jnp.concatenate([a, b], -1), floats(2, 3), ints(2, 2)),
    case("concat_bools", lambda a, b: jnp.concat([a, b]), bools(3), ints(2)),
    case("concatenate_one", lambda a: jnp.concatenate([a], 1), M),
    case("concatenate_empty", lambda a, b: jnp.concatenate([a, b]), floats(0, 3), M),
    case("stack_rows", lambda a, b: jnp.stack([a, b]), floats(3), floats(3, seed=1)),
    case("stack_last_axis", lambda a, b: jnp.stack([a, b], -1), floats(2, 3), floats(2, 3, seed=1)),
    case("stack_promotes", lambda a, b: jnp.stack([a, b], 1), V, W),
    case("unstack", lambda a: jnp.unstack(a, axis=1), M),
    case("vstack", lambda a, b: jnp.vstack([a, b]), V, M),
    case("hstack_vectors", lambda a, b: jnp.hstack([a, b]), V, W),
    case("hstack_matrices", lambda a, b: jnp.hstack([a, b]), M, ints(2, 1)),
    case("hstack_scalars", lambda a, b: jnp.hstack([a, b]), np.float32(1), np.float32(2)),
    case("dstack_vectors", lambda a, b: jnp.dstack([a, b]), V, W),
    case("dstack_matrices", lambda a, b: jnp.dstack([a, b]), M, N),
    case("column_stack", lambda a, b: jnp.column_stack([a, b]), floats(2), M),
    case("block", lambda a, b, c, d: jnp.block([[a, b], [c, d]]), floats(2, 2), ints(2, 1), ints(1, 2), floats(1, 1)),
    case("block_of_vectors", lambda a, b: jnp.block([[a, b], [b, a]]), V, W),
    case("append_flat", lambda a, b: jnp.append(a, b), M, ints(2)),
    case("append_rows", lambda a, b: jnp.append(a, b, 0), M, N),
    case("split_count", lambda a: jnp.split(a, 3), floats(6)),
    case("split_at", lambda a: jnp.split(a, [1, 4], -1), floats(2, 5)),
    case("array_split", lambda a: jnp.array_split(a, 3), ints(8)),
    case("array_split_too_many", lambda a: jnp.array_split(a, 4, 1), ints(2, 3)),
    case("vsplit", lambda a: jnp.vsplit(a, 2), floats(4, 2)),
    case("hsplit", lambda a: jnp.hsplit(a, 2), floats(2, 4)),
    case("hsplit_vector", lambda a: jnp.hsplit(a, 2), floats(4)),
    case("dsplit", lambda a: jnp.dsplit(a, 2), floats(1, 2, 4)),
]
