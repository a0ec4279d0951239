//! What an op, its rules and a pass from outside can do, and what happens without them.

mod rules;

use std::sync::Arc;

use half::{bf16, f16};
use jaxide::{Array, DType, Element, Error, Jitted, Params, Passes, Tree, array, config, jit, lax};
use jaxide_eval::EvalBackend;
use jaxide_ir::{Jaxpr, parse, same_program, verify};
use jaxide_mlir::MlirBackend;
use jaxide_passes::{Options, PassManager, Pipeline};
use jaxide_runtime::Backend;
use own_dialect::{FIR, MERGE_FILTERS, copysign, cpu, fir, interpreter, moving_average, registry};

const TAPS: [f64; 3] = [0.3, -1.7, 0.1];

fn engines() -> [Arc<dyn Backend>; 2] {
    [Arc::new(EvalBackend { interpreter: interpreter() }), Arc::new(cpu())]
}

/// A jitted function on each engine.
fn on_engines<'f, P: Params, O: Tree>(f: impl Fn() -> Jitted<'f, P, O>) -> [Jitted<'f, P, O>; 2] {
    engines().map(|engine| f().with_backend(engine))
}

fn eagerly<R>(f: impl FnOnce() -> R) -> R {
    config::interpreter(&interpreter(), f)
}

fn program(text: &str) -> Jaxpr {
    parse(text, "test.jaxpr", &registry()).unwrap()
}

#[test]
fn eager_calls_run_on_the_interpreter_that_has_the_row() {
    let x = array([1.0, 2.0, 4.0, 8.0]);
    assert_eq!(eagerly(|| fir(&x, &[0.5, 0.25])).to_vec::<f32>(), [1.0, 2.0, 4.0]);
    assert_eq!(eagerly(|| moving_average(&x, 4)).to_vec::<f32>(), [3.75]);
}

#[test]
fn without_the_rows_every_engine_names_the_op() {
    let x = array([1.0, 2.0]);
    let f = || jit(|x: &Array| fir(x, &TAPS[..2]));
    let eval = f().with_backend(jaxide::backend::eval()).try_call(&x).unwrap_err();
    assert!(eval.to_string().contains("sig.fir"), "{eval}");
    let cpu = f().try_call(&x).unwrap_err();
    assert!(cpu.to_string().contains("sig.fir"), "{cpu}");
}

#[test]
fn eager_interpreted_and_compiled_results_have_the_same_bits() {
    fn check<T: Element + PartialEq + std::fmt::Debug>(of: fn(f64) -> T) {
        for shape in [&[9][..], &[2, 3], &[2, 1, 5], &[0, 4], &[3, 3]] {
            let size = shape.iter().product();
            let values: Vec<T> = (0..size).map(|i| of((i as f64 * 0.7).sin() * 3.0)).collect();
            let x = Array::from_slice(shape, &values);
            let expected = eagerly(|| fir(&x, &TAPS));
            for f in on_engines(|| jit(|x: &Array| fir(x, &TAPS))) {
                assert_eq!(f(&x).shape(), expected.shape());
                assert_eq!(f(&x).to_vec::<T>(), expected.to_vec::<T>());
            }
        }
    }
    check(|x| x);
    check(|x| x as f32);
    check(bf16::from_f64);
    check(f16::from_f64);
}

#[test]
fn ops_from_outside_work_in_compiled_loops() {
    fn ringed(x: &Array) -> Array {
        let end = |at: usize| lax::slice(x, &[at], &[at + 1], None);
        lax::concatenate(&[&end(x.len() - 1), x, &end(0)], 0)
    }
    fn smoothed(x: &Array) -> Array {
        lax::fori_loop(0, 3, |_, x: &Array| fir(&ringed(x), &[0.25, 0.5, 0.25]), x.clone())
    }
    let x = array([0.0, 0.0, 64.0, 0.0, 0.0]);
    for f in on_engines(|| jit(smoothed)) {
        assert_eq!(f(&x).to_vec::<f32>(), [7.0, 15.0, 20.0, 15.0, 7.0]);
    }
}

#[test]
fn programs_print_parse_and_verify() {
    let text = "{ lambda ; a:f32[2,8] b:f32[2,6]. let
    c:f32[2,6] = sig.fir[taps=(0.25, 0.5, 0.25)] a
    d:f32[2,6] = sig.copysign c b
  in (d,) }";
    let jaxpr = program(text);
    assert_eq!(jaxpr.to_string(), text);
    verify(&jaxpr, Some(&registry())).unwrap();
    let traced =
        jaxide::make_jaxpr(|a: &Array, b: &Array| copysign(&fir(a, &[0.25, 0.5, 0.25]), b))(
            &jaxide::jnp::ones([2, 8]),
            &jaxide::jnp::ones([2, 6]),
        );
    assert!(same_program(&traced.jaxpr, &jaxpr), "{traced}");
}

#[test]
fn a_registry_without_the_dialect_refuses_its_ops() {
    let text = "{ lambda ; a:f32[3]. let b:f32[2] = sig.fir[taps=(1.0, 2.0)] a in (b,) }";
    let error = parse(text, "test.jaxpr", &jaxide_lax::registry()).unwrap_err();
    assert_eq!(error.message(), "unsupported op sig.fir");
    let error = verify(&program(text), Some(&jaxide_lax::registry())).unwrap_err();
    assert!(error.to_string().contains("sig.fir"), "{error}");
}

#[test]
fn mistakes_name_the_op_what_was_expected_and_the_line() {
    let message = |x: Array, taps: &'static [f64]| {
        let error = jit(move |x: &Array| fir(x, taps)).try_call(&x).unwrap_err();
        let Error::Op(diagnostic) = error else { panic!("an error of the op, got {error}") };
        assert!(diagnostic.loc().to_string().contains("own_dialect.rs"), "{diagnostic}");
        diagnostic.message().to_owned()
    };
    assert_eq!(
        message(array([1.0, 2.0]), &TAPS),
        "sig.fir: expected at least 3 elements on the last axis, got f32[2]"
    );
    assert_eq!(
        message(array(1.0), &TAPS),
        "sig.fir: expected at least 3 elements on the last axis, got f32[]"
    );
    assert_eq!(
        message(array([1.0]), &[]),
        "sig.fir: parameter taps: expected one finite number or more, got []"
    );
    assert_eq!(message(array([1, 2]), &TAPS), "sig.fir: operand 0: expected float, got i32");
}

#[test]
fn rows_alone_make_an_elementwise_op_run_everywhere() {
    let (x, sign) = (array([1.5, -2.0, 0.0, f32::NAN]), array([-0.0, 1.0, -3.0, 1.0]));
    let expected = [-1.5, 2.0, -0.0, f32::NAN].map(f32::to_bits);
    let bits = |x: Array| x.to_vec::<f32>().into_iter().map(f32::to_bits).collect::<Vec<_>>();
    assert_eq!(bits(copysign(&x, &sign)), expected);
    assert_eq!(bits(jit(copysign::<Array>)(&x, &sign)), expected);
    let (x, sign) = (array([3i8, -3, i8::MIN, 0]), array([-1i8, 5, 1, -1]));
    assert_eq!(copysign(&x, &sign).to_vec::<i8>(), [-3, 3, i8::MIN, 0]);
    assert_eq!(jit(copysign::<Array>)(&x, &sign).to_vec::<i8>(), [-3, 3, i8::MIN, 0]);
}

#[test]
fn an_elementwise_op_from_outside_folds_and_fuses() {
    let jaxpr = program(
        "{ lambda ; a:f32[8]. let
            b:f32[] = sig.copysign 2.0:f32[] -1.0:f32[]
            c:f32[8] = mul a b
            d:f32[8] = sig.copysign c a
            e:f32[] = reduce_sum[axes=(0,)] d
          in (e,) }",
    );
    let manager = PassManager::new(Pipeline::default_passes(), Options::default());
    let folded = manager.run(&Arc::new(jaxpr)).unwrap().jaxpr;
    assert!(folded.to_string().contains("mul a -2.0:f32[]"), "{folded}");
    let kernels = MlirBackend::new().kernels(&folded).unwrap();
    let ops: Vec<&str> = kernels.eqns.iter().map(|eqn| eqn.op.name).collect();
    assert_eq!(ops, ["kernel.reduce"], "{kernels}");
}

#[test]
fn the_pass_merges_filters_and_leaves_shared_ones() {
    let manager = PassManager::new(
        Pipeline::new(&["merge-filters", "dce"], &[&MERGE_FILTERS]).unwrap(),
        Options { registry: Some(registry()), verify: true, ..Options::default() },
    );
    let after = |text: &str| manager.run(&Arc::new(program(text))).unwrap().jaxpr.to_string();
    assert_eq!(
        after(
            "{ lambda ; a:f32[9]. let
                b:f32[8] = sig.fir[taps=(0.5, 0.5)] a
                c:f32[8] = sig.fir[taps=(1.0,)] b
                d:f32[6] = sig.fir[taps=(1.0, 2.0, 4.0)] c
              in (d,) }"
        ),
        "{ lambda ; a:f32[9]. let
    b:f32[6] = sig.fir[taps=(0.5, 1.5, 3.0, 2.0)] a
  in (b,) }"
    );
    let shared = "{ lambda ; a:f32[9]. let
    b:f32[8] = sig.fir[taps=(0.5, 0.5)] a
    c:f32[7] = sig.fir[taps=(1.0, -1.0)] b
  in (b, c) }";
    assert_eq!(after(shared), shared);
}

#[test]
fn jit_runs_the_pass_before_either_engine() {
    let [mean, _] = on_engines(|| jit(|x: &Array| fir(x, &[0.5, 0.5])));
    let f = move |x: &Array| mean(&mean(x));
    let x = array([1.0, 2.0, 4.0, 8.0]);
    assert_eq!(f(&x).to_vec::<f32>(), [2.25, 4.5]);
    for engine in engines() {
        let watched = Arc::new(Watched { inner: engine, ops: Default::default() });
        let jitted = jit(f.clone())
            .with_backend(watched.clone())
            .passes_with(&["inline", "merge-filters", "default"], &[&MERGE_FILTERS]);
        assert_eq!(jitted(&x).to_vec::<f32>(), [2.25, 4.5]);
        assert_eq!(*watched.ops.lock().unwrap(), [FIR.name]);
    }
}

/// Remembers which ops the engine behind it was given.
struct Watched {
    inner: Arc<dyn Backend>,
    ops: std::sync::Mutex<Vec<&'static str>>,
}

impl Backend for Watched {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn compile(
        &self,
        jaxpr: &Jaxpr,
        options: &jaxide_runtime::CompileOptions,
    ) -> jaxide_ir::Result<Arc<dyn jaxide_runtime::Executable>> {
        self.ops.lock().unwrap().extend(jaxpr.eqns.iter().map(|eqn| eqn.op.name));
        self.inner.compile(jaxpr, options)
    }
}

#[test]
fn results_keep_dtype_and_weak_type() {
    let x = eagerly(|| fir(&array([1.0, 2.0]), &[2.0]));
    assert_eq!((x.dtype(), x.weak_type()), (DType::F32, false));
}
