"""Fourier transforms."""

import jax.numpy as jnp
import numpy as np
from jax.numpy import fft

from . import bools, case, complexes, floats, ints

X, C = floats(3, 4, 5), complexes(3, 4, 5)
DEEP, CDEEP = floats(2, 3, 2, 3, 4), complexes(2, 3, 2, 3, 3)
ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
TWO = ("fft2", "ifft2", "rfft2", "irfft2")
MANY = ("fftn", "ifftn", "rfftn", "irfftn")


def real(name):
    return name in ("rfft", "ihfft", "rfft2", "rfftn")


def of(name):
    return X if real(name) else C


def each(suffix, names, **options):
    return [case(f"{name}_{suffix}", lambda x, f=getattr(fft, name): f(x, **options), of(name)) for name in names]


CASES = [
    *each("default", ONE + TWO + MANY),
    *each("axis", ONE, axis=1),
    *each("cut", ONE, n=3),
    *each("padded", ONE, n=8, axis=0),
    *each("odd", ONE, n=7),
    *each("ortho", ONE + TWO + MANY, norm="ortho"),
    *each("forward", ONE + TWO + MANY, norm="forward"),
    *each("axes", TWO + MANY, axes=(2, 0)),
    *each("sizes", TWO, s=(3, 6)),
    *each("sizes_of_axes", MANY, s=(5, 2), axes=(0, 1), norm="ortho"),
    *each("sizes_of_last", MANY, s=(6, 3)),
    case("fftn_five", fft.fftn, CDEEP),
    case("ifftn_five", fft.ifftn, CDEEP),
    case("rfftn_five", fft.rfftn, DEEP),
    case("irfftn_five", fft.irfftn, CDEEP),
    case("fftn_scalar", fft.fftn, np.float32(2)),
    case("fft_real", fft.fft, X),
    case("irfft_real", fft.irfft, X),
    case("hfft_real", fft.hfft, X),
    case("fft_integers", fft.fft, ints(6)),
    case("rfft_integers", fft.rfft, ints(6)),
    case("fft_bools", fft.fft, bools(5)),
    case("fft_f16", fft.fft, floats(5, dtype=np.float16)),
    case("fft_f64", fft.fft, floats(5, dtype=np.float64), x64=True),
    case("rfft_f64", lambda x: fft.rfft(x, norm="ortho"), floats(5, dtype=np.float64), x64=True),
    case("irfft_c128", fft.irfft, complexes(5, dtype=np.complex128), x64=True),
    case("fft_empty", fft.fft, floats(0)),
    case("fft_empty_batch", fft.fft, floats(0, 4)),
    case("irfft_of_one", fft.irfft, complexes(1)),
    case("irfft_of_one_element", lambda x: fft.irfft(x, n=1), complexes(4)),
    case("fftfreq_even", lambda: fft.fftfreq(6)),
    case("fftfreq_odd", lambda: fft.fftfreq(7, 0.5)),
    case("fftfreq_empty", lambda: fft.fftfreq(0)),
    case("fftfreq_traced", lambda d: fft.fftfreq(4, d), np.float32(0.1)),
    case("fftfreq_f16", lambda: fft.fftfreq(5, 2, dtype=jnp.float16)),
    case("fftfreq_x64", lambda: fft.fftfreq(5, 2), x64=True),
    case("rfftfreq_even", lambda: fft.rfftfreq(6)),
    case("rfftfreq_odd", lambda: fft.rfftfreq(7, 0.5)),
    case("rfftfreq_bf16", lambda: fft.rfftfreq(5, 2, dtype=jnp.bfloat16)),
    *[case(f"{f.__name__}_all", f, X) for f in (fft.fftshift, fft.ifftshift)],
    *[case(f"{f.__name__}_axis", lambda x, f=f: f(x, -1), X) for f in (fft.fftshift, fft.ifftshift)],
    *[case(f"{f.__name__}_axes", lambda x, f=f: f(x, (0, 2)), X) for f in (fft.fftshift, fft.ifftshift)],
]
