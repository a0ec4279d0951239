//! Polynomials as vectors of coefficients, the highest power first. Their roots, which need
//! eigenvalues of general matrices, are not here.

use std::panic::Location;

use jaxide_lax as lax;
use jaxide_trace::{
    Array,
    promote::{promote_dtypes, promote_inexact},
};

use super::{ConvolveMode, arange, concatenate, convolve, stack, zeros_like};
use crate::diag;

/// The value at `x` of the polynomial whose coefficients are `p`, the highest power first, by
/// Horner's rule.
///
/// # Panics
/// With `ValueError` when the coefficients are no vector.
#[track_caller]
pub fn polyval(p: &Array, x: &Array) -> Array {
    vector("polyval", p);
    let [p, x] = promote_dtypes([p, x]);
    let coefficient = |index: usize| lax::slice(&p, &[index], &[index + 1], None).reshape(());
    let start = zeros_like(&x);
    (0..p.size()).fold(start, |sum, index| sum * &x + coefficient(index))
}

/// The coefficients of the sum of two polynomials, the highest power first.
///
/// # Panics
/// With `ValueError` when the coefficients are no vectors.
#[track_caller]
pub fn polyadd(a: &Array, b: &Array) -> Array {
    vector("polyadd", a);
    vector("polyadd", b);
    let [a, b] = promote_dtypes([a, b]);
    let length = a.size().max(b.size());
    let zero = Array::from(0).astype(a.dtype());
    let wide = |x: &Array| lax::pad(x, &zero, &[((length - x.size()) as i64, 0, 0)]);
    wide(&a) + wide(&b)
}

/// The coefficients of the product of two polynomials, the highest power first.
///
/// # Panics
/// As [`convolve`].
#[track_caller]
pub fn polymul(a: &Array, b: &Array) -> Array {
    convolve(a, b, ConvolveMode::Full)
}

/// The coefficients of the derivative of a polynomial, the highest power first.
///
/// # Panics
/// With `ValueError` when the coefficients are no vector.
#[track_caller]
pub fn polyder(p: &Array) -> Array {
    vector("polyder", p);
    let degree = p.size().saturating_sub(1);
    if degree == 0 {
        return lax::slice(p, &[0], &[0], None);
    }
    let powers = arange(degree as i32) + 1;
    lax::slice(p, &[0], &[degree], None) * lax::rev(&powers, &[0])
}

/// The coefficients of the difference of two polynomials, the highest power first.
///
/// # Panics
/// As [`polyadd`].
#[track_caller]
pub fn polysub(a: &Array, b: &Array) -> Array {
    let [a, b] = promote_dtypes([a, b]);
    polyadd(&a, &-b)
}

/// The coefficients of the integral of a polynomial, whose last coefficient is 0.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::polyint(&jnp::array([6.0, 2.0])).to_vec::<f32>(), [3.0, 2.0, 0.0]);
/// ```
///
/// # Panics
/// With `ValueError` when the coefficients are no vector.
#[track_caller]
pub fn polyint(p: &Array) -> Array {
    vector("polyint", p);
    let [p] = promote_inexact([p]);
    let powers = lax::rev(&(arange(p.size() as i32) + 1), &[0]);
    let integrated = p / powers;
    let zero = zeros_like(&integrated).astype(integrated.dtype());
    let constant = match zero.size() {
        0 => lax::broadcast_in_dim(&Array::from(0).astype(zero.dtype()), &[1], &[]),
        _ => lax::slice(&zero, &[0], &[1], None),
    };
    concatenate(&[&integrated, &constant], 0)
}

/// The quotient and the remainder of two polynomials, by long division. The remainder is as long as
/// `u`; its leading zeros stay.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let (quotient, rest) = jnp::polydiv(&jnp::array([1.0, 0.0, -2.0]), &jnp::array([1.0, 1.0]));
/// assert_eq!(quotient.to_vec::<f32>(), [1.0, -1.0]);
/// assert_eq!(rest.to_vec::<f32>(), [0.0, 0.0, -1.0]);
/// ```
///
/// # Panics
/// With `ValueError` when either has no coefficients or is no vector.
#[track_caller]
pub fn polydiv(u: &Array, v: &Array) -> (Array, Array) {
    let at = Location::caller();
    vector("polydiv", u);
    vector("polydiv", v);
    if u.size() == 0 || v.size() == 0 {
        let (u, v) = (u.shape(), v.shape());
        diag::value(
            format!("polydiv: polynomials need coefficients, got shapes {u:?} and {v:?}"),
            at,
        );
    }
    let [mut rest, v] = promote_inexact([u, v]);
    let coefficient = |p: &Array, index: usize| lax::slice(p, &[index], &[index + 1], None);
    let steps = (u.size() + 1).saturating_sub(v.size());
    let lead = coefficient(&v, 0);
    let zero = Array::from(0).astype(rest.dtype());
    let mut quotient = Vec::new();
    for step in 0..steps {
        let factor = coefficient(&rest, step) / &lead;
        let after = (u.size() - step - v.size()) as i64;
        rest -= lax::pad(&(&factor * &v), &zero, &[(step as i64, after, 0)]);
        quotient.push(factor.reshape(()));
    }
    let quotient = match &quotient[..] {
        [] => lax::broadcast_in_dim(&zero, &[1], &[]),
        found => stack(&found.iter().collect::<Vec<_>>(), 0),
    };
    (quotient, rest)
}

/// The coefficients of the polynomial with these roots and the leading coefficient 1.
///
/// ```
/// # use jaxide_numpy::jnp;
/// assert_eq!(jnp::poly(&jnp::array([1.0, 2.0])).to_vec::<f32>(), [1.0, -3.0, 2.0]);
/// ```
///
/// # Panics
/// With `ValueError` when the roots are no vector.
#[track_caller]
pub fn poly(roots: &Array) -> Array {
    vector("poly", roots);
    let [roots] = promote_inexact([roots]);
    let one = lax::broadcast_in_dim(&Array::from(1).astype(roots.dtype()), &[1], &[]);
    (0..roots.size()).fold(one.clone(), |product, index| {
        let root = lax::slice(&roots, &[index], &[index + 1], None);
        convolve(&product, &concatenate(&[&one, &-root], 0), ConvolveMode::Full)
    })
}

#[track_caller]
fn vector(name: &str, p: &Array) {
    if p.ndim() != 1 {
        let shape = p.shape();
        let at = Location::caller();
        diag::value(format!("{name}: expected a vector of coefficients, got shape {shape:?}"), at);
    }
}
