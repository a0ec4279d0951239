"""Sorting, searching, sets, counting, interpolation."""

import jax.numpy as jnp
import numpy as np

from . import bools, case, floats, ints, uniform

HOLES = floats(7)
HOLES[2] = np.nan
SORTED = np.sort(floats(9, seed=4))
FEW = ints(12, low=0, high=5)

CASES = [
    case("sort_last", lambda x: jnp.sort(x), floats(3, 4)),
    case("sort_first", lambda x: jnp.sort(x, axis=0), floats(3, 4)),
    case("sort_flat", lambda x: jnp.sort(x, axis=None), floats(3, 4)),
    case("sort_nan", lambda x: jnp.sort(x), HOLES),
    case("sort_descending", lambda x: jnp.sort(x, descending=True), HOLES),
    case("argsort", lambda x: jnp.argsort(x, axis=0), floats(3, 4)),
    case("argsort_ties", lambda x: jnp.argsort(x), FEW),
    case("lexsort", lambda a, b: jnp.lexsort((a, b)), FEW, ints(12, low=0, high=2, seed=7)),
    case("searchsorted_left", lambda a, v: jnp.searchsorted(a, v), SORTED, floats(2, 3, seed=8)),
    case("searchsorted_right", lambda a, v: jnp.searchsorted(a, v, side="right"), np.sort(FEW), ints(5, low=-1, high=6)),
    case("searchsorted_nan", lambda a, v: jnp.searchsorted(a, v), SORTED, HOLES),
    case("digitize", lambda x, e: jnp.digitize(x, e), floats(6), np.float32([-1, 0, 1])),
    case("digitize_right", lambda x, e: jnp.digitize(x, e, right=True), np.float32([-1, 0.5, 1]), np.float32([-1, 0, 1])),
    case("digitize_descending", lambda x, e: jnp.digitize(x, e), floats(6), np.float32([1, 0, -1])),
    case("unique_size", lambda x: jnp.unique(x, size=7), FEW),
    case("unique_fill", lambda x: jnp.unique(x, size=7, fill_value=-1), FEW),
    case("unique_cut", lambda x: jnp.unique(x, size=2), FEW),
    case("unique_all", lambda x: jnp.unique(x, size=5, return_index=True, return_inverse=True, return_counts=True), FEW),
    case("unique_nan", lambda x: jnp.unique(x, size=4), np.float32([np.nan, 1, np.nan, 0])),
    case("isin", lambda a, b: jnp.isin(a, b), ints(3, 4), np.int32([1, -2])),
    case("union1d", lambda a, b: jnp.union1d(a, b, size=6), FEW, np.int32([9, 1])),
    case("bincount", lambda x: jnp.bincount(x, length=4), FEW),
    case("bincount_weights", lambda x, w: jnp.bincount(x, w, length=6), FEW, floats(12)),
    case("histogram", lambda x: jnp.histogram(x, bins=4), floats(20)),
    case("histogram_range", lambda x, w: jnp.histogram(x, bins=3, range=(-1.0, 1.0), weights=w), floats(20), uniform(20)),
    case("histogram_point", lambda x: jnp.histogram(x, bins=3), np.float32([2, 2])),
    case("interp", lambda x, xp, fp: jnp.interp(x, xp, fp), floats(8), SORTED, floats(9)),
    case("interp_outside", lambda x, xp, fp: jnp.interp(x, xp, fp), np.float32([-9, 9]), SORTED, floats(9)),
]
