//! Fourier transforms over `rustfft` and `realfft` under one convention, that of NumPy: forward with
//! `exp(-2 pi i k j / n)` and no factor, inverse with `1 / n`, over up to three last axes of stacks.
//! The real transforms keep the non-negative frequencies of the last axis.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{DType, Element};
use num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftNum, FftPlanner};

use super::{Failure, Input, Output, Words, linalg::transpose, routines, workspace};

routines! { rt_fft => run }

/// Which transform, by JAX's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transform {
    /// Complex to complex.
    Forward,
    /// Complex to complex, inverse.
    Inverse,
    /// Real to the non-negative frequencies of the last axis.
    RealForward,
    /// The inverse of that.
    RealInverse,
}

fn run(
    mut words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    let lengths = words.tuple(Words::usize);
    let transform = match words.int() {
        0 => Transform::Forward,
        1 => Transform::Inverse,
        2 => Transform::RealForward,
        _ => Transform::RealInverse,
    };
    let (x, out) = (&inputs[0], &mut outputs[0]);
    match (transform, x.dtype()) {
        (Transform::RealForward, DType::F32) => {
            forward_real::<f32>(&lengths, x.elements(), out.elements())
        }
        (Transform::RealForward, _) => forward_real::<f64>(&lengths, x.elements(), out.elements()),
        (Transform::RealInverse, DType::C64) => {
            inverse_real::<f32>(&lengths, x.elements(), out.elements())
        }
        (Transform::RealInverse, _) => inverse_real::<f64>(&lengths, x.elements(), out.elements()),
        (_, DType::C64) => {
            out.elements::<Complex<f32>>().copy_from_slice(x.elements());
            complex::<f32>(&lengths, transform == Transform::Inverse, out.elements())
        }
        _ => {
            out.elements::<Complex<f64>>().copy_from_slice(x.elements());
            complex::<f64>(&lengths, transform == Transform::Inverse, out.elements())
        }
    }
}

/// A float that transforms are computed in.
pub trait Real: FftNum + Element {
    /// The plans of this thread.
    fn with_plans<R>(f: impl FnOnce(&mut Plans<Self>) -> R) -> R;
    /// `1 / count`.
    fn reciprocal(count: usize) -> Self;
}

macro_rules! reals {
    ($($real:ty),*) => {$(
        impl Real for $real {
            fn with_plans<R>(f: impl FnOnce(&mut Plans<Self>) -> R) -> R {
                thread_local! {
                    static PLANS: RefCell<Plans<$real>> = RefCell::new(Plans::new());
                }
                PLANS.with_borrow_mut(f)
            }
            fn reciprocal(count: usize) -> Self {
                1.0 / count as $real
            }
        }
    )*};
}

reals!(f32, f64);

/// Plans that one thread has made; they are made once per length and forgotten when there are many.
pub struct Plans<T: Real> {
    complex: FftPlanner<T>,
    real: RealFftPlanner<T>,
    made: usize,
}

impl<T: Real> Plans<T> {
    /// Requests after which plans are made anew, so that many lengths do not fill the memory.
    const KEEP: usize = 1 << 12;

    fn new() -> Plans<T> {
        Plans { complex: FftPlanner::new(), real: RealFftPlanner::new(), made: 0 }
    }

    fn count(&mut self) {
        self.made += 1;
        if self.made > Self::KEEP {
            *self = Plans::new();
        }
    }

    fn complex(&mut self, length: usize, inverse: bool) -> Arc<dyn Fft<T>> {
        self.count();
        if inverse {
            self.complex.plan_fft_inverse(length)
        } else {
            self.complex.plan_fft_forward(length)
        }
    }

    fn forward(&mut self, length: usize) -> Arc<dyn RealToComplex<T>> {
        self.count();
        self.real.plan_fft_forward(length)
    }

    fn inverse(&mut self, length: usize) -> Arc<dyn ComplexToReal<T>> {
        self.count();
        self.real.plan_fft_inverse(length)
    }
}

/// Transforms complex arrays of shape `lengths` in a dense stack in place.
///
/// # Errors
/// When there is no memory.
pub fn complex<T: Real>(
    lengths: &[usize],
    inverse: bool,
    x: &mut [Complex<T>],
) -> Result<(), Failure> {
    axes(lengths, 1, inverse, x)?;
    if inverse {
        let factor = T::reciprocal(lengths.iter().product());
        x.iter_mut().for_each(|x| *x = x.scale(factor));
    }
    Ok(())
}

/// Transforms along the axes of `lengths`, which are followed by one of `inner` elements.
fn axes<T: Real>(
    lengths: &[usize],
    mut inner: usize,
    inverse: bool,
    x: &mut [Complex<T>],
) -> Result<(), Failure> {
    if x.is_empty() {
        return Ok(());
    }
    for length in lengths.iter().rev() {
        let plan = T::with_plans(|plans| plans.complex(*length, inverse));
        let zero = Complex::new(T::zero(), T::zero());
        let mut scratch = workspace(plan.get_inplace_scratch_len(), zero)?;
        if inner == 1 {
            plan.process_with_scratch(x, &mut scratch);
        } else {
            let mut lines = workspace(length * inner, zero)?;
            for block in x.chunks_exact_mut(length * inner) {
                transpose(*length, block, &mut lines);
                plan.process_with_scratch(&mut lines, &mut scratch);
                transpose(inner, &lines, block);
            }
        }
        inner *= length;
    }
    Ok(())
}

/// Transforms real arrays of shape `lengths`; the last axis of `out` has half of the last length
/// and one more.
///
/// # Errors
/// When there is no memory.
pub fn forward_real<T: Real>(
    lengths: &[usize],
    x: &[T],
    out: &mut [Complex<T>],
) -> Result<(), Failure> {
    let (outer, length) = last(lengths);
    let half = length / 2 + 1;
    if x.is_empty() {
        out.fill(Complex::new(T::zero(), T::zero()));
        return Ok(());
    }
    let plan = T::with_plans(|plans| plans.forward(length));
    let mut scratch = workspace(plan.get_scratch_len(), Complex::new(T::zero(), T::zero()))?;
    let mut line = workspace(length, T::zero())?;
    for (x, out) in x.chunks_exact(length).zip(out.chunks_exact_mut(half)) {
        line.copy_from_slice(x);
        plan.process_with_scratch(&mut line, out, &mut scratch)
            .expect("lines have the plan's lengths");
    }
    axes(outer, half, false, out)
}

/// The inverse of [`forward_real`]; `lengths` are those of the real result. The imaginary parts that
/// are zero in the transform of real arrays count as zero.
///
/// # Errors
/// When there is no memory.
pub fn inverse_real<T: Real>(
    lengths: &[usize],
    x: &[Complex<T>],
    out: &mut [T],
) -> Result<(), Failure> {
    let (outer, length) = last(lengths);
    let half = length / 2 + 1;
    if out.is_empty() {
        return Ok(());
    }
    let zero = Complex::new(T::zero(), T::zero());
    let mut spectrum = workspace(x.len(), zero)?;
    spectrum.copy_from_slice(x);
    axes(outer, half, true, &mut spectrum)?;
    let plan = T::with_plans(|plans| plans.inverse(length));
    let mut scratch = workspace(plan.get_scratch_len(), zero)?;
    for (line, out) in spectrum.chunks_exact_mut(half).zip(out.chunks_exact_mut(length)) {
        line[0].im = T::zero();
        if length.is_multiple_of(2) {
            line[half - 1].im = T::zero();
        }
        plan.process_with_scratch(line, out, &mut scratch).expect("lines have the plan's lengths");
    }
    let factor = T::reciprocal(lengths.iter().product());
    out.iter_mut().for_each(|x| *x = *x * factor);
    Ok(())
}

fn last(lengths: &[usize]) -> (&[usize], usize) {
    let (last, outer) = lengths.split_last().expect("a transform is over one axis or more");
    (outer, *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, over the last axis.
    fn definition(x: &[Complex<f64>], inverse: bool) -> Vec<Complex<f64>> {
        let n = x.len() as f64;
        let sign = if inverse { 1.0 } else { -1.0 };
        let wave = |k: usize, j: usize| {
            Complex::cis(sign * std::f64::consts::TAU * ((k * j) % x.len()) as f64 / n)
        };
        let sum = |k| x.iter().enumerate().map(|(j, x)| x * wave(k, j)).sum::<Complex<f64>>();
        (0..x.len()).map(|k| sum(k) / if inverse { n } else { 1.0 }).collect()
    }

    fn numbers(count: usize) -> Vec<Complex<f64>> {
        (0..count)
            .map(|at| Complex::new((at as f64 * 1.7).sin(), (at as f64 * 0.9).cos()))
            .collect()
    }

    fn assert_close(got: &[Complex<f64>], expected: &[Complex<f64>]) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).norm() < 1e-10, "{got} is not {expected}");
        }
    }

    #[test]
    fn transforms_of_any_length_follow_the_definition() {
        for length in (1..40).chain([97, 128, 210, 1009]) {
            let x = numbers(length);
            for inverse in [false, true] {
                let mut got = x.clone();
                complex(&[length], inverse, &mut got).unwrap();
                assert_close(&got, &definition(&x, inverse));
            }
            let real: Vec<f64> = x.iter().map(|x| x.re).collect();
            let whole: Vec<Complex<f64>> = real.iter().map(|x| Complex::from(*x)).collect();
            let mut half = vec![Complex::from(0.0); length / 2 + 1];
            forward_real(&[length], &real, &mut half).unwrap();
            assert_close(&half, &definition(&whole, false)[..half.len()]);
            let mut back = vec![0.0; length];
            inverse_real(&[length], &half, &mut back).unwrap();
            let back: Vec<Complex<f64>> = back.into_iter().map(Complex::from).collect();
            assert_close(&back, &whole);
        }
    }

    #[test]
    fn several_axes_are_one_after_the_other_on_each_array_of_a_stack() {
        let lengths = [3, 4, 5];
        let x = numbers(2 * 60);
        let mut got = x.clone();
        complex(&lengths, false, &mut got).unwrap();
        let mut expected = x;
        let mut inner = 1;
        for length in lengths.into_iter().rev() {
            for start in (0..expected.len()).filter(|at| (at / inner).is_multiple_of(length)) {
                let at = |step: usize| start + step * inner;
                let line: Vec<_> = (0..length).map(|step| expected[at(step)]).collect();
                for (step, value) in definition(&line, false).into_iter().enumerate() {
                    expected[at(step)] = value;
                }
            }
            inner *= length;
        }
        assert_close(&got, &expected);
        complex(&lengths, true, &mut got).unwrap();
        assert_close(&got, &numbers(2 * 60));
        let real: Vec<f64> = (0..120).map(|at| f64::from(at % 7)).collect();
        let (mut half, mut back) = (vec![Complex::from(0.0); 72], vec![0.0; 120]);
        forward_real(&lengths, &real, &mut half).unwrap();
        inverse_real(&lengths, &half, &mut back).unwrap();
        assert!(real.iter().zip(&back).all(|(x, y)| (x - y).abs() < 1e-12));
    }

    #[test]
    fn empty_arrays_have_empty_transforms() {
        complex::<f32>(&[0], false, &mut []).unwrap();
        complex::<f32>(&[3, 0], true, &mut []).unwrap();
        inverse_real::<f32>(&[0], &[Complex::from(1.0)], &mut []).unwrap();
        let mut half = [Complex::from(1.0f32)];
        forward_real(&[0], &[], &mut half).unwrap();
        assert_eq!(half, [Complex::from(0.0)]);
    }
}
