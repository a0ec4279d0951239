//! Systems with a triangular matrix.

use faer::{
    Conj, MatMut, MatRef, Par,
    linalg::triangular_solve::{
        solve_lower_triangular_in_place_with_conj as solve_lower,
        solve_unit_lower_triangular_in_place_with_conj as solve_unit_lower,
        solve_unit_upper_triangular_in_place_with_conj as solve_unit_upper,
        solve_upper_triangular_in_place_with_conj as solve_upper,
    },
};

use super::{Scalar, batch, dispatch, halves::widened, part, part_mut};
use crate::library::{Failure, Input, Output, Words, routines};

routines! { rt_triangular_solve => run }

/// Which system [`triangular_solve`] solves.
#[derive(Clone, Copy, Debug)]
pub struct Triangular {
    /// `conj(A)` in place of `A`.
    pub conjugate: bool,
    /// `op(A) X = B`, else `X op(A) = B`.
    pub left: bool,
    /// `A` is lower triangular; the other triangle is not read.
    pub lower: bool,
    /// `op(A)` is the transpose.
    pub transpose: bool,
    /// The diagonal is one and not read.
    pub unit: bool,
}

fn run(words: Words<'_>, inputs: &[Input<'_>], outputs: &mut [Output<'_>]) -> Result<(), Failure> {
    widened(run_wide, words, inputs, outputs)
}

fn run_wide(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (n, _) = inputs[0].matrix();
    let (rows, columns) = inputs[1].matrix();
    let system = Triangular {
        conjugate: words.bool(),
        left: words.bool(),
        lower: words.bool(),
        transpose: words.bool(),
        unit: words.bool(),
    };
    dispatch!(inputs[0].dtype(), T => {
        let (a, b) = (inputs[0].elements::<T>(), inputs[1].elements::<T>());
        let out = outputs[0].elements::<T>();
        out.copy_from_slice(b);
        for at in 0..batch(inputs[0].shape(), 2) {
            let x = part_mut(out, at, rows * columns);
            triangular_solve(system, n, part(a, at, n * n), [rows, columns], x);
        }
    });
    Ok(())
}

/// Replaces the row-major matrix `x` by the solution of a system with that right-hand side and the
/// row-major `n` by `n` matrix `a`.
pub fn triangular_solve<T: Scalar>(
    system: Triangular,
    n: usize,
    a: &[T],
    [rows, columns]: [usize; 2],
    x: &mut [T],
) {
    let a = MatRef::from_row_major_slice(a, n, n);
    let x = MatMut::from_row_major_slice_mut(x, rows, columns);
    // A system from the right is one from the left of all that is transposed.
    let x = if system.left { x } else { x.transpose_mut() };
    let transposed = system.transpose == system.left;
    let a = if transposed { a.transpose() } else { a };
    let conjugate = if system.conjugate { Conj::Yes } else { Conj::No };
    match (system.lower != transposed, system.unit) {
        (true, false) => solve_lower(a, conjugate, x, Par::Seq),
        (true, true) => solve_unit_lower(a, conjugate, x, Par::Seq),
        (false, false) => solve_upper(a, conjugate, x, Par::Seq),
        (false, true) => solve_unit_upper(a, conjugate, x, Par::Seq),
    }
}
