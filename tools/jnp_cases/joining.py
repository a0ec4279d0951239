"""Joining arrays."""

import jax.numpy as jnp

from . import case, floats, ints

CASES = [
    case("concatenate_rows", lambda a, b: jnp.concatenate([a, b]), floats(2, 3), floats(1, 3, seed=1)),
    case("concatenate_last_axis_promotes", lambda a, b: jnp.concatenate([a, b], -1), floats(2, 3), ints(2, 2)),
    case("stack_rows", lambda a, b: jnp.stack([a, b]), floats(3), floats(3, seed=1)),
    case("stack_last_axis", lambda a, b: jnp.stack([a, b], -1), floats(2, 3), floats(2, 3, seed=1)),
]
