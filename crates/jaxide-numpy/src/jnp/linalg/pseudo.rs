//! What singular values tell of any matrix: pseudo-inverses, ranks, least squares.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_trace::{Array, Ellipsis, NewAxis, Operand, custom_jvp, promote::promote_inexact};

use super::{
    adjoint, batch, check_matrices, eps, inexact, matrix_shape, svd, svd_hermitian, svdvals,
    symmetrized,
};
use crate::{
    diag,
    jnp::{any, axis, dtypes::default_int, empty_of, max, ones_of, sum, where_, zeros_of},
};

/// The pseudo-inverses `[.., n, m]` of `a[.., m, n]` (Moore and Penrose). Singular values up to
/// `10 max(m, n) eps` times the greatest count as 0.
///
/// # Panics
/// With `TypeError` for rank below 2.
#[track_caller]
pub fn pinv(a: &Array) -> Array {
    check_matrices("pinv", a, Location::caller());
    let a = inexact(a);
    pseudo_inverse(&a, &cutoff(&a), false)
}

/// [`pinv`] where singular values up to `rtol` times the greatest count as 0; `rtol` has one number
/// for each matrix, or broadcasts.
///
/// # Panics
/// As [`pinv`].
#[track_caller]
pub fn pinv_with(a: &Array, rtol: impl Operand) -> Array {
    check_matrices("pinv", a, Location::caller());
    pseudo_inverse(&inexact(a), &rtol.into_operand(), false)
}

/// [`pinv`] of Hermitian matrices, by their eigenvalues.
///
/// # Panics
/// With `TypeError` when the matrices are not square.
#[track_caller]
pub fn pinv_hermitian(a: &Array) -> Array {
    check_matrices("pinv", a, Location::caller());
    let a = inexact(a);
    pseudo_inverse(&a, &cutoff(&a), true)
}

fn cutoff(a: &Array) -> Array {
    let [m, n] = matrix_shape(a);
    Array::from(10.0 * m.max(n) as f64 * eps(a))
}

#[track_caller]
fn pseudo_inverse(a: &Array, rtol: &Array, hermitian: bool) -> Array {
    let [m, n] = matrix_shape(a);
    if m == 0 || n == 0 {
        return empty_of([batch(a), &[n, m]].concat(), a.dtype());
    }
    let run = |a: &Array| by_singular_values(a, rtol, hermitian);
    custom_jvp(run).defjvp(move |(a,), (da,)| {
        let p = run(a);
        let change = pinv_change(a, da, &p, hermitian);
        (p, change)
    })(a)
}

#[track_caller]
fn by_singular_values(a: &Array, rtol: &Array, hermitian: bool) -> Array {
    let (u, s, vh) = if hermitian { svd_hermitian(a) } else { svd(a, false) };
    let least = rtol.expand_dims([-1]) * s.get((Ellipsis, ..1));
    // Dividing by infinity leaves nothing of what counts as 0.
    let s = where_(s.gt(&least), &s, f64::INFINITY).astype(u.dtype());
    adjoint(&vh).matmul(&(adjoint(&u) / s.get((Ellipsis, NewAxis))))
}

/// `dP = -P dA P + P P^H dA^H (1 - A P) + (1 - P A) dA^H P^H P` (Golub and Pereyra 1973).
#[track_caller]
fn pinv_change(a: &Array, da: &Array, p: &Array, hermitian: bool) -> Array {
    let (a, da) =
        if hermitian { (symmetrized(a), symmetrized(da)) } else { (a.clone(), da.clone()) };
    let (ph, dah) = (adjoint(p), adjoint(&da));
    let left = p.matmul(&ph.matmul(&dah));
    let right = dah.matmul(&ph).matmul(p);
    let [from_a, from_left] = [p.matmul(&da).matmul(p), left.matmul(&a).matmul(p)];
    let from_right = p.matmul(&a.matmul(&right));
    left - from_left + right - from_right - from_a
}

/// The number of singular values of `a[.., m, n]` above `max(m, n) eps` times the greatest. Of arrays
/// of rank below 2 it is 1 where an element is not 0.
#[track_caller]
pub fn matrix_rank(a: &Array) -> Array {
    let a = inexact(a);
    if a.ndim() < 2 {
        return any(&a, ..).astype(DType::I32);
    }
    let [m, n] = matrix_shape(&a);
    let s = svdvals(&a);
    let factor = m.max(n) as f64 * eps(&a);
    let least = max(&s, axis(-1).keepdims().initial(0)) * factor;
    sum(&s.gt(least), -1)
}

/// The number of singular values above `tol`, which has one number for each matrix, or broadcasts.
///
/// # Panics
/// As [`matrix_rank`].
#[track_caller]
pub fn matrix_rank_with(a: &Array, tol: impl Operand) -> Array {
    let a = inexact(a);
    if a.ndim() < 2 {
        return matrix_rank(&a);
    }
    sum(&svdvals(&a).gt(tol.into_operand().expand_dims([-1])), -1)
}

/// The least squares solution `x` of `a x = b` for `a[m, n]` and `b[m]` or `b[m, k]`; of several the
/// shortest. Four results as in NumPy: `x`; the sums of squared residuals, one per column of `b`, in
/// all cases as in JAX; the rank of `a`; its singular values.
///
/// # Panics
/// With `ValueError` when the numbers of rows differ, with `TypeError` for other ranks.
#[track_caller]
pub fn lstsq(a: &Array, b: &Array) -> (Array, Array, Array, Array) {
    least_squares(a, b, None)
}

/// [`lstsq`] where singular values below `rcond` times the greatest count as 0; a negative one means
/// eps.
///
/// # Panics
/// As [`lstsq`].
#[track_caller]
pub fn lstsq_with(a: &Array, b: &Array, rcond: f64) -> (Array, Array, Array, Array) {
    least_squares(a, b, Some(rcond))
}

#[track_caller]
fn least_squares(a: &Array, b: &Array, rcond: Option<f64>) -> (Array, Array, Array, Array) {
    let at = Location::caller();
    let [a, b] = promote_inexact([a, b]);
    if a.shape().first() != b.shape().first() {
        diag::value("Leading dimensions of input arrays must match".into(), at);
    }
    let vector = b.ndim() == 1;
    for (x, allowed) in [(&a, "two-dimensional"), (&b, "one or two-dimensional")] {
        if x.ndim() != 2 && !(vector && allowed.starts_with("one")) {
            let rank = x.ndim();
            diag::kind(&format!("{rank}-dimensional array given. Array must be {allowed}"), at);
        }
    }
    let b = if vector { b.expand_dims([1]) } else { b };
    let (x, rank, s) = solution(&a, &b, rcond);
    let residual = (&b - a.matmul(&x)).abs();
    let residuals = sum(&(&residual * &residual), 0);
    (if vector { x.ravel() } else { x }, residuals, rank, s)
}

/// The solution, the rank and the singular values.
#[track_caller]
fn solution(a: &Array, b: &Array, rcond: Option<f64>) -> (Array, Array, Array) {
    let [m, n] = matrix_shape(a);
    if a.size() == 0 {
        let rank = zeros_of((), default_int());
        return (zeros_of([n, b.shape()[1]], a.dtype()), rank, empty_of(0, a.dtype()));
    }
    let rcond = match rcond {
        Some(rcond) if rcond < 0.0 => eps(a),
        Some(rcond) => rcond,
        None => eps(a) * m.max(n) as f64,
    };
    let (u, s, vh) = svd(a, false);
    let counts = s.gt(0) & s.ge(s.get(..1) * rcond);
    let rank = sum(&counts, ..);
    let inverse = where_(&counts, 1 / where_(&counts, &s, ones_of((), s.dtype())), 0);
    let inverse = inverse.astype(a.dtype()).expand_dims([1]);
    let x = adjoint(&vh).matmul(&(inverse * adjoint(&u).matmul(b)));
    (x, rank, s)
}

#[cfg(test)]
mod tests {
    use jaxide_trace::array;

    use super::*;

    #[test]
    fn pseudo_inverses_change_as_differences_do() {
        let tall = array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]).astype(DType::F64);
        let step = array([[0.2, -0.3], [1.0, 0.4], [0.0, 0.7]]).astype(DType::F64);
        for (a, da) in [(tall.clone(), step.clone()), (tall.t(), step.t())] {
            let change = pinv_change(&a, &da, &pinv(&a), false);
            let h = &da * 1e-5;
            let difference = (pinv(&(&a + &h)) - pinv(&(&a - &h))) / 2e-5;
            assert!((change - difference).abs().max().item::<f64>() < 1e-7);
        }
    }
}
