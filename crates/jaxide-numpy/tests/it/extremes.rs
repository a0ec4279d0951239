//! Arguments at the ends of their types, and arrays without elements: results where NumPy or JAX
//! has them, else errors that name the line of the caller.

use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::Mutex,
};

use jaxide_ir::DType;
use jaxide_numpy::{
    jnp::{self, Interpolation, PadMode, axis},
    nn, random,
};
use jaxide_trace::{Array, Complex, Error, array, jit};

const HUGE: usize = 1 << 42;

/// What a function refuses under `jit`, whose error has the place of the caller.
#[track_caller]
fn refused(f: impl Fn(&Array) -> Array + Send + Sync, text: &str) {
    let file = Location::caller().file();
    let call = AssertUnwindSafe(|| jit(move |x: &Array| f(x)).try_call(&array([1.0f32, 2.0, 3.0])));
    let error: Error = catch_unwind(call).expect("a typed error").unwrap_err();
    assert!(error.message().contains(text), "expected {text:?} in {error}");
    let place = error.diagnostic().loc().position().expect("a place").0.to_owned();
    assert_eq!(place, file, "{error}");
}

#[test]
fn shapes_beyond_memory_are_refused() {
    refused(|x| jnp::resize(x, [HUGE, HUGE]), "result of shape");
    refused(|x| jnp::repeat(x, [HUGE, HUGE, HUGE], 0), "repeat: result of shape");
    refused(|x| jnp::pad(x, usize::MAX, PadMode::Constant), "pad: result of shape");
    refused(|x| jnp::pad(x, usize::MAX, PadMode::Symmetric), "pad: result of shape");
    refused(|x| jnp::pad(x, HUGE, PadMode::Wrap), "out of memory");
    refused(|x| jnp::pad(x, HUGE, PadMode::Reflect), "out of memory");
    refused(|x| jnp::diag(x, i64::MIN), "too large");
    refused(|x| jnp::histogram(x, usize::MAX, None, None).0, "bins");
    refused(|_| random::bits(&random::PRNGKey(0), [HUGE, HUGE]), "too large");
    refused(|_| random::choice(&random::PRNGKey(0), 5, [HUGE, HUGE]), "too large");
    refused(|_| jnp::arange((0, i64::MAX)), "Maximum allowed size exceeded");
}

#[test]
fn integers_at_the_ends_of_their_type_count_as_they_are() {
    let x = array([1.0f32, 2.0, 3.0]);
    assert_eq!(jnp::roll(&x, i64::MIN, 0).to_vec::<f32>(), [3.0, 1.0, 2.0]);
    assert_eq!(jnp::roll(&x, [i64::MIN, i64::MIN], ..).to_vec::<f32>(), [2.0, 3.0, 1.0]);
    let m = jnp::ones([2, 3]);
    assert_eq!(jnp::diagonal(&m, i64::MIN, 0, 1).shape(), [0]);
    assert_eq!(jnp::diff(&x, usize::MAX, 0).shape(), [0]);
    for large in [array([1i64 << 32, 1]), array([3_000_000_000u32, 1]), array([u64::MAX, 1])] {
        let counts = jnp::bincount(&large, None, 0, Some(2));
        assert_eq!(counts.to_vec::<i32>(), [0, 1], "{}", large.dtype());
    }
    let q = jnp::ones([1, 4, 2, 8]);
    let all = nn::Attention::default().window(usize::MAX, usize::MAX).apply(&q, &q, &q);
    assert_eq!(all.to_vec::<f32>(), q.to_vec::<f32>());
}

#[test]
fn more_operands_than_bits_of_a_word_are_contracted() {
    let x = array([1.0f32, 2.0]);
    let names = vec!["i"; 70].join(",");
    assert_eq!(jnp::einsum(&names, &vec![&x; 70]).item::<f32>(), 1.0 + 2f32.powi(70));
}

#[test]
fn wide_reflections_repeat_the_array() {
    let x = array([1, 2, 3]);
    let padded = jnp::pad(&x, (9, 0), PadMode::Reflect).to_vec::<i32>();
    assert_eq!(padded, [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]);
    let padded = jnp::pad(&x, (7, 8), PadMode::Wrap).to_vec::<i32>();
    assert_eq!(padded, [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]);
}

#[test]
fn masks_are_bools_and_bools_are_indices() {
    let x = array([1.0f32, 2.0, 3.0]);
    assert_eq!(jnp::take(&x, array([true, false]), 0).to_vec::<f32>(), [2.0, 1.0]);
    refused(|x| jnp::sum(x, axis(..).where_(x)), "where must be None or a boolean array");
    refused(|x| jnp::repeat_total(x, x, 0, 4), "repeat: expected numbers of an integer dtype");
    refused(|x| jnp::nonzero_sized(x, jnp::sized(2).fill(x)).remove(0), "must be a scalar");
    let signs = random::rademacher_of(&random::PRNGKey(0), 4, DType::Bool);
    assert_eq!(signs.to_vec::<bool>(), [true; 4]);
}

#[test]
fn complex_numbers_round_by_parts_and_have_no_order() {
    let z = array([Complex::new(1.5f32, 2.567)]);
    let rounded = jnp::round(&z, 0).to_vec::<Complex<f32>>();
    assert_eq!(rounded, [Complex::new(2.0, 3.0)]);
    let complex = |x: &Array| x.astype(DType::C64);
    refused(move |x| jnp::clip(complex(x), 0, 1), "Clip received a complex value");
    refused(move |x| jnp::frexp(complex(x)).0, "frexp does not support complex-valued inputs");
    refused(move |x| jnp::argmax(&complex(x), ..), "argmax: operand 0");
    let choose = |p: &Array| random::Choice::of(p).p(&p.astype(DType::C64));
    refused(move |x| choose(x).draw(&random::PRNGKey(0), 5), "must be a real dtype");
}

#[test]
fn arrays_without_elements_have_results_or_say_why_not() {
    let none = array([0.0f32; 0]);
    assert!(jnp::cov(&none, 1.0).item::<f32>().is_nan());
    let empty = |x: &Array| jnp::repeat(x, 0, 0);
    refused(move |x| jnp::unique(&empty(x), Some(2), None), "fill_value must be specified");
    refused(move |x| jnp::pad(&empty(x), 1, PadMode::Mean), "'mean' padding to empty axis");
    let key = random::PRNGKey(0);
    refused(move |x| random::categorical(&key, &empty(x), 0), "argmax of an empty sequence");
    refused(move |x| jnp::quantile(&empty(x), 0.5, .., Interpolation::Linear), "one element");
}

#[test]
fn errors_inside_functions_of_functions_have_the_line_of_the_caller() {
    refused(|x| jnp::where_(x, jnp::ones([2, 3]), jnp::ones([3, 2])), "where got incompatible");
    refused(|x| jnp::block(&[&[x, &jnp::ones([2, 3])]]), "concatenate");
    refused(|x| jnp::digitize(x, &jnp::ones([2, 3]), false), "edges must be 1-dimensional");
    refused(|x| nn::layer_norm(x, 3, 1e-5), "axis 3 is out of bounds");
}

#[test]
fn an_eager_error_panics_at_the_line_of_the_caller() {
    static PLACES: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let thread = std::thread::current().id();
    let old = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == thread {
            let place = info.location().expect("a panic has a place").file().to_owned();
            PLACES.lock().unwrap().push(place);
        } else {
            old(info);
        }
    }));
    let x = array([1.0f32, 2.0, 3.0]);
    let calls: [&dyn Fn() -> Array; 6] = [
        &|| jnp::sum(&x, 1),
        &|| jnp::flip(&x, [0, 0]),
        &|| jnp::delete(&x, [5], 0),
        &|| jnp::einsum("i->-i", &[&x]),
        &|| jnp::indices([HUGE, 2]),
        &|| random::uniform_between(&random::PRNGKey(0), 3, jnp::ones([2, 3]), 1.0),
    ];
    for call in calls {
        assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
    }
    let places = std::mem::take(&mut *PLACES.lock().unwrap());
    assert_eq!(places, [file!(); 6]);
}
