//! Linear algebra over `faer`, single-threaded: one file per group of routines, and what they
//! share. Arrays are row-major; `faer` is fastest on columns, so routines work on transposed copies.

mod cholesky;
mod lu;
mod triangular;
mod tridiagonal_solve;

pub use cholesky::cholesky;
pub use lu::{lu, permute};
pub use triangular::{Triangular, triangular_solve};
pub use tridiagonal_solve::tridiagonal_solve;

use std::ops::{Add, Div, Mul, Neg, Sub};

use faer::{MatMut, traits::ComplexField};
use jaxide_ir::Element;
use num_complex::Complex;

use super::Routine;

/// The routines of each file.
pub(super) static GROUPS: &[&[Routine]] =
    &[cholesky::ROUTINES, lu::ROUTINES, triangular::ROUTINES, tridiagonal_solve::ROUTINES];

/// An element of a matrix: f32, f64 and the complex numbers of them.
pub trait Scalar:
    Element
    + ComplexField
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
        }
        impl Scalar for Complex<$real> {
            const ZERO: Self = Complex::new(0.0, 0.0);
            const ONE: Self = Complex::new(1.0, 0.0);
            const NAN: Self = Complex::new(<$real>::NAN, <$real>::NAN);
            const EPSILON: f64 = <$real>::EPSILON as f64;
            const TINY: f64 = <$real>::MIN_POSITIVE as f64;
            fn size(&self) -> f64 { f64::from(self.re.abs() + self.im.abs()) }
            fn sign(&self) -> f64 { f64::from(self.re) }
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
