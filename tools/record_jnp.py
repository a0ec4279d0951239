"""Records what functions of jax.numpy, jax.nn and their like give for small inputs, by families.

    python3 -m venv .venv && .venv/bin/pip install "jax[cpu]==0.10.2"
    .venv/bin/python tools/record_jnp.py joining creation   # writes golden/jnp/joining.json, ..
    .venv/bin/python tools/record_jnp.py                    # all families

A family is a file in jnp_cases/. Its Rust side is a table of the same names,
crates/jaxide-numpy/tests/recorded/cases/FAMILY.rs.
"""

import importlib
import json
import pathlib
import sys

import jax
import numpy as np

from record_jax import ROOT, encode

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


if __name__ == "__main__":
    known = sorted(path.stem for path in CASES.glob("*.py") if path.stem != "__init__")
    unknown = set(sys.argv[1:]) - set(known)
    if unknown:
        sys.exit(f"{__doc__}\nno such family: {sorted(unknown)}; known are {', '.join(known)}")
    for name in sys.argv[1:] or known:
        record(name)
