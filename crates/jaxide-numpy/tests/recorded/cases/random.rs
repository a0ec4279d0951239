//! Random numbers, by both recipes.

use jaxide_numpy::{
    jnp,
    random::{self, Choice, Factor},
};
use jaxide_trace::{Array, DType};

use super::{Case, one};

fn lowest_to_highest(x: &[Array], low: i64, high: i64, dtype: DType) -> Array {
    random::randint_of(&x[0], 16, low, high, dtype)
}

fn normalized(p: &Array) -> Array {
    p / p.sum()
}

fn covariance(a: &Array) -> Array {
    a.matmul(&a.t()) + jnp::eye(3)
}

/// Squared distances from the mean in units of the covariance, which do not tell its factors apart.
fn distances(x: &[Array], factor: Factor) -> Array {
    let cov = covariance(&x[2]);
    let y = random::multivariate_normal_by(&x[0], &x[1], &cov, 4, factor) - &x[1];
    jnp::sum(&(&y * jnp::linalg::solve(&cov, &y.t()).t()), -1)
}

pub(super) const CASES: &[Case] = &[
    one("split_three", |x| random::split(&x[0], 3)),
    one("split_of_a_shape", |x| random::split(&x[0], [2, 3])),
    one("fold_in", |x| random::fold_in(&x[0], 7)),
    one("bits_u8", |x| random::bits_of(&x[0], [5, 3], DType::U8)),
    one("bits_u64", |x| random::bits_of(&x[0], [5, 3], DType::U64)),
    one("uniform_between", |x| random::uniform_between(&x[0], [7, 3], -2.5, 7)),
    one("uniform_bounds_broadcast", |x| random::uniform_between(&x[0], [2, 3], &x[1], &x[2])),
    one("normal", |x| random::normal(&x[0], 64)),
    one("normal_f16", |x| random::normal_of(&x[0], 16, DType::F16)),
    one("normal_bf16", |x| random::normal_of(&x[0], 16, DType::BF16)),
    one("normal_f64", |x| random::normal_of(&x[0], 16, DType::F64)),
    one("normal_c64", |x| random::normal_of(&x[0], 16, DType::C64)),
    one("randint", |x| random::randint(&x[0], 16, -5, 1000)),
    one("randint_bounds_broadcast", |x| random::randint(&x[0], [2, 3], &x[1], &x[1] + 7)),
    one("randint_empty_interval", |x| random::randint(&x[0], 4, 5, 5)),
    one("randint_full_int8", |x| lowest_to_highest(x, -128, 128, DType::I8)),
    one("randint_full_uint8", |x| lowest_to_highest(x, 0, 256, DType::U8)),
    one("randint_full_int16", |x| lowest_to_highest(x, -32768, 32768, DType::I16)),
    one("randint_full_uint16", |x| lowest_to_highest(x, 0, 65536, DType::U16)),
    one("randint_full_int32", |x| {
        lowest_to_highest(x, i32::MIN.into(), i32::MAX.into(), DType::I32)
    }),
    one("randint_full_int64", |x| lowest_to_highest(x, i64::MIN, i64::MAX, DType::I64)),
    one("randint_u32", |x| random::randint_of(&x[0], 16, 3, i32::MAX, DType::U32)),
    one("randint_u64", |x| random::randint_of(&x[0], 16, 3, 1i64 << 40, DType::U64)),
    one("permutation_of_a_number", |x| random::permutation(&x[0], 10)),
    one("permutation_of_rows", |x| random::permutation(&x[0], &x[1])),
    one("permutation_along", |x| random::permutation_along(&x[0], &x[1], 1)),
    one("permutation_independent", |x| random::permutation_independent(&x[0], &x[1], 1)),
    one("permutation_in_two_rounds", |x| random::permutation(&x[0], 2000)),
    one("bernoulli", |x| random::bernoulli(&x[0], 0.3, 16)),
    one("bernoulli_of_probabilities", |x| random::bernoulli(&x[0], &x[1], [4, 3])),
    one("rademacher", |x| random::rademacher(&x[0], 16)),
    one("rademacher_f32", |x| random::rademacher_of(&x[0], 16, DType::F32)),
    one("gumbel", |x| random::gumbel(&x[0], 64)),
    one("exponential", |x| random::exponential(&x[0], 64)),
    one("categorical", |x| random::categorical(&x[0], &x[1], -1)),
    one("categorical_first_axis", |x| random::categorical(&x[0], &x[1], 0)),
    one("categorical_of_shape", |x| random::categorical_of_shape(&x[0], &x[1], 0, [3, 5])),
    one("categorical_middle_axis_of_shape", |x| {
        random::categorical_of_shape(&x[0], &x[1], -2, [6, 2, 5])
    }),
    one("categorical_without_replacement", |x| {
        random::categorical_without_replacement(&x[0], &x[1], 0, [3, 5])
    }),
    one("choice_of_a_number", |x| random::choice(&x[0], 7, [3, 4])),
    one("choice_of_rows", |x| random::choice(&x[0], &x[1], 3)),
    one("choice_along", |x| Choice::of(&x[1]).axis(1).draw(&x[0], [3, 2])),
    one("choice_without_replacement", |x| {
        Choice::of(&x[1]).axis(1).without_replacement().draw(&x[0], 3)
    }),
    one("choice_with_probabilities", |x| {
        Choice::of(5).p(&normalized(&x[1])).draw(&x[0], 12)
    }),
    one("choice_with_probabilities_without_replacement", |x| {
        Choice::of(5).p(&normalized(&x[1])).without_replacement().draw(&x[0], [2, 2])
    }),
    one("truncated_normal", |x| random::truncated_normal(&x[0], -2, 2, 32)),
    one("truncated_normal_bounds_broadcast", |x| {
        random::truncated_normal(&x[0], &x[1], &x[1] + 1, [2, 3])
    }),
    one("truncated_normal_f16", |x| random::truncated_normal_of(&x[0], -1, 1, 8, DType::F16)),
    one("lognormal", |x| random::lognormal(&x[0], 0.5, 32)),
    one("maxwell", |x| random::maxwell(&x[0], 8)),
    one("double_sided_maxwell", |x| random::double_sided_maxwell(&x[0], 1.0, 2.0, 8)),
    one("laplace", |x| random::laplace(&x[0], 32)),
    one("laplace_bf16", |x| random::laplace_of(&x[0], 8, DType::BF16)),
    one("logistic", |x| random::logistic(&x[0], 32)),
    one("cauchy", |x| random::cauchy(&x[0], 32)),
    one("pareto", |x| random::pareto(&x[0], &x[1], [4, 3])),
    one("rayleigh", |x| random::rayleigh(&x[0], &x[1], [4, 3])),
    one("weibull_min", |x| random::weibull_min(&x[0], 2.0, 1.5, 16)),
    one("triangular", |x| random::triangular(&x[0], -1.0, 0.5, 2.0, 16)),
    one("wald", |x| random::wald(&x[0], 2.0, 16)),
    one("geometric", |x| random::geometric(&x[0], 0.2, 16)),
    one("gamma", |x| random::gamma(&x[0], &x[1], [8, 4])),
    one("gamma_f64", |x| random::gamma_of(&x[0], &x[1], [2, 2], DType::F64)),
    one("loggamma", |x| random::loggamma(&x[0], &x[1], [4, 4])),
    one("beta", |x| random::beta(&x[0], &x[1], 2.0, [4, 3])),
    one("t", |x| random::t(&x[0], 3.0, 16)),
    one("chisquare", |x| random::chisquare(&x[0], 3.0, 16)),
    one("f", |x| random::f(&x[0], 3.0, 5.0, 16)),
    one("generalized_normal", |x| random::generalized_normal(&x[0], 1.5, 16)),
    one("ball", |x| random::ball(&x[0], 3, 2.0, 5)),
    one("dirichlet", |x| random::dirichlet(&x[0], &x[1], 5)),
    one("poisson_small_rates", |x| random::poisson(&x[0], 3.0, 16)),
    one("poisson_great_rates", |x| random::poisson(&x[0], 40.0, 16)),
    one("poisson_of_rates", |x| random::poisson(&x[0], &x[1], [8, 3])),
    one("binomial_small_means", |x| random::binomial(&x[0], 10, 0.3, 16)),
    one("binomial_great_means", |x| random::binomial(&x[0], 100, 0.6, 16)),
    one("multivariate_normal", |x| {
        random::multivariate_normal(&x[0], &x[1], &covariance(&x[2]), 4)
    }),
    one("multivariate_normal_broadcasts", |x| {
        let cov = jnp::stack(&[&jnp::eye(3), &(jnp::eye(3) * 4)], 0);
        random::multivariate_normal(&x[0], &x[1], &cov, [5, 2])
    }),
    one("multivariate_normal_of_no_covariance", |x| {
        random::multivariate_normal(&x[0], &jnp::zeros(2), &-jnp::eye(2), 2)
    }),
    one("multivariate_normal_distances_cholesky", |x| distances(x, Factor::Cholesky)),
    one("multivariate_normal_distances_eigh", |x| distances(x, Factor::Eigh)),
    one("multivariate_normal_distances_svd", |x| distances(x, Factor::Svd)),
    one("orthogonal", |x| random::orthogonal(&x[0], 4, ())),
    one("orthogonal_stack", |x| random::orthogonal(&x[0], 3, [2, 2])),
    one("orthogonal_tall", |x| random::orthogonal_of(&x[0], 5, (), 3, DType::F32)),
    one("orthogonal_wide", |x| random::orthogonal_of(&x[0], 2, (), 4, DType::F32)),
    one("orthogonal_f64", |x| random::orthogonal(&x[0], 4, ())),
    one("orthogonal_complex", |x| random::orthogonal_of(&x[0], 3, (), 3, DType::C64)),
    one("bernoulli_high", |x| random::bernoulli_high(&x[0], 0.3, 16)),
    one("bernoulli_high_of_probabilities", |x| random::bernoulli_high(&x[0], &x[1], [4, 3])),
    one("gumbel_high", |x| random::gumbel_high(&x[0], 64)),
    one("gumbel_high_f16", |x| random::gumbel_high_of(&x[0], 16, DType::F16)),
    one("gumbel_highest", |x| random::gumbel_highest(&x[0], 64)),
    one("gumbel_highest_f64", |x| random::gumbel_highest(&x[0], 8)),
];
