"""What families of recorded cases are made of: a family's file defines CASES, a list of `case(..)`."""

from typing import Callable, NamedTuple

import numpy as np


class Case(NamedTuple):
    name: str
    function: Callable
    inputs: list
    x64: bool
    slack: float
    original: bool


def case(name, function, *inputs, x64=False, slack=1, original=False):
    """One case: `function(*inputs)` under a name; the leaves of its result are recorded.

    `slack` multiplies the tolerances of inexact results, 0 asks for the same bits; `x64` switches
    64-bit dtypes on; `original` records random bits by both of JAX's recipes.
    """
    return Case(name, function, [np.asarray(array) for array in inputs], x64, slack, original)


def floats(*shape, dtype=np.float32, seed=0, scale=1.0):
    """Normal numbers."""
    return np.asarray(np.random.RandomState(seed).standard_normal(shape) * scale).astype(dtype)


def uniform(*shape, low=0.0, high=1.0, dtype=np.float32, seed=0):
    """Numbers of an interval."""
    return np.asarray(np.random.RandomState(seed).uniform(low, high, shape)).astype(dtype)


def ints(*shape, low=-5, high=6, dtype=np.int32, seed=0):
    """Integers from low up to, not including, high."""
    return np.asarray(np.random.RandomState(seed).randint(low, high, shape)).astype(dtype)


def bools(*shape, seed=0):
    """Bools, half of them true."""
    return np.asarray(np.random.RandomState(seed).randint(0, 2, shape)).astype(bool)


def complexes(*shape, dtype=np.complex64, seed=0):
    """Normal real and imaginary parts."""
    return (floats(*shape, dtype=np.float64, seed=seed) + 1j * floats(*shape, dtype=np.float64, seed=seed + 1)).astype(dtype)
