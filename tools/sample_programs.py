"""Whole functions whose programs conformance/programs.jsonl.gz records: (name, function, arguments)."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.random import threefry_2x32

KEY = np.array([0, 8], np.uint32)


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def sum_squared_error(a, b):
    return jnp.sum((a - b) ** 2)


def selu(x, alpha=1.6732632, scale=1.0507010):
    return scale * jnp.where(x > 0, x, alpha * jnp.exp(x) - alpha)


def softmax(x):
    shifted = jnp.exp(x - x.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def layer_norm(x, gain, bias):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5) * gain + bias


def attention(q, k, v):
    return softmax(q @ k.T / jnp.sqrt(jnp.float32(q.shape[-1]))) @ v


def mlp(params, x):
    for w, b in params[:-1]:
        x = jnp.tanh(x @ w + b)
    w, b = params[-1]
    return x @ w + b


def mlp_loss(params, x, y):
    return jnp.mean((mlp(params, x) - y) ** 2)


def newton(x):
    """The square root by Newton's method, until it stands still."""
    step = lambda s: (0.5 * (s[0] + x / s[0]), s[0])
    return lax.while_loop(lambda s: jnp.abs(s[0] - s[1]) > 1e-6 * x, step, (x, 0.0 * x))[0]


def collatz(n):
    step = lambda s: (jnp.where(s[0] % 2 == 0, s[0] // 2, 3 * s[0] + 1), s[1] + 1)
    return lax.while_loop(lambda s: s[0] != 1, step, (n, 0))[1]


def rnn(w, u, xs):
    def step(h, x):
        h = jnp.tanh(w @ h + u @ x)
        return h, h.sum()
    return lax.scan(step, jnp.zeros(w.shape[0]), xs)


def fibonacci(n):
    return lax.fori_loop(0, n, lambda _, s: (s[1], s[0] + s[1]), (0, 1))[0]


def jacobi(grid):
    def sweep(_, g):
        inner = (g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:]) / 4
        return lax.dynamic_update_slice(g, inner, (1, 1))
    return lax.fori_loop(0, 20, sweep, grid)


def sieve(n=50):
    def strike(i, marks):
        multiples = (jnp.arange(n) % i == 0) & (jnp.arange(n) > i)
        return marks & ~multiples
    return lax.fori_loop(2, 8, strike, jnp.arange(n) >= 2)


def branches(i, x):
    return lax.switch(i, [jnp.sin, jnp.cos, lambda x: x * x], x)


def piecewise(x):
    return jnp.piecewise(x, [x < -1, x > 1], [lambda x: -x, lambda x: x * x, 0.0])


def threefry_uniform(key):
    bits = threefry_2x32(key, jnp.arange(21, dtype=jnp.uint32))
    return lax.bitcast_convert_type((bits >> 9) | np.uint32(0x3F800000), jnp.float32) - 1.0


def mandelbrot(x, y):
    def step(_, s):
        a, b, count = s
        inside = a * a + b * b < 4
        return jnp.where(inside, a * a - b * b + x, a), jnp.where(inside, 2 * a * b + y, b), count + inside
    return lax.fori_loop(0, 30, step, (0.0 * x, 0.0 * x, jnp.zeros(x.shape, jnp.int32)))[2]


def programs():
    x, y = normal(1, 64), normal(2, 64)
    matrix, square = normal(3, 8, 16), normal(4, 6, 6)
    params = [(normal(5, 4, 8), normal(6, 8)), (normal(7, 8, 3), normal(8, 3))]
    batch, targets = normal(9, 10, 4), normal(10, 10, 3)
    rows = [
        ("sum_squared_error", sum_squared_error, (normal(11, 20, 20), normal(12, 20, 20))),
        ("sum_squared_error_bf16", sum_squared_error, (x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))),
        ("sum_squared_error_grad", jax.grad(sum_squared_error), (x, y)),
        ("selu", selu, (x,)),
        ("selu_grad", jax.vmap(jax.grad(selu)), (x,)),
        ("softmax", softmax, (matrix,)),
        ("softmax_jacobian", jax.jacobian(softmax), (x[:5],)),
        ("log_softmax", jax.nn.log_softmax, (matrix,)),
        ("logsumexp", jax.scipy.special.logsumexp, (matrix,)),
        ("layer_norm", layer_norm, (matrix, normal(13, 16), normal(14, 16))),
        ("layer_norm_grad", jax.grad(lambda *args: layer_norm(*args).sum(), (0, 1, 2)), (matrix, normal(13, 16), normal(14, 16))),
        ("attention", attention, (normal(15, 5, 4), normal(16, 7, 4), normal(17, 7, 3))),
        ("mlp", mlp, (params, batch)),
        ("mlp_grad", jax.value_and_grad(mlp_loss), (params, batch, targets)),
        ("mlp_vmap", jax.vmap(mlp, (None, 0)), (params, batch)),
        ("newton", newton, (np.float32(2.0),)),
        ("newton_vmap", jax.vmap(newton), (np.array([1, 2, 9, 100], np.float32),)),
        ("collatz", collatz, (np.int32(27),)),
        ("collatz_vmap", jax.vmap(collatz), (np.arange(1, 10, dtype=np.int32),)),
        ("rnn", rnn, (square, square, normal(18, 9, 6))),
        ("rnn_grad", jax.grad(lambda *args: rnn(*args)[1].sum()), (square, square, normal(18, 9, 6))),
        ("fibonacci", fibonacci, (np.int32(20),)),
        ("fibonacci_none", fibonacci, (np.int32(-3),)),
        ("jacobi", jacobi, (normal(19, 9, 7),)),
        ("sieve", sieve, ()),
        ("mandelbrot", mandelbrot, (np.linspace(-2, 1, 12, dtype=np.float32), np.linspace(-1, 1, 12, dtype=np.float32))),
        ("piecewise", piecewise, (x,)),
        ("cond_bool", lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), (np.bool_(True), x)),
        ("cond_vmap", jax.vmap(lambda x: lax.cond(x > 0, jnp.sin, jnp.cos, x)), (x,)),
        ("scan_reverse", lambda xs: lax.scan(lambda c, x: (c + x, c * x), 0.0, xs, reverse=True), (x,)),
        ("scan_empty", lambda xs: lax.scan(lambda c, x: (c + x, c), 1.0, xs), (x[:0],)),
        ("scan_nested", lambda xs: lax.map(lambda row: lax.scan(lambda c, x: (c + x, c), 0.0, row)[1], xs), (matrix,)),
        ("cumulative", lambda x: (jnp.cumsum(x), jnp.cumprod(x), lax.cummax(x), lax.cumlogsumexp(x)), (x[:16],)),
        ("sort", lambda x: (jnp.sort(x), jnp.argsort(x), lax.top_k(x, 3)), (x,)),
        ("index", lambda x, i: (x[i], x[::-2], x.at[i].add(1.0), jnp.take(x, i)), (x, np.array([3, -1, 70], np.int32))),
        ("einsum", lambda a, b: jnp.einsum("ij,kj->ik", a, b), (matrix, matrix)),
        ("variance", lambda x: (jnp.mean(x, 0), jnp.var(x, 0), jnp.std(x)), (matrix,)),
        ("integers", lambda a, b: (a // b, a % b, a << 2, a >> 1, a ^ b, ~a), (np.arange(-8, 8, dtype=np.int32), np.full(16, 3, np.int32))),
        ("bytes", lambda a, b: (a + b, a * b, a // jnp.maximum(b, 1)), (np.arange(250, 256, dtype=np.uint8), np.arange(6, dtype=np.uint8))),
        ("threefry_uniform", threefry_uniform, (KEY,)),
        ("pad_modes", lambda x: (jnp.pad(x, 2), jnp.pad(x, 2, mode="edge"), jnp.roll(x, 3)), (x[:6],)),
        ("outer_broadcast", lambda a, b: a[:, None] * b[None, :] + 1, (x[:5], y[:7])),
        ("nan_sums", lambda x: (jnp.nansum(x), jnp.nanmax(x), jnp.isnan(x)), (np.array([1, np.nan, 3, np.inf], np.float32),)),
        ("nested_jit", lambda x: jax.jit(selu)(jax.jit(selu)(x)), (x,)),
        ("custom_jvp", jax.nn.relu, (x,)),
        ("gelu", jax.nn.gelu, (x,)),
        ("checkpoint", jax.grad(jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))), (np.float32(0.5),)),
        ("interp", lambda x: jnp.interp(x, jnp.arange(5.0), jnp.array([0.0, 1, 4, 9, 16])), (x,)),
        ("eye_tri", lambda x: (x * jnp.eye(6), jnp.tril(x), jnp.trace(x)), (square,)),
    ]
    rows += [(f"switch_{i}", branches, (np.int32(i), x)) for i in (-1, 0, 1, 2, 7)]
    return rows
