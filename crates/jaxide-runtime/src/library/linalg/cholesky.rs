//! Cholesky factors.

use faer::{
    Par, Spec,
    dyn_stack::{MemBuffer, MemStack},
    linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch},
};

use super::{Scalar, batch, columns_mut, dispatch, part, part_mut, transpose};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! { rt_cholesky => run }

fn run(_: Words<'_>, inputs: &[Input<'_>], outputs: &mut [Output<'_>]) -> Result<(), Failure> {
    let (n, _) = inputs[0].matrix();
    let count = batch(inputs[0].shape(), 2);
    dispatch!(inputs[0].dtype(), T => {
        let (a, out) = (inputs[0].elements::<T>(), outputs[0].elements::<T>());
        for at in 0..count {
            cholesky(n, part(a, at, n * n), part_mut(out, at, n * n))?;
        }
        Ok(())
    })
}

/// The lower factor `L` of the Hermitian positive definite matrix `L L^H` of which `a` holds the
/// lower triangle; the strict upper triangle of `a` is copied. Where there is no such factor all
/// is NaN.
///
/// # Errors
/// When there is no memory.
pub fn cholesky<T: Scalar>(n: usize, a: &[T], out: &mut [T]) -> Result<(), Failure> {
    let mut work = workspace(n * n, T::ZERO)?;
    transpose(n, a, &mut work);
    let params = Spec::default();
    let scratch = cholesky_in_place_scratch::<T>(n, Par::Seq, params);
    let mut scratch = MemBuffer::try_new(scratch).map_err(|_| Failure::OutOfMemory)?;
    let stack = MemStack::new(&mut scratch);
    let factor = columns_mut(n, &mut work);
    match cholesky_in_place(factor, Default::default(), Par::Seq, stack, params) {
        Ok(_) => {
            transpose(n, &work, out);
            for row in 0..n {
                out[row * n + row + 1..][..n - row - 1]
                    .copy_from_slice(&a[row * n + row + 1..][..n - row - 1]);
            }
        }
        Err(_) => out.fill(T::NAN),
    }
    Ok(())
}
