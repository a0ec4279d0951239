"""Records JAX programs with inputs and outputs, in the form that `jaxide conformance` and the filetests read.

    python3 -m venv .venv && .venv/bin/pip install "jax[cpu]==0.10.2"
    .venv/bin/python tools/record_jax.py filetests    # writes filetests/ops and filetests/control
    .venv/bin/python tools/record_jax.py conformance  # writes conformance/programs.jsonl.gz

The programs are in op_programs.py (one op each) and sample_programs.py (whole functions).
"""

import base64
import enum
import gzip
import hashlib
import json
import pathlib
import sys

import jax
import ml_dtypes
import numpy as np
from jax.extend import core

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHORT = {
    "bool": "bool", "bfloat16": "bf16", "float16": "f16", "float32": "f32", "float64": "f64",
    **{f"{kind}int{bits}": f"{kind or 'i'}{bits}" for kind in ("", "u") for bits in (8, 16, 32, 64)},
    "complex64": "c64", "complex128": "c128",
}
# Parameters that carry no meaning for the results.
DROPPED = {
    "accuracy", "out_sharding", "sharding", "out_dtype", "in_shardings", "out_shardings", "in_layouts",
    "out_layouts", "donated_invars", "keep_unused", "inline", "compiler_options_kvs", "ctx_mesh", "precision",
    "symbolic_zeros", "jvp_jaxpr_fun", "fwd_jaxpr_thunk", "bwd", "out_trees", "update_consts",
}
# Programs under their names of JAX 0.4.
RENAMED = {"jit": "pjit", "checkpoint": "remat2"}


def type_text(aval):
    return f"{SHORT[str(aval.dtype)]}[{','.join(map(str, aval.shape))}]"


class Printer:
    """Prints a jaxpr with names that are unique in the whole text."""

    def __init__(self):
        self.names = {}

    def name(self, var):
        if var not in self.names:
            number, text = len(self.names), ""
            while True:
                number, text = number // 26 - 1, chr(97 + number % 26) + text
                if number < 0:
                    break
            self.names[var] = text
        return self.names[var]

    def binder(self, var):
        dropped = type(var).__name__ == "DropVar"
        return f"{'_' if dropped else self.name(var)}:{type_text(var.aval)}"

    def atom(self, atom):
        if not isinstance(atom, core.Literal):
            return self.name(atom)
        value, dtype = np.asarray(atom.val), np.dtype(atom.aval.dtype)
        if dtype == bool:
            text = repr(bool(value))
        elif np.issubdtype(dtype, np.integer):
            text = repr(int(value))
        elif np.issubdtype(dtype, np.complexfloating):
            text = repr(complex(value))
        else:
            text = repr(float(value))
        return f"{text}:{SHORT[str(dtype)]}[]"

    def value(self, value, indent):
        if isinstance(value, core.ClosedJaxpr):
            return self.jaxpr(value.jaxpr, indent)
        if hasattr(value, "eqns"):
            return self.jaxpr(value, indent)
        if isinstance(value, core.Primitive):
            return value.name
        if isinstance(value, enum.IntEnum):
            return str(int(value))
        if isinstance(value, enum.Enum):
            return f"{type(value).__name__}.{value.name}"
        if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
            return str(np.dtype(value))
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            fields = ", ".join(f"{f}={self.value(getattr(value, f), indent)}" for f in value._fields)
            return f"{type(value).__name__}({fields})"
        if type(value).__name__.endswith("DimensionNumbers"):
            fields = ", ".join(f"{k}={self.value(v, indent)}" for k, v in vars(value).items())
            return f"{type(value).__name__}({fields})"
        if isinstance(value, tuple):
            items = ", ".join(self.value(item, indent) for item in value)
            return f"({items}{',' if len(value) == 1 else ''})"
        if isinstance(value, list):
            return f"[{', '.join(self.value(item, indent) for item in value)}]"
        if isinstance(value, np.generic):
            return repr(value.item())
        if isinstance(value, str):
            return value if value.isidentifier() else json.dumps(value)
        if value is None or isinstance(value, (bool, int, float)):
            return repr(value)
        raise TypeError(f"no text for a parameter of {type(value)}")

    def params(self, eqn, indent):
        for key in sorted(eqn.params, key=lambda key: (key != "name", key)):
            value = eqn.params[key]
            program = isinstance(value, core.ClosedJaxpr) or hasattr(value, "eqns")
            function = callable(value) and not isinstance(value, type) and not program
            if key in DROPPED or value is None or function:
                continue
            yield f"{key}={self.value(value, indent + 6)}"

    def eqn(self, eqn, indent):
        params = list(self.params(eqn, indent))
        text = " ".join(map(self.binder, eqn.outvars)) + " = "
        text += RENAMED.get(eqn.primitive.name, eqn.primitive.name)
        if len(params) == 1 and "\n" not in params[0]:
            text += f"[{params[0]}]"
        elif params:
            text += "[\n" + "".join(f"{' ' * (indent + 2)}{p}\n" for p in params) + " " * indent + "]"
        return " ".join([text, *map(self.atom, eqn.invars)])

    def jaxpr(self, jaxpr, indent=0):
        consts, inputs = (" ".join(map(self.binder, vs)) for vs in (jaxpr.constvars, jaxpr.invars))
        lines = ["{ lambda " + (consts + " " if consts else "") + f"; {inputs}. let"]
        lines += [" " * (indent + 4) + self.eqn(eqn, indent + 4) for eqn in jaxpr.eqns]
        outs = ", ".join(map(self.atom, jaxpr.outvars)) + ("," if len(jaxpr.outvars) == 1 else "")
        lines.append(" " * (indent + 2) + f"in ({outs}) }}")
        return "\n".join(lines)


def subjaxprs(jaxpr):
    for eqn in jaxpr.eqns:
        for value in eqn.params.values():
            for item in value if isinstance(value, (tuple, list)) else (value,):
                inner = item.jaxpr if isinstance(item, core.ClosedJaxpr) else item
                if hasattr(inner, "eqns"):
                    yield inner


def count(jaxpr):
    return len(jaxpr.eqns) + sum(map(count, subjaxprs(jaxpr)))


def primitives(jaxpr):
    own = {RENAMED.get(eqn.primitive.name, eqn.primitive.name) for eqn in jaxpr.eqns}
    return own.union(*map(primitives, subjaxprs(jaxpr)))


def record(function, args):
    """The closed jaxpr of a function, the converted arguments, and the results of its jitted run."""
    closed = jax.make_jaxpr(function)(*args)
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(args)]
    leaves = [leaf.astype(var.aval.dtype) for leaf, var in zip(leaves, closed.jaxpr.invars)]
    run = jax.jit(lambda *xs: core.jaxpr_as_fun(closed)(*xs))
    return closed, leaves, [np.asarray(out) for out in run(*leaves)]


def encode(array):
    data = np.ascontiguousarray(array)
    data = data.view(np.uint16) if data.dtype == ml_dtypes.bfloat16 else data
    return {
        "dtype": SHORT[str(array.dtype)],
        "shape": list(array.shape),
        "data": base64.b64encode(data.tobytes()).decode(),
    }


def conformance_case(source, function, args):
    closed, inputs, outputs = record(function, args)
    text = Printer().jaxpr(closed.jaxpr)
    return {
        "id": hashlib.sha256((source + text).encode()).hexdigest()[:16],
        "source": source,
        "tier": "P0",
        "eqns": count(closed.jaxpr),
        "prims": sorted(primitives(closed.jaxpr)),
        "jaxpr": text,
        "consts": [encode(np.asarray(const)) for const in closed.consts],
        "inputs": [encode(array) for array in inputs],
        "outputs": [encode(array) for array in outputs],
    }


def narrow(value):
    """The float of the fewest digits that rounds to an f32; other values as they are."""
    return float(str(value)) if isinstance(value, np.float32) else value


def number(value):
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (complex, np.complexfloating)):
        parts = number(narrow(value.real)), number(narrow(value.imag))
        return f"{parts[0]}{'' if parts[1][0] == '-' else '+'}{parts[1]}j"
    value = float(value)
    return "NaN" if value != value else repr(value).replace("nan", "NaN")


def nested(array):
    if array.ndim == 0:
        return number(array[()])
    return "[" + ", ".join(map(nested, array)) + "]"


def values_text(arrays):
    def text(array):
        # Narrow floats are written as the f32 of the same value, which has fewer digits.
        wide = array.astype(np.float32) if array.dtype in (ml_dtypes.bfloat16, np.float16) else array
        if wide.dtype == np.float32:
            return nested(np.vectorize(lambda x: float(str(x)), otypes=[np.float64])(wide)) if wide.size else "[]"
        return nested(wide)
    return "(" + ", ".join(map(text, arrays)) + ")"


def filetest(function, args_list, rtol):
    closed, _, _ = record(function, args_list[0])
    lines = ["// test: run eval cpu", Printer().jaxpr(closed.jaxpr)]
    for args in args_list:
        _, inputs, outputs = record(function, args)
        exact = rtol == 0 or all(not jax.dtypes.issubdtype(o.dtype, np.inexact) for o in outputs)
        relation, tail = ("==", "") if exact else ("~=", f" rtol={rtol}")
        lines.append(f"// run: {values_text(inputs)} {relation} {values_text(outputs)}{tail}")
    return "\n".join(lines) + "\n"


def write_filetests():
    import op_programs

    for path, (x64, function, args_list, rtol) in op_programs.programs().items():
        with jax.enable_x64(x64):
            text = filetest(function, args_list, rtol)
        target = ROOT / "filetests" / f"{path}.jaxpr"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def write_conformance():
    import sample_programs

    cases = [conformance_case(*program) for program in sample_programs.programs()]
    target = ROOT / "conformance" / "programs.jsonl.gz"
    target.parent.mkdir(exist_ok=True)
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    target.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))


if __name__ == "__main__":
    commands = {"filetests": write_filetests, "conformance": write_conformance}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
