//! Eigenvalues and eigenvectors of Hermitian matrices.

use faer::{
    Par, Spec,
    diag::DiagMut,
    dyn_stack::{MemBuffer, MemStack},
    linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch},
    prelude::Reborrow,
};

use super::{Scalar, all_finite, batch, columns_mut, dispatch, part, part_mut, transpose};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! { rt_eigh => run }

fn run(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let lower = words.bool();
    let (n, _) = inputs[0].matrix();
    let [vectors, values] = outputs else { panic!("eigh has two results") };
    dispatch!(inputs[0].dtype(), T => {
        for at in 0..batch(inputs[0].shape(), 2) {
            let a = part(inputs[0].elements::<T>(), at, n * n);
            let vectors = part_mut(vectors.elements::<T>(), at, n * n);
            eigh(n, a, lower, vectors, part_mut(values.elements(), at, n))?;
        }
    });
    Ok(())
}

/// The eigenvectors in columns, row-major, and the ascending eigenvalues of the Hermitian matrix of
/// which row-major `a` holds the lower or upper triangle. All is NaN where an entry of the triangle
/// is not finite, or the iteration fails.
///
/// # Errors
/// When there is no memory.
pub fn eigh<T: Scalar>(
    n: usize,
    a: &[T],
    lower: bool,
    vectors: &mut [T],
    values: &mut [T::Real],
) -> Result<(), Failure> {
    let mut work = workspace(n * n, T::ZERO)?;
    for row in 0..n {
        for column in 0..=row {
            let entry = if lower { a[row * n + column] } else { a[column * n + row].conjugate() };
            let (re, im) = entry.parts();
            let im = if row == column { 0.0 } else { im };
            work[column * n + row] = T::from_parts(re, im);
        }
    }
    if n == 0 {
        return Ok(());
    }
    let found = all_finite(&work) && factor(n, &mut work, values)?;
    if found {
        transpose(n, &work, vectors);
    } else {
        vectors.fill(T::NAN);
        values.fill(T::NAN.real());
    }
    Ok(())
}

/// Replaces a matrix by its eigenvectors, column-major; false where the iteration fails.
fn factor<T: Scalar>(n: usize, work: &mut [T], values: &mut [T::Real]) -> Result<bool, Failure> {
    let params = Spec::default();
    let scratch = self_adjoint_evd_scratch::<T>(n, ComputeEigenvectors::Yes, Par::Seq, params);
    let mut scratch = MemBuffer::try_new(scratch).map_err(|_| Failure::OutOfMemory)?;
    let stack = MemStack::new(&mut scratch);
    let (mut vectors, mut diagonal) = (workspace(n * n, T::ZERO)?, workspace(n, T::ZERO)?);
    let a = columns_mut(n, work);
    let (s, u) = (DiagMut::from_slice_mut(&mut diagonal), columns_mut(n, &mut vectors));
    if self_adjoint_evd(a.rb(), s, Some(u), Par::Seq, stack, params).is_err() {
        return Ok(false);
    }
    work.copy_from_slice(&vectors);
    values.iter_mut().zip(&diagonal).for_each(|(value, entry)| *value = entry.real());
    Ok(true)
}
