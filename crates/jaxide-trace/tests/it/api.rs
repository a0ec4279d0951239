//! Arrays, trees and calls.

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use jaxide_trace::{Array, DType, Jitted, Static, array, jit, make_jaxpr, scalar, subprogram};

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

#[test]
fn jit_gives_what_the_function_gives() {
    let (a, b) = (array([1.0, 2.0, 3.0]), array([4.0, 6.0, 3.0]));
    let f = jit(sum_squared_error);
    assert_eq!(sum_squared_error(&a, &b).item::<f32>(), 25.0);
    assert_eq!(f(&a, &b).item::<f32>(), 25.0);
    assert_eq!(f.try_call(&a, &b).unwrap().item::<f32>(), 25.0);
    assert_eq!((f.cache_size(), f.trace_count(), f.compile_count()), (1, 1, 1));
}

#[test]
fn numbers_are_weak_on_both_sides() {
    let x = array([1.0, 2.0]);
    let f = |x: &Array| {
        let k: f32 = 3.0;
        let n = x.shape()[0];
        let mut y = (x * 2.0 + 1 - 0.5f64) * k + x * n;
        y += 1.0;
        y -= (2.0 * x).sum() + (2 * x).sum();
        -y / 2.0
    };
    assert_eq!(f(&x).to_vec::<f32>(), jit(f)(&x).to_vec::<f32>());
    assert_eq!((array([1, 2]) * 2).dtype(), DType::I32);
    assert_eq!((array([1, 2]) * 2.5).dtype(), DType::F32);
    assert_eq!((array([1, 2]) / 2).to_vec::<f32>(), [0.5, 1.0]);
    assert_eq!((&x + array([[10.0], [20.0]])).to_vec::<f32>(), [11.0, 12.0, 21.0, 22.0]);
}

#[test]
fn comparisons_with_numbers_are_host_values() {
    let x = scalar(1.5);
    assert!(x > 1.0 && &x < 2.0 && x == 1.5 && x != 1);
    assert!(bool::from(x.lt(2.0)));
    assert_eq!(array([1, 5, 3]).gt(2).to_vec::<bool>(), [false, true, true]);
}

static SQUARE: LazyLock<Jitted<(&Array,), Array>> = LazyLock::new(|| jit(|x: &Array| x * x));

struct Trainer {
    step: Jitted<'static, (&'static Array, &'static Array), Array>,
}

#[test]
fn jitted_functions_live_in_statics_and_structs() {
    let x = array([3.0]);
    assert_eq!(SQUARE(&x).to_vec::<f32>(), [9.0]);
    let trainer = Trainer { step: jit(|a: &Array, b: &Array| a - b) };
    assert_eq!((trainer.step)(&x, &x).to_vec::<f32>(), [0.0]);
    fn takes(f: impl Fn(&Array, &Array) -> Array, x: &Array) -> Array {
        f(x, x)
    }
    assert_eq!(takes(&*trainer.step, &x).to_vec::<f32>(), [0.0]);
    let sum: f32 = [x.clone(), x].iter().map(&**SQUARE).map(|x| x.item::<f32>()).sum();
    assert_eq!(sum, 18.0);
}

#[test]
fn static_arguments_key_the_cache() {
    let f = jit(|x: &Array, n: usize| x * n).static_argnums([1]);
    let x = scalar(2.0);
    assert_eq!(f(&x, 3).item::<f32>(), 6.0);
    assert_eq!(f(&x, 4).item::<f32>(), 8.0);
    f(&x, 3);
    assert_eq!(f.cache_size(), 2);
    let g = jit(|x: &Array| if x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }).static_argnums([0]);
    assert_eq!((g(&scalar(2.0)).item::<f32>(), g(&scalar(-2.0)).item::<f32>()), (8.0, 4.0));
    let h = jit(|x: &Array, key: Static<(String, u8)>| x * key.1);
    assert_eq!(h(&x, Static(("a".into(), 2))).item::<f32>(), 4.0);
}

#[test]
fn trees_go_in_and_out() {
    let f =
        jit(|p: &(Array, Vec<Array>), q: &[Array]| (&p.0 + &q[0], [p.1[0].clone()], Some(-&p.0)));
    let x = array([1.0, 2.0]);
    let (a, [b], c) = f(&(x.clone(), vec![x.clone()]), &[x.clone(), x.clone()]);
    assert_eq!(a.to_vec::<f32>(), [2.0, 4.0]);
    assert_eq!(b.to_vec::<f32>(), [1.0, 2.0]);
    assert_eq!(c.unwrap().to_vec::<f32>(), [-1.0, -2.0]);
}

#[test]
fn captured_arrays_are_operands_not_constants() {
    let w = array([1.0, 2.0]);
    let f = jit(|x: &Array| x * &w);
    assert_eq!(f(&w).to_vec::<f32>(), [1.0, 4.0]);
    let lowered = f.lower(&w);
    assert_eq!((lowered.captured().len(), lowered.jaxpr().captured), (1, 1));
    assert!(lowered.jaxpr().consts.is_empty());
}

#[test]
fn arrays_print_as_numpy_prints_them() {
    let show = |x: Array| x.to_string();
    assert_eq!(show(array([1.0, 2.0, 3.0])), "[1. 2. 3.]");
    assert_eq!(show(array([1.0, 2.5, 3.25])), "[1.   2.5  3.25]");
    assert_eq!(show(array([[1, 20], [3, 4]])), "[[ 1 20]\n [ 3  4]]");
    assert_eq!(show(scalar(8.0)), "8.0");
    assert_eq!(show(array([true, false])), "[ True False]");
    assert_eq!(show(array(vec![0.0; 2000])), "[0. 0. 0. ... 0. 0. 0.]");
    let debug = format!("{:?}", array([8.0]));
    assert_eq!(debug, "Array([8.], dtype=float32)");
}

#[test]
fn products_are_those_of_numpy() {
    let (a, b) = (array([[1.0, 2.0], [3.0, 4.0]]), array([[5.0, 6.0], [7.0, 8.0]]));
    assert_eq!(a.matmul(&b).to_vec::<f32>(), [19.0, 22.0, 43.0, 50.0]);
    assert_eq!(a.dot(&array([1.0, 10.0])).to_vec::<f32>(), [21.0, 43.0]);
    assert_eq!(array([1.0, 10.0]).dot(&a).to_vec::<f32>(), [31.0, 42.0]);
    assert_eq!(array([1.0, 2.0]).dot(&array([3.0, 4.0])).item::<f32>(), 11.0);
    let batch = a.broadcast_to([3, 2, 2]);
    assert_eq!(batch.matmul(&b).shape(), [3, 2, 2]);
    assert_eq!(batch.matmul(&b).to_vec::<f32>()[8..], [19.0, 22.0, 43.0, 50.0]);
    assert_eq!(batch.matmul(&array([1.0, 10.0])).to_vec::<f32>()[..2], [21.0, 43.0]);
    assert_eq!(array([1.0, 10.0]).matmul(&batch).to_vec::<f32>()[..2], [31.0, 42.0]);
    assert_eq!(a.t().to_vec::<f32>(), [1.0, 3.0, 2.0, 4.0]);
}

#[test]
fn reductions_take_axes() {
    let x = array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(x.sum_over(0).to_vec::<f32>(), [5.0, 7.0, 9.0]);
    assert_eq!(x.sum_over(-1).expand_dims(1).shape(), [2, 1]);
    assert_eq!(x.max_over([0, 1]).item::<f32>(), 6.0);
    assert_eq!((x.mean().item::<f32>(), x.prod().item::<f32>()), (3.5, 720.0));
    assert!(bool::from(x.gt(0.0).all()) && !bool::from(x.gt(9.0).any()));
    assert!(std::panic::catch_unwind(|| x.sum_over(2)).is_err());
}

#[test]
fn extremes_of_nothing_are_errors_in_numpys_words() {
    let x = Array::from_slice::<f32>(&[0, 3], &[]);
    assert_eq!(x.max_over(1).size(), 0);
    assert_eq!(x.sum().item::<f32>(), 0.0);
    for (name, run) in [("max", Array::max as fn(&Array) -> Array), ("min", |x| x.min_over(0))] {
        let text = std::panic::catch_unwind(|| run(&x)).unwrap_err();
        let text = *text.downcast::<String>().unwrap();
        let words = format!("zero-size array to reduction operation {name} which has no identity");
        assert!(text.contains("ValueError") && text.contains(&words), "{text}");
    }
}

#[test]
fn lowered_programs_compile_and_run_on_leaves() {
    let w = array([1.0, 2.0]);
    let f = jit(|x: &Array| (x * &w, x.sum()));
    let lowered = f.lower(&w);
    assert_eq!(lowered.as_text(), lowered.jaxpr().to_string());
    let compiled = lowered.compile().unwrap();
    let results = compiled.call(&[&array([3.0, 4.0])]).unwrap();
    assert_eq!(results[0].to_vec::<f32>(), [3.0, 8.0]);
    assert_eq!(results[1].item::<f32>(), 7.0);
    assert!(compiled.call(&[&array([3.0])]).is_err());
    assert_eq!((f.trace_count(), f.compile_count()), (1, 0));
}

#[test]
fn subprograms_run_as_they_are_eagerly_and_are_one_equation_in_traces() {
    let runs = AtomicUsize::new(0);
    let f = subprogram(|x: &Array| {
        runs.fetch_add(1, Ordering::Relaxed);
        x * 2.0
    })
    .name("double");
    let x = array([1.0]);
    assert_eq!((f(&x).item::<f32>(), f(&x).item::<f32>()), (2.0, 2.0));
    assert_eq!((runs.load(Ordering::Relaxed), f.cache_size()), (2, 0));
    let text = make_jaxpr(|x: &Array| f(x) + f(x))(&x).to_string();
    assert_eq!(text.matches("pjit[name=double jaxpr=double]").count(), 2, "{text}");
    assert_eq!(runs.load(Ordering::Relaxed), 3);
}

#[test]
fn another_backend_starts_with_an_empty_cache() {
    let f = jit(|x: &Array| x + 1.0);
    f(&array([1.0]));
    let backend = f.backend().unwrap().clone();
    assert_eq!(backend.name(), "eval");
    let g = f.clone().with_backend(backend);
    assert_eq!((f.cache_size(), g.cache_size()), (1, 0));
    assert_eq!(g(&array([1.0])).item::<f32>(), 2.0);
}
