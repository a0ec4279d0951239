"""Random numbers; slack 0 where JAX's bits are fixed."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from . import case, floats, uniform

KEY = np.array([0, 42], np.uint32)


def exact(name, draw, *inputs, **options):
    return case(name, draw, KEY, *inputs, slack=0, original=True, **options)


def close(name, draw, *inputs, slack=1, **options):
    return case(name, draw, KEY, *inputs, slack=slack, original=True, **options)


def covariance(a):
    return a @ a.T + jnp.eye(3, dtype=jnp.float32)


def distances(x, mean, cov):
    """Squared distances from the mean in units of the covariance, which do not tell its factors apart."""
    y = x - mean
    return jnp.sum(y * jnp.linalg.solve(cov, y.T).T, -1)


CASES = [
    exact("split_three", lambda k: random.split(k, 3)),
    exact("split_of_a_shape", lambda k: random.split(k, (2, 3))),
    exact("fold_in", lambda k: random.fold_in(k, 7)),
    exact("bits_u8", lambda k: random.bits(k, (5, 3), jnp.uint8)),
    exact("bits_u64", lambda k: random.bits(k, (5, 3), jnp.uint64), x64=True),
    exact("uniform_between", lambda k: random.uniform(k, (7, 3), minval=-2.5, maxval=7)),
    exact("uniform_bounds_broadcast", lambda k, a, b: random.uniform(k, (2, 3), minval=a, maxval=b), floats(3), floats(2, 1, seed=1)),
    exact("normal", lambda k: random.normal(k, (64,))),
    exact("normal_f16", lambda k: random.normal(k, (16,), jnp.float16)),
    exact("normal_bf16", lambda k: random.normal(k, (16,), jnp.bfloat16)),
    close("normal_f64", lambda k: random.normal(k, (16,), jnp.float64), x64=True),
    close("normal_c64", lambda k: random.normal(k, (16,), jnp.complex64)),
    exact("randint", lambda k: random.randint(k, (16,), -5, 1000)),
    exact("randint_bounds_broadcast", lambda k, a: random.randint(k, (2, 3), a, a + 7), np.array([0, 10, -100], np.int32)),
    exact("randint_empty_interval", lambda k: random.randint(k, (4,), 5, 5)),
    *[
        exact(f"randint_full_{np.dtype(dtype).name}", lambda k, d=dtype: random.randint(k, (16,), int(np.iinfo(d).min), int(np.iinfo(d).max) + (np.iinfo(d).bits < 32), d), x64=np.iinfo(dtype).bits == 64)
        for dtype in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.int64)
    ],
    exact("randint_u32", lambda k: random.randint(k, (16,), 3, 2**31 - 1, jnp.uint32)),
    exact("randint_u64", lambda k: random.randint(k, (16,), 3, 2**40, jnp.uint64), x64=True),
    exact("permutation_of_a_number", lambda k: random.permutation(k, 10)),
    exact("permutation_of_rows", lambda k, x: random.permutation(k, x), floats(5, 2)),
    exact("permutation_along", lambda k, x: random.permutation(k, x, axis=1), floats(2, 5)),
    exact("permutation_independent", lambda k, x: random.permutation(k, x, axis=1, independent=True), floats(3, 5)),
    exact("permutation_in_two_rounds", lambda k: random.permutation(k, 2000)),
    exact("bernoulli", lambda k: random.bernoulli(k, 0.3, (16,))),
    exact("bernoulli_of_probabilities", lambda k, p: random.bernoulli(k, p, (4, 3)), uniform(3)),
    exact("rademacher", lambda k: random.rademacher(k, (16,))),
    exact("rademacher_f32", lambda k: random.rademacher(k, (16,), jnp.float32)),
    exact("gumbel", lambda k: random.gumbel(k, (64,))),
    exact("exponential", lambda k: random.exponential(k, (64,))),
    exact("categorical", lambda k, x: random.categorical(k, x), floats(4, 5)),
    exact("categorical_first_axis", lambda k, x: random.categorical(k, x, axis=0), floats(4, 5)),
    exact("categorical_of_shape", lambda k, x: random.categorical(k, x, axis=0, shape=(3, 5)), floats(4, 5)),
    exact("categorical_middle_axis_of_shape", lambda k, x: random.categorical(k, x, axis=-2, shape=(6, 2, 5)), floats(2, 4, 5)),
    exact("categorical_without_replacement", lambda k, x: random.categorical(k, x, axis=0, shape=(3, 5), replace=False), floats(4, 5)),
    exact("choice_of_a_number", lambda k: random.choice(k, 7, (3, 4))),
    exact("choice_of_rows", lambda k, x: random.choice(k, x, (3,)), floats(5, 2)),
    exact("choice_along", lambda k, x: random.choice(k, x, (3, 2), axis=1), floats(2, 5)),
    exact("choice_without_replacement", lambda k, x: random.choice(k, x, (3,), replace=False, axis=1), floats(2, 5)),
    exact("choice_with_probabilities", lambda k, p: random.choice(k, 5, (12,), p=p / p.sum()), uniform(5)),
    exact("choice_with_probabilities_without_replacement", lambda k, p: random.choice(k, 5, (2, 2), p=p / p.sum(), replace=False), uniform(5)),
    close("truncated_normal", lambda k: random.truncated_normal(k, -2, 2, (32,))),
    close("truncated_normal_bounds_broadcast", lambda k, a: random.truncated_normal(k, a, a + 1, (2, 3)), floats(3)),
    close("truncated_normal_f16", lambda k: random.truncated_normal(k, -1, 1, (8,), jnp.float16)),
    close("lognormal", lambda k: random.lognormal(k, 0.5, (32,))),
    close("maxwell", lambda k: random.maxwell(k, (8,))),
    close("double_sided_maxwell", lambda k: random.double_sided_maxwell(k, 1.0, 2.0, (8,))),
    close("laplace", lambda k: random.laplace(k, (32,))),
    close("laplace_bf16", lambda k: random.laplace(k, (8,), jnp.bfloat16)),
    close("logistic", lambda k: random.logistic(k, (32,))),
    close("cauchy", lambda k: random.cauchy(k, (32,)), slack=4),
    close("pareto", lambda k, b: random.pareto(k, b, (4, 3)), uniform(3, low=1, high=4)),
    close("rayleigh", lambda k, s: random.rayleigh(k, s, (4, 3)), uniform(3)),
    close("weibull_min", lambda k: random.weibull_min(k, 2.0, 1.5, (16,))),
    close("triangular", lambda k: random.triangular(k, -1.0, 0.5, 2.0, (16,))),
    close("wald", lambda k: random.wald(k, np.float32(2), (16,)), slack=10),
    close("geometric", lambda k: random.geometric(k, 0.2, (16,))),
    close("gamma", lambda k, a: random.gamma(k, a, (8, 4)), np.array([0.2, 1.0, 3.5, 50.0], np.float32), slack=4),
    close("gamma_f64", lambda k, a: random.gamma(k, a, (2, 2), jnp.float64), np.array([0.2, 3.5]), x64=True),
    close("loggamma", lambda k, a: random.loggamma(k, a, (4, 4)), np.array([0.01, 0.7, 1.0, 3.5], np.float32), slack=4),
    close("beta", lambda k, a: random.beta(k, a, 2.0, (4, 3)), np.array([0.5, 1.0, 4.0], np.float32), slack=4),
    close("t", lambda k: random.t(k, 3.0, (16,)), slack=4),
    close("chisquare", lambda k: random.chisquare(k, 3.0, (16,)), slack=4),
    close("f", lambda k: random.f(k, 3.0, 5.0, (16,)), slack=8),
    close("generalized_normal", lambda k: random.generalized_normal(k, 1.5, (16,)), slack=4),
    close("ball", lambda k: random.ball(k, 3, 2, (5,)), slack=4),
    close("dirichlet", lambda k, a: random.dirichlet(k, a, (5,)), np.array([0.5, 1.0, 4.0], np.float32), slack=4),
    exact("poisson_small_rates", lambda k: random.poisson(k, 3.0, (16,))),
    exact("poisson_great_rates", lambda k: random.poisson(k, 40.0, (16,))),
    exact("poisson_of_rates", lambda k, r: random.poisson(k, r, (8, 3)), np.array([0.0, 2.0, 30.0], np.float32)),
    exact("binomial_small_means", lambda k: random.binomial(k, 10, 0.3, (16,))),
    exact("binomial_great_means", lambda k: random.binomial(k, 100, 0.6, (16,))),
    close("multivariate_normal", lambda k, m, a: random.multivariate_normal(k, m, covariance(a), (4,)), floats(3), floats(3, 3, seed=1), slack=4),
    close("multivariate_normal_broadcasts", lambda k, m: random.multivariate_normal(k, m, np.stack([np.eye(3, dtype=np.float32), 4 * np.eye(3, dtype=np.float32)]), (5, 2)), floats(2, 3)),
    close("multivariate_normal_of_no_covariance", lambda k: random.multivariate_normal(k, np.zeros(2, np.float32), -np.eye(2, dtype=np.float32), (2,))),
    *[
        close(f"multivariate_normal_distances_{method}", lambda k, m, a, method=method: distances(random.multivariate_normal(k, m, covariance(a), (4,), method=method), m, covariance(a)), floats(3), floats(3, 3, seed=1), slack=8)
        for method in ("cholesky", "eigh", "svd")
    ],
    close("orthogonal", lambda k: random.orthogonal(k, 4), slack=4),
    close("orthogonal_stack", lambda k: random.orthogonal(k, 3, (2, 2)), slack=4),
    close("orthogonal_tall", lambda k: random.orthogonal(k, 5, m=3), slack=4),
    close("orthogonal_wide", lambda k: random.orthogonal(k, 2, m=4), slack=4),
    close("orthogonal_f64", lambda k: random.orthogonal(k, 4), x64=True),
    close("orthogonal_complex", lambda k: random.orthogonal(k, 3, dtype=jnp.complex64), slack=4),
    exact("bernoulli_high", lambda k: random.bernoulli(k, 0.3, (16,), mode="high")),
    exact("bernoulli_high_of_probabilities", lambda k, p: random.bernoulli(k, p, (4, 3), mode="high"), uniform(3)),
    close("gumbel_high", lambda k: random.gumbel(k, (64,), mode="high")),
    close("gumbel_high_f16", lambda k: random.gumbel(k, (16,), jnp.float16, mode="high")),
    close("gumbel_highest", lambda k: random.gumbel(k, (64,), mode="highest")),
    close("gumbel_highest_f64", lambda k: random.gumbel(k, (8,), mode="highest"), x64=True),
]
