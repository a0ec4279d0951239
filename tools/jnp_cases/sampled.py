"""Running sums, differences, integrals, convolution, correlation, polynomials."""

import jax.numpy as jnp
import numpy as np

from . import bools, case, floats, ints

HOLES = floats(3, 4)
HOLES[1, 2] = np.nan
C = (floats(5) + 1j * floats(5, seed=9)).astype(np.complex64)

CASES = [
    case("cumsum", lambda x: jnp.cumsum(x, axis=1), floats(3, 4)),
    case("cumsum_flat", lambda x: jnp.cumsum(x), ints(3, 4)),
    case("cumsum_bool", lambda x: jnp.cumsum(x, axis=0), bools(3, 4)),
    case("cumprod", lambda x: jnp.cumprod(x, axis=0), floats(3, 4)),
    case("nancumsum", lambda x: jnp.nancumsum(x, axis=1), HOLES),
    case("nancumprod", lambda x: jnp.nancumprod(x, axis=1), HOLES),
    case("diff", lambda x: jnp.diff(x, axis=0), floats(4, 3)),
    case("diff_second", lambda x: jnp.diff(x, n=2), ints(3, 4)),
    case("diff_bool", lambda x: jnp.diff(x), bools(6)),
    case("ediff1d", lambda x, a, b: jnp.ediff1d(x, to_begin=a, to_end=b), floats(2, 3), floats(2), floats(1)),
    case("gradient", lambda x: jnp.gradient(x, axis=1), floats(3, 4)),
    case("gradient_step", lambda x: jnp.gradient(x, 0.5, axis=0), floats(3, 4)),
    case("gradient_places", lambda x, p: jnp.gradient(x, p, axis=1), floats(3, 4), np.float32([0, 1, 3, 4])),
    case("trapezoid", lambda y: jnp.trapezoid(y, dx=0.5, axis=0), floats(3, 4)),
    case("trapezoid_places", lambda y, x: jnp.trapezoid(y, x), floats(3, 4), np.float32([0, 1, 3, 4])),
    case("convolve_full", lambda x, y: jnp.convolve(x, y), floats(7), floats(3, seed=1)),
    case("convolve_same", lambda x, y: jnp.convolve(x, y, mode="same"), floats(7), floats(4, seed=1)),
    case("convolve_valid", lambda x, y: jnp.convolve(x, y, mode="valid"), floats(3), floats(7, seed=1)),
    case("correlate_full", lambda x, y: jnp.correlate(x, y, mode="full"), floats(7), floats(3, seed=1)),
    case("correlate_valid", lambda x, y: jnp.correlate(x, y), floats(3), floats(7, seed=1)),
    case("correlate_same", lambda x, y: jnp.correlate(x, y, mode="same"), floats(7), floats(4, seed=1)),
    case("correlate_complex", lambda x, y: jnp.correlate(x, y, mode="full"), C, C[:3]),
    case("cov", lambda x: jnp.cov(x), floats(3, 6)),
    case("cov_vector", lambda x: jnp.cov(x), floats(6)),
    case("corrcoef", lambda x: jnp.corrcoef(x), floats(3, 6)),
    case("polyval", lambda p, x: jnp.polyval(p, x), floats(4), floats(2, 3, seed=1)),
    case("polyadd", lambda a, b: jnp.polyadd(a, b), floats(4), floats(2, seed=1)),
    case("polymul", lambda a, b: jnp.polymul(a, b), floats(4), floats(2, seed=1)),
    case("polyder", lambda p: jnp.polyder(p), floats(4)),
    case("polysub", lambda a, b: jnp.polysub(a, b), floats(2), floats(4, seed=1)),
    case("polyint", lambda p: jnp.polyint(p), floats(4)),
    case("polyint_ints", lambda p: jnp.polyint(p), ints(4)),
    case("polydiv_quotient", lambda u, v: jnp.polydiv(u, v)[0], floats(5), floats(3, seed=1)),
    case("polydiv_rest", lambda u, v: jnp.polydiv(u, v)[1], floats(5), floats(3, seed=1)),
    case("polydiv_short", lambda u, v: jnp.polydiv(u, v), floats(2), floats(3, seed=1)),
    case("poly", lambda x: jnp.poly(x), floats(4)),
    case("unwrap", lambda x: jnp.unwrap(x * 4, axis=0), floats(9, 2)),
    case("unwrap_period", lambda x: jnp.unwrap(x, period=4), np.float32([0, 2, 4, 1, -1, -4, 0.5])),
    case("bartlett", lambda: jnp.bartlett(7)),
    case("blackman", lambda: jnp.blackman(8)),
    case("hamming", lambda: jnp.hamming(7)),
    case("hanning", lambda: jnp.hanning(8)),
    case("hanning_one", lambda: jnp.hanning(1)),
    case("kaiser", lambda: jnp.kaiser(9, 5.0)),
]
