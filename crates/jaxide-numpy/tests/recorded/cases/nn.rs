//! Functions of `nn` and initialisers.

use jaxide_numpy::{
    jnp::axis,
    nn::{
        self, Attention, Standardize,
        initializers::{self, Distribution, Fan},
    },
};
use jaxide_trace::{Array, DType};

use super::{Case, many, one};

fn attention(x: &[Array], options: Attention) -> Array {
    options.apply(&x[0], &x[1], &x[2])
}

pub(super) const CASES: &[Case] = &[
    one("identity", |x| nn::identity(&x[0])),
    one("identity_f16", |x| nn::identity(&x[0])),
    one("relu", |x| nn::relu(&x[0])),
    one("relu_f16", |x| nn::relu(&x[0])),
    one("relu6", |x| nn::relu6(&x[0])),
    one("relu6_f16", |x| nn::relu6(&x[0])),
    one("sigmoid", |x| nn::sigmoid(&x[0])),
    one("sigmoid_f16", |x| nn::sigmoid(&x[0])),
    one("silu", |x| nn::silu(&x[0])),
    one("silu_f16", |x| nn::silu(&x[0])),
    one("softplus", |x| nn::softplus(&x[0])),
    one("softplus_f16", |x| nn::softplus(&x[0])),
    one("log_sigmoid", |x| nn::log_sigmoid(&x[0])),
    one("log_sigmoid_f16", |x| nn::log_sigmoid(&x[0])),
    one("mish", |x| nn::mish(&x[0])),
    one("mish_f16", |x| nn::mish(&x[0])),
    one("soft_sign", |x| nn::soft_sign(&x[0])),
    one("soft_sign_f16", |x| nn::soft_sign(&x[0])),
    one("squareplus", |x| nn::squareplus(&x[0], 4)),
    one("squareplus_f16", |x| nn::squareplus(&x[0], 4)),
    one("sparse_plus", |x| nn::sparse_plus(&x[0])),
    one("sparse_plus_f16", |x| nn::sparse_plus(&x[0])),
    one("sparse_sigmoid", |x| nn::sparse_sigmoid(&x[0])),
    one("sparse_sigmoid_f16", |x| nn::sparse_sigmoid(&x[0])),
    one("hard_tanh", |x| nn::hard_tanh(&x[0])),
    one("hard_tanh_f16", |x| nn::hard_tanh(&x[0])),
    one("hard_sigmoid", |x| nn::hard_sigmoid(&x[0])),
    one("hard_sigmoid_f16", |x| nn::hard_sigmoid(&x[0])),
    one("hard_silu", |x| nn::hard_silu(&x[0])),
    one("hard_silu_f16", |x| nn::hard_silu(&x[0])),
    one("elu", |x| nn::elu(&x[0], 1.0)),
    one("elu_f16", |x| nn::elu(&x[0], 1.0)),
    one("celu", |x| nn::celu(&x[0], 1.0)),
    one("celu_f16", |x| nn::celu(&x[0], 1.0)),
    one("selu", |x| nn::selu(&x[0])),
    one("selu_f16", |x| nn::selu(&x[0])),
    one("leaky_relu", |x| nn::leaky_relu(&x[0], 0.01)),
    one("leaky_relu_f16", |x| nn::leaky_relu(&x[0], 0.01)),
    one("gelu", |x| nn::gelu(&x[0])),
    one("gelu_f16", |x| nn::gelu(&x[0])),
    one("gelu_exact", |x| nn::gelu_exact(&x[0])),
    one("gelu_exact_f16", |x| nn::gelu_exact(&x[0])),
    one("relu_of_integers", |x| nn::relu(&x[0])),
    one("relu6_of_integers", |x| nn::relu6(&x[0])),
    one("softplus_of_integers", |x| nn::softplus(&x[0])),
    one("elu_alpha", |x| nn::elu(&x[0], 0.5)),
    one("celu_alpha", |x| nn::celu(&x[0], 0.5)),
    one("log1mexp", |x| nn::log1mexp(&x[0])),
    one("glu", |x| nn::glu(&x[0], -1)),
    one("glu_first_axis", |x| nn::glu(&x[0], 0)),
    one("softmax", |x| nn::softmax(&x[0], -1)),
    one("softmax_of_great_numbers", |x| nn::softmax(&x[0], -1)),
    one("softmax_over_two_axes", |x| nn::softmax(&x[0], [0, 1])),
    one("softmax_where", |x| nn::softmax(&x[0], axis(-1).where_(&x[1]))),
    one("softmax_f16", |x| nn::softmax(&x[0], -1)),
    one("softmax_of_integers", |x| nn::softmax(&x[0], -1)),
    one("log_softmax", |x| nn::log_softmax(&x[0], -1)),
    one("log_softmax_first_axis", |x| nn::log_softmax(&x[0], 0)),
    one("log_softmax_where", |x| nn::log_softmax(&x[0], axis(-1).where_(&x[1]))),
    one("logsumexp", |x| nn::logsumexp(&x[0], ..)),
    one("logsumexp_of_infinities", |x| nn::logsumexp(&x[0], -1)),
    one("logsumexp_keepdims", |x| nn::logsumexp(&x[0], axis(0).keepdims())),
    one("logsumexp_where", |x| nn::logsumexp(&x[0], axis(1).where_(&x[1]))),
    one("logsumexp_of_integers", |x| nn::logsumexp(&x[0], ..)),
    one("logsumexp_weighted", |x| nn::logsumexp_weighted(&x[0], &x[1], 1)),
    many("logsumexp_signed", |x| {
        let (log, sign) = nn::logsumexp_signed(&x[0], &x[1], 1);
        vec![log, sign]
    }),
    one("logmeanexp", |x| nn::logmeanexp(&x[0], -1)),
    one("logmeanexp_where", |x| nn::logmeanexp(&x[0], axis(1).where_(&x[1]).keepdims())),
    one("standardize", |x| nn::standardize(&x[0], -1)),
    one("standardize_stable", |x| Standardize::over(0).epsilon(1e-3).stable().apply(&x[0])),
    one("standardize_given", |x| {
        Standardize::over(-1).mean(&x[1]).variance(&x[2]).apply(&x[0])
    }),
    one("standardize_where", |x| nn::standardize(&x[0], axis(-1).where_(&x[1]))),
    one("layer_norm", |x| nn::layer_norm(&x[0], -1, 1e-6)),
    one("rms_norm", |x| nn::rms_norm(&x[0], -1, 1e-6)),
    one("batch_norm", |x| {
        let (mean, variance) = nn::batch_statistics(&x[0], [0, 1]);
        nn::batch_norm(&x[0], &mean, &variance, 1e-5)
    }),
    one("one_hot", |x| nn::one_hot(&x[0], 4)),
    one("one_hot_first_axis", |x| nn::one_hot_along(&x[0], 3, 0)),
    one("one_hot_of_dtype", |x| nn::one_hot_of(&x[0], 3, -1, DType::I8)),
    one("attention", |x| nn::dot_product_attention(&x[0], &x[1], &x[2])),
    one("attention_causal", |x| attention(x, Attention::default().causal())),
    one("attention_mask_and_bias", |x| {
        attention(x, Attention::default().mask(&x[3]).bias(&x[4]))
    }),
    one("attention_mask_by_head", |x| attention(x, Attention::default().mask(&x[3]))),
    one("attention_lengths", |x| {
        attention(x, Attention::default().query_lengths(&x[3]).key_value_lengths(&x[4]))
    }),
    one("attention_window", |x| attention(x, Attention::default().window(1, 2))),
    one("attention_scale", |x| attention(x, Attention::default().scale(0.1))),
    one("attention_of_one_batch", |x| attention(x, Attention::default())),
    many("attention_residual", |x| {
        let (out, sums) = Attention::default().causal().apply_with_residual(&x[0], &x[1], &x[2]);
        vec![out, sums]
    }),
    one("attention_bf16", |x| attention(x, Attention::default())),
    one("attention_f16", |x| attention(x, Attention::default().causal())),
    one("init_zeros", |x| initializers::zeros().init(&x[0], [4, 3])),
    one("init_ones", |x| initializers::ones().init(&x[0], [4, 3])),
    one("init_constant", |x| initializers::constant(0.3).init(&x[0], [4, 3])),
    one("init_uniform", |x| initializers::uniform(0.2).init(&x[0], [4, 3])),
    one("init_normal", |x| initializers::normal(0.2).init(&x[0], [4, 3])),
    one("init_truncated_normal", |x| {
        initializers::truncated_normal(0.2, -1.0, 1.5).init(&x[0], [4, 3])
    }),
    one("init_glorot_uniform", |x| initializers::glorot_uniform().init(&x[0], [4, 3])),
    one("init_glorot_normal", |x| initializers::glorot_normal().init(&x[0], [4, 3])),
    one("init_lecun_uniform", |x| initializers::lecun_uniform().init(&x[0], [4, 3])),
    one("init_lecun_normal", |x| initializers::lecun_normal().init(&x[0], [3, 3, 4, 5])),
    one("init_he_uniform", |x| initializers::he_uniform().init(&x[0], [3, 3, 4, 5])),
    one("init_he_normal", |x| initializers::he_normal().init(&x[0], [4, 3])),
    one("init_variance_scaling", |x| {
        initializers::variance_scaling(0.5, Fan::GeometricAverage, Distribution::Normal)
            .in_axes(&[0, 2])
            .out_axes(&[1])
            .batch_axes(&[3])
            .init(&x[0], [2, 3, 4, 2])
    }),
    one("init_orthogonal", |x| initializers::orthogonal(1.0, -1).init(&x[0], [4, 3])),
    one("init_orthogonal_of_four", |x| {
        initializers::orthogonal(2.0, 1).init(&x[0], [2, 3, 2, 2])
    }),
    one("init_orthogonal_empty", |x| initializers::orthogonal(1.0, -1).init(&x[0], [0, 3])),
    one("init_delta_orthogonal", |x| {
        initializers::delta_orthogonal(1.0, -1).init(&x[0], [3, 2, 4])
    }),
    one("init_delta_orthogonal_of_two", |x| {
        initializers::delta_orthogonal(0.5, -1).init(&x[0], [3, 4, 2, 2])
    }),
    one("init_delta_orthogonal_of_three", |x| {
        initializers::delta_orthogonal(1.0, -2).init(&x[0], [1, 2, 3, 2, 3])
    }),
    one("init_he_normal_f16", |x| {
        initializers::he_normal().init_of(&x[0], [4, 3], DType::F16)
    }),
];
