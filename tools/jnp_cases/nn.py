"""Functions of jax.nn and initialisers."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import nn
from jax.nn import initializers

from . import bools, case, floats, ints

KEY = np.array([0, 42], np.uint32)
WIDE = np.array([-np.inf, -200.0, -20.0, -3.5, -1.0, -0.3, -0.0, 0.0, 0.4, 1.0, 2.7, 6.0, 30.0, 200.0, np.inf, np.nan], np.float32)


def activation(name, function):
    return [
        case(name, function, WIDE),
        case(f"{name}_f16", function, floats(8, dtype=np.float16, scale=2)),
    ]


def weights(name, initializer, shape=(4, 3), **options):
    return case(name, lambda k: initializer(k, shape), KEY, original=True, **options)


def attention(name, *inputs, q=(2, 5, 4, 8), k=(2, 6, 2, 8), dtype=np.float32, slack=1, **options):
    def run(query, key, value, *arrays):
        given = {option: arrays[value] if isinstance(value, Place) else value for option, value in options.items()}
        return nn.dot_product_attention(query, key, value, **given)

    return case(name, run, floats(*q, dtype=dtype), floats(*k, dtype=dtype, seed=1), floats(*k, dtype=dtype, seed=2), *inputs, slack=slack)


class Place(int):
    """Which further input an option is."""


X = floats(3, 4)
MASK = np.array([[True, True, False, True], [False, True, True, True], [False, False, False, False]])

CASES = [
    *activation("identity", nn.identity),
    *activation("relu", nn.relu),
    case("relu_of_integers", nn.relu, ints(6)),
    *activation("relu6", nn.relu6),
    case("relu6_of_integers", nn.relu6, ints(6)),
    *activation("sigmoid", nn.sigmoid),
    *activation("silu", nn.silu),
    *activation("softplus", nn.softplus),
    case("softplus_of_integers", nn.softplus, ints(6)),
    *activation("log_sigmoid", nn.log_sigmoid),
    *activation("mish", nn.mish),
    *activation("soft_sign", nn.soft_sign),
    *activation("squareplus", nn.squareplus),
    *activation("sparse_plus", nn.sparse_plus),
    *activation("sparse_sigmoid", nn.sparse_sigmoid),
    *activation("hard_tanh", nn.hard_tanh),
    *activation("hard_sigmoid", nn.hard_sigmoid),
    *activation("hard_silu", nn.hard_silu),
    *activation("elu", nn.elu),
    case("elu_alpha", lambda x: nn.elu(x, 0.5), WIDE),
    *activation("celu", nn.celu),
    case("celu_alpha", lambda x: nn.celu(x, 0.5), WIDE),
    *activation("selu", nn.selu),
    *activation("leaky_relu", nn.leaky_relu),
    *activation("gelu", nn.gelu),
    *activation("gelu_exact", lambda x: nn.gelu(x, approximate=False)),
    case("log1mexp", nn.log1mexp, np.array([1e-6, 0.1, 0.69, 0.7, 3.0, 100.0], np.float32)),
    case("glu", nn.glu, X),
    case("glu_first_axis", lambda x: nn.glu(x, 0), floats(4, 3)),
    case("softmax", nn.softmax, X),
    case("softmax_of_great_numbers", nn.softmax, X * 1000),
    case("softmax_over_two_axes", lambda x: nn.softmax(x, (0, 1)), X),
    case("softmax_where", lambda x, m: nn.softmax(x, where=m), X, MASK),
    case("softmax_f16", nn.softmax, floats(3, 4, dtype=np.float16)),
    case("softmax_of_integers", nn.softmax, ints(3, 4)),
    case("log_softmax", nn.log_softmax, X),
    case("log_softmax_first_axis", lambda x: nn.log_softmax(x, 0), X * 100),
    case("log_softmax_where", lambda x, m: nn.log_softmax(x, where=m), X, MASK),
    case("logsumexp", nn.logsumexp, X),
    case("logsumexp_of_infinities", lambda x: nn.logsumexp(x, -1), np.array([[-np.inf, -np.inf], [np.inf, 1], [-np.inf, 1], [1000, 1000], [np.nan, 1]], np.float32)),
    case("logsumexp_keepdims", lambda x: nn.logsumexp(x, 0, keepdims=True), X),
    case("logsumexp_where", lambda x, m: nn.logsumexp(x, 1, where=m), X, MASK),
    case("logsumexp_of_integers", nn.logsumexp, ints(3, 4)),
    case("logsumexp_weighted", lambda x, b: nn.logsumexp(x, 1, b=b), X, floats(3, 4, seed=1)),
    case("logsumexp_signed", lambda x, b: nn.logsumexp(x, 1, b=b, return_sign=True), X, floats(3, 4, seed=1)),
    case("logmeanexp", lambda x: nn.logmeanexp(x, -1), X),
    case("logmeanexp_where", lambda x, m: nn.logmeanexp(x, 1, where=m, keepdims=True), X, MASK),
    case("standardize", nn.standardize, X),
    case("standardize_stable", lambda x: nn.standardize(x, 0, epsilon=1e-3, algorithm="stable"), X + 100),
    case("standardize_given", lambda x, m, v: nn.standardize(x, mean=m, variance=v), X, floats(3, 1, seed=1), floats(3, 1, seed=2) ** 2),
    case("standardize_where", lambda x, m: nn.standardize(x, where=m), X[:2], MASK[:2]),
    case("layer_norm", lambda x: nn.standardize(x, algorithm="stable", epsilon=1e-6), X),
    case("rms_norm", lambda x: x * jax.lax.rsqrt(jnp.mean(x**2, -1, keepdims=True) + 1e-6), X),
    case("batch_norm", lambda x: nn.standardize(x, (0, 1), algorithm="stable"), floats(2, 3, 4)),
    case("one_hot", lambda x: nn.one_hot(x, 4), np.array([[0, 3], [4, -1]], np.int32)),
    case("one_hot_first_axis", lambda x: nn.one_hot(x, 3, axis=0), np.array([0, 2, 1], np.int32)),
    case("one_hot_of_dtype", lambda x: nn.one_hot(x, 3, dtype=jnp.int8), np.array([0, 2, 1], np.uint8)),
    attention("attention"),
    attention("attention_causal", is_causal=True, k=(2, 6, 4, 8)),
    attention("attention_mask_and_bias", bools(2, 1, 5, 6), floats(1, 4, 5, 6, seed=3), mask=Place(0), bias=Place(1)),
    attention("attention_mask_by_head", bools(2, 4, 5, 6), mask=Place(0)),
    attention("attention_lengths", np.array([2, 5], np.int32), np.array([6, 1], np.int32), query_seq_lengths=Place(0), key_value_seq_lengths=Place(1)),
    attention("attention_window", local_window_size=(1, 2)),
    attention("attention_scale", scale=0.1),
    attention("attention_of_one_batch", q=(5, 2, 8), k=(6, 1, 8)),
    attention("attention_residual", return_residual=True, is_causal=True),
    attention("attention_bf16", dtype=jnp.bfloat16),
    attention("attention_f16", dtype=np.float16, is_causal=True),
    weights("init_zeros", initializers.zeros),
    weights("init_ones", initializers.ones),
    weights("init_constant", initializers.constant(0.3)),
    weights("init_uniform", initializers.uniform(0.2)),
    weights("init_normal", initializers.normal(0.2), slack=0),
    weights("init_truncated_normal", initializers.truncated_normal(0.2, lower=-1.0, upper=1.5)),
    weights("init_glorot_uniform", initializers.glorot_uniform()),
    weights("init_glorot_normal", initializers.glorot_normal()),
    weights("init_lecun_uniform", initializers.lecun_uniform()),
    weights("init_lecun_normal", initializers.lecun_normal(), (3, 3, 4, 5)),
    weights("init_he_uniform", initializers.he_uniform(), (3, 3, 4, 5)),
    weights("init_he_normal", initializers.he_normal()),
    weights("init_variance_scaling", initializers.variance_scaling(0.5, "fan_geo_avg", "normal", in_axis=(0, 2), out_axis=1, batch_axis=3), (2, 3, 4, 2)),
    weights("init_orthogonal", initializers.orthogonal(), slack=4),
    weights("init_orthogonal_of_four", initializers.orthogonal(2.0, column_axis=1), (2, 3, 2, 2), slack=4),
    weights("init_orthogonal_empty", initializers.orthogonal(), (0, 3)),
    weights("init_delta_orthogonal", initializers.delta_orthogonal(), (3, 2, 4), slack=4),
    weights("init_delta_orthogonal_of_two", initializers.delta_orthogonal(0.5), (3, 4, 2, 2), slack=4),
    weights("init_delta_orthogonal_of_three", initializers.delta_orthogonal(1.0, column_axis=-2), (1, 2, 3, 2, 3), slack=4),
    case("init_he_normal_f16", lambda k: initializers.he_normal()(k, (4, 3), jnp.float16), KEY),
]
