"""Records how NumPy and JAX print arrays: golden/array_text.json.

Run in an environment with JAX 0.10.2: `python tools/record_text.py`. Each case has the dtype, the
shape, the elements as hex bytes, NumPy's `str` and JAX's `repr`, and printing options where they are
not the usual ones.
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

jax.config.update("jax_enable_x64", True)

OUT = pathlib.Path(__file__).parent.parent / "golden" / "array_text.json"
INF, NAN = float("inf"), float("nan")

FLOATS = [
    [1.0, 2.5, -3.0],
    [0.1, 0.2, 0.3],
    [1.0, 10.0, 100.0],
    [NAN, 1.0, INF],
    [NAN, -INF, 1.5],
    [NAN, NAN],
    [INF, -INF],
    [INF, 0.0],
    [0.0, -0.0],
    [-0.0],
    [1e-5, 1.0],
    [1e-4, 0.05],
    [1e-4, 0.2],
    [12345.678, 0.001],
    [1e8, 1.0],
    [99999999.0, 1.0],
    [123456.789, 2.0],
    [1 / 3, 2 / 3, 100 / 3],
    [1e10, 2.5e10, NAN],
    [1e10, -INF],
    [1e-10, 1e10],
    [1.5e-7, -2.25e-8],
    [3.14159265358979, 2.718281828459045],
    [0.5, 1.5, 2.5, 3.5],
    [65504.0, 6e-5],
    [1000.0, 1.0],
    [1001.0, 1.0],
    [-1.0, 1.0, -10.0],
    [0.125, 0.25, 0.0625],
    [7.0],
    [1e-45, 1.0],
    [3e38, 1.0],
    [16777216.0, 0.1],
]
INTS = [[1, 2, 3], [-1, 10, 100], [0], [127, -128, 5], [1, 1, 1]]
BOOLS = [[True, False], [True, True], [False], [False, True, True, False]]
COMPLEXES = [
    [1 + 2j, -1.5 - 0.25j],
    [complex(NAN, 1), complex(1, INF)],
    [complex(-INF, -INF), 0j],
    [1e10 + 1j, 1 + 1e-10j],
    [0.1 + 100j, 3 - 2j],
    [complex(-0.0, -0.0), complex(0.0, 1.0)],
    [1j],
]
SHAPES = [(), (0,), (0, 3), (2, 0), (1,), (1, 1), (5,), (2, 3), (2, 2, 2), (1, 3, 1), (2, 1, 2, 2), (40,)]
LARGE = [(1001,), (1000,), (7, 200), (200, 7), (11, 11, 11), (2000, 1), (6, 400), (3, 5, 100)]
OPTIONS = [
    {"precision": 3},
    {"precision": 0},
    {"precision": 12},
    {"threshold": 4},
    {"threshold": 4, "edgeitems": 1},
    {"linewidth": 30},
    {"suppress": True},
    {"suppress": True, "precision": 2},
]
FLOAT_TYPES = ["float16", "float32", "float64", "bfloat16"]
INT_TYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def dtype_of(name):
    return ml_dtypes.bfloat16 if name == "bfloat16" else np.dtype(name)


def case(name, values, options=None):
    with np.errstate(all="ignore"):
        x = np.asarray(values).astype(dtype_of(name))
    row = {"dtype": name, "shape": list(x.shape), "data": x.tobytes().hex()}
    with np.printoptions(**(options or {})):
        row["str"], row["repr"] = str(x), repr(jnp.asarray(x))
    if options:
        row["options"] = options
    return row


def cycled(shape, scale):
    count = int(np.prod(shape))
    return (np.arange(count) % 97 * scale - 3.0).reshape(shape)


def main():
    rows = []
    for name in FLOAT_TYPES:
        rows += [case(name, values) for values in FLOATS]
        rows += [case(name, value) for values in FLOATS for value in values[:2]]
        for shape in SHAPES:
            rows += [case(name, cycled(shape, scale)) for scale in (1.0, 0.37, 1e5)]
    for name in ("float32", "float64"):
        rows += [case(name, cycled(shape, 0.37)) for shape in LARGE]
        rows += [case(name, values, options) for options in OPTIONS for values in FLOATS]
        rows += [case(name, cycled((4, 9), 0.37), options) for options in OPTIONS]
    for name in INT_TYPES:
        rows += [case(name, values) for values in INTS]
        rows += [case(name, cycled(shape, 1)) for shape in SHAPES]
    rows += [case("int32", cycled(shape, 1)) for shape in LARGE]
    rows += [case("int64", np.array([2**63 - 1, -(2**63)])), case("uint64", np.array([2**64 - 1], "uint64"))]
    rows += [case("bool", values) for values in BOOLS]
    rows += [case("bool", cycled(shape, 1) % 2 == 0) for shape in SHAPES + LARGE[:4]]
    for name in ("complex64", "complex128"):
        rows += [case(name, values) for values in COMPLEXES]
        rows += [case(name, value) for values in COMPLEXES for value in values]
        rows += [case(name, cycled(shape, 0.37) * (1 - 2j)) for shape in SHAPES + [(1001,), (4, 9)]]
        rows += [case(name, values, options) for options in OPTIONS for values in COMPLEXES]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    OUT.write_text(f"[\n{lines}\n]\n")
    print(f"{OUT.name}: {len(rows)} cases")


main()
