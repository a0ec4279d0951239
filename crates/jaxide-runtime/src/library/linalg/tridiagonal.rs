//! Reduction of Hermitian matrices to tridiagonal ones, as LAPACK's `hetrd` represents it.

use super::{Scalar, batch, dispatch, householder::reflector, part, part_mut, transpose};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! { rt_tridiagonal => run }

fn run(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let lower = words.bool();
    let (n, _) = inputs[0].matrix();
    let [out, diagonal, beside, taus] = outputs else { panic!("tridiagonal has four results") };
    dispatch!(inputs[0].dtype(), T => {
        let mut work = workspace(n * n, T::ZERO)?;
        for at in 0..batch(inputs[0].shape(), 2) {
            transpose(n, part(inputs[0].elements::<T>(), at, n * n), &mut work);
            let taus = part_mut(taus.elements::<T>(), at, n - 1);
            tridiagonal(n, &mut work, lower, taus)?;
            let entry = |row: usize, column: usize| work[column * n + row].real();
            let diagonal = part_mut(diagonal.elements(), at, n);
            diagonal.iter_mut().enumerate().for_each(|(at, out)| *out = entry(at, at));
            let beside = part_mut(beside.elements(), at, n - 1);
            for (at, out) in beside.iter_mut().enumerate() {
                *out = if lower { entry(at + 1, at) } else { entry(at, at + 1) };
            }
            transpose(n, &work, part_mut(out.elements::<T>(), at, n * n));
        }
    });
    Ok(())
}

/// Reduces the Hermitian matrix in one triangle of a column-major `a`: the diagonal, the real
/// entries beside it and the reflectors replace the triangle.
///
/// # Errors
/// When there is no memory.
pub fn tridiagonal<T: Scalar>(
    n: usize,
    a: &mut [T],
    lower: bool,
    taus: &mut [T],
) -> Result<(), Failure> {
    if lower { reduce_lower(n, a, taus) } else { reduce_upper(n, a, taus) }
}

/// From the left: reflector `i` works on the rows after `i` and is stored in column `i`.
fn reduce_lower<T: Scalar>(n: usize, a: &mut [T], taus: &mut [T]) -> Result<(), Failure> {
    let mut v = workspace(n, T::ZERO)?;
    real_diagonal(n, a);
    for (at, tau) in taus.iter_mut().enumerate() {
        let column = &mut a[at * n + at + 1..(at + 1) * n];
        *tau = reflector(column);
        v[at + 1..].copy_from_slice(column);
        v[at + 1] = T::ONE;
        update(n, a, at + 1..n, true, &v, *tau)?;
    }
    Ok(())
}

/// The upper triangle from the right: reflector `i` works on the rows up to `i`, has its one in row
/// `i`, and is stored above that in column `i + 1`.
fn reduce_upper<T: Scalar>(n: usize, a: &mut [T], taus: &mut [T]) -> Result<(), Failure> {
    let (mut v, mut reversed) = (workspace(n, T::ZERO)?, workspace(n, T::ZERO)?);
    real_diagonal(n, a);
    for (at, tau) in taus.iter_mut().enumerate().rev() {
        let column = &mut a[(at + 1) * n..][..at + 1];
        let reversed = &mut reversed[..at + 1];
        reversed.iter_mut().zip(column.iter().rev()).for_each(|(to, from)| *to = *from);
        *tau = reflector(reversed);
        column.iter_mut().zip(reversed.iter().rev()).for_each(|(to, from)| *to = *from);
        v[..at + 1].copy_from_slice(column);
        v[at] = T::ONE;
        update(n, a, 0..at + 1, false, &v, *tau)?;
    }
    Ok(())
}

fn real_diagonal<T: Scalar>(n: usize, a: &mut [T]) {
    a.iter_mut().step_by(n + 1).for_each(|entry| *entry = T::from_parts(entry.parts().0, 0.0));
}

/// `H^H A H` in one triangle of the block of `range`, for `H = I - tau v v^H`.
fn update<T: Scalar>(
    n: usize,
    a: &mut [T],
    range: std::ops::Range<usize>,
    lower: bool,
    v: &[T],
    tau: T,
) -> Result<(), Failure> {
    let mut w = workspace(n, T::ZERO)?;
    for column in range.clone() {
        for row in range.clone() {
            let entry = match (row >= column) == lower || row == column {
                true => a[column * n + row],
                false => a[row * n + column].conjugate(),
            };
            w[row] += tau * entry * v[column];
        }
    }
    let product = range.clone().fold(T::ZERO, |sum, at| sum + w[at].conjugate() * v[at]);
    let alpha = T::from_parts(-0.5, 0.0) * tau * product;
    range.clone().for_each(|at| w[at] += alpha * v[at]);
    for column in range.clone() {
        for row in range.clone().filter(|row| (*row >= column) == lower || *row == column) {
            let change = v[row] * w[column].conjugate() + w[row] * v[column].conjugate();
            let entry = a[column * n + row] - change;
            let (re, im) = entry.parts();
            a[column * n + row] = T::from_parts(re, if row == column { 0.0 } else { im });
        }
    }
    Ok(())
}
