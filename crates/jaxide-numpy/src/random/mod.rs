//! Random numbers from explicit keys, bit for bit as JAX makes them with threefry where JAX's own
//! arithmetic is bit for bit fixed, and close where it is not.
//!
//! A key is a typed [`Key`] or an array of two `u32`; every function takes either ([`AnyKey`]).
//! Functions never change a key: using one key twice gives the same numbers twice, so [`split`] it
//! first. Draws have a twin with the suffix `_of` that takes a dtype; the others give the default
//! dtype. Parameters broadcast to the shape of the result.
//! [`config::threefry_partitionable`](jaxide_trace::config::threefry_partitionable) chooses between
//! JAX's two recipes; the default is the partitionable one, as in JAX since 0.5.

mod binomial;
mod bits;
mod categorical;
mod choice;
mod draw;
mod floats;
mod gamma;
mod integers;
mod key;
mod multivariate;
mod normal;
mod poisson;
mod uniform;
mod words;

pub use binomial::{binomial, binomial_of};
pub use bits::{bits, bits_of};
pub use categorical::{
    categorical, categorical_of_shape, categorical_without_replacement, gumbel, gumbel_high,
    gumbel_high_of, gumbel_highest, gumbel_highest_of, gumbel_of,
};
pub use choice::{Choice, choice, permutation, permutation_along, permutation_independent};
pub use floats::{
    cauchy, cauchy_of, exponential, exponential_of, laplace, laplace_of, logistic, logistic_of,
    pareto, pareto_of, rayleigh, rayleigh_of, triangular, triangular_of, wald, wald_of,
    weibull_min, weibull_min_of,
};
pub use gamma::{
    ball, ball_of, beta, beta_of, chisquare, chisquare_of, dirichlet, dirichlet_of, f, f_of, gamma,
    gamma_of, generalized_normal, generalized_normal_of, loggamma, loggamma_of, t, t_of,
};
pub use integers::{
    bernoulli, bernoulli_high, geometric, geometric_of, rademacher, rademacher_of, randint,
    randint_of,
};
pub use key::{AnyKey, Key, PRNGKey, fold_in, key, key_data, split, split_into, wrap_key_data};
pub use multivariate::{
    Factor, multivariate_normal, multivariate_normal_by, multivariate_normal_of, orthogonal,
    orthogonal_of,
};
pub use normal::{
    double_sided_maxwell, double_sided_maxwell_of, lognormal, lognormal_of, maxwell, maxwell_of,
    normal, normal_of, truncated_normal, truncated_normal_of,
};
pub use poisson::{poisson, poisson_of};
pub use uniform::{uniform, uniform_between, uniform_of};
