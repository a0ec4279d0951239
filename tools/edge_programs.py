"""The edges of ops: signed zeros and NaN, arrays without elements, rank 0, the ends of ranges.

Filetests compare zeros by value, so where the sign of a zero counts, the program divides 1 by it.
"""

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax import lax

FLOATS = {"bf16": ml_dtypes.bfloat16, "f16": np.float16, "f32": np.float32, "f64": np.float64}
INF, NAN = np.inf, np.nan
F, I = np.float32, np.int32


def array(values, dtype):
    return np.array(values).astype(dtype)


def inverse(function):
    def inverted(*args):
        result = function(*args)
        return lax.div(lax.full_like(result, 1), result)

    return inverted


def order_programs():
    """Floats that are equal or not comparable."""
    rows = [[0.0, -0.0, 1.0, -1.0], [-0.0, 0.0, NAN, 2.0], [NAN, INF, -INF, NAN], [-0.0, -0.0, 0.0, 0.0]]
    for short, dtype in FLOATS.items():
        grid = array(rows, dtype)
        pairs = (array([0.0, -0.0, 0.0, -0.0, NAN, 1.0, INF, -INF], dtype), array([-0.0, 0.0, 0.0, -0.0, 1.0, NAN, NAN, INF], dtype))
        for name in ("max", "min"):
            yield f"ops/{name}/zeros_{short}", short, inverse(getattr(lax, name)), [pairs], 0
            reduced = lambda x, n=name: getattr(lax, f"reduce_{n}_p").bind(x, axes=(1,))
            yield f"ops/reduce_{name}/zeros_{short}", short, inverse(reduced), [(grid[1:],)], 0
            yield f"ops/reduce_{name}/nan_{short}", short, reduced, [(grid,)], 0
            for reverse in (False, True):
                running = lambda x, n=name, r=reverse: getattr(lax, f"cum{n}")(x, 1, r)
                tag = f"{'reverse_' * reverse}{short}"
                yield f"ops/cum{name}/nan_{tag}", short, running, [(grid,)], 0
            argument = lambda x, n=name: getattr(lax, f"arg{n}")(x, 1, np.int32)
            yield f"ops/arg{name}/nan_{short}", short, argument, [(grid,)], 0
        yield f"ops/sort/nan_{short}", short, lambda x: lax.sort(x, dimension=1), [(grid,)], 0
        yield f"ops/sort/zeros_{short}", short, lambda x: lax.sort((x, lax.iota(np.int32, 5)), num_keys=1)[1], [
            (array([0.0, -0.0, 0.0, -0.0, -1.0], dtype),)], 0
        keys = (array([NAN, 1, -0.0, 0.0, NAN, 1], dtype), np.array([2, 1, 5, 4, 1, 0], I))
        yield f"ops/sort/nan_keys_{short}", short, lambda x, k: tuple(lax.sort((x, k, lax.iota(I, 6)), num_keys=2)), [keys], 0
        bounds = (array([0, NAN, 0, -0.0, 2], dtype), array([NAN, 1, -1, 0.0, 1], dtype), array([1, 2, NAN, 1, 0], dtype))
        yield f"ops/clamp/nan_{short}", short, lax.clamp, [bounds], 0
        yield f"ops/top_k/nan_{short}", short, lambda x: tuple(lax.top_k(x, 3)), [(grid,)], 0
        yield f"ops/sign/zeros_{short}", short, inverse(lax.sign), [(array([0.0, -0.0], dtype),)], 0
    yield "ops/cumlogsumexp/infinite", "f32", lambda x: lax.cumlogsumexp(x, 1), [
        (array([[-INF, -INF, 0, 1], [INF, 1, INF, 2], [1, NAN, 2, 3], [-INF, INF, -INF, 0]], F),)], 1e-6
    zeros = array([0.0, -0.0], F)
    for name in ("sqrt", "rsqrt", "cbrt", "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "expm1", "log1p", "erf",
                 "floor", "ceil", "neg", "abs", "square", "log"):
        yield f"ops/{name}/zeros", "f32", inverse(getattr(lax, name)), [(zeros,)], 0
    for method, tag in [(lax.RoundingMethod.AWAY_FROM_ZERO, "away"), (lax.RoundingMethod.TO_NEAREST_EVEN, "even")]:
        yield f"ops/round/{tag}_zeros", "f32", inverse(lambda x, m=method: lax.round(x, m)), [(array([0.25, -0.25, -0.5, -0.0], F),)], 0
    products = (array([0.0, -0.0, -0.0, 0.0, 3.0], F), array([-1.0, -1.0, 1.0, -0.0, -0.0], F))
    for name in ("mul", "add", "sub", "rem", "atan2"):
        yield f"ops/{name}/zeros", "f32", inverse(getattr(lax, name)), [products], 1e-6 if name == "atan2" else 0


def range_programs():
    """Values that do not fit, and powers and remainders at the ends."""
    values = [0.0, -0.0, 1.5, -1.5, 2.5, 127.6, 300.0, -300.0, 65504.0, INF, -INF, NAN]
    ints = {f"{k}{b}": np.dtype(f"{'int' if k == 'i' else 'uint'}{b}").type for k in "iu" for b in (8, 16, 32, 64)}
    for target, dtype in ints.items():
        function = lambda x, d=dtype: lax.convert_element_type(x, d)
        yield f"ops/convert_element_type/f16_{target}", "f64", function, [(array(values, np.float16),)], 0
        edges = [2.0**31, -(2.0**31), 2.0**32, 2.0**63, -(2.0**63), 2.0**64, 255.5, 256.0, -0.9, 127.99, -128.9, 32767.5, -32768.5]
        yield f"ops/convert_element_type/edges_f64_{target}", "f64", function, [(array(edges, np.float64),)], 0
        yield f"ops/convert_element_type/edges_f32_{target}", "f64", function, [(array(edges, F),)], 0
    for bits in [(8, 23), (5, 10), (8, 7), (1, 0), (2, 1), (3, 2), (4, 3), (11, 52), (8, 0)]:
        values = [0.0, -0.0, 1.0, -1.5, 1.75, 2.5, 3.0, 3.9, 65519.0, 65520.0, 1e-5, 0.126, 6e-8, 3.3e38, INF, -INF, NAN]
        for short, dtype in FLOATS.items():
            rounded = lambda x, b=bits: lax.reduce_precision(x, *b)
            yield f"ops/reduce_precision/{short}_{bits[0]}_{bits[1]}", short, rounded, [(array(values, dtype),)], 0
    bases = [0.0, -0.0, 0.0, -0.0, -0.0, 1.0, NAN, -1.0, -1.0, INF, -INF, -INF, 2.0, -8.0, 0.5, NAN]
    powers = [0.0, 0.0, -1.0, -3.0, -2.0, NAN, 0.0, INF, -INF, -1.0, 3.0, 2.5, INF, 0.5, -INF, 1.0]
    for short, dtype in FLOATS.items():
        yield f"ops/pow/edges_{short}", short, lax.pow, [(array(bases, dtype), array(powers, dtype))], 1e-6
        whole = (array([0.0, -0.0, 2.0, NAN, INF, -INF, -1.5], dtype), np.array([0, -1, -3, 0, -1, 3, 2], I))
        yield f"ops/pow/integer_{short}", short, lax.pow, [whole], 2e-2 if short in ("bf16", "f16") else 1e-6
        left, right = [5.0, -5.0, 5.0, 0.0, INF, 5.0, NAN, -0.5, 7.5], [INF, -INF, 0.0, 0.0, 2.0, NAN, 2.0, 0.25, -2.0]
        yield f"ops/rem/edges_{short}", short, lax.rem, [(array(left, dtype), array(right, dtype))], 0
    for short in ("f32", "f64"):
        dtype = FLOATS[short]
        top = np.finfo(dtype).max
        pairs = (array([1, 1, top, -top, NAN, 1, INF, -INF, 2], dtype), array([2, 0, INF, -INF, 1, NAN, 0, 0, 2], dtype))
        yield f"ops/nextafter/edges_{short}", short, lax.nextafter, [pairs], 0
    for short, dtype in ints.items():
        info = np.iinfo(dtype)
        x = np.array([info.min, info.max, 0, 1, 2, 3], dtype)
        for y in (0, 1, 2, 3, 7):
            yield f"ops/integer_pow/edges_{short}_{y}", short, lambda x, y=y: lax.integer_pow(x, y), [(x,)], 0
        dims = (((1,), (0,)), ((), ()))
        yield f"ops/dot_general/overflow_{short}", short, lambda a, b: lax.dot_general(a, b, dims), [(x[None, :2], x[:2, None])], 0
        yield f"ops/reduce_prod/overflow_{short}", short, lambda x: lax.reduce_prod_p.bind(x, axes=(0,)), [(x[[0, 1, 4, 5]],)], 0
        yield f"ops/cumsum/overflow_{short}", short, lambda x: lax.cumsum(x, 0), [(x[[1, 1, 3, 0]],)], 0
        if short[0] == "i":
            yield f"ops/abs/least_{short}", short, lax.abs, [(x,)], 0


def empty_programs():
    """Operands without elements."""
    none, wide = np.zeros((0, 3), F), np.zeros((2, 0), F)
    for name in ("sum", "prod", "max", "min"):
        for short, dtype in {"f32": F, "i32": I, "u8": np.uint8, "bf16": FLOATS["bf16"], "c64": np.complex64}.items():
            extra = {"out_sharding": None} if name == "sum" else {}
            reduced = lambda x, n=name, e=extra: getattr(lax, f"reduce_{n}_p").bind(x, axes=(0,), **e)
            if short != "c64" or name in ("sum", "prod"):
                yield f"ops/reduce_{name}/none_{short}", short, reduced, [(np.zeros((0, 2), dtype),)], 0
            kept = lambda x, n=name, e=extra: getattr(lax, f"reduce_{n}_p").bind(x, axes=(1,), **e)
            if short != "c64" or name in ("sum", "prod"):
                yield f"ops/reduce_{name}/no_rows_{short}", short, kept, [(np.zeros((0, 2), dtype),)], 0
    for name in ("and", "or", "xor"):
        for short, dtype in {"bool": bool, "i32": I, "u8": np.uint8}.items():
            reduced = lambda x, n=name: getattr(lax, f"reduce_{n}_p").bind(x, axes=(0,))
            yield f"ops/reduce_{name}/none_{short}", short, reduced, [(np.zeros((0, 2), dtype),)], 0
    for name in ("argmax", "argmin"):
        yield f"ops/{name}/no_rows", "f32", lambda x, n=name: getattr(lax, n)(x, 1, np.int32), [(none,)], 0
    for name in ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"):
        for axis in (0, 1):
            yield f"ops/{name}/none_{axis}", "f32", lambda x, n=name, a=axis: getattr(lax, n)(x, a), [(none,)], 0
    dims = (((1,), (0,)), ((), ()))
    for short, dtype in {"f32": F, "i32": I, "i8": np.int8, "c64": np.complex64, "bf16": FLOATS["bf16"]}.items():
        product = lambda a, b: lax.dot_general(a, b, dims)
        yield f"ops/dot_general/no_terms_{short}", short, product, [(np.zeros((2, 0), dtype), np.zeros((0, 3), dtype))], 0
        yield f"ops/dot_general/no_rows_{short}", short, product, [(np.zeros((0, 2), dtype), np.ones((2, 3), dtype))], 0
    batched = lambda a, b: lax.dot_general(a, b, (((2,), (1,)), ((0,), (0,))))
    yield "ops/dot_general/no_batch", "f32", batched, [(np.zeros((0, 2, 3), F), np.zeros((0, 3, 2), F))], 0
    conv = lambda x, k: lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    for name, x, k in [("no_images", (0, 4, 4, 2), (3, 3, 2, 3)), ("no_space", (1, 0, 4, 2), (1, 1, 2, 3)), ("no_outputs", (1, 3, 3, 2), (2, 2, 2, 0))]:
        valid = lambda x, k: lax.conv_general_dilated(x, k, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        yield f"ops/conv_general_dilated/{name}", "f32", conv if name == "no_images" else valid, [(np.ones(x, F), np.ones(k, F))], 0
    for axis in (0, 1):
        yield f"ops/sort/none_{axis}", "f32", lambda x, a=axis: lax.sort(x, dimension=a), [(none,)], 0
    yield "ops/sort/none_keys", "f32", lambda x, y: tuple(lax.sort((x, y), num_keys=2)), [(np.zeros(0, I), np.zeros(0, F))], 0
    yield "ops/top_k/none", "f32", lambda x: tuple(lax.top_k(x, 0)), [(np.ones((2, 3), F),)], 0
    table, nowhere = np.arange(6, dtype=F).reshape(3, 2), np.zeros(0, I)
    for mode in ("clip", "fill"):
        yield f"ops/gather/nowhere_{mode}", "f32", lambda x, i, m=mode: jnp.take(x, i, axis=0, mode=m), [(table, nowhere)], 0
    for name in ("set", "add", "multiply", "min", "max"):
        op = {"set": "scatter", "multiply": "scatter-mul"}.get(name, f"scatter-{name}")
        function = lambda x, i, u, n=name: getattr(x.at[i], n)(u)
        yield f"ops/{op}/nowhere", "f32", function, [(table, nowhere, np.zeros((0, 2), F))], 0
    yield "ops/dynamic_slice/none", "f32", lambda x, i: lax.dynamic_slice(x, (i, 0), (0, 2)), [(table, I(1))], 0
    yield "ops/dynamic_update_slice/none", "f32", lambda x, u, i: lax.dynamic_update_slice(x, u, (i, 0)), [(table, np.zeros((0, 2), F), I(7))], 0
    yield "ops/pad/none", "f32", lambda x: lax.pad(x, F(5), [(1, 1, 3), (0, 0, 0)]), [(none,)], 0
    yield "ops/pad/all_gone", "f32", lambda x: lax.pad(x, F(5), [(-2, -1, 0), (0, 0, 0)]), [(table,)], 0
    yield "ops/concatenate/none", "f32", lambda x, y: lax.concatenate([x, y, x], 0), [(none, np.ones((1, 3), F))], 0
    yield "ops/split/none", "f32", lambda x: tuple(lax.split(x, (0, 2, 0), 0)), [(table[:2],)], 0
    yield "ops/rev/none", "f32", lambda x: lax.rev(x, (0, 1)), [(none,)], 0
    yield "ops/transpose/none", "f32", lambda x: lax.transpose(x, (1, 0)), [(none,)], 0
    yield "ops/reshape/none", "f32", lambda x: lax.reshape(x, (3, 0, 5)), [(none,)], 0
    yield "ops/iota/none", "i32", lambda: lax.broadcasted_iota(I, (0, 2), 1), [()], 0
    yield "ops/select_n/none", "f32", lax.select_n, [(np.zeros((0, 3), bool), none, none)], 0
    yield "ops/clamp/none", "f32", lax.clamp, [(F(0), none, F(1))], 0
    yield "ops/integer_pow/none", "f32", lambda x: lax.integer_pow(x, -2), [(none,)], 0
    yield "ops/convert_element_type/none", "i32", lambda x: lax.convert_element_type(x, I), [(none,)], 0
    yield "ops/bitcast_convert_type/none", "u8", lambda x: lax.bitcast_convert_type(x, np.uint8), [(none,)], 0
    for name, function in {"sum": lax.add, "max": lax.max, "min": lax.min}.items():
        start = {"sum": F(0), "max": F(-INF), "min": F(INF)}[name]
        windows = lambda x, f=function, s=start: lax.reduce_window(x, s, f, (1, 2), (1, 1), "VALID")
        yield f"ops/reduce_window_{name}/none", "f32", windows, [(none,)], 0
        padded = lambda x, f=function, s=start: lax.reduce_window(x, s, f, (2, 2), (1, 1), [(1, 1), (0, 0)])
        yield f"ops/reduce_window_{name}/padding_only", "f32", padded, [(none,)], 0
    yield "ops/fft/no_rows", "f32", lambda x: lax.fft(x, "RFFT", (4,)), [(np.zeros((0, 4), F),)], 0
    yield "control/while/none", "f32", lambda x: lax.fori_loop(0, 3, lambda i, x: x + 1, x), [(none,)], 0
    yield "control/cond/none", "f32", lambda p, x: lax.cond(p, lambda x: x + 1, lambda x: x, x), [(np.bool_(True), none)], 0
    yield "control/scan/none_carry", "f32", lambda x, ys: lax.scan(lambda c, y: (c + 1, y), x, ys), [(none, np.zeros((2, 0), F))], 0


def scalar_programs():
    """Operands of rank 0."""
    x = F(2.5)
    for name in ("sum", "prod", "max", "min"):
        extra = {"out_sharding": None} if name == "sum" else {}
        reduced = lambda x, n=name, e=extra: getattr(lax, f"reduce_{n}_p").bind(x, axes=(), **e)
        yield f"ops/reduce_{name}/scalar", "f32", reduced, [(x,)], 0
    yield "ops/transpose/scalar", "f32", lambda x: lax.transpose_p.bind(x, permutation=()), [(x,)], 0
    yield "ops/reshape/to_scalar", "f32", lambda x: lax.reshape(x, ()), [(np.ones((1, 1), F),)], 0
    yield "ops/squeeze/to_scalar", "f32", lambda x: lax.squeeze(x, (0, 1)), [(np.ones((1, 1), F),)], 0
    yield "ops/rev/scalar", "f32", lambda x: lax.rev_p.bind(x, dimensions=()), [(x,)], 0
    yield "ops/pad/scalar", "f32", lambda x: lax.pad_p.bind(x, F(1), padding_config=()), [(x,)], 0
    yield "ops/slice/scalar", "f32", lambda x: lax.slice_p.bind(x, start_indices=(), limit_indices=(), strides=None), [(x,)], 0
    yield "ops/dynamic_slice/scalar", "f32", lambda x: lax.dynamic_slice_p.bind(x, slice_sizes=()), [(x,)], 0
    yield "ops/dynamic_update_slice/scalar", "f32", lambda x, u: lax.dynamic_update_slice_p.bind(x, u), [(x, F(7))], 0
    yield "ops/select_n/scalar", "f32", lax.select_n, [(np.bool_(True), x, F(1))], 0
    yield "ops/clamp/scalar", "f32", lax.clamp, [(F(0), x, F(1))], 0
    yield "ops/dot_general/to_scalar", "f32", lambda a, b: lax.dot_general(a, b, (((0,), (0,)), ((), ()))), [(np.ones(3, F), np.full(3, 2, F))], 0
    yield "ops/dot_general/scalars", "f32", lambda a, b: lax.dot_general(a, b, (((), ()), ((), ()))), [(x, F(3))], 0
    yield "ops/argmax/to_scalar", "f32", lambda x: lax.argmax(x, 0, np.int32), [(array([1, 3, 2], F),)], 0
    yield "ops/gather/one", "f32", lambda x, i: x[i], [(array([1, 3, 2], F), I(1))], 0
    yield "ops/scatter/one", "f32", lambda x, i: x.at[i].set(9.0), [(array([1, 3, 2], F), I(1))], 0
    yield "ops/bitcast_convert_type/scalar", "u8", lambda x: lax.bitcast_convert_type(x, np.uint8), [(np.uint32(0x01020304),)], 0
    yield "ops/bitcast_convert_type/to_scalar", "u32", lambda x: lax.bitcast_convert_type(x, np.uint32), [(np.array([4, 3, 2, 1], np.uint8),)], 0


def programs():
    for group in (order_programs, range_programs, empty_programs, scalar_programs):
        yield from group()
