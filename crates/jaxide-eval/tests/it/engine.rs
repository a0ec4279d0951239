//! The engine around the kernels: errors, reuse of memory, extra kernels, the backend.

use jaxide_eval::{EvalBackend, Interpreter, Kernel, apply};
use jaxide_ir::{ArrayType, DType, Loc, Params};
use jaxide_lax::elementwise::{ADD, TANH};
use jaxide_runtime::{Arg, Backend, Buffer, CompileOptions, run_owned};
use smallvec::smallvec;

use super::{equation, program, run, scalar, vector};

#[test]
fn one_op_is_applied_eagerly() {
    let (x, y) = (vector(&[1f32, 2.0]), scalar(1f32));
    let sum = apply(&ADD, &Params::new(), &[&x, &y]).unwrap();
    assert_eq!(sum[0].as_slice::<f32>(), [2.0, 3.0]);
}

#[test]
fn refusals_name_the_op_and_the_callers_line() {
    let error = apply(&ADD, &Params::new(), &[&scalar(1f32), &scalar(1i32)]).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("add: operands must have one dtype, expected f32, got i32"), "{text}");
    assert!(text.contains("engine.rs:"), "{text}");
}

#[test]
fn arguments_of_the_wrong_type_are_refused() {
    let jaxpr = equation("a:f32[2]", "f32[2]", "neg a");
    let error = jaxide_eval::run(&jaxpr, &[&vector(&[1i32, 2])]).unwrap_err().to_string();
    assert_eq!(error, "jaxpr: argument 0: expected f32[2], got i32[2]");
    let error = jaxide_eval::run(&jaxpr, &[]).unwrap_err().to_string();
    assert_eq!(error, "expected 1 arguments, got 0");
}

#[test]
fn kernels_from_outside_count_first() {
    let zero = Kernel::Pure(|cx, _| Ok(smallvec![Buffer::zeros(cx.out().clone())?]));
    let interpreter = Interpreter::new().with(&TANH, zero);
    let x = vector(&[1f32, 2.0]);
    let out = interpreter.apply(&TANH, &Params::new(), &[&x], &Loc::unknown()).unwrap();
    assert_eq!(out[0].as_slice::<f32>(), [0.0, 0.0]);
    let out = interpreter.run(&equation("a:f32[2]", "f32[2]", "tanh a"), &[&x]).unwrap();
    assert_eq!(out[0].as_slice::<f32>(), [0.0, 0.0]);
}

#[test]
fn a_kernel_that_breaks_its_promise_is_reported() {
    let wrong = Kernel::Pure(|_, _| Ok(smallvec![scalar(1i32)]));
    let interpreter = Interpreter::new().with(&TANH, wrong);
    let jaxpr = equation("a:f32[2]", "f32[2]", "tanh a");
    let error = interpreter.run(&jaxpr, &[&vector(&[1f32, 2.0])]).unwrap_err().to_string();
    let expected = "bug in jaxide: the kernel of tanh must return f32[2], returned i32[]";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn sizes_that_no_machine_holds_are_errors() {
    let right = "broadcast_in_dim[broadcast_dimensions=() shape=(1099511627776, 1024)] a";
    let jaxpr = equation("a:f32[]", "f32[1099511627776,1024]", right);
    let error = jaxide_eval::run(&jaxpr, &[&scalar(1f32)]).unwrap_err().to_string();
    assert!(error.starts_with("out of memory"), "{error}");
}

#[test]
fn the_backend_compiles_and_runs_with_donated_arguments() {
    let text = "{ lambda ; a:f32[2] i:i32[]. let
        b:f32[2] = dynamic_update_slice a 5.0:f32[1] i
      in (b,) }";
    let text = text.replace("5.0:f32[1]", "u").replace("i:i32[]", "i:i32[] u:f32[1]");
    let jaxpr = program(&text);
    let exe = EvalBackend::default().compile(&jaxpr, &CompileOptions::default()).unwrap();
    let (x, i, u) = (vector(&[1f32, 2.0]), scalar(1i32), vector(&[5f32]));
    let outs = run_owned(&*exe, &[&x, &i, &u]).unwrap();
    assert_eq!(outs[0].as_slice::<f32>(), [1.0, 5.0]);
    let address = x.as_ptr();
    let mut args = [Arg::Donated(x), Arg::Borrowed(&i), Arg::Borrowed(&u)];
    let mut outs = [Buffer::zeros(ArrayType::new(DType::F32, &[2])).unwrap()];
    exe.run(&mut args, &mut outs).unwrap();
    assert_eq!(outs[0].as_slice::<f32>(), [1.0, 5.0]);
    assert_eq!(outs[0].as_ptr(), address);
}

#[test]
fn unused_results_and_repeated_operands_are_fine() {
    let text = "{ lambda ; a:f32[2]. let
        b:f32[2] = mul a a
        _:f32[2] = neg b
        c:f32[2] = add b b
        d:f32[2,1] = reshape[dimensions=None new_sizes=(2, 1)] c
      in (c, d, 1.0:f32[]) }";
    let outs = run(&program(text), &[&vector(&[1f32, 2.0])]);
    assert_eq!(outs[0].as_slice::<f32>(), [2.0, 8.0]);
    assert_eq!(outs[1].as_slice::<f32>(), [2.0, 8.0]);
    assert_eq!(outs[2].as_slice::<f32>(), [1.0]);
}

#[test]
fn a_value_that_is_still_needed_is_not_changed_in_place() {
    let text = "{ lambda ; a:f32[2] u:f32[1] i:i32[]. let
        b:f32[2] = neg a
        c:f32[2] = dynamic_update_slice b u i
        d:f32[2] = add b c
      in (d,) }";
    let outs = run(&program(text), &[&vector(&[1f32, 2.0]), &vector(&[7f32]), &scalar(0i32)]);
    assert_eq!(outs[0].as_slice::<f32>(), [6.0, -4.0]);
}

#[test]
fn a_loop_writes_its_carry_row_by_row() {
    let text = "{ lambda ; a:f32[1000000]. let
        i:i32[] r:f32[1000000] = while[
          body_jaxpr={ lambda ; i:i32[] a:f32[1000000]. let
              j:i32[] = add i 1:i32[]
              x:f32[] = convert_element_type[new_dtype=float32 weak_type=False] i
              u:f32[1] = reshape[dimensions=None new_sizes=(1,)] x
              b:f32[1000000] = dynamic_update_slice a u i
            in (j, b) }
          body_nconsts=0
          cond_jaxpr={ lambda ; i:i32[] a:f32[1000000]. let c:bool[] = lt i 5000:i32[] in (c,) }
          cond_nconsts=0
        ] 0:i32[] a
      in (r,) }";
    let outs = run(&program(text), &[&vector(&[0f32; 1_000_000])]);
    let written: Vec<f32> = (0..5000).map(|i| i as f32).collect();
    assert_eq!(outs[0].as_slice::<f32>()[..5000], written);
}
