//! Functions of neural networks, as JAX has them in `jax.nn`: activations, normalisation, attention
//! and, in [`initializers`], first values of parameters.
//!
//! Deliberately not here: layers, losses, optimisers.

mod activations;
mod attention;
mod gates;
mod gelu;
pub mod initializers;
mod normalization;
mod one_hot;
mod softmax;

pub use activations::{
    hard_sigmoid, hard_silu, hard_silu as hard_swish, hard_tanh, identity, log_sigmoid, log1mexp,
    mish, relu, relu6, sigmoid, silu, silu as swish, soft_sign, softplus, sparse_plus,
    sparse_sigmoid, squareplus,
};
pub use attention::{Attention, dot_product_attention};
pub use gates::{celu, elu, glu, leaky_relu, selu};
pub use gelu::{gelu, gelu_exact};
pub use normalization::{
    Standardize, batch_norm, batch_statistics, layer_norm, rms_norm, standardize,
};
pub use one_hot::{one_hot, one_hot_along, one_hot_of};
pub use softmax::{
    log_softmax, logmeanexp, logsumexp, logsumexp_signed, logsumexp_weighted, softmax,
};
