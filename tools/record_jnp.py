"""Records what functions of jax.numpy, jax.nn and their like give for small inputs, by families.

    python3 -m venv .venv && .venv/bin/pip install "jax[cpu]==0.10.2"
    .venv/bin/python tools/record_jnp.py joining creation   # writes golden/jnp/joining.json, ..
    .venv/bin/python tools/record_jnp.py                    # all families
    .venv/bin/python tools/record_jnp.py names              # writes golden/numpy_names.json

A family is a file in jnp_cases/. Its Rust side is a table of the same names,
crates/jaxide-numpy/tests/recorded/cases/FAMILY.rs.
"""

import importlib
import json
import pathlib
import sys
import types

import jax
import jax.nn
import jax.numpy.fft
import jax.numpy.linalg
import jax.random
import numpy as np

from record_jax import ROOT, encode

OBJECTS = {"finfo", "iinfo", "mgrid", "ogrid", "r_", "c_", "s_", "index_exp"}
CASES = pathlib.Path(__file__).resolve().parent / "jnp_cases"


def outputs(case, partitionable):
    with jax.enable_x64(case.x64), jax.threefry_partitionable(partitionable):
        return [encode(np.asarray(leaf)) for leaf in jax.tree.leaves(case.function(*case.inputs))]


def recorded(case):
    entry = {"name": case.name}
    if case.x64:
        entry["x64"] = True
    if case.slack != 1:
        entry["slack"] = case.slack
    entry["inputs"] = [encode(array) for array in case.inputs]
    entry["outputs"] = outputs(case, True)
    if case.original:
        entry["original"] = outputs(case, False)
    return entry


def record(family):
    cases = importlib.import_module(f"jnp_cases.{family}").CASES
    names = [case.name for case in cases]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        sys.exit(f"{family}: names given twice: {sorted(repeated)}")
    target = ROOT / "golden" / "jnp" / f"{family}.json"
    target.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(recorded(case)) for case in cases)
    target.write_text(f"[\n{lines}\n]\n")
    print(f"{family}: {len(cases)} cases, {target.stat().st_size // 1024} KB")


def functions(module):
    """Names of a module's public functions, with the few classes that are used as functions."""
    def is_function(name):
        value = getattr(module, name, None)
        if name.startswith("_") or isinstance(value, types.ModuleType):
            return False
        return name in OBJECTS or callable(value) and not isinstance(value, type)

    return sorted(filter(is_function, dir(module)))


def record_names():
    groups = {
        "jnp": (np, jax.numpy),
        "linalg": (np.linalg, jax.numpy.linalg),
        "fft": (np.fft, jax.numpy.fft),
        "nn": (None, jax.nn),
        "random": (None, jax.random),
    }
    names = {
        group: {"numpy": functions(numpy) if numpy else [], "jax": functions(ours)}
        for group, (numpy, ours) in groups.items()
    }
    (ROOT / "golden" / "numpy_names.json").write_text(json.dumps(names, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["names"]:
        sys.exit(record_names())
    known = sorted(path.stem for path in CASES.glob("*.py") if path.stem != "__init__")
    unknown = set(sys.argv[1:]) - set(known)
    if unknown:
        sys.exit(f"{__doc__}\nno such family: {sorted(unknown)}; known are {', '.join(known)}")
    for name in sys.argv[1:] or known:
        record(name)
