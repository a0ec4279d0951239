//! What keys the cache, what is counted, what is explained and forbidden.

use std::sync::Mutex;

use jaxide_trace::{Array, DType, Error, Reason, array, config, jit, jit_fn, make_jaxpr, scalar};

#[test]
fn shape_dtype_and_weak_type_are_in_the_key() {
    let f = jit(|x: &Array| x.reshape(-1) * 2.0);
    let calls = [
        (array([1.0, 2.0]), 1),
        (array([3.0, 4.0]), 1),
        (array([1.0, 2.0, 3.0]), 2),
        (array([1, 2]), 3),
        (scalar(1.0), 4),
        (array([[1.0], [2.0]]), 5),
        (scalar(1.0).astype(DType::F32), 6),
        (array([9.0, 9.0]), 6),
    ];
    for (x, traces) in calls {
        let doubled = (x.reshape(-1) * 2.0).to_vec::<f32>();
        assert_eq!(f(&x).to_vec::<f32>(), doubled);
        assert_eq!(f.trace_count(), traces, "{x:?}");
    }
}

#[test]
fn structure_and_configuration_are_in_the_key() {
    let g =
        jit(|a: &Vec<Array>, b: &Vec<Array>| a.iter().chain(b).fold(scalar(0.0), |sum, x| sum + x));
    let ones = |n| vec![scalar(1.0); n];
    for (a, b) in [(1, 2), (2, 1), (0, 3), (3, 0), (1, 2)] {
        assert_eq!(g(&ones(a), &ones(b)).item::<f32>(), 3.0);
    }
    assert_eq!(g.cache_size(), 4);
    let f = jit(|x: &Array| x + 1.0);
    let x = array([1, 2]);
    assert_eq!(f(&x).dtype(), DType::F32);
    assert_eq!(config::x64(true, || f(&x)).dtype(), DType::F64);
    assert_eq!(f.cache_size(), 2);
}

#[test]
fn misses_are_explained() {
    let f = jit_fn!(|a, b| a + b, crate = jaxide_trace);
    let (x, y) = (array([1.0, 2.0, 3.0]), array([1.0, 2.0, 3.0, 4.0]));
    f(&x, &x);
    f(&y, &y);
    f(&x, &scalar(1.0));
    f(&x, &scalar(1.0).astype(DType::F32));
    let explanation = f.explain();
    assert_eq!(explanation.misses[0].reasons, [Reason::NeverSeen]);
    assert_eq!(explanation.misses[1].reasons.len(), 2);
    let text = explanation.to_string();
    assert!(text.contains("trace 2: argument a: f32[3] before, f32[4] now"), "{text}");
    assert!(text.contains("trace 4: argument b: weak type before, strong type now"), "{text}");
}

#[test]
fn compilations_can_be_limited_and_forbidden() {
    let f = jit(|x: &Array| x + 1.0).max_compiles(1);
    f(&array([1.0]));
    f(&array([2.0]));
    let error = f.try_call(&array([1.0, 2.0])).unwrap_err();
    assert!(matches!(error, Error::Recompilation(_)));
    assert!(error.to_string().contains("argument 0: f32[1] before, f32[2] now"), "{error}");
    let g = jit(|x: &Array| x + 1.0);
    g(&array([1.0]));
    config::no_recompilation(|| {
        assert!(g.try_call(&array([5.0])).is_ok());
        assert!(matches!(g.try_call(&scalar(1.0)), Err(Error::Recompilation(_))));
    });
}

#[test]
fn nothing_is_compiled_inside_a_trace() {
    let inner = jit(|x: &Array| x * 2.0);
    let outer = jit(|x: &Array| inner(x) + inner(x));
    assert_eq!(outer(&scalar(1.0)).item::<f32>(), 4.0);
    assert_eq!((inner.trace_count(), inner.compile_count()), (1, 0));
    assert_eq!((outer.trace_count(), outer.compile_count()), (1, 1));
    inner(&scalar(1.0));
    assert_eq!((inner.trace_count(), inner.compile_count()), (1, 1));
    inner.clear_cache();
    assert_eq!(inner.cache_size(), 0);
}

#[test]
fn a_function_that_captures_a_traced_value_is_right_and_not_cached() {
    let sizes = Mutex::new(vec![]);
    let f = jit(|x: &Array| {
        let k = x * 2.0;
        let inner = jit(|y: &Array| y + &k);
        let result = inner(x) + inner(x);
        sizes.lock().unwrap().push(inner.cache_size());
        result
    });
    assert_eq!(f(&scalar(1.0)).item::<f32>(), 6.0);
    assert_eq!(*sizes.lock().unwrap(), [0]);
    let text = make_jaxpr(&f)(&scalar(1.0)).to_string();
    let inner = "jaxpr={ lambda ; f:f32[] g:f32[]. let h:f32[] = add g f in (h,) }";
    assert!(text.contains(inner), "{text}");
}

#[test]
fn identity_needs_no_program() {
    let f = jit(|x: &Array| x.clone());
    let x = array([1.0, 2.0]);
    assert_eq!(f(&x).to_vec::<f32>(), [1.0, 2.0]);
    assert_eq!(f.compile_count(), 0);
}

#[test]
fn many_signatures_are_found_by_hash() {
    let f = jit(|x: &Array| x.sum());
    for round in 0..2 {
        for size in 0..20usize {
            assert_eq!(f(&array(vec![1.0f32; size])).item::<f32>(), size as f32);
        }
        assert_eq!(f.trace_count(), 20, "round {round}");
    }
}
