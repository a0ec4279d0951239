//! Programs traced here print as JAX 0.4.35 prints the same functions.

use half::f16;
use jaxide_ir::{PrintOptions, print};
use jaxide_trace::{
    Array, ClosedJaxpr, DType, array, jit, lax, lax::ScanOptions, make_jaxpr, scalar,
};
use serde_json::Value;

fn f32s(x: f32) -> Array {
    Array::from_slice(&[], &[x])
}

fn arange(n: usize) -> Array {
    array((0..n).map(|i| i as f32).collect::<Vec<_>>())
}

fn ones<const N: usize>(shape: [usize; N]) -> Array {
    Array::from_slice(&shape, &vec![1.0f32; shape.iter().product()])
}

fn arithmetic() -> Vec<(&'static str, ClosedJaxpr)> {
    let (x, v) = (f32s(1.0), arange(3));
    let reduced = ones([2, 3]);
    vec![
        ("identity", make_jaxpr(|x: &Array| x.clone())(&x)),
        ("const_out", make_jaxpr(|_: &Array| scalar(3.0))(&x)),
        ("scalar_mul_add", make_jaxpr(|x: &Array| x * 2.0 + 1.0)(&scalar(1.0))),
        ("weak_int", make_jaxpr(|x: &Array| x + 1)(&scalar(1))),
        ("weak_to_strong", make_jaxpr(|x: &Array, y: &Array| x + y)(&scalar(1), &v)),
        ("sum_squared_error", make_jaxpr(|a: &Array, b: &Array| (a - b).pow(2).sum())(&v, &v)),
        ("sin_cos_chain", make_jaxpr(|x: &Array| x.cos().sin() - x.tanh())(&v)),
        (
            "reductions",
            make_jaxpr(|x: &Array| {
                (x.sum(), x.max(), x.min(), x.prod(), x.mean(), x.any(), x.all())
            })(&reduced),
        ),
        (
            "integer_pow_pow",
            make_jaxpr(|x: &Array| {
                (x.pow(2), x.pow(3), x.pow(-1), x.pow(0.5), x.pow(2.5), x.pow(x))
            })(&(&v + 1.0)),
        ),
        ("reshape_transpose", make_jaxpr(|x: &Array| x.reshape(6).reshape([3, 2]).t())(&reduced)),
        (
            "convert",
            make_jaxpr(|x: &Array| (x.astype(DType::I32), x.astype(DType::BF16), x.gt(0.0)))(
                &arange(4),
            ),
        ),
        ("bool_literal", make_jaxpr(|p: &Array| p & true)(&array([true, false]))),
        (
            "neg_literal_inf_nan",
            make_jaxpr(|x: &Array| {
                (x.minimum(f64::INFINITY), x.maximum(-1e-8), x * 1e10, x + f64::NAN, x * 0.1)
            })(&x),
        ),
        (
            "long_many_vars",
            make_jaxpr(|x: &Array| (0..30).fold(x.clone(), |x, i| x + f64::from(i)))(&x),
        ),
        ("empty_tuple_out", make_jaxpr(|_: &Array| ())(&scalar(1.0))),
    ]
}

fn nested() -> Vec<(&'static str, ClosedJaxpr)> {
    let x = f32s(1.0);
    let double = jit(|x: &Array| x * 2.0);
    let spliced = jit(|x: &Array| x * 2.0).inline(true);
    let inner = jit(|x: &Array| x * 2.0).name("inner");
    let sum = jit(|x: &Array| (x * 2.0).sum()).name("inner");
    let cube = jit(|x: &Array, n: usize| (0..n).fold(x.clone(), |x, _| &x * &x))
        .static_argnums([1])
        .name("inner");
    let long = jit(|x: &Array| (0..12).fold(x.clone(), |x, _| x.sin())).name("inner");
    let g = jit(|x: &Array| x + 1.0).name("g");
    let h = jit(|x: &Array| g(x) * g(x)).name("h");
    let first = jit(|x: &Array, _: &Array| x.clone()).name("inner");
    let k = f32s(3.0);
    vec![
        ("nested_jit_shared", make_jaxpr(|x: &Array| double(x) + double(&(x + 1.0)))(&x)),
        ("nested_jit_inline", make_jaxpr(|x: &Array| spliced(x) + 1.0)(&x)),
        ("nested_jit_once", make_jaxpr(|x: &Array| inner(x) + 1.0)(&x)),
        (
            "nested_jit_two_shapes",
            make_jaxpr(|x: &Array, y: &Array| sum(x) + sum(y))(&ones([2]), &ones([3])),
        ),
        ("jit_static", make_jaxpr(|x: &Array| cube(x, 3))(&x)),
        ("jit_unused_arg", make_jaxpr(|x: &Array, y: &Array| first(x, y))(&x, &x)),
        ("shared_long_jaxpr", make_jaxpr(|x: &Array| long(x) * 2.0)(&x)),
        ("two_shared", make_jaxpr(|x: &Array| h(x) + h(&g(x)))(&x)),
        ("const_closure_scalar", make_jaxpr(|x: &Array| x + &k)(&x)),
        (
            "const_closure_array",
            make_jaxpr({
                let k = arange(3);
                move |x: &Array| x + &k
            })(&ones([3])),
        ),
    ]
}

fn loops() -> Vec<(&'static str, ClosedJaxpr)> {
    let x = f32s(1.0);
    let three = ScanOptions { length: Some(3), ..ScanOptions::default() };
    let backwards = ScanOptions { reverse: true, unroll: 2, ..ScanOptions::default() };
    let zeros = |_: &Array| scalar(0.0).astype(DType::F32).broadcast_to(3);
    vec![
        (
            "cond_bool",
            make_jaxpr(|p: &Array, x: &Array| lax::cond(p, |x| x + 1.0, |x| x - 1.0, x))(
                &scalar(true),
                &scalar(1.0),
            ),
        ),
        (
            "while_loop",
            make_jaxpr(|x: &Array| lax::while_loop(|c| c.lt(10.0), |c| c * 2.0, x.clone()))(&x),
        ),
        (
            "scan_consts",
            make_jaxpr(|w: &Array, xs: &Array| {
                let step = |h: &Array, x: &Array| {
                    let h = (h.matmul(w) + x).tanh();
                    (h.clone(), h.sum())
                };
                lax::scan_with(backwards, step, zeros(w), xs)
            })(&ones([3, 3]), &ones([4, 3])),
        ),
        (
            "scan_length",
            make_jaxpr(|x: &Array| {
                lax::scan_with(three, |c: &Array, ()| (c * 2.0, ()), x.clone(), &()).0
            })(&x),
        ),
    ]
}

#[test]
fn programs_print_as_jax_prints_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/jaxpr_0435.json");
    let text = std::fs::read_to_string(path).expect("the golden file is in the repository");
    let golden: Value = serde_json::from_str(&text).expect("it is JSON");
    let cases = golden["cases"].as_array().expect("a list of cases");
    let expected = |name: &str| {
        let case = cases.iter().find(|case| case["name"] == name);
        case.and_then(|case| case["jaxpr"].as_str()).unwrap_or_else(|| panic!("no case {name}"))
    };
    let mut wrong = String::new();
    for (name, jaxpr) in [arithmetic(), nested(), loops()].concat() {
        let options = PrintOptions { literal_types: false };
        let got = print(&jaxpr.jaxpr, options);
        if got != expected(name) {
            wrong += &format!("{name}: expected\n{}\ngot\n{got}\n\n", expected(name));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn narrow_floats_come_and_go_without_loss() {
    let x = array([f16::from_f32(0.1)]);
    assert_eq!(x.dtype(), DType::F16);
    assert_eq!(x.to_vec::<f16>(), [f16::from_f32(0.1)]);
}
