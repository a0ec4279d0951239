//! Control flow.

use jaxide_ir::{ArrayType, DType};
use jaxide_runtime::Buffer;

use super::{array, program, run, scalar, vector};

const SWITCH: &str = "{ lambda ; i:i32[] x:f32[]. let
    r:f32[] = cond[branches=(
      { lambda ; a:f32[]. let b:f32[] = neg a in (b,) }
      { lambda ; a:f32[]. let  in (a,) }
      { lambda ; a:f32[]. let b:f32[] = mul a a in (b,) }
    )] i x
  in (r,) }";

#[test]
fn cond_clamps_its_index() {
    let cond = |i: i32| run(&program(SWITCH), &[&scalar(i), &scalar(3f32)])[0].as_slice::<f32>()[0];
    assert_eq!([cond(-7), cond(0), cond(1), cond(2), cond(99)], [-3f32, -3.0, 3.0, 9.0, 9.0]);
}

#[test]
fn a_long_loop_of_scalar_steps_ends() {
    let text = "{ lambda ; n:i32[]. let
        i:i32[] s:i32[] = while[
          body_jaxpr={ lambda ; a:i32[] b:i32[]. let
              c:i32[] = add a 1:i32[]
              d:i32[] = add b a
            in (c, d) }
          body_nconsts=0
          cond_jaxpr={ lambda ; m:i32[] a:i32[] b:i32[]. let c:bool[] = lt a m in (c,) }
          cond_nconsts=1
        ] n 0:i32[] 0:i32[]
      in (i, s) }";
    let outs = run(&program(text), &[&scalar(100_000i32)]);
    assert_eq!(outs[0].as_slice::<i32>(), [100_000]);
    assert_eq!(outs[1].as_slice::<i32>(), [(99_999i64 * 100_000 / 2) as i32]);
}

#[test]
fn lanes_of_a_vectorised_loop_stop_one_by_one() {
    let text = "{ lambda ; x:i32[3] y:i32[3,2]. let
        a:i32[3] b:i32[3,2] = while[
          body_jaxpr={ lambda ; a:i32[3] b:i32[3,2]. let
              c:i32[3] = add a 1:i32[]
              d:i32[3,2] = add b 10:i32[]
            in (c, d) }
          body_nconsts=0
          cond_jaxpr={ lambda ; a:i32[3] b:i32[3,2]. let c:bool[3] = lt a 3:i32[] in (c,) }
          cond_nconsts=0
        ] x y
      in (a, b) }";
    let outs = run(&program(text), &[&vector(&[0, 2, 5]), &array(&[3, 2], &[0; 6])]);
    assert_eq!(outs[0].as_slice::<i32>(), [3, 3, 5]);
    assert_eq!(outs[1].as_slice::<i32>(), [30, 30, 10, 10, 0, 0]);
}

fn scan(length: usize, reverse: &str) -> String {
    format!(
        "{{ lambda ; k:f32[] c:f32[] x:f32[{length}]. let
        d:f32[] y:f32[{length}] = scan[
          jaxpr={{ lambda ; k:f32[] c:f32[] x:f32[]. let
              p:f32[] = mul c k
              s:f32[] = add p x
            in (s, s) }}
          length={length}
          linear=(False, False, False)
          num_carry=1
          num_consts=1
          reverse={reverse}
          unroll=1
        ] k c x
      in (d, y) }}"
    )
}

#[test]
fn scan_stacks_results_in_the_order_of_the_slices() {
    let x = vector(&[1f32, 2.0, 3.0]);
    let operands = [&scalar(10f32), &scalar(0f32), &x];
    let outs = run(&program(&scan(3, "False")), &operands);
    assert_eq!(outs[0].as_slice::<f32>(), [123.0]);
    assert_eq!(outs[1].as_slice::<f32>(), [1.0, 12.0, 123.0]);
    let outs = run(&program(&scan(3, "True")), &operands);
    assert_eq!(outs[0].as_slice::<f32>(), [321.0]);
    assert_eq!(outs[1].as_slice::<f32>(), [321.0, 32.0, 3.0]);
}

#[test]
fn a_scan_of_no_steps_returns_its_carry() {
    let empty = Buffer::zeros(ArrayType::new(DType::F32, &[0])).unwrap();
    let outs = run(&program(&scan(0, "False")), &[&scalar(2f32), &scalar(7f32), &empty]);
    assert_eq!(outs[0].as_slice::<f32>(), [7.0]);
    assert!(outs[1].as_slice::<f32>().is_empty());
}

#[test]
fn functions_with_derivative_rules_run_as_they_are() {
    let text = "{ lambda ; x:f32[]. let
        y:f32[] = custom_jvp_call[
          call_jaxpr={ lambda ; a:f32[]. let b:f32[] = mul a a in (b,) }
          num_consts=0
        ] x
      in (y,) }";
    assert_eq!(run(&program(text), &[&scalar(3f32)])[0].as_slice::<f32>(), [9.0]);
}

#[test]
fn a_shared_function_may_return_its_argument() {
    let text = "{ lambda ; x:f32[2]. let
        y:f32[2] = pjit[name=f jaxpr={ lambda ; a:f32[2]. let  in (a,) }] x
        z:f32[2] = add x y
      in (y, z, x) }";
    let outs = run(&program(text), &[&vector(&[1f32, 2.0])]);
    let values: Vec<&[f32]> = outs.iter().map(|out| out.as_slice()).collect();
    assert_eq!(values, [[1.0, 2.0], [2.0, 4.0], [1.0, 2.0]]);
}
