//! Linear algebra over `faer`, single-threaded: one file per group of routines, and what they
//! share. Arrays are row-major; `faer` is fastest on columns, so routines work on transposed copies.

mod cholesky;

pub use cholesky::cholesky;

use faer::{MatMut, traits::ComplexField};
use jaxide_ir::Element;

use super::Routine;

/// The routines of each file.
pub(super) static GROUPS: &[&[Routine]] = &[cholesky::ROUTINES];

/// An element of a matrix: f32, f64 and the complex numbers of them.
pub trait Scalar: Element + ComplexField {}

impl<T: Element + ComplexField> Scalar for T {}

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
fn transpose<T: Copy>(rows: usize, from: &[T], to: &mut [T]) {
    let count = from.len().checked_div(rows).unwrap_or(0);
    for row in 0..rows {
        for column in 0..count {
            to[column * rows + row] = from[row * count + column];
        }
    }
}
