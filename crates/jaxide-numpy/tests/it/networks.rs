//! `nn` and draws of vectors: what they refuse, and programs with rules.

use jaxide_numpy::{
    jnp,
    nn::{self, Attention, initializers},
    random,
};
use jaxide_trace::{array, make_jaxpr};

fn message<R>(f: impl FnOnce() -> R + std::panic::UnwindSafe) -> String {
    match std::panic::catch_unwind(f) {
        Ok(_) => String::new(),
        Err(payload) => *payload.downcast::<String>().unwrap(),
    }
}

#[test]
fn wrong_arguments_are_refused_in_jaxs_words() {
    let ones = |shape: &[usize]| jnp::ones(shape);
    let cases: [(String, &str); 11] = [
        (message(|| nn::glu(&ones(&[2, 3]), -1)), "axis size must be divisible by 2"),
        (
            message(|| initializers::he_normal().init(&random::key(0), 3)),
            "Can't compute input and output sizes of a 1-dimensional weights tensor with default \
             in_axis.",
        ),
        (
            message(|| {
                let (query, key) = (ones(&[1, 2, 3, 4]), ones(&[1, 2, 2, 4]));
                nn::dot_product_attention(&query, &key, &key)
            }),
            "The number of query heads must be a multiple of key/value heads, but got 3 vs 2",
        ),
        (
            message(|| {
                let (query, value) = (ones(&[1, 2, 3, 4]), ones(&[1, 5, 3, 4]));
                nn::dot_product_attention(&query, &query, &value)
            }),
            "value shape should be [1, 2, 3, 4]: but got (1, 5, 3, 4)",
        ),
        (
            message(|| {
                let x = ones(&[1, 2, 3, 4]);
                Attention::default().mask(&ones(&[1, 1, 2, 2])).apply(&x, &x, &x)
            }),
            "mask dtype should be bool, but got float32",
        ),
        (
            message(|| initializers::orthogonal(1.0, -1).init(&random::key(0), 3)),
            "orthogonal initializer requires at least a 2D shape",
        ),
        (
            message(|| initializers::delta_orthogonal(1.0, -1).init(&random::key(0), [2, 2])),
            "Delta orthogonal initializer requires a 3D, 4D or 5D shape.",
        ),
        (
            message(|| initializers::delta_orthogonal(1.0, -1).init(&random::key(0), [3, 4, 2])),
            "`fan_in` must be less or equal than `fan_out`.",
        ),
        (
            message(|| {
                let (mean, cov) = (ones(&[3]), ones(&[2, 2]));
                random::multivariate_normal(&random::key(0), &mean, &cov, ())
            }),
            "multivariate_normal requires cov.shape == (..., n, n) for n=3, but got cov.shape == \
             (2, 2).",
        ),
        (
            message(|| {
                let (mean, cov) = (ones(&[4, 2]), ones(&[2, 2]));
                random::multivariate_normal(&random::key(0), &mean, &cov, 3)
            }),
            "multivariate_normal parameter shapes must be broadcast-compatible with shape argument",
        ),
        (message(|| nn::softmax(&ones(&[2, 2]), 2)), "axis 2 is out of bounds"),
    ];
    for (got, expected) in &cases {
        assert!(got.contains(expected), "expected {expected}\ngot {got}");
    }
}

#[test]
fn functions_with_a_rule_are_one_equation_each() {
    let x = array([-1.0, 2.0]);
    for f in [nn::relu, nn::relu6, nn::softplus, nn::log1mexp, |x: &_| nn::softmax(x, -1)] {
        let program = make_jaxpr(f)(&x);
        assert_eq!(program.eqns.len(), 1, "{program}");
        assert!(program.to_string().contains("jvp_jaxpr={"), "{program}");
    }
    for f in [nn::relu, nn::relu6] {
        assert_eq!(make_jaxpr(f)(&array([1, 2])).eqns.len(), 1);
    }
}
