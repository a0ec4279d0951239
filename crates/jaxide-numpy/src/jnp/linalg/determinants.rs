//! Determinants and their logarithms, by closed forms for small matrices and LU factors else. They
//! carry their derivatives. Those of `det` hold for singular matrices whose only zero pivot is the
//! last; where they are undefined they are 0, as in JAX.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{self as lax, TriangularSolve};
use jaxide_trace::{Array, Ellipsis, NewAxis, config, custom_jvp};

use super::{batch, check_square, diagonal, inexact, solve, trace};
use crate::jnp::{
    arange_of, concatenate, isfinite, ones_of, prod, real, take_along_axis, where_, zeros_like,
    zeros_of,
};

/// Entry `(row, column)` of each matrix.
#[track_caller]
fn entry(a: &Array, row: i32, column: i32) -> Array {
    a.get((Ellipsis, row, column))
}

/// The determinants of `a[.., n, n]`.
///
/// ```
/// # use jaxide_numpy::jnp::{self, linalg};
/// assert_eq!(linalg::det(&jnp::array([[1.0, 2.0], [3.0, 4.0]])).item::<f32>(), -2.0);
/// ```
///
/// # Panics
/// With `ValueError` when the matrices are not square.
#[track_caller]
pub fn det(a: &Array) -> Array {
    let text = "Argument to _det() must have shape [..., n, n], got {}";
    check_square(text, a, Location::caller());
    let a = inexact(a);
    match a.shape()[a.ndim() - 1] {
        0 => ones_of(batch(&a), a.dtype()),
        1 => entry(&a, 0, 0),
        2 => det_of_two(&a),
        3 => det_of_three(&a),
        _ => custom_jvp(det_by_lu).defjvp(|(a,), (da,)| det_change(a, da))(&a),
    }
}

#[track_caller]
fn det_of_two(a: &Array) -> Array {
    entry(a, 0, 0) * entry(a, 1, 1) - entry(a, 0, 1) * entry(a, 1, 0)
}

/// The rule of Sarrus.
#[track_caller]
fn det_of_three(a: &Array) -> Array {
    let product = |columns: [i32; 3]| {
        entry(a, 0, columns[0]) * entry(a, 1, columns[1]) * entry(a, 2, columns[2])
    };
    let even = product([0, 1, 2]) + product([1, 2, 0]) + product([2, 0, 1]);
    even - product([2, 1, 0]) - product([0, 2, 1]) - product([1, 0, 2])
}

#[track_caller]
fn det_by_lu(a: &Array) -> Array {
    let (sign, log) = slogdet_by_lu(a);
    let size = log.exp().astype(sign.dtype());
    sign * size
}

/// The determinant, and its change by Jacobi's formula `tr(adj(a) da)`. With `p a = L U` the
/// adjugate of `a` is `det(p) adj(U) L^-1 p`; and where `U` has the leading block `V`, the last
/// column `u` beside it and the last entry `w`, `adj(U) (x, y)` is `det(V) (V^-1 (w x - u y), y)`,
/// which needs no nonzero `w`.
#[track_caller]
fn det_change(a: &Array, da: &Array) -> (Array, Array) {
    // Divisions by a pivot of 0 are answered below.
    let _unchecked = config::Unchecked::start();
    let n = a.shape()[a.ndim() - 1] as i64;
    let (packed, pivots, order) = lax::lu(a);
    let odd = exchanges(&pivots);
    let moved = take_along_axis(da, order.get((Ellipsis, NewAxis)), -2);
    let lower = TriangularSolve { lower: true, unit_diagonal: true, ..TriangularSolve::default() };
    let z = lax::triangular_solve(&packed, &moved, lower);

    let last = packed.get((Ellipsis, n - 1.., n - 1..));
    let beside = packed.get((Ellipsis, ..n - 1, n - 1..));
    let block = packed.get((Ellipsis, ..n - 1, ..n - 1));
    let above = last * z.get((Ellipsis, ..n - 1, ..)) - beside * z.get((Ellipsis, n - 1.., ..));
    let above = lax::triangular_solve(&block, &above, TriangularSolve::default());
    let columns = concatenate(&[&above, &z.get((Ellipsis, n - 1.., ..))], -2);

    let minor = prod(&diagonal(&block, 0), -1) * signs(&odd, a.dtype());
    let change = &minor * trace(&columns, 0);
    let change = where_(isfinite(&change), &change, zeros_like(&change));
    (minor * entry(&packed, -1, -1), change)
}

/// The sign of the determinants of `a[.., n, n]`, a number of absolute value 1 for complex matrices,
/// and the logarithm of their absolute values. Where a determinant is 0 these are 0 and -inf.
///
/// # Panics
/// With `ValueError` when the matrices are not square.
#[track_caller]
pub fn slogdet(a: &Array) -> (Array, Array) {
    let text = "Argument to slogdet() must have shape [..., n, n], got {}";
    check_square(text, a, Location::caller());
    let a = inexact(a);
    let small = match a.shape()[a.ndim() - 1] {
        0 => {
            let sign = ones_of(batch(&a), a.dtype());
            let log = real(zeros_of(batch(&a), a.dtype()));
            return (sign, log);
        }
        1 => entry(&a, 0, 0),
        2 => det_of_two(&a),
        _ => return custom_jvp(slogdet_by_lu).defjvp(|(a,), (da,)| slogdet_change(a, da))(&a),
    };
    (small.sign(), small.abs().log())
}

#[track_caller]
fn slogdet_by_lu(a: &Array) -> (Array, Array) {
    // Pivots of 0 are divided by, and answered below.
    let _unchecked = config::Unchecked::start();
    let (packed, pivots, _) = lax::lu(a);
    let entries = diagonal(&packed, 0);
    let singular = entries.eq(0).any_over(-1);
    let sizes = entries.abs();
    let (sign, odd) = if a.dtype().is_complex() {
        let directions = &entries / sizes.astype(a.dtype());
        (prod(&directions, -1), exchanges(&pivots))
    } else {
        let negative = entries.lt(0).astype(DType::I32).sum_over(-1);
        (ones_of(batch(a), a.dtype()), exchanges(&pivots) + negative)
    };
    let sign = sign * signs(&odd, a.dtype());
    let log = sizes.log().sum_over(-1);
    let log = where_(&singular, f64::NEG_INFINITY, log);
    (where_(&singular, 0, sign), log)
}

/// The logarithm changes by the real part of `tr(a^-1 da)`, the sign turns by the imaginary part.
#[track_caller]
fn slogdet_change(a: &Array, da: &Array) -> ((Array, Array), (Array, Array)) {
    let (sign, log) = slogdet_by_lu(a);
    let change = trace(&solve(a, da), 0);
    let grows = real(&change);
    let turn = if a.dtype().is_complex() {
        (&change - grows.astype(change.dtype())) * &sign
    } else {
        zeros_like(&sign)
    };
    ((sign, log), (turn, grows))
}

/// The number of rows that LU exchanged.
#[track_caller]
fn exchanges(pivots: &Array) -> Array {
    let n = pivots.shape()[pivots.ndim() - 1] as i64;
    pivots.ne(arange_of(n, DType::I32)).astype(DType::I32).sum_over(-1)
}

/// 1 for even and -1 for odd numbers.
#[track_caller]
fn signs(count: &Array, dtype: DType) -> Array {
    (1 - (count & 1) * 2).astype(dtype)
}

#[cfg(test)]
mod tests {
    use jaxide_trace::array;

    use super::*;

    /// A regular matrix, and one of rank 3 whose last pivot is 0.
    fn matrices() -> [Array; 2] {
        let rows = [[2.0, 1.0, 0.0, 1.0], [1.0, 3.0, 1.0, 0.0], [0.0, 1.0, 4.0, 1.0]];
        let with = |last: [f64; 4]| array([rows[0], rows[1], rows[2], last]).astype(DType::F64);
        [with([1.0, 0.5, 1.0, -3.0]), with([3.0, 5.0, 5.0, 2.0])]
    }

    fn direction() -> Array {
        let rows = [[0.3, -1.0, 0.2, 0.0], [1.0, 0.1, 0.0, 2.0], [0.0, 0.5, -0.7, 1.0]];
        array([rows[0], rows[1], rows[2], [0.4, 0.0, 1.5, 0.6]]).astype(DType::F64)
    }

    /// The slope of a function along the direction, by central differences.
    fn slope(f: impl Fn(&Array) -> Array, a: &Array) -> f64 {
        let step = direction() * 1e-5;
        ((f(&(a + &step)) - f(&(a - &step))) / 2e-5).item()
    }

    #[test]
    fn the_determinant_changes_by_the_adjugate_also_where_it_is_zero() {
        for a in matrices() {
            let (value, change) = det_change(&a, &direction());
            assert!((value - det(&a)).abs().item::<f64>() < 1e-9);
            assert!((change.item::<f64>() - slope(det, &a)).abs() < 1e-5);
        }
    }

    #[test]
    fn the_logarithm_changes_by_the_trace_of_the_quotient() {
        let [a, _] = matrices();
        let (_, (turn, change)) = slogdet_change(&a, &direction());
        assert_eq!(turn.item::<f64>(), 0.0);
        assert!((change.item::<f64>() - slope(|a| slogdet(a).1, &a)).abs() < 1e-6);
    }
}
