//! Products of Householder reflectors as LAPACK has them: reflector `i` is `I - tau v v^H`, where
//! `v` is zero above row `i`, one there, and stored below the diagonal of column `i`. The leading
//! entry of a reflected column is real, of the sign that the column's had not.

use super::{Scalar, batch, dispatch, part, part_mut, transpose};
use crate::library::{Failure, Input, Output, Words, routines, workspace};

routines! {
    rt_geqrf => run_geqrf,
    rt_geqp3 => run_geqp3,
    rt_householder_product => run_product,
    rt_ormqr => run_ormqr,
    rt_qr => run_qr,
}

/// The Euclidean norm, without overflow or underflow inside.
fn norm<T: Scalar>(x: &[T]) -> f64 {
    let parts = || x.iter().flat_map(|x| <[f64; 2]>::from(x.parts()));
    let scale = parts().fold(0.0, |most: f64, part| most.max(part.abs()));
    let square = |part: f64| (part / scale) * (part / scale);
    let scale_or_zero =
        if scale == 0.0 { 0.0 } else { scale * parts().map(square).sum::<f64>().sqrt() };
    if parts().any(f64::is_nan) { f64::NAN } else { scale_or_zero }
}

/// Makes the reflector that takes `column` to a multiple of the first unit vector: the multiple and
/// the tail of `v` replace the column, `tau` is returned (LAPACK's `larfg`).
pub(super) fn reflector<T: Scalar>(column: &mut [T]) -> T {
    let Some((head, tail)) = column.split_first_mut() else { return T::ZERO };
    let ((re, im), below) = (head.parts(), norm(tail));
    if below == 0.0 && im == 0.0 {
        return T::ZERO;
    }
    let beta = -re.hypot(im).hypot(below).copysign(re);
    // The tail over `head - beta`, by a factor of moderate size and one that is real.
    let scale = (re - beta).abs().max(im.abs());
    let (x, y) = ((re - beta) / scale, im / scale);
    let square = x * x + y * y;
    let factor = T::from_parts(x / square, -y / square);
    for entry in tail {
        let (re, im) = entry.parts();
        *entry = T::from_parts(re / scale, im / scale) * factor;
    }
    *head = T::from_parts(beta, 0.0);
    T::from_parts((beta - re) / beta, -im / beta)
}

/// `column - tau v (v^H column)` in place, for the `v` with the given tail below its leading one.
fn reflect<T: Scalar>(tail: &[T], tau: T, column: &mut [T]) {
    let Some((head, rest)) = column.split_first_mut() else { return };
    if tau == T::ZERO {
        return;
    }
    let product = tail.iter().zip(&*rest).fold(*head, |sum, (v, x)| sum + v.conjugate() * *x);
    let factor = tau * product;
    *head -= factor;
    rest.iter_mut().zip(tail).for_each(|(x, v)| *x -= *v * factor);
}

/// One step of [`geqrf`] on columns of `m` entries: the reflector of column `step`, applied to all
/// columns after it.
fn step<T: Scalar>(m: usize, a: &mut [T], step: usize) -> T {
    let (done, rest) = a.split_at_mut((step + 1) * m);
    let own = &mut done[step * m + step..];
    let tau = reflector(own);
    for column in rest.chunks_exact_mut(m) {
        reflect(&own[1..], tau.conjugate(), &mut column[step..]);
    }
    tau
}

/// Factors the column-major matrix `a` of `m` rows into `Q R`: `R` on and above the diagonal, below
/// it and in `taus` the reflectors whose product `Q` is.
pub fn geqrf<T: Scalar>(m: usize, a: &mut [T], taus: &mut [T]) {
    for (at, tau) in taus.iter_mut().enumerate() {
        *tau = step(m, a, at);
    }
}

/// As [`geqrf`] for `a` with its columns exchanged. Columns whose entry in `order` is not zero go to
/// the front; of the others the one with the largest norm below the rows done follows. `order` gets
/// the place from 1 that each column had.
pub fn geqp3<T: Scalar>(m: usize, a: &mut [T], order: &mut [i32], taus: &mut [T]) {
    let mut fixed = 0;
    for at in 0..order.len() {
        let to_front = order[at] != 0;
        order[at] = at as i32 + 1;
        if to_front {
            exchange(m, a, order, at, fixed);
            fixed += 1;
        }
    }
    for (at, tau) in taus.iter_mut().enumerate() {
        if at >= fixed {
            let mut best = (at, norm(&a[at * m + at..(at + 1) * m]));
            for column in at + 1..order.len() {
                let size = norm(&a[column * m + at..(column + 1) * m]);
                best = if size > best.1 { (column, size) } else { best };
            }
            exchange(m, a, order, at, best.0);
        }
        *tau = step(m, a, at);
    }
}

fn exchange<T>(m: usize, a: &mut [T], order: &mut [i32], one: usize, other: usize) {
    if one != other {
        order.swap(one, other);
        (0..m).for_each(|row| a.swap(one * m + row, other * m + row));
    }
}

/// Replaces the reflectors in a column-major `a` of `m` rows by the leading columns of their
/// product.
pub fn householder_product<T: Scalar>(m: usize, a: &mut [T], taus: &[T]) {
    let n = a.len().checked_div(m).unwrap_or(0);
    for at in taus.len()..n {
        a[at * m..][..m].fill(T::ZERO);
        a[at * m + at] = T::ONE;
    }
    for (at, tau) in taus.iter().enumerate().rev() {
        let (done, rest) = a.split_at_mut((at + 1) * m);
        let (above, own) = done[at * m..].split_at_mut(at);
        for column in rest.chunks_exact_mut(m) {
            reflect(&own[1..], *tau, &mut column[at..]);
        }
        above.fill(T::ZERO);
        own[0] = T::ONE - *tau;
        own[1..].iter_mut().for_each(|entry| *entry = -*tau * *entry);
    }
}

/// What [`ormqr`] multiplies by, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// From the left.
    pub left: bool,
    /// By the conjugate transpose.
    pub transpose: bool,
}

/// Multiplies by the product `Q` of the reflectors in the column-major `a` of `m` rows: each of
/// `vectors`, of length `m`, is a column of the matrix where `Q` stands left of it, else a row.
pub fn ormqr<T: Scalar>(m: usize, a: &[T], taus: &[T], side: Side, vectors: &mut [T]) {
    // A row times `Q` is the conjugate transpose of `Q^H` times a column.
    let conjugate = |vectors: &mut [T]| vectors.iter_mut().for_each(|x| *x = x.conjugate());
    let adjoint = side.left == side.transpose;
    if !side.left {
        conjugate(vectors);
    }
    for vector in vectors.chunks_exact_mut(m.max(1)) {
        let mut apply = |at: usize| {
            let tau = if adjoint { taus[at].conjugate() } else { taus[at] };
            reflect(&a[at * m + at + 1..(at + 1) * m], tau, &mut vector[at..]);
        };
        for count in 0..taus.len() {
            apply(if adjoint { count } else { taus.len() - 1 - count });
        }
    }
    if !side.left {
        conjugate(vectors);
    }
}

fn run_geqrf(
    _: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (m, n) = inputs[0].matrix();
    let [out, taus] = outputs else { panic!("geqrf has two results") };
    dispatch!(inputs[0].dtype(), T => {
        let mut work = workspace(m * n, T::ZERO)?;
        for at in 0..batch(inputs[0].shape(), 2) {
            transpose(m, part(inputs[0].elements::<T>(), at, m * n), &mut work);
            geqrf(m, &mut work, part_mut(taus.elements::<T>(), at, m.min(n)));
            transpose(n, &work, part_mut(out.elements::<T>(), at, m * n));
        }
    });
    Ok(())
}

fn run_geqp3(
    _: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (m, n) = inputs[0].matrix();
    let [out, order, taus] = outputs else { panic!("geqp3 has three results") };
    let order = order.elements::<i32>();
    order.copy_from_slice(inputs[1].elements());
    dispatch!(inputs[0].dtype(), T => {
        let mut work = workspace(m * n, T::ZERO)?;
        for at in 0..batch(inputs[0].shape(), 2) {
            transpose(m, part(inputs[0].elements::<T>(), at, m * n), &mut work);
            let taus = part_mut(taus.elements::<T>(), at, m.min(n));
            geqp3(m, &mut work, part_mut(order, at, n), taus);
            transpose(n, &work, part_mut(out.elements::<T>(), at, m * n));
        }
    });
    Ok(())
}

fn run_product(
    _: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let ((m, n), k) = (inputs[0].matrix(), inputs[1].shape().last().copied().unwrap_or(0));
    dispatch!(inputs[0].dtype(), T => {
        let mut work = workspace(m * n, T::ZERO)?;
        for at in 0..batch(inputs[0].shape(), 2) {
            transpose(m, part(inputs[0].elements::<T>(), at, m * n), &mut work);
            householder_product(m, &mut work, part(inputs[1].elements::<T>(), at, k));
            transpose(n, &work, part_mut(outputs[0].elements::<T>(), at, m * n));
        }
    });
    Ok(())
}

fn run_ormqr(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let side = Side { left: words.bool(), transpose: words.bool() };
    let ((m, n), (rows, columns)) = (inputs[0].matrix(), inputs[2].matrix());
    let k = inputs[1].shape().last().copied().unwrap_or(0);
    dispatch!(inputs[0].dtype(), T => {
        let mut a = workspace(m * n, T::ZERO)?;
        let mut work = workspace(if side.left { rows * columns } else { 0 }, T::ZERO)?;
        for at in 0..batch(inputs[0].shape(), 2) {
            transpose(m, part(inputs[0].elements::<T>(), at, m * n), &mut a);
            let taus = part(inputs[1].elements::<T>(), at, k);
            let c = part(inputs[2].elements::<T>(), at, rows * columns);
            let out = part_mut(outputs[0].elements::<T>(), at, rows * columns);
            if side.left {
                transpose(rows, c, &mut work);
                ormqr(m, &a, taus, side, &mut work);
                transpose(columns, &work, out);
            } else {
                out.copy_from_slice(c);
                ormqr(m, &a, taus, side, out);
            }
        }
    });
    Ok(())
}

fn run_qr(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let (_, pivoting) = (words.bool(), words.bool());
    let ((m, n), (_, k)) = (inputs[0].matrix(), outputs[0].matrix());
    let [q, r, order @ ..] = outputs else { panic!("qr has two results or three") };
    dispatch!(inputs[0].dtype(), T => {
        let mut work = workspace(m * n.max(k), T::ZERO)?;
        let mut taus = workspace(m.min(n), T::ZERO)?;
        for at in 0..batch(inputs[0].shape(), 2) {
            let a = part(inputs[0].elements::<T>(), at, m * n);
            transpose(m, a, &mut work[..m * n]);
            if pivoting {
                let order = part_mut(order[0].elements::<i32>(), at, n);
                order.fill(0);
                geqp3(m, &mut work[..m * n], order, &mut taus);
                // Without rows there is no order: zeros, as in JAX.
                order.iter_mut().for_each(|place| *place = if m == 0 { 0 } else { *place - 1 });
            } else {
                geqrf(m, &mut work[..m * n], &mut taus);
            }
            let r = part_mut(r.elements::<T>(), at, k * n);
            for (place, entry) in r.iter_mut().enumerate() {
                let (row, column) = (place / n, place % n);
                *entry = if row <= column { work[column * m + row] } else { T::ZERO };
            }
            householder_product(m, &mut work[..m * k], &taus);
            transpose(k, &work[..m * k], part_mut(q.elements::<T>(), at, m * k));
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use num_complex::Complex;

    use super::*;

    #[test]
    fn a_reflector_takes_a_column_to_a_real_multiple_of_the_first_unit_vector() {
        for scale in [1e-200, 1.0, 1e200] {
            let x = [Complex::new(1.0, -2.0), Complex::new(3.0, 0.5), Complex::new(0.0, 4.0)];
            let x = x.map(|x: Complex<f64>| x * scale);
            let (mut v, mut image) = (x, x);
            let tau = reflector(&mut v);
            reflect(&v[1..], tau.conj(), &mut image);
            assert!(v[0].im == 0.0 && v[0].re < 0.0);
            assert!((image[0] - v[0]).norm() < 1e-14 * scale);
            assert!(image[1].norm().max(image[2].norm()) < 1e-14 * scale);
        }
    }

    #[test]
    fn a_column_that_is_a_multiple_already_is_kept() {
        assert_eq!((reflector(&mut [3.0, 0.0]), reflector::<f32>(&mut [])), (0.0, 0.0));
        assert!(reflector(&mut [1.0, f64::NAN]).is_nan());
    }
}
