"""Reductions: sums, extremes, tests, moments, order statistics, with and without NaN."""

import jax.numpy as jnp
import numpy as np

from . import bools, case, floats, ints

HOLES = floats(3, 4)
HOLES[0, 1] = HOLES[2, 3] = np.nan
MASK = bools(3, 4, seed=3)


def both(name, function, x):
    """A reduction over everything, one axis, and two with kept dimensions."""
    return [
        case(f"{name}_all", lambda x: function(x), x),
        case(f"{name}_last", lambda x: function(x, axis=-1), x),
        case(f"{name}_kept", lambda x: function(x, axis=(0, 1), keepdims=True), x),
    ]


CASES = [
    *both("sum", jnp.sum, floats(3, 4)),
    *both("prod", jnp.prod, floats(3, 4)),
    *both("max", jnp.max, floats(3, 4)),
    *both("min", jnp.min, floats(3, 4)),
    *both("mean", jnp.mean, floats(3, 4)),
    *both("var", jnp.var, floats(3, 4)),
    *both("std", jnp.std, floats(3, 4)),
    *both("median", jnp.median, floats(3, 4)),
    *both("any", jnp.any, bools(3, 4)),
    *both("all", jnp.all, bools(3, 4)),
    *both("count_nonzero", jnp.count_nonzero, ints(3, 4, low=-1, high=2)),
    *both("ptp", jnp.ptp, floats(3, 4)),
    *both("nansum", jnp.nansum, HOLES),
    *both("nanprod", jnp.nanprod, HOLES),
    *both("nanmax", jnp.nanmax, HOLES),
    *both("nanmin", jnp.nanmin, HOLES),
    *both("nanmean", jnp.nanmean, HOLES),
    *both("nanvar", jnp.nanvar, HOLES),
    *both("nanstd", jnp.nanstd, HOLES),
    *both("nanmedian", jnp.nanmedian, HOLES),
    case("sum_int8", lambda x: jnp.sum(x, axis=0), ints(3, 4, dtype=np.int8)),
    case("sum_bool", lambda x: jnp.sum(x), bools(3, 4)),
    case("sum_where_initial", lambda x, m: jnp.sum(x, axis=1, where=m, initial=2.0), floats(3, 4), MASK),
    case("max_where_initial", lambda x, m: jnp.max(x, axis=1, where=m, initial=-1.0), floats(3, 4), MASK),
    case("min_int_where", lambda x, m: jnp.min(x, axis=1, where=m, initial=3), ints(3, 4), MASK),
    case("max_nan", lambda x: jnp.max(x, axis=0), HOLES),
    case("mean_int", lambda x: jnp.mean(x, axis=0), ints(3, 4)),
    case("mean_half", lambda x: jnp.mean(x, axis=0), floats(300, 2, dtype=np.float16)),
    case("mean_where", lambda x, m: jnp.mean(x, axis=0, where=m), floats(3, 4), MASK),
    case("mean_empty", lambda x: jnp.mean(x, axis=0), floats(0, 2)),
    case("var_ddof", lambda x: jnp.var(x, axis=0, ddof=1), floats(3, 4)),
    case("var_where", lambda x, m: jnp.var(x, axis=0, where=m), floats(3, 4), MASK),
    case("var_int", lambda x: jnp.var(x), ints(3, 4)),
    case("std_too_few", lambda x: jnp.std(x, axis=0, ddof=3), floats(3, 4)),
    case("average_weights", lambda x, w: jnp.average(x, axis=1, weights=w), floats(3, 4), floats(4, seed=5)),
    case("average_full", lambda x, w: jnp.average(x, weights=w, returned=True), floats(3, 4), floats(3, 4, seed=5)),
    case("argmax_flat", lambda x: jnp.argmax(x), floats(3, 4)),
    case("argmax_nan", lambda x: jnp.argmax(x, axis=1), HOLES),
    case("argmin_kept", lambda x: jnp.argmin(x, axis=0, keepdims=True), floats(3, 4)),
    case("argmax_flat_kept", lambda x: jnp.argmax(x, keepdims=True), floats(3, 4)),
    case("nanargmax", lambda x: jnp.nanargmax(x, axis=1), HOLES),
    case("nanargmin", lambda x: jnp.nanargmin(x), HOLES),
    case("quantile_linear", lambda x: jnp.quantile(x, 0.3, axis=0), floats(5, 3)),
    case("quantile_many", lambda x, q: jnp.quantile(x, q, axis=1), floats(3, 5), np.float32([0.0, 0.25, 1.0])),
    case("quantile_many_kept", lambda x, q: jnp.quantile(x, q, axis=1, keepdims=True), floats(3, 5), np.float32([0.1, 0.9])),
    case("quantile_lower", lambda x: jnp.quantile(x, 0.3, method="lower"), floats(5, 3)),
    case("quantile_higher", lambda x: jnp.quantile(x, 0.3, method="higher"), floats(5, 3)),
    case("quantile_nearest", lambda x: jnp.quantile(x, 0.3, method="nearest"), floats(5, 3)),
    case("quantile_midpoint", lambda x: jnp.quantile(x, 0.3, method="midpoint"), floats(5, 3)),
    case("quantile_nan", lambda x: jnp.quantile(x, 0.5, axis=0), HOLES),
    case("nanquantile", lambda x: jnp.nanquantile(x, 0.3, axis=0), HOLES),
    case("percentile", lambda x: jnp.percentile(x, 30.0, axis=0), floats(5, 3)),
]
