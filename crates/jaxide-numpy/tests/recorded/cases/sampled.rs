//! Running sums, differences, integrals, convolution, correlation, polynomials.

use jaxide_numpy::jnp::{
    self,
    ConvolveMode::{Full, Same, Valid},
};

use super::{Case, one};

pub(super) const CASES: &[Case] = &[
    one("cumsum", |x| jnp::cumsum(&x[0], 1)),
    one("cumsum_flat", |x| jnp::cumsum(&x[0], ..)),
    one("cumsum_bool", |x| jnp::cumsum(&x[0], 0)),
    one("cumprod", |x| jnp::cumprod(&x[0], 0)),
    one("nancumsum", |x| jnp::nancumsum(&x[0], 1)),
    one("nancumprod", |x| jnp::nancumprod(&x[0], 1)),
    one("diff", |x| jnp::diff(&x[0], 1, 0)),
    one("diff_second", |x| jnp::diff(&x[0], 2, -1)),
    one("diff_bool", |x| jnp::diff(&x[0], 1, -1)),
    one("ediff1d", |x| jnp::ediff1d(&x[0], Some(&x[1]), Some(&x[2]))),
    one("gradient", |x| jnp::gradient(&x[0], 1.0, 1)),
    one("gradient_step", |x| jnp::gradient(&x[0], 0.5, 0)),
    one("gradient_places", |x| jnp::gradient(&x[0], &x[1], 1)),
    one("trapezoid", |x| jnp::trapezoid(&x[0], 0.5, 0)),
    one("trapezoid_places", |x| jnp::trapezoid(&x[0], &x[1], -1)),
    one("convolve_full", |x| jnp::convolve(&x[0], &x[1], Full)),
    one("convolve_same", |x| jnp::convolve(&x[0], &x[1], Same)),
    one("convolve_valid", |x| jnp::convolve(&x[0], &x[1], Valid)),
    one("correlate_full", |x| jnp::correlate(&x[0], &x[1], Full)),
    one("correlate_valid", |x| jnp::correlate(&x[0], &x[1], Valid)),
    one("correlate_same", |x| jnp::correlate(&x[0], &x[1], Same)),
    one("correlate_complex", |x| jnp::correlate(&x[0], &x[1], Full)),
    one("cov", |x| jnp::cov(&x[0], 1.0)),
    one("cov_vector", |x| jnp::cov(&x[0], 1.0)),
    one("corrcoef", |x| jnp::corrcoef(&x[0])),
    one("polyval", |x| jnp::polyval(&x[0], &x[1])),
    one("polyadd", |x| jnp::polyadd(&x[0], &x[1])),
    one("polymul", |x| jnp::polymul(&x[0], &x[1])),
    one("polyder", |x| jnp::polyder(&x[0])),
];
