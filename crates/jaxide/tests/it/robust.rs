//! Bad and odd input through the whole compiler: a clear error or JAX's result, never a crash.

use jaxide::{Array, array, jit, jnp, lax};

#[test]
fn integer_division_by_zero_is_a_value() {
    let f = jit(|x: &Array, y: &Array| (lax::div(x, y), lax::rem(x, y)));
    let (quotient, remainder) = f(&array([7, i32::MIN]), &array([0, -1]));
    assert_eq!(quotient.to_vec::<i32>(), [-1, i32::MIN]);
    assert_eq!(remainder.to_vec::<i32>(), [7, 0]);
}

#[test]
fn empty_arrays_and_rank_0_compile() {
    let f = jit(|x: &Array| (x.sum(), x * 2.0, x.max_or_zero()));
    let (sum, doubled, _) = f(&jnp::zeros([0, 3]));
    assert_eq!(sum.item::<f32>(), 0.0);
    assert_eq!(doubled.shape(), [0, 3]);
    let (sum, doubled, _) = f(&array(3.0));
    assert_eq!((sum.item::<f32>(), doubled.item::<f32>()), (3.0, 6.0));
}

trait MaxOrZero {
    fn max_or_zero(&self) -> Array;
}

impl MaxOrZero for Array {
    fn max_or_zero(&self) -> Array {
        if self.size() == 0 { jnp::zeros(()) } else { self.max() }
    }
}

#[test]
fn out_of_range_starts_are_clamped() {
    let f = jit(|x: &Array, i: &Array| lax::dynamic_slice(x, &[i], &[2]));
    let x = array([1, 2, 3, 4]);
    assert_eq!(f(&x, &array(9)).to_vec::<i32>(), [3, 4]);
    assert_eq!(f(&x, &array(-9)).to_vec::<i32>(), [1, 2]);
}

#[test]
fn nan_propagates_through_max_and_comparison() {
    let f = jit(|x: &Array| (x.max(), x.lt(1.0)));
    let (max, below) = f(&array([1.0, f64::NAN, 0.0]));
    assert!(max.item::<f32>().is_nan());
    assert_eq!(below.to_vec::<bool>(), [false, false, true]);
}

#[test]
fn threads_compile_and_run_at_once() {
    let f = jit(|x: &Array| (x * x).sum());
    std::thread::scope(|scope| {
        for thread in 1..5usize {
            let f = &f;
            scope.spawn(move || {
                for n in 1..6 {
                    let x = jnp::full(n * thread, 2.0);
                    assert_eq!(f(&x).item::<f32>(), 4.0 * (n * thread) as f32);
                }
            });
        }
    });
}
