//! Systems with a tridiagonal matrix, by elimination with exchanges of neighbouring rows.

use super::{Scalar, batch, dispatch, part, part_mut};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! { rt_tridiagonal_solve => run }

fn run(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (n, columns) = inputs[3].matrix();
    let perturb = words.bool();
    dispatch!(inputs[0].dtype(), T => {
        let [lower, diagonal, upper, b] = [0, 1, 2, 3].map(|at: usize| inputs[at].elements::<T>());
        let out = outputs[0].elements::<T>();
        out.copy_from_slice(b);
        let mut bands = workspace(n, [T::ZERO; 3])?;
        for at in 0..batch(inputs[3].shape(), 2) {
            let given = [diagonal, upper, lower].map(|band| part(band, at, n));
            fill(&mut bands, given);
            let x = part_mut(out, at, n * columns);
            if !tridiagonal_solve(&mut bands, columns, x, perturb) {
                x.fill(T::NAN);
            }
        }
        Ok(())
    })
}

fn fill<T: Scalar>(bands: &mut [[T; 3]], [diagonal, upper, lower]: [&[T]; 3]) {
    let n = bands.len();
    for (at, row) in bands.iter_mut().enumerate() {
        let above = if at + 1 < n { upper[at] } else { T::ZERO };
        let below = if at + 1 < n { lower[at + 1] } else { T::ZERO };
        *row = [diagonal[at], above, below];
    }
}

/// Replaces the row-major `x`, a right-hand side of `columns` columns, by the solution of a system
/// of which `bands` holds per row the diagonal, the entry right of it and the entry below it.
/// Returns false where a pivot is zero. With `perturb` there is always a solution: a pivot by which
/// division would overflow grows by the rounding error of the largest entry of the factor.
///
/// Elimination proceeds as LAPACK's `gtsv`, perturbation as its `lagts`.
pub fn tridiagonal_solve<T: Scalar>(
    bands: &mut [[T; 3]],
    columns: usize,
    x: &mut [T],
    perturb: bool,
) -> bool {
    let n = bands.len();
    let zero = T::ZERO;
    for row in 0..n.saturating_sub(1) {
        let (here, next) = x[row * columns..].split_at_mut(columns);
        let [diagonal, upper, below] = bands[row];
        let last = bands[row + 1];
        let factor = if diagonal.size() >= below.size() || diagonal.size().is_nan() {
            bands[row][2] = zero;
            if diagonal == zero && !perturb {
                return false;
            }
            let factor = if below == zero { zero } else { below / diagonal };
            bands[row + 1][0] = last[0] - factor * upper;
            factor
        } else {
            // The next row comes first; its entry right of the upper one is what `below` holds from
            // here on.
            here.swap_with_slice(&mut next[..columns]);
            let factor = diagonal / below;
            bands[row] = [below, last[0], last[1]];
            bands[row + 1][0] = upper - factor * last[0];
            bands[row + 1][1] = zero - factor * last[1];
            factor
        };
        if factor != zero {
            next.iter_mut().zip(here).for_each(|(next, here)| *next -= factor * *here);
        }
    }
    if bands.last().is_some_and(|row| row[0] == zero) && !perturb {
        return false;
    }
    let largest = bands.as_flattened().iter().map(T::size).fold(0.0, f64::max);
    let error = (T::EPSILON * largest).max(T::TINY);
    for column in 0..columns {
        for row in (0..n).rev() {
            let mut value = x[row * columns + column];
            for (step, entry) in bands[row][1..].iter().enumerate() {
                if row + step + 1 < n {
                    value -= *entry * x[(row + step + 1) * columns + column];
                }
            }
            let pivot = bands[row][0];
            let pivot = if perturb { perturbed(pivot, value, error) } else { pivot };
            x[row * columns + column] = value / pivot;
        }
    }
    true
}

/// The pivot that `value` can be divided by.
fn perturbed<T: Scalar>(mut pivot: T, value: T, mut error: f64) -> T {
    while pivot == T::ZERO || value.size() * T::TINY > pivot.size() {
        pivot = pivot + T::from_f64_impl(error.copysign(pivot.sign()));
        error *= 2.0;
    }
    pivot
}
