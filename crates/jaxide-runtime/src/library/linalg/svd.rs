//! Singular values and vectors.

use faer::{
    Par, Spec,
    diag::DiagMut,
    dyn_stack::{MemBuffer, MemStack},
    linalg::svd::{self, ComputeSvdVectors, svd_scratch},
    prelude::Reborrow,
};

use super::{Scalar, all_finite, batch, columns_mut, dispatch, part, part_mut, transpose};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! { rt_svd => run }

fn run(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (vectors, _) = (words.bool(), words.bool());
    let (m, n) = inputs[0].matrix();
    let k = m.min(n);
    dispatch!(inputs[0].dtype(), T => {
        for at in 0..batch(inputs[0].shape(), 2) {
            let a = part(inputs[0].elements::<T>(), at, m * n);
            let (values, factors) = outputs.split_at_mut(1);
            let values = part_mut(values[0].elements(), at, k);
            let factors = if let [u, vh] = factors && vectors {
                let (p, q) = (u.matrix().1, vh.matrix().0);
                Some((part_mut(u.elements::<T>(), at, m * p), part_mut(vh.elements(), at, q * n)))
            } else {
                None
            };
            svd(m, n, a, values, factors)?;
        }
    });
    Ok(())
}

/// The singular values of a row-major `m` by `n` matrix in descending order and, where asked for,
/// its row-major left singular vectors in columns and right ones, conjugated, in rows: of both
/// either all or the first `min(m, n)`, as their lengths say. All is NaN where an entry of the
/// matrix is not finite, or the iteration fails.
///
/// # Errors
/// When there is no memory.
pub fn svd<T: Scalar>(
    m: usize,
    n: usize,
    a: &[T],
    values: &mut [T::Real],
    mut factors: Option<(&mut [T], &mut [T])>,
) -> Result<(), Failure> {
    if a.is_empty() {
        if let Some((u, vh)) = factors {
            identity(m, u);
            identity(n, vh);
        }
        return Ok(());
    }
    let lengths = factors.as_ref().map(|(u, vh)| (u.len(), vh.len()));
    if all_finite(a)
        && let Some((left, right)) = factor(m, n, a, values, lengths)?
    {
        if let Some((u, vh)) = factors {
            transpose(left.len() / m, &left, u);
            vh.iter_mut().zip(right).for_each(|(out, entry)| *out = entry.conjugate());
        }
        return Ok(());
    }
    values.fill(T::NAN.real());
    if let Some((u, vh)) = &mut factors {
        u.fill(T::NAN);
        vh.fill(T::NAN);
    }
    Ok(())
}

/// Left and right singular vectors, column-major.
type Vectors<T> = (Vec<T>, Vec<T>);

/// The singular values and asked-for vectors; `None` where the iteration fails.
fn factor<T: Scalar>(
    m: usize,
    n: usize,
    a: &[T],
    values: &mut [T::Real],
    lengths: Option<(usize, usize)>,
) -> Result<Option<Vectors<T>>, Failure> {
    let compute = |length: usize, size: usize| match lengths {
        None => ComputeSvdVectors::No,
        Some(_) if length == size * size => ComputeSvdVectors::Full,
        Some(_) => ComputeSvdVectors::Thin,
    };
    let (p, q) = lengths.unwrap_or((0, 0));
    let params = Spec::default();
    let scratch = svd_scratch::<T>(m, n, compute(p, m), compute(q, n), Par::Seq, params);
    let mut scratch = MemBuffer::try_new(scratch).map_err(|_| Failure::OutOfMemory)?;
    let stack = MemStack::new(&mut scratch);
    let (mut work, mut diagonal) = (workspace(m * n, T::ZERO)?, workspace(m.min(n), T::ZERO)?);
    let (mut left, mut right) = (workspace(p, T::ZERO)?, workspace(q, T::ZERO)?);
    transpose(m, a, &mut work);
    let work = columns_mut(m, &mut work);
    let asked = lengths.is_some();
    let u = asked.then(|| columns_mut(m, &mut left));
    let v = asked.then(|| columns_mut(n, &mut right));
    let s = DiagMut::from_slice_mut(&mut diagonal);
    if svd::svd(work.rb(), s, u, v, Par::Seq, stack, params).is_err() {
        return Ok(None);
    }
    values.iter_mut().zip(&diagonal).for_each(|(value, entry)| *value = entry.real());
    Ok(Some((left, right)))
}

fn identity<T: Scalar>(n: usize, out: &mut [T]) {
    out.fill(T::ZERO);
    out.iter_mut().step_by(n + 1).for_each(|entry| *entry = T::ONE);
}
