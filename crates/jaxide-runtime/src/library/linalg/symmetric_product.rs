//! Products of a matrix with its transpose.

use faer::{Accum, MatRef, Par, linalg::matmul::matmul};

use super::{Scalar, batch, columns_mut, dispatch, halves::widened, part, part_mut};
use crate::library::{Failure, Input, Output, Words, routines};

routines! { rt_symmetric_product => run }

fn run(words: Words<'_>, inputs: &[Input<'_>], outputs: &mut [Output<'_>]) -> Result<(), Failure> {
    widened(run_wide, words, inputs, outputs)
}

fn run_wide(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (alpha, beta) = (words.float(), words.float());
    let (n, k) = inputs[0].matrix();
    dispatch!(inputs[0].dtype(), T => {
        for at in 0..batch(inputs[0].shape(), 2) {
            let (a, c) = (part(inputs[0].elements::<T>(), at, n * k), inputs[1].elements::<T>());
            let out = part_mut(outputs[0].elements::<T>(), at, n * n);
            let [alpha, beta] = [alpha, beta].map(|factor| T::from_parts(factor, 0.0));
            out.iter_mut().zip(part(c, at, n * n)).for_each(|(out, c)| *out = beta * *c);
            symmetric_product(n, a, alpha, out);
        }
    });
    Ok(())
}

/// Adds `alpha a a^T` to the row-major `out` of `n` rows; `a` has `n` rows too.
pub fn symmetric_product<T: Scalar>(n: usize, a: &[T], alpha: T, out: &mut [T]) {
    let k = a.len().checked_div(n).unwrap_or(0);
    let a = MatRef::from_row_major_slice(a, n, k);
    matmul(columns_mut(n, out).transpose_mut(), Accum::Add, a, a.transpose(), alpha, Par::Seq);
}
