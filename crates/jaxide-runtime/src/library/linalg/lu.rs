//! LU factors with partial pivoting, and pivots as permutations.

use faer::{
    Accum, MatMut, Par,
    linalg::{matmul::matmul, triangular_solve::solve_unit_lower_triangular_in_place},
    prelude::{Reborrow, ReborrowMut},
};

use super::{Scalar, batch, columns_mut, dispatch, part, part_mut, transpose};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! { rt_lu => run_lu, rt_lu_pivots_to_permutation => run_permutation }

/// Columns up to which a factorisation proceeds column by column.
const NARROW: usize = 16;

fn run_lu(_: Words<'_>, inputs: &[Input<'_>], outputs: &mut [Output<'_>]) -> Result<(), Failure> {
    let ((m, n), k) = (inputs[0].matrix(), outputs[1].shape().last().copied().unwrap_or(0));
    let [out, pivots, permutation] = outputs else { panic!("lu has three results") };
    let (pivots, permutation) = (pivots.elements::<i32>(), permutation.elements::<i32>());
    for at in 0..batch(inputs[0].shape(), 2) {
        let own = part_mut(pivots, at, k);
        dispatch!(inputs[0].dtype(), T => {
            let (a, out) = (part(inputs[0].elements::<T>(), at, m * n), out.elements::<T>());
            lu(m, a, part_mut(out, at, m * n), own)?;
        });
        permute(own, part_mut(permutation, at, m));
    }
    Ok(())
}

/// Factors the row-major matrix `a` of `m` rows into `L U` after exchanging row `i` with row
/// `pivots[i]` for each `i` in turn. `out` holds `U` above the unit diagonal of `L`. As in LAPACK,
/// the pivot is the first entry of the column that is largest in `|re| + |im|`.
///
/// # Errors
/// When there is no memory.
pub fn lu<T: Scalar>(m: usize, a: &[T], out: &mut [T], pivots: &mut [i32]) -> Result<(), Failure> {
    let mut work = workspace(a.len(), T::ZERO)?;
    transpose(m, a, &mut work);
    factor(columns_mut(m, &mut work), pivots);
    transpose(a.len().checked_div(m).unwrap_or(0), &work, out);
    Ok(())
}

/// Factors the left half, updates the right half, factors what is left of it (Toledo 1997).
fn factor<T: Scalar>(mut a: MatMut<'_, T>, pivots: &mut [i32]) {
    let (m, n) = (a.nrows(), a.ncols());
    if m.min(n) <= NARROW {
        return factor_narrow(a, pivots);
    }
    let half = m.min(n) / 2;
    let (first, second) = pivots.split_at_mut(half);
    factor(a.rb_mut().subcols_mut(0, half), first);
    exchange(a.rb_mut().subcols_mut(half, n - half), first);
    let (a11, a12, a21, mut a22) = a.rb_mut().split_at_mut(half, half);
    let mut a12 = a12;
    solve_unit_lower_triangular_in_place(a11.rb(), a12.rb_mut(), Par::Seq);
    let minus_one = -T::ONE;
    matmul(a22.rb_mut(), Accum::Add, a21.rb(), a12.rb(), minus_one, Par::Seq);
    factor(a22, second);
    exchange(a21, second);
    second.iter_mut().for_each(|pivot| *pivot += half as i32);
}

fn factor_narrow<T: Scalar>(mut a: MatMut<'_, T>, pivots: &mut [i32]) {
    for step in 0..pivots.len() {
        let mut pivot = step;
        for row in step + 1..a.nrows() {
            if a[(row, step)].size() > a[(pivot, step)].size() {
                pivot = row;
            }
        }
        pivots[step] = pivot as i32;
        exchange_rows(a.rb_mut(), step, pivot);
        let diagonal = a[(step, step)];
        if diagonal == T::ZERO {
            continue;
        }
        for row in step + 1..a.nrows() {
            a[(row, step)] /= diagonal;
        }
        for column in step + 1..a.ncols() {
            let factor = a[(step, column)];
            for row in step + 1..a.nrows() {
                a[(row, column)] = a[(row, column)] - a[(row, step)] * factor;
            }
        }
    }
}

fn exchange<T: Scalar>(mut a: MatMut<'_, T>, pivots: &[i32]) {
    for (row, pivot) in pivots.iter().enumerate() {
        exchange_rows(a.rb_mut(), row, *pivot as usize);
    }
}

fn exchange_rows<T: Scalar>(mut a: MatMut<'_, T>, one: usize, other: usize) {
    if one == other {
        return;
    }
    for column in 0..a.ncols() {
        let value = a[(one, column)];
        a[(one, column)] = a[(other, column)];
        a[(other, column)] = value;
    }
}

fn run_permutation(
    _: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let count = batch(inputs[0].shape(), 1);
    let [k, m] = [inputs[0].shape(), outputs[0].shape()].map(|shape| shape[shape.len() - 1]);
    let (pivots, out) = (inputs[0].elements::<i32>(), outputs[0].elements::<i32>());
    (0..count).for_each(|at| permute(part(pivots, at, k), part_mut(out, at, m)));
    Ok(())
}

/// The permutation that exchanging `i` with `pivots[i]` for each `i` in turn makes of `0 ..`. As
/// under JAX's indexing a negative pivot counts from the end, one out of range is read at the edge
/// and not written.
pub fn permute(pivots: &[i32], permutation: &mut [i32]) {
    for (at, place) in permutation.iter_mut().enumerate() {
        *place = at as i32;
    }
    let size = permutation.len() as i64;
    for (at, pivot) in pivots.iter().enumerate() {
        let pivot = i64::from(*pivot);
        let pivot = if pivot < 0 { pivot + size } else { pivot };
        let (here, there) = (permutation[at], permutation[pivot.clamp(0, size - 1) as usize]);
        permutation[at] = there;
        if (0..size).contains(&pivot) {
            permutation[pivot as usize] = here;
        }
    }
}
