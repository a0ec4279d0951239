//! Errors of tracing: kinds, words, places, and how they travel.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use jaxide_trace::{Array, Error, array, jit, jit_fn, scalar};

#[jit(crate = jaxide_trace)]
fn cond_func(x: &Array) -> Array {
    if x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

#[test]
fn a_condition_on_a_traced_value_has_the_pages_words() {
    let error = cond_func::try_call(&scalar(1.0)).unwrap_err();
    assert!(matches!(error, Error::TracerBoolConversion(_)));
    let file = file!();
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[]."
    );
    assert_eq!(
        lines[1],
        format!(
            "The error occurred while tracing the function cond_func at {file}:14 for jit. This \
             concrete value was not available because it depends on the value of the argument x."
        )
    );
    assert_eq!(lines[2], format!("  --> {file}:15:8"));
}

#[test]
fn try_call_runs_no_panic_hook_and_a_call_panics_at_the_users_line() {
    static HOOKS: AtomicUsize = AtomicUsize::new(0);
    let thread = std::thread::current().id();
    let old = Arc::new(std::panic::take_hook());
    let keep = old.clone();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == thread {
            HOOKS.fetch_add(1, Ordering::SeqCst);
        } else {
            keep(info);
        }
    }));
    let x = scalar(1.0);
    assert!(cond_func::try_call(&x).is_err());
    assert_eq!(HOOKS.load(Ordering::SeqCst), 0);
    let payload = catch_unwind(|| cond_func(&x)).unwrap_err();
    assert_eq!(HOOKS.load(Ordering::SeqCst), 1);
    let text = payload.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("TracerBoolConversionError: "), "{text}");
    let own = jit(|x: &Array| {
        assert!(x.ndim() > 5, "my own bug");
        x.clone()
    });
    let payload = catch_unwind(AssertUnwindSafe(|| own.try_call(&x))).unwrap_err();
    assert!(payload.downcast_ref::<&str>().is_some_and(|text| text.contains("my own bug")));
    std::panic::set_hook(Box::new(move |info| old(info)));
}

#[test]
fn the_thread_computes_eagerly_again_after_an_error() {
    assert!(cond_func::try_call(&scalar(1.0)).is_err());
    assert_eq!((scalar(1.0) + 1.0).item::<f32>(), 2.0);
    assert_eq!(cond_func::cache_size(), 0);
    let nested = jit(|x: &Array| {
        let bad = jit(|y: &Array| if y < 0.0 { -y } else { y.clone() });
        bad.try_call(x).unwrap_or_else(|_| x * 10.0)
    });
    assert_eq!(nested(&scalar(1.0)).item::<f32>(), 10.0);
}

#[test]
fn other_concretizations_have_kinds_of_their_own() {
    let kind = |f: fn(&Array) -> Array| jit(f).try_call(&scalar(1)).unwrap_err();
    let error = kind(|x| x * f32::from(x));
    assert!(matches!(error, Error::Concretization(_)), "{error}");
    assert!(
        error.message().starts_with(
            "Abstract tracer value encountered where concrete value is expected: traced array with \
             shape int32[]"
        ),
        "{error}"
    );
    let error = kind(|x| x * usize::from(x));
    assert!(matches!(error, Error::TracerIntegerConversion(_)), "{error}");
    let error = kind(|x| x * x.to_vec::<i32>()[0]);
    assert!(matches!(error, Error::TracerArrayConversion(_)), "{error}");
    let error = kind(|x| if bool::from(x.lt(0)) { -x } else { x.clone() });
    assert!(matches!(error, Error::TracerBoolConversion(_)), "{error}");
}

#[test]
fn leaves_of_nested_arguments_are_named() {
    let f = jit_fn!(
        |p: &(Array, [Array; 2]), q| if &p.1[1] * q > 0.0 { q.clone() } else { -q },
        crate = jaxide_trace
    );
    let x = scalar(1.0);
    let error = f.try_call(&(x.clone(), [x.clone(), x.clone()]), &x).unwrap_err();
    assert!(error.message().contains("the values of the arguments p[1][1] and q."), "{error}");
}

#[test]
fn a_comparison_of_two_references_says_how_to_see_its_line() {
    let x = scalar(1.0);
    let f = jit(|a: &Array, b: &Array| if a < b { a.clone() } else { b.clone() });
    let text = f.try_call(&x, &x).unwrap_err().to_string();
    assert!(text.contains("write `*a < *b`"), "{text}");
    let line = line!() + 1;
    let f = jit(|a: &Array, b: &Array| if *a < *b { a.clone() } else { b.clone() });
    let text = f.try_call(&x, &x).unwrap_err().to_string();
    assert!(text.contains(&format!("errors.rs:{line}")), "{text}");
}

#[test]
fn a_shape_from_traced_values_shows_the_operations() {
    let line = line!() + 1;
    let f = |x: &Array| x.reshape(array(x.shape()).prod());
    let x = array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]);
    assert_eq!(f(&x).shape(), [6]);
    let error = jit(f).try_call(&x).unwrap_err();
    assert!(matches!(error, Error::Type(_)));
    let text = error.to_string();
    assert!(
        text.starts_with(
            "TypeError: Shapes must be 1D sequences of concrete values of integer type, got \
             [Traced<ShapedArray(int32[])>with<DynamicJaxprTrace(level=1/0)>].\nIf using `jit`, try \
             using `static_argnums` or applying `jit` to smaller subfunctions."
        ),
        "{text}"
    );
    assert!(text.contains("operation a:i32[] = reduce_prod[axes=(0,)] b"), "{text}");
    assert!(text.contains(&format!("errors.rs:{line}")), "{text}");
    let fixed = jit(|x: &Array| x.reshape(x.shape().iter().product::<usize>()));
    assert_eq!(fixed(&x).to_string(), "[1. 1. 1. 1. 1. 1.]");
}

#[test]
fn shapes_that_do_not_fit_are_errors_at_the_users_line() {
    let (a, b) = (array([1.0, 2.0]), array([1.0, 2.0, 3.0]));
    let error = jit(|a: &Array, b: &Array| a + b).try_call(&a, &b).unwrap_err();
    assert_eq!(error.message(), "add got incompatible shapes for broadcasting: (2,), (3,).");
    assert_eq!(error.diagnostic().loc().position().unwrap().0, file!());
    let reshape = |x: &Array, sizes: &[i64]| jit(|x: &Array| x.reshape(sizes)).try_call(x);
    let text = reshape(&b, &[4]).unwrap_err().message().to_string();
    assert_eq!(text, "cannot reshape array of shape (3,) (size 3) into shape (4,) (size 4)");
    let text = reshape(&b, &[-1, -1]).unwrap_err().message().to_string();
    assert!(text.starts_with("can only specify one unknown axis size"), "{text}");
}

#[test]
fn data_that_is_not_static_and_traced_statics_are_errors() {
    let f = jit(|x: &Array, n: usize| x * n);
    let error = f.try_call(&scalar(1.0), 3).unwrap_err();
    assert!(error.to_string().contains("mark it static (`static_argnums = [1]`)"), "{error}");
    let k = jit(|x: &Array| x + 1).static_argnums([0]);
    let error = jit(move |y: &Array| k(y)).try_call(&scalar(1.0)).unwrap_err();
    assert!(error.message().contains("must be a concrete value"), "{error}");
    let text = catch_unwind(|| jit(|x: &Array| x.clone()).static_argnames(["q"])).err().unwrap();
    let text = text.downcast_ref::<String>().unwrap();
    assert!(text.contains("has invalid argnames {'q'} in static_argnames"), "{text}");
    assert!(text.contains("names; they need `#[jit]` or `jit_fn!`"), "{text}");
}

#[test]
fn extreme_shapes_are_errors_or_empty_arrays() {
    let raised = |f: &(dyn Fn() -> Array + std::panic::RefUnwindSafe)| catch_unwind(f).is_err();
    let x = array([1.0]);
    assert!(raised(&|| x.broadcast_to(-1)));
    assert!(raised(&|| x.broadcast_to([i64::MAX, i64::MAX])));
    assert!(raised(&|| x.reshape([i64::MAX, i64::MAX])));
    assert!(raised(&|| Array::from_slice(&[usize::MAX, 2], &[1.0f32])));
    assert!(raised(&|| array(vec![vec![1.0], vec![1.0, 2.0]])));
    assert!(raised(&|| x.transpose([0, 0])));
    let empty = array([0.0f32; 0]);
    assert_eq!((empty.sum().item::<f32>(), empty.prod().item::<f32>()), (0.0, 1.0));
    assert!(empty.mean().item::<f32>().is_nan());
    assert_eq!(empty.reshape([3, 0]).sum_over(1).to_vec::<f32>(), [0.0; 3]);
    assert_eq!(array(Vec::<Vec<f32>>::new()).shape(), [0, 0]);
    assert!(empty.try_item::<f32>().is_err());
    assert_eq!(jit(|x: &Array| x * 2.0)(&empty).shape(), [0]);
}

#[test]
fn integers_beyond_their_dtype_are_errors() {
    let x = array([1]);
    let error = jit(|x: &Array| x + 5_000_000_000i64).try_call(&x).unwrap_err();
    assert!(matches!(error, Error::Value(_)), "{error}");
    assert!(error.message().contains("5000000000 too large to convert to int32"), "{error}");
    let wide = Array::from_slice(&[1], &[1i64]);
    assert_eq!((wide + 5_000_000_000i64).to_vec::<i64>(), [5_000_000_001]);
    let wrapped = array([1i8]) + 1000;
    assert_eq!(wrapped.to_vec::<i8>(), [1i8.wrapping_add(1000i32 as i8)]);
}
