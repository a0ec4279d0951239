//! The course page on JIT compilation, checked.

use expect_test::expect;
use jaxide::{Array, Error, array, config, jit, jit_fn, jnp, lax, make_jaxpr, random, scalar};

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

#[jit]
fn cond_func(x: &Array) -> Array {
    if *x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

#[jit(static_argnames = ["x"])]
fn cond_func_static(x: &Array) -> Array {
    if *x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }
}

fn normals() -> (Array, Array) {
    let [_, first, second] = random::split_into(&random::PRNGKey(8));
    (random::normal(&first, [500, 500]), random::normal(&second, [500, 500]))
}

/// 250,000 terms: JAX's own sum has an error of this order.
fn assert_close(got: &Array, expected: f32) {
    let got: f32 = got.item();
    assert!((got - expected).abs() <= 4e-7 * expected, "expected {expected}, got {got}");
}

#[test]
fn sum_of_squared_errors_agrees_with_jax_in_both_threefry_modes() {
    for (partitionable, expected) in [(true, 501_519.3), (false, 501_506.88)] {
        let (a, b) = config::threefry_partitionable(partitionable, normals);
        assert_close(&sum_squared_error(&a, &b), expected);
        assert_close(&jit(sum_squared_error)(&a, &b), expected);
    }
}

#[test]
fn jaxprs_print_as_on_the_page() {
    let (x, y) = (array([1.0, 2.0, 3.0]), array([4.0, 5.0, 6.0]));
    expect![[r#"
        { lambda ; a:f32[3] b:f32[3]. let
            c:f32[3] = sub a b
            d:f32[3] = integer_pow[y=2] c
            e:f32[] = reduce_sum[axes=(0,)] d
          in (e,) }"#]]
    .assert_eq(&make_jaxpr(sum_squared_error)(&x, &y).to_string());
    expect![[r#"
        { lambda ; a:f32[3] b:f32[3]. let
            c:f32[] = pjit[
              name=sum_squared_error
              jaxpr={ lambda ; d:f32[3] e:f32[3]. let
                  f:f32[3] = sub d e
                  g:f32[3] = integer_pow[y=2] f
                  h:f32[] = reduce_sum[axes=(0,)] g
                in (h,) }
            ] a b
          in (c,) }"#]]
    .assert_eq(&make_jaxpr(jit(sum_squared_error))(&x, &y).to_string());
}

#[test]
fn a_traced_condition_is_an_error_that_names_function_line_and_argument() {
    let error = cond_func::try_call(&scalar(1.0)).unwrap_err();
    assert!(matches!(error, Error::TracerBoolConversion(_)));
    let text = error.to_string();
    let head = "Attempted boolean conversion of traced array with shape bool[].\nThe error occurred \
                while tracing the function cond_func at ";
    assert!(text.contains(head), "{text}");
    assert!(text.contains("depends on the value of the argument x."), "{text}");
}

#[test]
fn static_arguments_compile_per_value() {
    let by_position =
        jit(|x: &Array| if *x < 0.0 { x.pow(2.0) } else { x.pow(3.0) }).static_argnums([0]);
    assert_eq!(by_position(&scalar(2.0)).item::<f32>(), 8.0);
    assert_eq!(by_position(&scalar(-2.0)).item::<f32>(), 4.0);
    assert_eq!(by_position.cache_size(), 2);
    assert_eq!(cond_func_static(&scalar(2.0)).item::<f32>(), 8.0);
    assert_eq!(cond_func_static(&scalar(-2.0)).item::<f32>(), 4.0);
}

#[test]
fn cond_takes_either_branch_eagerly_and_compiled() {
    let choose = |p: &Array, x: &Array| lax::cond(p, |x| x.pow(2.0), |x| x.pow(3.0), x);
    for f in [&choose as &dyn Fn(&Array, &Array) -> Array, &*jit(choose)] {
        assert_eq!(f(&array(false), &array([2.0])).to_vec::<f32>(), [8.0]);
        assert_eq!(f(&array(true), &array([-2.0])).to_vec::<f32>(), [4.0]);
    }
}

#[test]
fn loops_of_a_million_steps_run_compiled() {
    let count = jit(|n: &Array| lax::while_loop(|i| i.lt(n), |i| i + 1, scalar(0)));
    assert_eq!(count(&scalar(1_000_000)).item::<i32>(), 1_000_000);
    let running = jit(|xs: &Array| lax::scan(|c: &Array, x: &Array| (c + x, c * 2), scalar(0), xs));
    let (total, ys) = running(&jnp::arange(1_000_000));
    let n: i64 = 1_000_000;
    assert_eq!(total.item::<i32>(), (n * (n - 1) / 2) as i32);
    assert_eq!(ys.to_vec::<i32>()[..4], [0, 0, 2, 6]);
}

#[test]
fn a_traced_shape_is_an_error_and_a_host_product_is_not() {
    let wrong = jit(|x: &Array| {
        let sizes: Vec<i32> = x.shape().iter().map(|size| *size as i32).collect();
        x.reshape(array(sizes).prod())
    });
    let error = wrong.try_call(&jnp::ones([2, 3])).unwrap_err().to_string();
    assert!(error.contains("Shapes must be 1D sequences of concrete values"), "{error}");
    let right = jit(|x: &Array| x.reshape(x.shape().iter().product::<usize>()));
    assert_eq!(right(&jnp::ones([2, 3])).shape(), [6]);
}

#[test]
fn closures_have_names_through_jit_fn() {
    let power = jit_fn!(|x, n: usize| x.pow(n as i32), static_argnames = ["n"]);
    assert_eq!(power(&array([2.0]), 3).to_vec::<f32>(), [8.0]);
}
