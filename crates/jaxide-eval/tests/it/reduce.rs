//! Reductions, arg-reductions, cumulative ops, contractions, sorting.

use half::bf16;

use super::{array, bools, equation, evaluate, program, run, scalar, vector};

#[test]
fn sums_reduce_the_named_axes() {
    let x = array(&[2, 3], &[1i32, 2, 3, 4, 5, 6]);
    let sum = |axes: &str, ty: &str| {
        evaluate::<i32>("a:i32[2,3]", ty, &format!("reduce_sum[axes={axes}] a"), &[&x])
    };
    assert_eq!(sum("(0,)", "i32[3]"), [5, 7, 9]);
    assert_eq!(sum("(1,)", "i32[2]"), [6, 15]);
    assert_eq!(sum("(0, 1)", "i32[]"), [21]);
    assert_eq!(sum("()", "i32[2,3]"), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn long_f32_sums_stay_within_a_few_roundings() {
    let data: Vec<f32> = (0..250_000).map(|i| (i as f32 * 0.37).sin() + 2.0).collect();
    let exact: f64 = data.iter().map(|x| f64::from(*x)).sum();
    let x = vector(&data);
    let sum = evaluate::<f32>("a:f32[250000]", "f32[]", "reduce_sum[axes=(0,)] a", &[&x])[0];
    assert!(
        (f64::from(sum) - exact).abs() <= 2.0 * f64::from(f32::EPSILON) * exact,
        "{sum} {exact}"
    );
}

#[test]
fn narrow_sums_accumulate_in_f32() {
    let x = vector(&[bf16::from_f32(1.0); 1000]);
    let sum = evaluate::<bf16>("a:bf16[1000]", "bf16[]", "reduce_sum[axes=(0,)] a", &[&x]);
    assert_eq!(sum, [bf16::from_f32(1000.0)]);
}

#[test]
fn empty_reductions_give_the_identity() {
    let x = vector::<f32>(&[]);
    let float =
        |op: &str| evaluate::<f32>("a:f32[0]", "f32[]", &format!("{op}[axes=(0,)] a"), &[&x])[0];
    assert_eq!((float("reduce_sum"), float("reduce_prod")), (0.0, 1.0));
    assert_eq!(float("reduce_max"), f32::NEG_INFINITY);
    assert_eq!(float("reduce_min"), f32::INFINITY);
    let x = vector::<i32>(&[]);
    let max = evaluate::<i32>("a:i32[0]", "i32[]", "reduce_max[axes=(0,)] a", &[&x]);
    assert_eq!(max, [i32::MIN]);
    let x = bools(&[]);
    let flag =
        |op: &str| evaluate::<u8>("a:bool[0]", "bool[]", &format!("{op}[axes=(0,)] a"), &[&x])[0];
    assert_eq!((flag("reduce_and"), flag("reduce_or")), (1, 0));
}

#[test]
fn maxima_propagate_nan_from_any_place() {
    for at in 0..3 {
        let mut data = [1f32, 2.0, 3.0];
        data[at] = f32::NAN;
        let x = vector(&data);
        let max = evaluate::<f32>("a:f32[3]", "f32[]", "reduce_max[axes=(0,)] a", &[&x]);
        assert!(max[0].is_nan(), "{at}");
    }
}

#[test]
fn argmax_takes_the_first_nan_else_the_first_tie() {
    let right = "argmax[axes=(1,) index_dtype=int32] a";
    let x = array(&[2, 4], &[1f32, 3.0, 3.0, 2.0, 5.0, f32::NAN, f32::NAN, 9.0]);
    assert_eq!(evaluate::<i32>("a:f32[2,4]", "i32[2]", right, &[&x]), [1, 1]);
    let x = array(&[1, 3], &[i64::MAX - 1, i64::MAX, i64::MIN]);
    assert_eq!(evaluate::<i32>("a:i64[1,3]", "i32[1]", right, &[&x]), [1]);
    let right = "argmin[axes=(1,) index_dtype=int32] a";
    assert_eq!(evaluate::<i32>("a:i64[1,3]", "i32[1]", right, &[&x]), [2]);
}

#[test]
fn running_sums_go_forwards_and_backwards_along_an_axis() {
    let x = array(&[2, 2], &[1f32, 2.0, 3.0, 4.0]);
    let run = |right: &str| evaluate::<f32>("a:f32[2,2]", "f32[2,2]", right, &[&x]);
    assert_eq!(run("cumsum[axis=0 reverse=False] a"), [1.0, 2.0, 4.0, 6.0]);
    assert_eq!(run("cumsum[axis=1 reverse=True] a"), [3.0, 2.0, 7.0, 4.0]);
    assert_eq!(run("cumprod[axis=1 reverse=False] a"), [1.0, 2.0, 3.0, 12.0]);
}

#[test]
fn logsumexp_of_nothing_but_minus_infinity_is_minus_infinity() {
    let x = vector(&[f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0]);
    let right = "cumlogsumexp[axis=0 reverse=False] a";
    let sums = evaluate::<f32>("a:f32[3]", "f32[3]", right, &[&x]);
    assert_eq!(sums, [f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0]);
}

#[test]
fn contractions_put_batch_then_left_then_right_dimensions() {
    let a = array(&[2, 2], &[1f32, 2.0, 3.0, 4.0]);
    let b = array(&[2, 2], &[5f32, 6.0, 7.0, 8.0]);
    let inputs = "a:f32[2,2] b:f32[2,2]";
    let dot = |dims: &str, ty: &str| {
        let right = format!("dot_general[dimension_numbers={dims}] a b");
        evaluate::<f32>(inputs, ty, &right, &[&a, &b])
    };
    assert_eq!(dot("(([1], [0]), ([], []))", "f32[2,2]"), [19.0, 22.0, 43.0, 50.0]);
    assert_eq!(dot("(([0], [1]), ([], []))", "f32[2,2]"), [23.0, 31.0, 34.0, 46.0]);
    assert_eq!(dot("(([1], [1]), ([0], [0]))", "f32[2]"), [17.0, 53.0]);
    assert_eq!(dot("(([0, 1], [0, 1]), ([], []))", "f32[]"), [70.0]);
}

#[test]
fn integer_contractions_wrap_unless_a_wider_type_is_asked_for() {
    let x = array(&[1, 3], &[100i8; 3]);
    let inputs = "a:i8[1,3] b:i8[1,3]";
    let dims = "dimension_numbers=(([1], [1]), ([], []))";
    let right = format!("dot_general[{dims}] a b");
    assert_eq!(evaluate::<i8>(inputs, "i8[1,1]", &right, &[&x, &x]), [30_000i32 as i8]);
    let right = format!("dot_general[{dims} preferred_element_type=int32] a b");
    assert_eq!(evaluate::<i32>(inputs, "i32[1,1]", &right, &[&x, &x]), [30_000]);
}

#[test]
fn contractions_over_nothing_are_zero() {
    let (a, b) = (array::<f32>(&[2, 0], &[]), array::<f32>(&[0, 2], &[]));
    let right = "dot_general[dimension_numbers=(([1], [0]), ([], []))] a b";
    assert_eq!(evaluate::<f32>("a:f32[2,0] b:f32[0,2]", "f32[2,2]", right, &[&a, &b]), [0.0; 4]);
}

#[test]
fn sort_keeps_equal_zeros_in_order_and_puts_nan_last() {
    let x = vector(&[f32::NAN, 0.0, -0.0, -1.0]);
    let right = "sort[dimension=0 is_stable=True num_keys=1] a";
    let sorted = evaluate::<f32>("a:f32[4]", "f32[4]", right, &[&x]);
    assert_eq!(sorted[0], -1.0);
    assert_eq!([sorted[1].to_bits(), sorted[2].to_bits()], [0, 0x8000_0000]);
    assert!(sorted[3].is_nan());
}

#[test]
fn sort_carries_other_operands_along() {
    let text = "{ lambda ; a:i32[3] b:f32[3]. let
        c:i32[3] d:f32[3] = sort[dimension=0 is_stable=True num_keys=1] a b
      in (c, d) }";
    let outs = run(&program(text), &[&vector(&[3, 1, 2]), &vector(&[0.3f32, 0.1, 0.2])]);
    assert_eq!(outs[0].as_slice::<i32>(), [1, 2, 3]);
    assert_eq!(outs[1].as_slice::<f32>(), [0.1, 0.2, 0.3]);
}

#[test]
fn top_k_counts_nan_as_largest() {
    let text = "{ lambda ; a:f32[4]. let
        b:f32[2] c:i32[2] = top_k[k=2] a
      in (b, c) }";
    let outs = run(&program(text), &[&vector(&[1.0, f32::NAN, 3.0, 3.0])]);
    assert!(outs[0].as_slice::<f32>()[0].is_nan());
    assert_eq!(outs[1].as_slice::<i32>(), [1, 2]);
}

#[test]
fn threefry_gives_jaxs_words() {
    let text = "{ lambda ; a:u32[] b:u32[] c:u32[] d:u32[]. let
        e:u32[] f:u32[] = threefry2x32 a b c d
      in (e, f) }";
    let check = |key: [u32; 2], counter: [u32; 2], expected: [u32; 2]| {
        let words = [key[0], key[1], counter[0], counter[1]].map(scalar);
        let outs = run(&program(text), &words.each_ref());
        assert_eq!([outs[0].as_slice::<u32>()[0], outs[1].as_slice::<u32>()[0]], expected);
    };
    check([0, 0], [0, 0], [0x6b20_0159, 0x99ba_4efe]);
    check([u32::MAX; 2], [u32::MAX; 2], [0x1cb9_96fc, 0xbb00_2be7]);
    check([0x1319_8a2e, 0x0370_7344], [0x243f_6a88, 0x85a3_08d3], [0xc492_3a9c, 0x483d_f7a0]);
}

#[test]
fn a_reduction_of_a_matrix_of_no_rows_has_its_columns() {
    let x = array::<f32>(&[0, 3], &[]);
    let outs = run(&equation("a:f32[0,3]", "f32[3]", "reduce_sum[axes=(0,)] a"), &[&x]);
    assert_eq!(outs[0].as_slice::<f32>(), [0.0; 3]);
}
