//! Linear algebra over `faer`, single-threaded: one file per group of routines, and what they
//! share. Arrays are row-major; `faer` is fastest on columns, so routines work on transposed copies.

mod cholesky;
mod eigh;
mod halves;
mod householder;
mod lu;
mod svd;
mod symmetric_product;
mod triangular;
mod tridiagonal;
mod tridiagonal_solve;

pub use cholesky::cholesky;
pub use eigh::eigh;
pub use householder::{Side, geqp3, geqrf, householder_product, ormqr};
pub use lu::{lu, permute};
pub use svd::svd;
pub use symmetric_product::symmetric_product;
pub use triangular::{Triangular, triangular_solve};
pub use tridiagonal::tridiagonal;
pub use tridiagonal_solve::tridiagonal_solve;

use std::ops::{Add, Div, Mul, Neg, Sub};

use faer::{MatMut, traits::ComplexField};
use jaxide_ir::Element;
use num_complex::Complex;

use super::Routine;

/// The routines of each file.
pub(super) static GROUPS: &[&[Routine]] = &[
    cholesky::ROUTINES,
    eigh::ROUTINES,
    householder::ROUTINES,
    lu::ROUTINES,
    svd::ROUTINES,
    symmetric_product::ROUTINES,
    triangular::ROUTINES,
    tridiagonal::ROUTINES,
    tridiagonal_solve::ROUTINES,
];

/// An element of a matrix: f32, f64 and the complex numbers of them.
pub trait Scalar:
    Element
    + ComplexField<Real: Element>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// NaN, in both parts.
    const NAN: Self;
    /// The distance from 1 to the next number.
    const EPSILON: f64;
    /// The smallest positive normal number.
    const TINY: f64;
    /// `|re| + |im|`, which LAPACK compares pivots by.
    fn size(&self) -> f64;
    /// A number with the sign of the real part.
    fn sign(&self) -> f64;
    /// The real and imaginary part.
    fn parts(&self) -> (f64, f64);
    /// The number with these parts, rounded; reals drop the second.
    fn from_parts(re: f64, im: f64) -> Self;
    /// The complex conjugate.
    fn conjugate(&self) -> Self;
    /// The real part.
    fn real(&self) -> Self::Real;
}

macro_rules! scalars {
    ($($real:ty),*) => {$(
        impl Scalar for $real {
            const ZERO: $real = 0.0;
            const ONE: $real = 1.0;
            const NAN: $real = <$real>::NAN;
            const EPSILON: f64 = <$real>::EPSILON as f64;
            const TINY: f64 = <$real>::MIN_POSITIVE as f64;
            fn size(&self) -> f64 { f64::from(self.abs()) }
            fn sign(&self) -> f64 { f64::from(*self) }
            fn parts(&self) -> (f64, f64) { (f64::from(*self), 0.0) }
            fn from_parts(re: f64, _: f64) -> Self { re as $real }
            fn conjugate(&self) -> Self { *self }
            fn real(&self) -> $real { *self }
        }
        impl Scalar for Complex<$real> {
            const ZERO: Self = Complex::new(0.0, 0.0);
            const ONE: Self = Complex::new(1.0, 0.0);
            const NAN: Self = Complex::new(<$real>::NAN, <$real>::NAN);
            const EPSILON: f64 = <$real>::EPSILON as f64;
            const TINY: f64 = <$real>::MIN_POSITIVE as f64;
            fn size(&self) -> f64 { f64::from(self.re.abs() + self.im.abs()) }
            fn sign(&self) -> f64 { f64::from(self.re) }
            fn parts(&self) -> (f64, f64) { (f64::from(self.re), f64::from(self.im)) }
            fn from_parts(re: f64, im: f64) -> Self { Complex::new(re as $real, im as $real) }
            fn conjugate(&self) -> Self { self.conj() }
            fn real(&self) -> $real { self.re }
        }
    )*};
}

scalars!(f32, f64);

/// Runs `body` with a type alias for the [`Scalar`] of a dtype.
///
/// Panics for other dtypes, which records refuse.
macro_rules! dispatch {
    ($dtype:expr, $t:ident => $body:expr) => {
        match $dtype {
            jaxide_ir::DType::F32 => {
                type $t = f32;
                $body
            }
            jaxide_ir::DType::F64 => {
                type $t = f64;
                $body
            }
            jaxide_ir::DType::C64 => {
                type $t = num_complex::Complex<f32>;
                $body
            }
            jaxide_ir::DType::C128 => {
                type $t = num_complex::Complex<f64>;
                $body
            }
            other => panic!("linear algebra is on floats and complex numbers, got {other}"),
        }
    };
}
use dispatch;

/// Number of problems in a stack: the product of all dimensions but the last `rank`.
fn batch(shape: &[usize], rank: usize) -> usize {
    shape[..shape.len() - rank].iter().product()
}

/// Problem `at` of a stack of problems of `size` elements.
fn part<T>(stack: &[T], at: usize, size: usize) -> &[T] {
    &stack[at * size..][..size]
}

/// As [`part`], for writing.
fn part_mut<T>(stack: &mut [T], at: usize, size: usize) -> &mut [T] {
    &mut stack[at * size..][..size]
}

/// True when no entry is NaN or infinite.
fn all_finite<T: Scalar>(x: &[T]) -> bool {
    x.iter().all(|x| x.size().is_finite())
}

/// A column-major matrix, for writing.
fn columns_mut<T>(rows: usize, elements: &mut [T]) -> MatMut<'_, T> {
    let count = elements.len().checked_div(rows).unwrap_or(0);
    MatMut::from_column_major_slice_mut(elements, rows, count)
}

/// Turns a matrix of `rows` rows from row-major to column-major; with the number of columns given
/// as `rows`, back again.
pub(super) fn transpose<T: Copy>(rows: usize, from: &[T], to: &mut [T]) {
    let count = from.len().checked_div(rows).unwrap_or(0);
    for row in 0..rows {
        for column in 0..count {
            to[column * rows + row] = from[row * count + column];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type C = Complex<f64>;

    /// `count` complex numbers without structure.
    fn numbers(count: usize) -> Vec<C> {
        (0..count)
            .map(|at| C::new((at as f64 * 1.7).sin(), (at as f64 * at as f64 * 0.9).cos()))
            .collect()
    }

    /// The row-major product of an `m` by `k` and a `k` by `n` matrix.
    fn product(m: usize, k: usize, n: usize, a: &[C], b: &[C]) -> Vec<C> {
        let entry = |at: usize| (0..k).map(|l| a[at / n * k + l] * b[l * n + at % n]).sum();
        (0..m * n).map(entry).collect()
    }

    fn adjoint(m: usize, a: &[C]) -> Vec<C> {
        let mut out = a.to_vec();
        transpose(m, a, &mut out);
        out.iter_mut().for_each(|x| *x = x.conj());
        out
    }

    fn assert_close(got: &[C], expected: &[C]) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).norm() < 1e-12, "{got} is not {expected}");
        }
    }

    fn hermitian(n: usize) -> Vec<C> {
        let a = numbers(n * n);
        a.iter().zip(adjoint(n, &a)).map(|(x, y)| x + y).collect()
    }

    #[test]
    fn eigenvectors_and_eigenvalues_make_the_matrix() {
        for n in 0..5 {
            let (a, mut v, mut w) = (hermitian(n), vec![C::ZERO; n * n], vec![0.0; n]);
            for lower in [false, true] {
                eigh(n, &a, lower, &mut v, &mut w).unwrap();
                let scaled: Vec<C> = (0..n * n).map(|at| v[at] * w[at % n]).collect();
                assert_close(&product(n, n, n, &scaled, &adjoint(n, &v)), &a);
                assert!(w.is_sorted());
            }
        }
        let (mut v, mut w) = ([0.0; 4], [0.0; 2]);
        eigh(2, &[f64::NAN, 0.0, 0.0, 1.0], true, &mut v, &mut w).unwrap();
        assert!(v.iter().chain(&w).all(|x| x.is_nan()));
    }

    #[test]
    fn singular_values_and_vectors_make_the_matrix() {
        for (m, n) in [(1, 1), (4, 2), (2, 4), (3, 3), (30, 2)] {
            let (a, k) = (numbers(m * n), m.min(n));
            for (p, q) in [(m, n), (k, k)] {
                let (mut u, mut s, mut vh) = (numbers(m * p), vec![0.0; k], numbers(q * n));
                svd(m, n, &a, &mut s, Some((&mut u, &mut vh))).unwrap();
                let scale = |at: usize| C::from(if at / n == at % n { s[at % n] } else { 0.0 });
                let middle: Vec<C> = (0..p * n)
                    .map(|at| if at / n < k && at % n < k { scale(at) } else { C::ZERO })
                    .collect();
                let middle: Vec<C> = (0..p * q).map(|at| middle[at / q * n + at % q]).collect();
                let left = product(m, p, q, &u, &middle);
                assert_close(&product(m, q, n, &left, &vh), &a);
                assert_close(&product(p, m, p, &adjoint(m, &u), &u), &unit(p));
                assert!(s.is_sorted_by(|x, y| x >= y));
            }
        }
        let mut s = [0.0];
        svd(2, 1, &[1.0, f64::NAN], &mut s, None).unwrap();
        assert!(s[0].is_nan());
    }

    fn unit(n: usize) -> Vec<C> {
        (0..n * n).map(|at| C::from(if at / n == at % n { 1.0 } else { 0.0 })).collect()
    }

    #[test]
    fn reflectors_multiply_to_the_unitary_factor_from_either_side() {
        for (m, n) in [(4, 3), (3, 3), (1, 1)] {
            let a = numbers(m * n);
            let mut columns = a.clone();
            transpose(m, &a, &mut columns);
            let mut taus = vec![C::ZERO; n];
            geqrf(m, &mut columns, &mut taus);
            let mut r = vec![C::ZERO; m * n];
            for at in (0..m * n).filter(|at| at / n <= at % n) {
                r[at] = columns[at % n * m + at / n];
            }
            let mut q = columns.clone();
            q.resize(m * m, C::ZERO);
            householder_product(m, &mut q, &taus);
            let mut rows = q.clone();
            transpose(m, &q, &mut rows);
            assert_close(&product(m, m, n, &rows, &r), &a);
            assert_close(&product(m, m, m, &adjoint(m, &rows), &rows), &unit(m));
            for (left, transposed) in [(true, false), (true, true), (false, false), (false, true)] {
                let factor = if transposed { adjoint(m, &rows) } else { rows.clone() };
                let c = numbers(m * m);
                let expected = if left {
                    product(m, m, m, &factor, &c)
                } else {
                    product(m, m, m, &c, &factor)
                };
                let mut vectors = c.clone();
                if left {
                    transpose(m, &c, &mut vectors);
                }
                let side = Side { left, transpose: transposed };
                ormqr(m, &columns, &taus, side, &mut vectors);
                let mut got = vectors.clone();
                if left {
                    transpose(m, &vectors, &mut got);
                }
                assert_close(&got, &expected);
            }
        }
    }
}
