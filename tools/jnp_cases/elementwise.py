"""Functions element by element, on floats with their special values, on integers and on bools."""

import jax.numpy as jnp
import numpy as np

from . import bools, case, complexes, floats, ints, uniform

SPECIAL = np.array([0.0, -0.0, 1.5, -1.5, 2.5, -2.5, 0.1, -7.25, 1e20, np.inf, -np.inf, np.nan], np.float32)

ON_SPECIAL = """negative positive absolute abs fabs sign square floor ceil trunc rint isnan isfinite isinf
    isposinf isneginf signbit spacing frexp modf nan_to_num deg2rad radians rad2deg degrees logical_not real imag
    conjugate conj iscomplex isreal angle cbrt reciprocal""".split()
ON_REALS = "exp exp2 expm1 sin cos tan arctan atan sinh cosh tanh arcsinh asinh sinc i0".split()
ON_POSITIVE = "sqrt log log2 log10 log1p".split()
ON_UNIT = "arcsin asin arccos acos arctanh atanh".split()
ON_ABOVE_ONE = "arccosh acosh".split()
ON_INTS = """negative absolute sign square floor ceil trunc rint sqrt exp isnan isfinite isinf signbit invert bitwise_not
    bitwise_invert bitwise_count logical_not reciprocal angle real""".split()

PAIRS = """add subtract multiply divide true_divide floor_divide remainder fmod maximum minimum fmax fmin copysign
    nextafter heaviside hypot arctan2 atan2 logaddexp logaddexp2 float_power equal not_equal less less_equal greater
    greater_equal logical_and logical_or logical_xor isclose""".split()
INT_PAIRS = """add subtract multiply divide floor_divide remainder fmod maximum minimum gcd lcm bitwise_and bitwise_or
    bitwise_xor equal less logical_and arctan2 power""".split()
SHIFTS = "left_shift bitwise_left_shift right_shift bitwise_right_shift".split()
BOOL_PAIRS = """add multiply divide floor_divide remainder maximum bitwise_and bitwise_or bitwise_xor left_shift
    logical_xor power""".split()

A = np.array([1.5, -1.5, 3.0, -7.25, 0.0, -0.0, np.inf, -np.inf, np.nan, 2.0], np.float32)
B = np.array([2.0, 0.5, -2.0, 3.5, 0.0, -1.0, 2.0, np.inf, 1.0, np.nan], np.float32)
I = np.array([7, -7, 6, 0, 5, -128, 3], np.int32)
J = np.array([2, 2, -4, 3, 0, 5, 3], np.int32)

CASES = [
    *(case(f"{name}", getattr(jnp, name), SPECIAL) for name in ON_SPECIAL),
    *(case(f"{name}", getattr(jnp, name), floats(8, scale=2.0)) for name in ON_REALS),
    *(case(f"{name}", getattr(jnp, name), uniform(8, low=0.1, high=30.0)) for name in ON_POSITIVE),
    *(case(f"{name}", getattr(jnp, name), uniform(8, low=-0.9, high=0.9)) for name in ON_UNIT),
    *(case(f"{name}", getattr(jnp, name), uniform(8, low=1.1, high=9.0)) for name in ON_ABOVE_ONE),
    *(case(f"int_{name}", getattr(jnp, name), np.array([3, -2, 0, 100], np.int32)) for name in ON_INTS),
    *(case(f"{name}", getattr(jnp, name), A, B) for name in PAIRS),
    *(case(f"int_{name}", getattr(jnp, name), I, J) for name in INT_PAIRS),
    *(case(f"{name}", getattr(jnp, name), I, np.array([1, 1, 0, 31, 32, 2, 40], np.int32)) for name in SHIFTS),
    *(case(f"bool_{name}", getattr(jnp, name), bools(6), bools(6, seed=3)) for name in BOOL_PAIRS),
    case("divmod_floats", jnp.divmod, A, B),
    case("divmod_ints", jnp.divmod, I, J),
    case("int_and_float_promote", jnp.add, I, floats(7)),
    case("u8_wraps", jnp.add, np.array([250, 3], np.uint8), np.array([10, 5], np.uint8)),
    case("u8_minus_i8", jnp.subtract, np.array([250, 3], np.uint8), np.array([10, -5], np.int8)),
    case("u32_right_shift", jnp.right_shift, np.array([2**31, 7], np.uint32), np.array([3, 1], np.uint32)),
    case("bf16_times_f32", jnp.multiply, floats(4).astype(jnp.bfloat16), floats(4, seed=1)),
    case("f16_sqrt", jnp.sqrt, uniform(4, dtype=np.float16)),
    case("f16_frexp", jnp.frexp, np.array([1.5, -0.25, 1000, 0], np.float16)),
    case("bf16_frexp", jnp.frexp, np.array([1.5, -0.25, 1000, 0], jnp.bfloat16)),
    case("f64_frexp", jnp.frexp, np.array([1.5, -0.25, 1e300, 0, np.inf]), x64=True),
    case("f64_divide_ints", jnp.divide, np.array([1, 2]), np.array([3, 4]), x64=True),
    case("i64_lcm", jnp.lcm, np.array([2**33, 6]), np.array([4, 9]), x64=True),
    case("broadcasting", jnp.multiply, floats(3, 1), floats(4)),
    case("power_2", lambda x: jnp.power(x, 2), floats(4)),
    case("power_minus_2", lambda x: jnp.power(x, -2), floats(4)),
    case("power_half", lambda x: jnp.power(x, 0.5), uniform(4)),
    case("power_int_base_float", lambda x: jnp.power(x, 2.5), np.array([1, 2, 3], np.int32)),
    case("ldexp", jnp.ldexp, np.array([1.5, -0.1, 0, np.inf, 1e-30], np.float32), np.array([3, -2, 5, 1, 100], np.int32)),
    case("round_1", lambda x: jnp.round(x, 1), np.array([0.25, 0.35, -1.55, 10.0], np.float32)),
    case("round_minus_1", lambda x: jnp.round(x, -1), np.array([15.0, 25.0, -31.0], np.float32)),
    case("round_0", lambda x: jnp.round(x), np.array([0.5, 1.5, -2.5, 2.4], np.float32)),
    case("around_f16", lambda x: jnp.around(x, 2), np.array([0.123, 3.456], np.float16)),
    case("round_ints", lambda x: jnp.round(x, 2), I),
    case("clip", lambda x: jnp.clip(x, -1.0, 1.0), SPECIAL),
    case("clip_arrays", jnp.clip, floats(2, 3), floats(3, seed=1) - 1, floats(3, seed=2) + 1),
    case("clip_ints", lambda x: jnp.clip(x, -1, 3), I),
    case("nan_to_num_with", lambda x: jnp.nan_to_num(x, nan=1.0, posinf=2.0, neginf=-3.0), SPECIAL),
    case("isclose_equal_nan", lambda x, y: jnp.isclose(x, y, rtol=0.5, equal_nan=True), A, B),
    case("allclose", jnp.allclose, A[:3], A[:3] * 1.000001),
    case("array_equal", jnp.array_equal, I, I),
    case("array_equal_shapes", jnp.array_equal, I, J[:3]),
    case("array_equal_nan", lambda x, y: jnp.array_equal(x, y, equal_nan=True), A, A),
    case("array_equiv", jnp.array_equiv, np.ones((2, 3), np.float32), np.ones(3, np.float32)),
    case("angle_deg", lambda x: jnp.angle(x, deg=True), floats(4)),
    case("complex_parts", lambda x: (jnp.real(x), jnp.imag(x), jnp.conj(x), jnp.angle(x), jnp.iscomplex(x)), complexes(4)),
    case("complex_isfinite", lambda x: (jnp.isfinite(x), jnp.isnan(x), jnp.isinf(x)),
         np.array([1 + 1j, complex(np.nan, 0), complex(0, np.inf)], np.complex64)),
    case("complex_multiply", jnp.multiply, complexes(3), floats(3, seed=5)),
]
