//! Traced values outside of their trace, and threads.

use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use jaxide_trace::{Array, Error, Jitted, config, jit, make_jaxpr, scalar};

fn leak() -> Array {
    let stash: Arc<OnceLock<Array>> = Arc::default();
    let keep = stash.clone();
    jit(move |x: &Array| keep.get_or_init(|| x * 2.0).sin())(&scalar(1.0));
    stash.get().expect("the function ran").clone()
}

#[test]
fn a_leaked_value_is_an_error_wherever_it_is_used() {
    let (a, b, c, d) = (leak(), leak(), leak(), leak());
    let error = jit(move |x: &Array| x + &a).try_call(&scalar(1.0)).unwrap_err();
    assert!(matches!(error, Error::UnexpectedTracer(_)));
    assert!(error.message().starts_with("Encountered an unexpected tracer."), "{error}");
    assert!(error.message().contains("leaks.rs:10:46"), "{error}");
    let eager = jit(|x: &Array| x.clone()).try_call(&b).unwrap_err();
    assert!(matches!(eager, Error::UnexpectedTracer(_)), "{eager}");
    assert!(std::panic::catch_unwind(|| c + 1.0).is_err());
    assert!(std::panic::catch_unwind(|| make_jaxpr(|x: &Array| x + &d)(&scalar(1.0))).is_err());
}

#[test]
fn leaks_can_be_found_when_they_happen() {
    let stash: Mutex<Vec<Array>> = Mutex::default();
    let f = jit(|x: &Array| {
        stash.lock().unwrap().push(x.sin());
        x.clone()
    });
    let error = config::check_leaks(|| f.try_call(&scalar(1.0))).unwrap_err();
    assert!(matches!(error, Error::TracerLeak(_)), "{error}");
    let clean = jit(|x: &Array| x.sin() + 1.0);
    assert!(config::check_leaks(|| clean.try_call(&scalar(1.0))).is_ok());
}

#[test]
fn a_traced_value_on_another_thread_is_an_error_there() {
    let f = jit(|x: &Array| {
        let y = x.clone();
        let error = std::thread::scope(|scope| {
            let call = || jit(|z: &Array| z + &y).try_call(&scalar(1.0)).unwrap_err();
            scope.spawn(call).join().unwrap()
        });
        assert!(matches!(error, Error::UnexpectedTracer(_)));
        x.clone()
    });
    assert!(f.try_call(&scalar(1.0)).is_ok());
}

#[test]
fn threads_share_a_jitted_function() {
    let f = jit(|x: &Array| x * x);
    let sums: f32 = std::thread::scope(|scope| {
        let run = |k: u8| (0..100).map(|_| f(&scalar(f32::from(k))).item::<f32>()).sum::<f32>();
        let threads: Vec<_> = (0..4).map(|k| scope.spawn(move || run(k))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((sums, f.cache_size()), (1400.0, 1));
}

fn double(n: usize, x: &Array) -> Array {
    if n == 0 { x.clone() } else { DOUBLE(n - 1, x) * 2.0 }
}

static DOUBLE: LazyLock<Jitted<(usize, &Array), Array>> =
    LazyLock::new(|| jit(double).static_argnums([0]));

#[test]
fn a_function_may_call_itself_while_it_is_traced() {
    assert_eq!(DOUBLE(5, &scalar(1.0)).item::<f32>(), 32.0);
}
