"""One program per op and dtype: what the filetests under filetests/ops record."""

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax import lax
from jax._src import ad_util
from jax._src.lax import lax as lax_internal
from jax._src.lax import linalg as lax_linalg
from jax.ad_checkpoint import checkpoint_name
from jax._src.random.prng import iota_2x32_shape_p
from jax._src.random.threefry2x32 import threefry2x32_p

import edge_programs

BF16 = ml_dtypes.bfloat16
FLOATS = {"bf16": BF16, "f16": np.float16, "f32": np.float32, "f64": np.float64}
INTS = {f"{k}{b}": np.dtype(f"{'int' if k == 'i' else 'uint'}{b}").type for k in "iu" for b in (8, 16, 32, 64)}
COMPLEXES = {"c64": np.complex64, "c128": np.complex128}
INF, NAN = np.inf, np.nan
# Relative tolerances: a few units in the last place of each type.
RTOL = {"bf16": 1e-2, "f16": 2e-3, "f32": 2e-6, "f64": 1e-13, "c64": 1e-5, "c128": 1e-13}

ANY = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -2.5, 3.75, 100.0, INF, -INF, NAN]
UNIT = [0.0, -0.0, 0.25, -0.25, 0.5, 0.9375, -0.9375, 1.0, -1.0, NAN]
POSITIVE = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 10.0, 1000.0, INF, -1.0, NAN]
SMALL = [0.0, -0.0, 0.125, -0.125, 0.5, -0.5, 1.0, -1.0, 2.5, -3.0, 7.0, NAN]

UNARY_FLOAT = {
    "acos": UNIT, "acosh": [1.0, 1.5, 2.0, 10.0, 100.0, INF, NAN], "asin": UNIT, "asinh": SMALL, "atan": ANY,
    "atanh": UNIT, "cbrt": ANY, "ceil": ANY, "cos": SMALL, "cosh": SMALL, "erf": SMALL, "erf_inv": UNIT,
    "erfc": SMALL, "exp": SMALL + [INF, -INF], "exp2": SMALL + [INF, -INF], "expm1": SMALL, "floor": ANY,
    "is_finite": ANY, "log": POSITIVE, "log1p": UNIT + [10.0, INF], "logistic": SMALL + [INF, -INF],
    "rsqrt": POSITIVE, "sin": SMALL, "sinh": SMALL, "sqrt": POSITIVE, "tan": SMALL, "tanh": SMALL + [INF, -INF],
}
EXACT_UNARY = {"ceil", "floor", "is_finite", "sqrt"}
PAIRS = [(1.5, 2.0), (-3.0, 2.0), (5.5, -2.0), (0.0, -0.0), (-0.0, 0.0), (1.0, 0.0), (INF, 1.0), (INF, -INF),
         (NAN, 1.0), (1.0, NAN), (-7.0, 3.0), (0.0, 0.0)]
BINARY_FLOAT = ["add", "sub", "mul", "div", "max", "min", "rem", "pow", "atan2", "nextafter"]
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]
SHIFTS = ["shift_left", "shift_right_logical", "shift_right_arithmetic"]


def array(values, dtype):
    return np.array(values).astype(dtype)


def ints(dtype):
    info = np.iinfo(dtype)
    left = [0, 1, 5, 7, info.max, info.min, info.max, 3, info.min, 100 if info.bits > 7 else 5]
    right = [3, 2, 0, 2, 2, 1, 1, info.max, info.max if info.min == 0 else -1, 7]
    return np.array(left, dtype), np.array(right, dtype)


def unary_programs():
    for name, values in UNARY_FLOAT.items():
        for short, dtype in FLOATS.items():
            rtol = 0 if name in EXACT_UNARY else RTOL[short]
            yield f"ops/{name}/{short}", short, getattr(lax, name), [(array(values, dtype),)], rtol
    for name in ["neg", "sign", "abs", "square"]:
        for short, dtype in FLOATS.items():
            yield f"ops/{name}/{short}", short, getattr(lax, name), [(array(ANY, dtype),)], 0
        for short, dtype in INTS.items():
            if name != "abs" or short[0] == "i":
                yield f"ops/{name}/{short}", short, getattr(lax, name), [(ints(dtype)[0],)], 0
    for name in ["not", "population_count", "clz"]:
        function = getattr(lax, {"not": "bitwise_not"}.get(name, name))
        for short, dtype in INTS.items():
            yield f"ops/{name}/{short}", short, function, [(ints(dtype)[0],)], 0
    yield "ops/not/bool", "bool", lax.bitwise_not, [(np.array([True, False]),)], 0
    for method, tag in [(lax.RoundingMethod.AWAY_FROM_ZERO, "away"), (lax.RoundingMethod.TO_NEAREST_EVEN, "even")]:
        for short, dtype in FLOATS.items():
            ties = ANY + [2.5, -1.5, 0.49]
            yield f"ops/round/{tag}_{short}", short, lambda x, m=method: lax.round(x, m), [(array(ties, dtype),)], 0
    for y in [-3, -1, 0, 1, 2, 3, 5, 10]:
        for short, dtype in FLOATS.items():
            values = [0.5, -1.25, 2.0, -0.0, INF, NAN]
            program = [(array(values, dtype),)]
            yield f"ops/integer_pow/{short}_{y}".replace("-", "m"), short, lambda x, y=y: lax.integer_pow(x, y), program, RTOL[short]
    for y in [0, 1, 2, 5]:
        yield f"ops/integer_pow/i32_{y}", "i32", lambda x, y=y: lax.integer_pow(x, y), [(ints(np.int32)[0],)], 0


def binary_programs():
    left, right = zip(*PAIRS)
    for name in BINARY_FLOAT:
        for short, dtype in FLOATS.items():
            if name == "nextafter" and short in ("bf16", "f16"):
                continue
            rtol = RTOL[short] if name in ("pow", "atan2", "div") else 0
            args = [(array(left, dtype), array(right, dtype))]
            yield f"ops/{name}/{short}", short, getattr(lax, name), args, rtol
    for name in ["add", "sub", "mul", "div", "max", "min", "rem"] + SHIFTS:
        for short, dtype in INTS.items():
            yield f"ops/{name}/{short}", short, getattr(lax, name), [ints(dtype)], 0
    for name in ["and", "or", "xor"]:
        function = getattr(lax, f"bitwise_{name}")
        for short, dtype in INTS.items():
            yield f"ops/{name}/{short}", short, function, [ints(dtype)], 0
        table = (np.array([True, True, False, False]), np.array([True, False, True, False]))
        yield f"ops/{name}/bool", "bool", function, [table], 0
    for name in COMPARISONS:
        for short, dtype in FLOATS.items():
            args = [(array(left, dtype), array(right, dtype))]
            yield f"ops/{name}/{short}", short, getattr(lax, name), args, 0
        for short, dtype in INTS.items():
            yield f"ops/{name}/{short}", short, getattr(lax, name), [ints(dtype)], 0
        table = (np.array([True, True, False, False]), np.array([True, False, True, False]))
        yield f"ops/{name}/bool", "bool", getattr(lax, name), [table], 0


GAMMA_ARGUMENTS = [0.0, -1.0, -2.0, -0.5, -1.5, 0.25, 0.75, 1.5, 3.0, 10.5, 100.0, INF, -INF, NAN]
BESSEL_ARGUMENTS = [0.0, 0.5, -1.0, 3.0, -7.5, 8.0, 10.0, -40.0, 200.0, INF, -INF, NAN]
ORDERS = ([0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 1.0, 0.0, INF, NAN], [1.5, 2.5, 0.5, 3.0, 1.0, 1.0, -1.0, -0.5, 1.0, 1.0])
POWERS = ([0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 2.0, 3.0, 1.5, NAN], [1.0, 2.0, 2.0, 0.5, 3.0, 10.0, -1.0, 0.0, -0.5, 1.0])
SHAPES = ([0.5, 0.5, 1.0, 2.5, 3.0, 10.0, 0.0, 0.0, -1.0, 2.0, 2.0, NAN, 0.25], [0.25, 2.0, 1.0, 6.0, 1.5, 12.0, 0.0, 1.0, 1.0, 0.0, INF, 1.0, 40.0])
BETAS = ([0.5, 2.0, 1.0, 5.0, 0.0, 2.0, 2.0, -1.0, 2.0, 1.5, NAN], [0.5, 3.0, 1.0, 1.5, 1.0, 0.0, 2.0, 1.0, 2.0, 2.5, 1.0],
         [0.25, 0.75, 0.5, 0.375, 0.5, 0.5, 0.0, 0.5, 1.0, -0.5, 0.5])


def special_programs():
    operands = {"lgamma": (GAMMA_ARGUMENTS,), "digamma": (GAMMA_ARGUMENTS,), "bessel_i0e": (BESSEL_ARGUMENTS,),
                "bessel_i1e": (BESSEL_ARGUMENTS,), "polygamma": ORDERS, "zeta": POWERS, "igamma": SHAPES,
                "igammac": SHAPES, "igamma_grad_a": SHAPES, "betainc": BETAS}
    # The formulas cancel digits and take powers, which engines round differently.
    rtol = {"bf16": 1e-2, "f16": 2e-3, "f32": 5e-6, "f64": 1e-12}
    for name, values in operands.items():
        op = {"betainc": "regularized_incomplete_beta"}.get(name, name)
        for short, dtype in FLOATS.items():
            args = [tuple(array(column, dtype) for column in values)]
            yield f"ops/{op}/{short}", short, getattr(lax, name), args, rtol[short]
        scalars = [tuple(np.float32(column[at]) for column in values) for at in (3, 5)]
        yield f"ops/{op}/scalar", "f32", getattr(lax, name), scalars, rtol["f32"]
        empty = tuple(np.zeros((0, 2), np.float32) for _ in values)
        yield f"ops/{op}/empty", "f32", getattr(lax, name), [empty], 0


def mixed_programs():
    table = np.array([True, False, True, False])
    for short, dtype in (FLOATS | INTS).items():
        cases = (array([1, 2, 3, 4], dtype), array([5, 6, 7, 8], dtype))
        yield f"ops/select_n/{short}", short, lax.select_n, [(table, *cases)], 0
        bounds = (array(2, dtype), cases[0], array(3, dtype))
        yield f"ops/clamp/{short}", short, lax.clamp, [bounds], 0
    yield "ops/select_n/three", "f32", lax.select_n, [
        (np.array([0, 2, 1], np.int32), *(array([k, k + 1, k + 2], np.float32) for k in (0, 10, 20)))], 0
    values = [0.0, -0.0, 1.5, -1.5, 2.5, 127.6, 300.0, -300.0, 70000.0, 3e9, -3e9, 1e20, INF, -INF, NAN]
    targets = FLOATS | INTS | {"bool": np.bool_}
    for source in ("f32", "f64", "bf16"):
        for target, dtype in targets.items():
            if (source, target) == ("f64", "f64") or source == target:
                continue
            yield f"ops/convert_element_type/{source}_{target}", "f64", (
                lambda x, d=dtype: lax.convert_element_type(x, d)), [(array(values, FLOATS[source]),)], 0
    for source in ("i32", "u8", "i64", "u64"):
        for target, dtype in targets.items():
            if source != target:
                yield f"ops/convert_element_type/{source}_{target}", "i64", (
                    lambda x, d=dtype: lax.convert_element_type(x, d)), [(ints(INTS[source])[0],)], 0
    for target, dtype in targets.items():
        if target != "bool":
            yield f"ops/convert_element_type/bool_{target}", "i64", (
                lambda x, d=dtype: lax.convert_element_type(x, d)), [(np.array([True, False]),)], 0
    bits = np.array([0, 0x3F800000, 0x80000000, 0x7F800000], np.uint32)
    yield "ops/bitcast_convert_type/u32_f32", "f32", lambda x: lax.bitcast_convert_type(x, np.float32), [(bits,)], 0
    yield "ops/bitcast_convert_type/u32_u8", "u8", lambda x: lax.bitcast_convert_type(x, np.uint8), [(bits,)], 0
    yield "ops/bitcast_convert_type/f32_i32", "i32", lambda x: lax.bitcast_convert_type(x, np.int32), [
        (array([0.0, -0.0, 1.0, INF], np.float32),)], 0
    yield "ops/bitcast_convert_type/u8_u32", "u32", lambda x: lax.bitcast_convert_type(x, np.uint32), [
        (np.array([[0, 0, 128, 63], [1, 2, 3, 4]], np.uint8),)], 0
    for short in ("f32", "bf16", "f16", "f64"):
        yield f"ops/reduce_precision/{short}", short, lambda x: lax.reduce_precision(x, 5, 3), [
            (array([1.0, 1.1, -3.3, 70000.0, 1e-9, INF, NAN], FLOATS[short]),)], 0
    zero = np.float32(0)
    yield "ops/square/scalar", "f32", lax.square, [(np.float32(3.0),), (zero,)], 0
    yield "ops/add/scalar", "f32", lambda x, y: lax.add(x, y), [(np.float32(1.5), zero)], 0
    yield "ops/add/empty", "f32", lambda x: lax.add(x, x), [(np.zeros((0, 3), np.float32),)], 0


def reduce_programs():
    grid = np.arange(24).reshape(2, 3, 4)
    for name in ["reduce_sum", "reduce_prod", "reduce_max", "reduce_min"]:
        for short, dtype in (FLOATS | INTS).items():
            data = (grid % 7 - (0 if short[0] == "u" else 3)).astype(dtype)
            for axes in [(0,), (2,), (0, 2), (0, 1, 2)]:
                tag = "".join(map(str, axes))
                rtol = RTOL[short] if short in FLOATS and name == "reduce_prod" else 0
                yield f"ops/{name}/{short}_{tag}", short, (
                    lambda x, n=name, a=axes: reduce(n, x, a)), [(data,)], rtol
        specials = array([[1.0, NAN], [INF, -INF], [-0.0, 0.0]], np.float32)
        yield f"ops/{name}/special", "f32", lambda x, n=name: reduce(n, x, (1,)), [(specials,)], 0
        yield f"ops/{name}/empty", "f32", lambda x, n=name: reduce(n, x, (0,)), [(np.zeros((0, 2), np.float32),)], 0
    for name in ["reduce_and", "reduce_or"]:
        table = np.array([[True, True], [True, False], [False, False]])
        yield f"ops/{name}/bool", "bool", lambda x, n=name: reduce(n, x, (1,)), [(table,)], 0
        yield f"ops/{name}/bool_empty", "bool", lambda x, n=name: reduce(n, x, (1,)), [(np.zeros((2, 0), bool),)], 0
    for name in ["argmax", "argmin"]:
        data = np.array([[3, 1, 3], [1, 1, 2], [0, 5, 5]])
        for short, dtype in (FLOATS | INTS).items():
            for axis in (0, 1):
                yield f"ops/{name}/{short}_{axis}", short, (
                    lambda x, n=name, a=axis: getattr(lax, n)(x, a, np.int32)), [(data.astype(dtype),)], 0
        nans = array([[1.0, NAN, INF, NAN], [-INF, -INF, 0.0, -0.0]], np.float32)
        yield f"ops/{name}/nan", "f32", lambda x, n=name: getattr(lax, n)(x, 1, np.int32), [(nans,)], 0
    for name in ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"]:
        for short in ("f32", "f64", "i32", "u8"):
            if name == "cumlogsumexp" and short in ("i32", "u8"):
                continue
            dtype = (FLOATS | INTS)[short]
            for axis, reverse in [(0, False), (1, False), (1, True)]:
                data = (np.arange(12).reshape(3, 4) % 5).astype(dtype)
                tag = f"{short}_{axis}{'_reverse' if reverse else ''}"
                yield f"ops/{name}/{tag}", short, (
                    lambda x, n=name, a=axis, r=reverse: getattr(lax, n)(x, a, r)), [(data,)], RTOL.get(short, 0)


def reduce(name, x, axes):
    return getattr(lax, f"{name}_p").bind(x, axes=axes, **({"out_sharding": None} if name == "reduce_sum" else {}))


# Numbers of every quadrant and size, on axes, near 1 and near the unit circle.
COMPLEX = [0, 1, -1, 1j, 0.5 - 0.25j, -1.5 + 2j, 3 - 4j, -0.6 - 0.8j, 1e-3 + 1e-4j, 10.5 + 1j, -7 - 20j, 0.9990234375 + 0.03125j]
COMPLEX_UNARY = ["neg", "sign", "abs", "square", "exp", "exp2", "expm1", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh",
                 "tanh", "logistic", "asin", "acos", "asinh", "acosh", "real", "imag", "conj"]
# These are infinite somewhere, where parts that are NaN or infinite differ between engines.
COMPLEX_POLES = {"log": {0}, "rsqrt": {0}, "atan": {0, 1j}, "atanh": {1, -1, 0}}


def complex_programs():
    for short, dtype in COMPLEXES.items():
        for name in COMPLEX_UNARY + list(COMPLEX_POLES):
            values = [value for value in COMPLEX if value not in COMPLEX_POLES.get(name, ())]
            exact = name in ("neg", "real", "imag", "conj")
            yield f"ops/{name}/{short}", short, getattr(lax, name), [(array(values, dtype),)], 0 if exact else RTOL[short]
        left, right = array(COMPLEX, dtype), array(COMPLEX[3:] + [2, 1 + 1j, -1j], dtype)
        for name in ["add", "sub", "mul", "div", "max", "min", "eq", "ne", "pow"]:
            args = (left[1:], right[1:]) if name == "pow" else (left, right)
            exact = name not in ("mul", "div", "pow")
            yield f"ops/{name}/{short}", short, getattr(lax, name), [args], 0 if exact else RTOL[short]
        yield f"ops/atan2/{short}", short, lax.atan2, [(left[4:8], right[4:8])], RTOL[short]
        yield f"ops/add_any/{short}", short, lambda x, y: ad_util.add_jaxvals_p.bind(x, y), [(left, right)], 0
        floats = np.float32 if short == "c64" else np.float64
        yield f"ops/complex/{short}", short, lax.complex, [(array([1, -0.0, INF, NAN], floats), array([-2, 0.5, 1, INF], floats))], 0
        yield f"ops/conj/to_{short}", short, lax.conj, [(array([1, -0.0, INF], floats),)], 0
        for y in (-3, 0, 1, 2, 5):
            program = lambda x, y=y: lax.integer_pow(x, y)
            yield f"ops/integer_pow/{short}_{y}".replace("-", "m"), short, program, [(left[1:],)], RTOL[short]
        yield f"ops/select_n/{short}", short, lax.select_n, [(left == 1j, left, right)], 0
        yield f"ops/clamp/{short}", short, lax.clamp, [(left, right, right[::-1].copy())], 0
        yield from complex_arrays(short, dtype)


def complex_arrays(short, dtype):
    grid = array([[1, 2j, -1 + 1j, 3], [0.5, 1 - 2j, 2 + 2j, -1j], [2, -1, 1j, 1 + 0.5j]], dtype)
    for name in ["reduce_sum", "reduce_prod", "reduce_max", "reduce_min"]:
        for axes in [(0,), (0, 1)]:
            tag = "".join(map(str, axes))
            program = lambda x, n=name, a=axes: reduce(n, x, a)
            yield f"ops/{name}/{short}_{tag}", short, program, [(grid,)], RTOL[short] if name == "reduce_prod" else 0
    for name in ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"]:
        for reverse in (False, True):
            tag = f"{short}{'_reverse' if reverse else ''}"
            rtol = 0 if name in ("cummax", "cummin") else RTOL[short]
            yield f"ops/{name}/{tag}", short, lambda x, n=name, r=reverse: getattr(lax, n)(x, 1, r), [(grid,)], rtol
    dims = (((1,), (0,)), ((), ()))
    yield f"ops/dot_general/{short}", short, lambda a, b: lax.dot_general(a, b, dims), [(grid, grid.T.copy())], 0
    yield f"ops/sort/{short}", short, lambda x: lax.sort(x, dimension=0), [
        (array([1 + 1j, complex(NAN, 1), 1 - 1j, complex(1, NAN), -INF, 0, complex(-0.0, -1), complex(NAN, -1)], dtype),)], 0
    yield f"ops/pad/{short}", short, lambda x: lax.pad(x, dtype(1j), [(1, 0, 0), (-1, 1, 1)]), [(grid,)], 0
    yield f"ops/transpose/{short}", short, lambda x: lax.transpose(x, (1, 0)), [(grid,)], 0
    yield f"ops/iota/{short}", short, lambda: lax.iota(dtype, 3), [()], 0
    rows, updates = np.array([2, 0], np.int32), grid[:2]
    yield f"ops/gather/{short}", short, lambda x, i: jnp.take(x, i, axis=0, mode="fill"), [(grid, np.array([1, 7], np.int32))], 0
    for name in ("set", "add", "multiply", "min", "max"):
        op = {"set": "scatter", "multiply": "scatter-mul"}.get(name, f"scatter-{name}")
        function = lambda x, i, u, n=name: getattr(x.at[i], n)(u)
        yield f"ops/{op}/{short}", short, function, [(grid, rows, updates)], RTOL[short] if name == "multiply" else 0
    for target in ("f32", "f64", "i32", "bool", "c64", "c128", "bf16"):
        to = (FLOATS | INTS | COMPLEXES | {"bool": np.bool_})[target]
        if target != short:
            function = lambda x, d=to: lax.convert_element_type(x, d)
            yield f"ops/convert_element_type/{short}_{target}", "f64", function, [(array(COMPLEX, dtype),)], 0
    for source in ("f32", "f64", "i32", "bool", "f16"):
        values = array([0, 1, -2.5, 100], (FLOATS | INTS | {"bool": np.bool_})[source])
        function = lambda x: lax.convert_element_type(x, dtype)
        yield f"ops/convert_element_type/{source}_{short}", "f64", function, [(values,)], 0


def shape_programs():
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    cube = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
    f = np.float32
    rows = {
        "broadcast_in_dim/rows": (lambda x: lax.broadcast_in_dim(x, (4, 3), (1,)), (x[0],)),
        "broadcast_in_dim/columns": (lambda x: lax.broadcast_in_dim(x, (2, 4), (0,)), (x[:, 0],)),
        "broadcast_in_dim/unit": (lambda x: lax.broadcast_in_dim(x, (3, 4), (0, 1)), (x[:1].T,)),
        "broadcast_in_dim/scalar": (lambda x: lax.broadcast_in_dim(x, (2, 2), ()), (f(7),)),
        "broadcast_in_dim/empty": (lambda x: lax.broadcast_in_dim(x, (0, 3), (1,)), (x[0],)),
        "concatenate/rows": (lambda x, y: lax.concatenate([x, y], 0), (x, x[:1])),
        "concatenate/columns": (lambda x, y, z: lax.concatenate([x, y, z], 1), (x, x[:, :0], x[:, :1])),
        "iota/rows": (lambda: lax.broadcasted_iota(np.int32, (2, 3), 0), ()),
        "iota/columns": (lambda: lax.broadcasted_iota(np.float32, (2, 3), 1), ()),
        "pad/plain": (lambda x: lax.pad(x, f(9), [(1, 0, 0), (0, 2, 0)]), (x,)),
        "pad/negative": (lambda x: lax.pad(x, f(9), [(0, 0, 0), (-1, -1, 0)]), (x,)),
        "pad/interior": (lambda x: lax.pad(x, f(9), [(0, 0, 1), (1, -1, 2)]), (x,)),
        "reshape/flat": (lambda x: lax.reshape(x, (6,)), (x,)),
        "reshape/merge": (lambda x: lax.reshape(x, (6, 4)), (cube,)),
        "reshape/scalar": (lambda x: lax.reshape(x, (1, 1)), (f(5),)),
        "rev/both": (lambda x: lax.rev(x, (0, 1)), (x,)),
        "rev/one": (lambda x: lax.rev(x, (1,)), (cube,)),
        "slice/plain": (lambda x: lax.slice(x, (0, 1), (2, 3)), (x,)),
        "slice/strided": (lambda x: lax.slice(x, (0, 0, 1), (2, 3, 4), (1, 2, 2)), (cube,)),
        "slice/empty": (lambda x: lax.slice(x, (1, 1), (1, 3)), (x,)),
        "squeeze/one": (lambda x: lax.squeeze(x, (0,)), (x[:1],)),
        "transpose/matrix": (lambda x: lax.transpose(x, (1, 0)), (x,)),
        "transpose/cube": (lambda x: lax.transpose(x, (2, 0, 1)), (cube,)),
        "split/uneven": (lambda x: tuple(lax.split(x, (1, 2), 1)), (x,)),
        "dynamic_slice/inside": (lambda x, i, j: lax.dynamic_slice_p.bind(x, i, j, slice_sizes=(1, 2)), (x, np.int32(1), np.int32(1))),
        "dynamic_slice/clamped": (lambda x, i, j: lax.dynamic_slice_p.bind(x, i, j, slice_sizes=(1, 2)), (x, np.int32(9), np.int32(-9))),
        "dynamic_update_slice/inside": (lambda x, u, i, j: lax.dynamic_update_slice_p.bind(x, u, i, j), (x, x[:1, :2] + 50, np.int32(1), np.int32(1))),
        "dynamic_update_slice/clamped": (lambda x, u, i, j: lax.dynamic_update_slice_p.bind(x, u, i, j), (x, x[:1, :2] + 50, np.int32(9), np.int32(-9))),
        "sort/rows": (lambda x: lax.sort(x, dimension=1), (array([[3, NAN, -1, -0.0, 0.0], [INF, 2, -INF, 1, 5]], f),)),
        "sort/keys": (lambda x, y: lax.sort((x, y), dimension=0, num_keys=1), (np.array([3, 1, 3, 2], np.int32), np.arange(4, dtype=np.float32))),
        "top_k/rows": (lambda x: tuple(lax.top_k(x, 2)), (array([[3, 1, 2], [5, 5, 9]], f),)),
    }
    for name, (function, args) in rows.items():
        yield f"ops/{name}", "f32", function, [args], 0
    m, n = np.arange(6, dtype=f).reshape(2, 3) - 2, np.arange(12, dtype=f).reshape(3, 4) - 5
    dims = (((1,), (0,)), ((), ()))
    for short in ("bf16", "f16", "f32", "f64", "i8", "i32", "u32", "i64"):
        dtype = (FLOATS | INTS)[short]
        yield f"ops/dot_general/{short}", short, lambda a, b: lax.dot_general(a, b, dims), [(m.astype(dtype), n.astype(dtype))], 0
    yield "ops/dot_general/i8_i32", "i32", lambda a, b: lax.dot_general(a, b, dims, preferred_element_type=np.int32), [
        (np.full((1, 3), 100, np.int8), np.full((3, 1), 100, np.int8))], 0
    batch = np.arange(12, dtype=f).reshape(2, 2, 3)
    yield "ops/dot_general/batch", "f32", lambda a, b: lax.dot_general(a, b, (((2,), (2,)), ((0,), (0,)))), [(batch, batch + 1)], 0
    yield "ops/dot_general/outer", "f32", lambda a, b: lax.dot_general(a, b, (((), ()), ((), ()))), [(m[0], n[0])], 0
    yield "ops/dot_general/vectors", "f32", lambda a, b: lax.dot_general(a, b, (((0,), (0,)), ((), ()))), [(m[0], m[1])], 0
    yield "ops/dot_general/two_axes", "f32", lambda a, b: lax.dot_general(a, b, (((0, 2), (1, 0)), ((), ()))), [
        (np.arange(24, dtype=f).reshape(2, 3, 4), np.arange(16, dtype=f).reshape(4, 2, 2))], 0
    yield "ops/dot_general/empty", "f32", lambda a, b: lax.dot_general(a, b, dims), [(m[:, :0], n[:0])], 0


def index_programs():
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    rows, updates = np.array([2, -1, 9, 0], np.int32), np.arange(12, dtype=np.float32).reshape(4, 3) + 100
    for mode in ("clip", "fill", "wrap"):
        yield f"ops/gather/{mode}", "f32", lambda x, i, m=mode: jnp.take(x, i, axis=0, mode=m), [(x, rows)], 0
    yield "ops/gather/points", "f32", lambda x, i, j: x[i, j], [(x, rows, np.array([0, 1, 2, 0], np.int32))], 0
    for name in ("set", "add", "multiply", "min", "max"):
        op = {"set": "scatter", "multiply": "scatter_mul"}.get(name, f"scatter_{name}")
        function = lambda x, i, u, n=name: getattr(x.at[i], n)(u)
        yield f"ops/{op.replace('_', '-')}/rows", "f32", function, [(x, rows, updates)], 0
        ints = (x.astype(np.int32), np.array([1, 1, 3, 1], np.int32)[:1], updates.astype(np.int32)[:1])
        yield f"ops/{op.replace('_', '-')}/ints", "i32", function, [ints], 0
    yield "ops/scatter-sub/rows", "f32", lambda x, i, u: x.at[i].subtract(u), [(x, rows, updates)], 0


def counted(shape, dtype, modulus=7):
    """Small whole numbers, some negative where the dtype has them, so that sums are exact."""
    low = 0 if np.dtype(dtype).kind in "ub" else modulus // 2
    return (np.arange(np.prod(shape)) * 5 % modulus - low).reshape(shape).astype(dtype)


def conv_programs():
    def conv(spec, strides, padding, lhs_dilation=None, rhs_dilation=None, **rest):
        return lambda x, k: lax.conv_general_dilated(x, k, strides, padding, lhs_dilation, rhs_dilation, spec, **rest)

    f, nchw = np.float32, ("NCHW", "OIHW", "NCHW")
    for short, dtype in (FLOATS | INTS | {"bool": np.bool_}).items():
        args = (counted((2, 2, 4), dtype), counted((3, 2, 2), dtype))
        yield f"ops/conv_general_dilated/{short}", short, conv(("NCH", "OIH", "NCH"), (1,), [(1, 0)]), [args], 0
    image, kernel = counted((2, 2, 5, 4), f), counted((4, 2, 3, 2), f)
    turned = (image.transpose(0, 2, 3, 1).copy(), kernel.transpose(2, 3, 1, 0).copy())
    wide = (counted((1, 5, 4, 2), f), counted((3, 2, 2, 18), f))
    rows = {
        "channels_last": (conv(("NHWC", "HWIO", "NHWC"), (1, 1), "SAME"), turned),
        "wide_result": (conv(("NHWC", "HWIO", "NHWC"), (1, 1), "SAME"), wide),
        "wide_operand": (conv(("NHWC", "HWIO", "NHWC"), (1, 1), "VALID"), (counted((1, 3, 3, 19), f), counted((2, 2, 19, 2), f))),
        "long_kernel": (conv(("NCH", "OIH", "NCH"), (1,), [(17, 17)]), (counted((1, 1, 40), f), counted((1, 1, 18), f))),
        "mixed_layout": (conv(("HNWC", "IWOH", "CWNH"), (1, 2), [(0, 1), (1, 1)]), (image.transpose(2, 0, 3, 1).copy(), kernel.transpose(1, 3, 0, 2).copy())),
        "strides": (conv(nchw, (2, 3), [(1, 1), (2, 0)]), (image, kernel)),
        "negative_padding": (conv(nchw, (1, 1), [(-1, 1), (1, -2)]), (image, kernel)),
        "lhs_dilation": (conv(nchw, (1, 2), [(1, -1), (2, 1)], (2, 3)), (image, kernel)),
        "rhs_dilation": (conv(nchw, (1, 1), [(0, 0), (1, 1)], None, (2, 3)), (image, kernel)),
        "both_dilations": (conv(nchw, (2, 1), [(2, -1), (-1, 3)], (3, 2), (2, 2)), (image, kernel)),
        "feature_groups": (conv(nchw, (1, 1), "SAME", feature_group_count=2), (counted((2, 4, 3, 3), f), counted((6, 2, 2, 2), f))),
        "depthwise": (conv(("NHWC", "HWIO", "NHWC"), (1, 1), "SAME", feature_group_count=3), (counted((1, 3, 3, 3), f), counted((2, 2, 1, 6), f))),
        "batch_groups": (conv(nchw, (1, 1), "VALID", batch_group_count=2), (counted((4, 2, 3, 3), f), counted((6, 2, 2, 2), f))),
        "three_dims": (conv(("NCDHW", "OIDHW", "NCDHW"), (1, 2, 1), [(1, 0), (0, 1), (1, 1)]), (counted((1, 2, 2, 3, 3), f), counted((2, 2, 2, 2, 3), f))),
        "no_dims": (conv(("NC", "OI", "NC"), (), []), (counted((2, 3), f), counted((4, 3), f))),
        "no_batch": (conv(nchw, (1, 1), "SAME"), (image[:0], kernel)),
        "no_features": (conv(nchw, (1, 1), "SAME"), (image[:, :0], kernel[:, :0])),
        "no_places": (conv(nchw, (1, 1), "VALID"), (image[:, :, :2], kernel)),
        "empty_image": (conv(nchw, (1, 1), [(2, 2), (1, 1)]), (image[:, :, :0], kernel)),
    }
    for name, (function, args) in rows.items():
        yield f"ops/conv_general_dilated/{name}", "f32", function, [args], 0
    small = (np.full((1, 1, 4), 100, np.int8), np.full((1, 1, 3), 100, np.int8))
    for short in ("i32", "f32"):
        preferred = (FLOATS | INTS)[short]
        yield f"ops/conv_general_dilated/i8_{short}", "i32", conv(("NCH", "OIH", "NCH"), (1,), "SAME", preferred_element_type=preferred), [small], 0


def window_programs():
    f = np.float32

    def window(name, dimensions, strides, padding, base=(1, 1), dilation=(1, 1)):
        primitive = getattr(lax, f"{name}_p")
        return lambda *xs: primitive.bind(*xs, window_dimensions=dimensions, window_strides=strides,
                                          padding=padding, base_dilation=base, window_dilation=dilation)

    plain = ((2, 3), (1, 2), ((0, 0), (1, 1)))
    shapes = {
        "plain": ((2, 2), (1, 1), ((0, 0), (0, 0))),
        "padded": ((2, 3), (1, 2), ((1, 0), (2, 2))),
        "negative_padding": ((2, 2), (1, 1), ((-1, 0), (1, -2))),
        "base_dilation": ((2, 3), (1, 2), ((1, 0), (0, 1)), (2, 3)),
        "window_dilation": ((2, 2), (2, 1), ((0, 1), (1, 0)), (1, 1), (2, 3)),
        "outside": ((1, 2), (1, 1), ((0, 0), (4, 0))),
    }
    specials = array([[1, NAN, -0.0, 0.0, -INF], [0.0, -0.0, INF, 2, -INF], [3, 1, -1, -INF, -INF]], f)
    for name in ("reduce_window_sum", "reduce_window_max", "reduce_window_min"):
        bools = {} if name == "reduce_window_sum" else {"bool": np.bool_}
        for short, dtype in (FLOATS | INTS | bools).items():
            yield f"ops/{name}/{short}", short, window(name, *plain), [(counted((3, 5), dtype),)], 0
        for tag, spec in shapes.items():
            yield f"ops/{name}/{tag}", "f32", window(name, *spec), [(counted((3, 5), f),)], 0
        yield f"ops/{name}/special", "f32", window(name, (2, 2), (1, 1), ((0, 0), (1, 0))), [(specials,)], 0
        yield f"ops/{name}/scalar", "f32", window(name, (), (), (), (), ()), [(f(3),)], 0
        yield f"ops/{name}/empty", "f32", window(name, (1, 2), (1, 1), ((0, 0), (1, 1))), [(np.zeros((2, 0), f),)], 0
        yield f"ops/{name}/wide", "f32", window(name, (2, 1), (1, 1), ((1, 0), (0, 0))), [(counted((3, 37), f, 11),)], 0

    def joined(join, init, spec):
        return lambda *xs: lax.reduce_window(xs if len(xs) > 1 else xs[0], init, join, spec[0], spec[1], spec[2], *(spec[3:]))

    # Associative, since XLA does not always take the elements in order.
    counting = lambda a, b: a + b + f(1)
    for tag, spec in shapes.items():
        yield f"ops/reduce_window/{tag}", "f32", joined(counting, f(2), spec), [(counted((3, 5), f),)], 0
    latest = lambda a, b: (lax.select(b[0] > a[0], b[0], a[0]), lax.select(b[0] > a[0], b[1], a[1]))
    pair = (counted((3, 5), f), np.arange(15, dtype=np.int32).reshape(3, 5))
    yield "ops/reduce_window/pair", "f32", joined(latest, (f(-INF), np.int32(-1)), shapes["padded"]), [pair], 0
    for short in ("bf16", "i8", "u32", "bool"):
        dtype = (FLOATS | INTS | {"bool": np.bool_})[short]
        join = (lambda a, b: a ^ b) if short == "bool" else (lambda a, b: a - b)
        yield f"ops/reduce_window/{short}", short, joined(join, np.zeros((), dtype)[()], shapes["plain"]), [(counted((3, 5), dtype),)], 0

    maximum = lambda a, b: (lax.max(a[0], b[0]), lax.min(a[1], b[1]))
    limits = lambda dims: lambda x, y: lax.reduce((x, y), (f(-5), np.int32(99)), maximum, dims)
    for tag, dims in {"rows": (1,), "all": (0, 1), "none": ()}.items():
        yield f"ops/reduce/{tag}", "f32", limits(dims), [pair], 0
    yield "ops/reduce/empty", "f32", limits((0,)), [(pair[0][:0], pair[1][:0])], 0
    yield "ops/reduce/ordered", "f32", lambda x: lax.reduce(x, f(1), lambda a, b: a * f(0.5) + b, (0,)), [(counted((2, 3), f),)], 0


def select_programs():
    f = np.float32
    keys = array([[2, 2, 1, NAN, 0], [3, -INF, 1, 0, 4], [-INF, -INF, 2, -0.0, 0]], f)
    for select in ("ge", "le"):
        prim = getattr(lax, f"{select}_p")
        for tag, padding in {"plain": ((0, 0), (0, 0)), "padded": ((1, 0), (1, 2))}.items():
            def scatter(source, operand, p=prim, pad=padding):
                return lax.select_and_scatter_add_p.bind(
                    source, operand, select_prim=p, window_dimensions=(2, 2), window_strides=(1, 2), padding=pad)

            places = tuple((size + low + high - 2) // stride + 1 for size, (low, high), stride in zip((3, 5), padding, (1, 2)))
            for short in ("f32", "f64", "bf16", "f16", "i8", "i32", "u8", "u64", "bool"):
                dtype = (FLOATS | INTS | {"bool": np.bool_})[short]
                args = (counted(places, dtype), counted((3, 5), dtype, 5))
                yield f"ops/select_and_scatter_add/{select}_{tag}_{short}", short, scatter, [args], 0
            yield f"ops/select_and_scatter_add/{select}_{tag}_special", "f32", scatter, [(counted(places, f), keys)], 0
        for tag, (padding, base, dilation) in {
            "plain": (((0, 0), (0, 0)), (1, 1), (1, 1)),
            "padded": (((1, 0), (1, 2)), (1, 1), (1, 1)),
            "dilated": (((1, 0), (1, 2)), (2, 1), (1, 2)),
        }.items():
            def gather(tangents, operand, p=prim, pad=padding, b=base, d=dilation):
                return lax.select_and_gather_add_p.bind(
                    tangents, operand, select_prim=p, window_dimensions=(2, 2), window_strides=(1, 2), padding=pad,
                    base_dilation=b, window_dilation=d)

            for short, dtype in FLOATS.items():
                args = (counted((3, 5), dtype), counted((3, 5), dtype, 5))
                yield f"ops/select_and_gather_add/{select}_{tag}_{short}", short, gather, [args], 0
            # What stands behind a NaN, and which of two equal keys is found, depends on the order, which
            # XLA does not promise.
            known = np.where(np.isnan(keys) | (keys == 0), np.arange(10, 25, dtype=f).reshape(3, 5), keys)
            yield f"ops/select_and_gather_add/{select}_{tag}_special", "f32", gather, [(counted((3, 5), f), known)], 0


def ragged_programs():
    f, groups = np.float32, np.array([2, 0, 3], np.int32)
    dims = lambda dot, ragged, group: lax.RaggedDotDimensionNumbers(dot, ragged, group)
    rows = {
        "free": (dims((((1,), (1,)), ((), ())), (0,), (0,)), (5, 4), (3, 4, 2), groups),
        "contracted": (dims((((1,), (0,)), ((), ())), (1,), ()), (4, 5), (5, 2), groups),
        "batch": (dims((((2,), (1,)), ((0,), (0,))), (0,), ()), (5, 2, 3), (5, 3, 2), groups),
        "free_beside_batch": (dims((((2,), (2,)), ((0,), (0,))), (1,), (1,)), (2, 5, 4), (2, 3, 4, 2), np.array([[2, 0, 3], [1, 1, 1]], np.int32)),
    }
    for name, (numbers, left, right, sizes) in rows.items():
        def dot(a, b, s, n=numbers):
            return lax.ragged_dot_general(a, b, s, n)

        yield f"ops/ragged_dot_general/{name}", "f32", dot, [(counted(left, f), counted(right, f, 5), sizes)], 0


def remaining_programs():
    f = np.float32
    x, y = array([1.5, -2.0, 0.0], f), array([0.5, 3.0, -0.0], f)
    words = np.array([1, 2, 0xFFFFFFFF], np.uint32)
    yield "ops/add_any/f32", "f32", lambda x, y: ad_util.add_jaxvals_p.bind(x, y), [(x, y)], 0
    yield "ops/copy/f32", "f32", lambda x: lax_internal.copy_p.bind(x), [(x,)], 0
    yield "ops/name/f32", "f32", lambda x: checkpoint_name(x, "middle"), [(x,)], 0
    yield "ops/optimization_barrier/two", "f32", lambda x, y: tuple(lax.optimization_barrier((x, y))), [(x, y)], 0
    yield "ops/mulhi/u32", "u32", lambda x: lax.mulhi(x, x), [(words,)], 0
    yield "ops/threefry2x32/counters", "u32", (
        lambda a, b, c, d: tuple(threefry2x32_p.bind(a, b, c, d))), [(np.uint32(0), np.uint32(8), words, words[::-1].copy())], 0
    yield "ops/iota_2x32_shape/grid", "u32", lambda: tuple(iota_2x32_shape_p.bind(shape=(2, 3))), [()], 0
    yield "ops/reduce_xor/i32", "i32", lambda x: lax.reduce_xor_p.bind(x, axes=(0,)), [(np.array([[1, 7], [3, -1]], np.int32),)], 0
    yield "ops/tile/two", "f32", lambda x: lax.tile(x, (2, 2)), [(array([[1, 2]], f),)], 0
    yield "ops/empty/grid", "f32", lambda: lax.empty((2, 3), f), [()], 0
    for name in ("eq_to", "le_to", "lt_to"):
        values = array([[NAN, -0.0, 0.0, 1.0, -INF]], f)
        yield f"ops/{name}/f32", "f32", lambda a, b, n=name: getattr(lax_internal, f"{n}_p").bind(a, b), [
            (values.T.repeat(5, 1).copy(), values.repeat(5, 0).copy())], 0


def spd(shape, dtype, seed=0):
    """Hermitian positive definite matrices."""
    x = dense(shape, dtype, seed)
    return (x @ np.conj(np.swapaxes(x, -1, -2)) + np.eye(shape[-1]) * shape[-1]).astype(dtype)


def dense(shape, dtype, seed=0):
    """Numbers with few digits, without structure."""
    rng = np.random.RandomState(seed)
    draw = lambda: np.round(rng.uniform(-2, 2, shape), 2)
    x = draw() + 1j * draw() if np.issubdtype(dtype, np.complexfloating) else draw()
    return np.asarray(x).astype(dtype)


LIBRARY = {"f32": np.float32, "f64": np.float64, "c64": np.complex64, "c128": np.complex128}


def linalg_programs():
    for short, dtype in LIBRARY.items():
        rtol = 1e-5 if short in ("f32", "c64") else 1e-12
        tag = "f64" if short == "c128" else short
        bad = array([[1, 2], [2, 1]], dtype)
        for name, x in {"plain": spd((4, 4), dtype), "stack": np.stack([spd((2, 2), dtype, 1), bad]),
                        "empty": np.zeros((2, 0, 0), dtype), "one": array([[4]], dtype)}.items():
            yield f"ops/cholesky/{name}_{short}", tag, lax_linalg.cholesky_p.bind, [(x,)], rtol
        for name, x in {"square": dense((4, 4), dtype, 2), "tall": dense((2, 5, 3), dtype, 3), "wide": dense((2, 4), dtype, 4),
                        "singular": array([[0, 0], [0, 3]], dtype), "no_columns": np.zeros((3, 0), dtype)}.items():
            yield f"ops/lu/{name}_{short}", tag, lambda x: tuple(lax_linalg.lu_p.bind(x)), [(x,)], rtol
        a = dense((3, 3), dtype, 5) + array(4 * np.eye(3), dtype)
        for at in range(16) if short in ("f32", "c64") else (3, 12):
            left, lower, transpose, unit = (bool(at >> bit & 1) for bit in range(4))
            name = f"{'left' if left else 'right'}_{'lower' if lower else 'upper'}{'_transposed' * transpose}{'_unit' * unit}"
            solve = lambda a, b, left=left, lower=lower, transpose=transpose, unit=unit: lax.linalg.triangular_solve(
                a, b, left_side=left, lower=lower, transpose_a=transpose, unit_diagonal=unit, conjugate_a=transpose)
            b = dense((3, 2) if left else (2, 3), dtype, 6)
            yield f"ops/triangular_solve/{name}_{short}", tag, solve, [(a, b)], rtol
        bands = [dense((2, 4), dtype, seed) for seed in (7, 8, 9)]
        solve = lambda *xs: lax.linalg.tridiagonal_solve_p.bind(*xs, perturb_singular=False)
        yield f"ops/tridiagonal_solve/stack_{short}", tag, solve, [(*bands, dense((2, 4, 3), dtype, 10))], 10 * rtol
        ones = np.ones(2, dtype)
        yield f"ops/tridiagonal_solve/singular_{short}", tag, solve, [(ones, ones, ones, np.ones((2, 1), dtype))], rtol
        perturb = lambda *xs: lax.linalg.tridiagonal_solve_p.bind(*xs, perturb_singular=True)
        yield f"ops/tridiagonal_solve/perturbed_{short}", tag, perturb, [(ones, ones, ones, array([[1], [2]], dtype))], rtol
    solve = lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True)
    f = np.float32
    yield "ops/triangular_solve/stack", "f32", solve, [(dense((2, 3, 3), f, 1) + array(4 * np.eye(3), f), dense((2, 3, 1), f, 2))], 1e-5
    yield "ops/triangular_solve/singular", "f32", solve, [(array([[0, 0], [1, 2]], f), array([[1], [1]], f))], 1e-5
    for short, dtype, rtol in [("f16", np.float16, 4e-3), ("bf16", BF16, 3e-2)]:
        a, b = dense((2, 3, 3), dtype, 1) + array(4 * np.eye(3), dtype), dense((2, 3, 2), dtype, 2)
        yield f"ops/triangular_solve/stack_{short}", short, solve, [(a, b)], rtol
        product = lambda a, c: lax_linalg.symmetric_product_p.bind(a, c, alpha=0.5, beta=2.0)
        yield f"ops/symmetric_product/stack_{short}", short, product, [(dense((2, 3, 2), dtype, 15), dense((2, 3, 3), dtype, 16))], rtol
    yield "ops/triangular_solve/empty", "f32", solve, [(np.zeros((0, 0), f), np.zeros((0, 2), f))], 1e-5
    permutation = lambda x: lax_linalg.lu_pivots_to_permutation_p.bind(x, permutation_size=4)
    yield "ops/lu_pivots_to_permutation/stack", "i32", permutation, [(np.array([[3, 2, 2], [1, 1, 3]], np.int32),)], 0
    yield "ops/lu_pivots_to_permutation/outside", "i32", permutation, [(np.array([-1, 7, 2], np.int32),)], 0
    step = lambda c, _: (lax_linalg.cholesky_p.bind(c @ c.T), c[0, 0])
    yield "ops/cholesky/loop", "f32", lambda x: lax.scan(step, x, None, length=3), [(dense((2, 2), f, 3),)], 1e-5


def factor_programs():
    """Householder factors as LAPACK represents them; of the others what is unique."""
    lower = lambda x: np.tril(x) + np.conj(np.swapaxes(np.tril(x, -1), -1, -2))
    for short, dtype in LIBRARY.items():
        rtol = 1e-5 if short in ("f32", "c64") else 1e-12
        tag = "f64" if short == "c128" else short
        shapes = {"square": (3, 3), "tall": (2, 4, 3), "wide": (2, 4), "one": (1, 1), "no_columns": (3, 0)}
        for seed, (name, shape) in enumerate(shapes.items()):
            x, m, n = dense(shape, dtype, seed), *shape[-2:]
            yield f"ops/geqrf/{name}_{short}", tag, lambda x: tuple(lax_linalg.geqrf_p.bind(x)), [(x,)], 10 * rtol
            for full in (False, True):
                qr = lambda x, full=full: tuple(lax_linalg.qr_p.bind(x, pivoting=False, full_matrices=full, use_magma=None))
                yield f"ops/qr/{'full_' * full}{name}_{short}", tag, qr, [(x,)], 10 * rtol
                svd = lambda x, full=full: lax_linalg.svd_p.bind(x, full_matrices=full, compute_uv=False, subset_by_index=None, algorithm=None)[0]
                yield f"ops/svd/{'full_' * full}{name}_{short}", tag, svd, [(x,)], 10 * rtol
            if m >= n > 0:
                taus = dense((*shape[:-2], n), dtype, 20)
                yield f"ops/householder_product/{name}_{short}", tag, lax_linalg.householder_product_p.bind, [(x, taus)], 10 * rtol
        a, taus, c = dense((2, 4, 2), dtype, 6), dense((2, 2), dtype, 7), dense((2, 4, 4), dtype, 8)
        for left in (False, True):
            for transpose in (False, True):
                name = f"{'left' if left else 'right'}{'_transposed' * transpose}_{short}"
                ormqr = lambda *xs, left=left, transpose=transpose: lax_linalg.ormqr_p.bind(*xs, left=left, transpose=transpose)
                yield f"ops/ormqr/{name}", tag, ormqr, [(a, taus, c)], 10 * rtol
        pivoted = lambda x: tuple(lax_linalg.qr_p.bind(x, pivoting=True, full_matrices=False, use_magma=None))
        yield f"ops/qr/pivoted_{short}", tag, pivoted, [(dense((4, 3), dtype, 9),)], 10 * rtol
        geqp3 = lambda *xs: tuple(lax_linalg.geqp3_p.bind(*xs, use_magma=None))
        yield f"ops/geqp3/fixed_{short}", tag, geqp3, [(dense((2, 4, 3), dtype, 10), np.array([[0, 0, 0], [0, 0, 1]], np.int32))], 10 * rtol
        for low in (False, True):
            side = "lower" if low else "upper"
            values = lambda x, low=low: lax_linalg.eigh_p.bind(
                x, lower=low, sort_eigenvalues=True, subset_by_index=None, algorithm=None)[1]
            for name, x in {"stack": dense((2, 4, 4), dtype, 11), "one": dense((1, 1), dtype, 12), "empty": np.zeros((0, 0), dtype),
                            "nan": np.full((2, 2), np.nan, dtype)}.items():
                yield f"ops/eigh/{side}_{name}_{short}", tag, values, [(x,)], 10 * rtol
            tridiagonal = lambda x, low=low: tuple(lax_linalg.tridiagonal_p.bind(x, lower=low))
            yield f"ops/tridiagonal/{side}_{short}", tag, tridiagonal, [(lower(dense((2, 4, 4), dtype, 13)),)], 10 * rtol
            yield f"ops/tridiagonal/{side}_one_{short}", tag, tridiagonal, [(lower(dense((1, 1), dtype, 14)),)], 10 * rtol
        if short in ("f32", "f64"):
            product = lambda a, c: lax_linalg.symmetric_product_p.bind(a, c, alpha=0.5, beta=2.0)
            yield f"ops/symmetric_product/stack_{short}", tag, product, [(dense((2, 3, 2), dtype, 15), dense((2, 3, 3), dtype, 16))], rtol


def fft_programs():
    for short, dtype in {"f32": np.float32, "f64": np.float64}.items():
        rtol, part = (1e-5, np.complex64) if short == "f32" else (1e-12, np.complex128)
        run = lambda kind, lengths: lambda x: lax.fft(x, kind, lengths)
        for name, shape, axes in [("prime", (7,), 1), ("stack", (2, 6), 1), ("one", (3, 1), 1), ("plane", (2, 3, 4), 2), ("cube", (2, 3, 5), 3),
                                  ("empty", (0, 4), 1), ("nothing", (2, 0), 1)]:
            if short == "f64" and name not in ("prime", "cube"):
                continue
            lengths = shape[len(shape) - axes:]
            half = (*shape[:-1], shape[-1] // 2 + 1)
            yield f"ops/fft/fft_{name}_{short}", short, inner(run("fft", lengths)), [(dense(shape, part, 1),)], rtol
            yield f"ops/fft/ifft_{name}_{short}", short, inner(run("ifft", lengths)), [(dense(shape, part, 2),)], rtol
            if name != "nothing":
                yield f"ops/fft/rfft_{name}_{short}", short, inner(run("rfft", lengths)), [(dense(shape, dtype, 3),)], rtol
            yield f"ops/fft/irfft_{name}_{short}", short, inner(run("irfft", lengths)), [(dense(half, part, 4),)], rtol


def inner(function):
    """The one equation inside the jit that a library function wraps around it."""
    def run(x):
        eqn = jax.make_jaxpr(function)(x).jaxpr.eqns[-1]
        while eqn.primitive.name in ("jit", "pjit"):
            eqn = eqn.params["jaxpr"].jaxpr.eqns[-1]
        return eqn.primitive.bind(x, **eqn.params)
    return run


def control_programs():
    f, x = np.float32, array([1.0, -2.0, 3.0], np.float32)
    sin_cos = lambda i, x: lax.switch(i, [lax.sin, lax.cos, lambda x: x * x], x)
    yield "control/cond/switch", "f32", sin_cos, [(np.int32(i), x) for i in (-5, 0, 1, 2, 9)], 2e-6
    yield "control/cond/bool", "f32", lambda p, x: lax.cond(p, lambda x: x + 1, lambda x: x - 1, x), [(np.bool_(p), x) for p in (0, 1)], 0
    yield "control/cond/two_results", "f32", lambda p, x: lax.cond(p, lambda x: (x, x.sum()), lambda x: (-x, x[0]), x), [(np.bool_(1), x)], 0
    yield "control/while/count", "i32", lambda n: lax.while_loop(lambda i: i < n, lambda i: i + 3, 0), [(np.int32(n),) for n in (0, 1, 10)], 0
    yield "control/while/array_carry", "f32", lambda x: lax.while_loop(lambda c: c.sum() < 100, lambda c: c * 2, x), [(array([1, 2, 3], f),)], 0
    yield "control/while/many_lanes", "i32", jax.vmap(lambda n: lax.while_loop(lambda i: i * i < n, lambda i: i + 1, 0)), [(np.array([0, 5, 50, 99], np.int32),)], 0
    yield "control/while/nested", "i32", lambda n: lax.fori_loop(0, n, lambda i, c: lax.fori_loop(0, i, lambda j, d: d + j, c), 0), [(np.int32(6),)], 0
    running = lambda c, x: (c + x, c * x)
    yield "control/scan/running", "f32", lambda xs: lax.scan(running, f(0), xs), [(x,)], 0
    yield "control/scan/reverse", "f32", lambda xs: lax.scan(running, f(0), xs, reverse=True), [(x,)], 0
    yield "control/scan/empty", "f32", lambda xs: lax.scan(running, f(1), xs), [(x[:0],)], 0
    yield "control/scan/no_xs", "f32", lambda c: lax.scan(lambda c, _: (c * 2, c), c, None, length=4), [(f(1.5),)], 0
    yield "control/scan/rows", "f32", lambda m, xs: lax.scan(lambda h, r: (m @ h + r, h.sum()), jnp.zeros(2), xs), [
        (array([[0, 1], [1, 1]], f), array([[1, 0], [0, 1], [2, 2]], f))], 0
    yield "control/scan/bools", "bool", lambda xs: lax.scan(lambda c, x: (c ^ x, c & x), np.bool_(0), xs), [(np.array([1, 0, 1, 1], bool),)], 0
    yield "control/pjit/shared", "f32", lambda x: jax.jit(lax.neg)(jax.jit(lax.neg)(x) + 1), [(x,)], 0
    yield "control/custom_jvp_call/relu", "f32", jax.nn.relu, [(x,)], 0
    yield "control/custom_vjp_call/clip", "f32", clip_gradient, [(x,)], 0
    system = lambda a, b: lax.custom_linear_solve(
        lambda x: a @ x, b, lambda _, b: lax.linalg.triangular_solve(a, b[:, None], left_side=True, lower=True)[:, 0],
        lambda _, b: lax.linalg.triangular_solve(a, b[:, None], left_side=True, lower=True, transpose_a=True)[:, 0])
    lower = array([[2, 0, 0], [1, 4, 0], [-1, 3, 1]], f)
    yield "control/custom_linear_solve/triangular", "f32", system, [(lower, x[:3])], 1e-6
    two = lambda b, c: lax.custom_linear_solve(
        lambda x: (2 * x[0], x[1]), (b, c), lambda _, b: (b[0] / 2, b[1]), symmetric=False)
    yield "control/custom_linear_solve/two_arrays", "f32", two, [(x, f(3))], 0
    yield "control/remat2/square", "f32", jax.checkpoint(lambda x: x * x), [(x,)], 0


    yield from complex_control_programs()


def complex_control_programs():
    c = np.complex64
    z, w = array([1 + 2j, -0.5j, 3], c), array([0.5j, 1, -1 + 1j], c)
    step = lambda c, x: (c * x + 1j, (c.real, c - x))
    yield "control/scan/complex", "c64", lambda c, xs: lax.scan(step, c, xs), [(c(1j), z)], 1e-6
    yield "control/scan/complex_consts", "c64", lambda a, xs: lax.scan(lambda c, x: (c + a * x, None), jnp.zeros(3, c), xs), [
        (w, np.stack([z, w]))], 1e-6
    yield "control/while/complex", "c64", lambda z: lax.while_loop(lambda z: abs(z).sum() < 100, lambda z: z * 2j + 1, z), [(z,)], 1e-6
    yield "control/cond/complex", "c64", lambda p, x, n: lax.cond(p, lambda x, n: (jnp.conj(x), n), lambda x, n: (x * 2, -n), x, n), [
        (np.bool_(p), z, np.int32(3)) for p in (0, 1)], 1e-6
    yield "control/pjit/complex", "c64", lambda x: jax.jit(lax.neg)(jax.jit(lax.neg)(x) + 1j), [(z,)], 0
    yield "control/custom_jvp_call/complex", "c64", complex_square, [(z,)], 1e-6
    yield "control/remat2/complex", "c64", jax.checkpoint(lambda x: x * x), [(z,)], 1e-6
    ramp = lambda n, dtype: (np.arange(n) - 0.5j * np.arange(n)[::-1]).astype(dtype)
    yield "control/pjit/complex_blocks", "c128", lambda x, y: (lax.neg(x), lax.conj(y)), [(ramp(37, c), ramp(20, np.complex128))], 0
    mixed = lambda s, e, x: (s, s * 2, e, jnp.prod(e, axis=0), x + s, np.complex64(-1j))
    yield "control/pjit/complex_borders", "c64", jax.jit(mixed), [(c(1 + 2j), np.zeros((0, 2), c), array([1, 2], np.float32))], 0


@jax.custom_jvp
def complex_square(x):
    return x * x


complex_square.defjvp(lambda x, t: (x[0] * x[0], 2 * x[0] * t[0]))


@jax.custom_vjp
def clip_gradient(x):
    return x * 2


clip_gradient.defvjp(lambda x: (x * 2, None), lambda _, g: (lax.clamp(np.float32(-1), g, np.float32(1)),))


def programs():
    """Path to (x64, function, list of arguments, rtol)."""
    table = {}
    families = (unary_programs, binary_programs, special_programs, mixed_programs, complex_programs, reduce_programs, shape_programs, index_programs,
                linalg_programs, factor_programs, fft_programs, conv_programs, window_programs, select_programs, ragged_programs, remaining_programs,
                control_programs, edge_programs.programs)
    for rows in (family() for family in families):
        for path, short, function, args, rtol in rows:
            leaves = [np.asarray(leaf) for leaf in (arg for tuple_ in args for arg in tuple_)]
            x64 = short in ("f64", "i64", "u64", "c128") or any(leaf.dtype.itemsize == 8 and leaf.dtype != np.complex64 for leaf in leaves)
            table[path] = (x64, function, args, rtol)
    return table
