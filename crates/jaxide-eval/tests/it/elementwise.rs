//! Elementwise ops on special values.

use half::{bf16, f16};

use super::{array, bools, evaluate, scalar, vector};

#[test]
fn integers_wrap_and_division_by_zero_has_jaxs_value() {
    let (x, y) = (vector(&[i32::MAX, i32::MIN, 7, -7, 1]), vector(&[1, -1, 2, 2, 0]));
    let op = |name: &str| evaluate::<i32>("a:i32[5] b:i32[5]", "i32[5]", name, &[&x, &y]);
    assert_eq!(op("add a b"), [i32::MIN, i32::MAX, 9, -5, 1]);
    assert_eq!(op("mul a b"), [i32::MAX, i32::MIN, 14, -14, 0]);
    assert_eq!(op("div a b"), [i32::MAX, i32::MIN, 3, -3, -1]);
    assert_eq!(op("rem a b"), [0, 0, 1, -1, 1]);
    assert_eq!(op("abs a"), [i32::MAX, i32::MIN, 7, 7, 1]);
}

#[test]
fn shifts_by_the_width_or_more_leave_zeros_or_signs() {
    let (x, y) = (vector(&[-8i8, 1, -1, 64]), vector(&[1i8, 8, 100, 1]));
    let op = |name: &str| evaluate::<i8>("a:i8[4] b:i8[4]", "i8[4]", name, &[&x, &y]);
    assert_eq!(op("shift_left a b"), [-16, 0, 0, -128]);
    assert_eq!(op("shift_right_logical a b"), [124, 0, 0, 32]);
    assert_eq!(op("shift_right_arithmetic a b"), [-4, 0, -1, 32]);
}

#[test]
fn maximum_propagates_nan_and_orders_zeros() {
    let (x, y) = (vector(&[f32::NAN, 1.0, -0.0, 0.0]), vector(&[1.0, f32::NAN, 0.0, -0.0]));
    let max = evaluate::<f32>("a:f32[4] b:f32[4]", "f32[4]", "max a b", &[&x, &y]);
    assert!(max[0].is_nan() && max[1].is_nan());
    assert_eq!([max[2].to_bits(), max[3].to_bits()], [0, 0]);
}

#[test]
fn rank_0_operands_and_size_1_dimensions_are_repeated() {
    let (x, y) = (array(&[2, 2], &[1f32, 2.0, 3.0, 4.0]), scalar(10f32));
    let sum = evaluate::<f32>("a:f32[2,2] b:f32[]", "f32[2,2]", "add b a", &[&x, &y]);
    assert_eq!(sum, [11.0, 12.0, 13.0, 14.0]);
    let row = array(&[1, 2], &[10f32, 20.0]);
    let sum = evaluate::<f32>("a:f32[2,2] b:f32[1,2]", "f32[2,2]", "add a b", &[&x, &row]);
    assert_eq!(sum, [11.0, 22.0, 13.0, 24.0]);
}

#[test]
fn narrow_floats_are_computed_in_f32_and_rounded_once() {
    let (x, y) = (scalar(bf16::from_f32(1.0)), scalar(bf16::from_f32(0.00390625)));
    let sum = evaluate::<bf16>("a:bf16[] b:bf16[]", "bf16[]", "add a b", &[&x, &y]);
    assert_eq!(sum, [bf16::from_f32(1.0)]);
    let (x, y) = (scalar(f16::MAX), scalar(f16::from_f32(16.0)));
    let sum = evaluate::<f16>("a:f16[] b:f16[]", "f16[]", "add a b", &[&x, &y]);
    assert_eq!(sum, [f16::INFINITY]);
}

#[test]
fn floats_truncate_and_saturate_into_integers() {
    let x = vector(&[1.9f32, -1.9, 300.0, -129.0, f32::NAN, f32::INFINITY]);
    let convert = |name: &str| format!("convert_element_type[new_dtype={name}] a");
    let to = |ty: &str, name: &str| (format!("{ty}[6]"), convert(name));
    let (ty, right) = to("i8", "int8");
    assert_eq!(evaluate::<i8>("a:f32[6]", &ty, &right, &[&x]), [1, -1, 127, -128, 0, 127]);
    let (ty, right) = to("u8", "uint8");
    assert_eq!(evaluate::<u8>("a:f32[6]", &ty, &right, &[&x]), [1, 0, 255, 0, 0, 255]);
    let (ty, right) = to("i64", "int64");
    let wide = evaluate::<i64>("a:f32[6]", &ty, &right, &[&x]);
    assert_eq!(wide, [1, -1, 300, -129, 0, i64::MAX]);
    let (ty, right) = to("bool", "bool");
    assert_eq!(evaluate::<u8>("a:f32[6]", &ty, &right, &[&x]), [1; 6]);
}

#[test]
fn integers_wrap_into_integers_and_round_into_floats() {
    let x = vector(&[300i32, -1, 16_777_217]);
    let right = "convert_element_type[new_dtype=uint8] a";
    assert_eq!(evaluate::<u8>("a:i32[3]", "u8[3]", right, &[&x]), [44, 255, 1]);
    let right = "convert_element_type[new_dtype=float32] a";
    let floats = evaluate::<f32>("a:i32[3]", "f32[3]", right, &[&x]);
    assert_eq!(floats, [300.0, -1.0, 16_777_216.0]);
}

#[test]
fn f64_becomes_bf16_in_one_rounding() {
    let x = vector(&[1.0 + 2f64.powi(-8) + 2f64.powi(-40), 3.4e38]);
    let right = "convert_element_type[new_dtype=bfloat16] a";
    let narrow = evaluate::<bf16>("a:f64[2]", "bf16[2]", right, &[&x]);
    assert_eq!(narrow, [bf16::from_f32(1.0078125), bf16::INFINITY]);
}

#[test]
fn select_n_takes_a_bool_or_a_clamped_index() {
    let (no, yes) = (vector(&[1f32, 2.0, 3.0]), vector(&[10f32, 20.0, 30.0]));
    let which = bools(&[true, false, true]);
    let inputs = "w:bool[3] a:f32[3] b:f32[3]";
    let picked = evaluate::<f32>(inputs, "f32[3]", "select_n w a b", &[&which, &no, &yes]);
    assert_eq!(picked, [10.0, 2.0, 30.0]);
    let which = vector(&[-5, 1, 9]);
    let inputs = "w:i32[3] a:f32[3] b:f32[3]";
    let picked = evaluate::<f32>(inputs, "f32[3]", "select_n w a b", &[&which, &no, &yes]);
    assert_eq!(picked, [1.0, 20.0, 30.0]);
}

#[test]
fn the_upper_bound_of_clamp_wins_and_nan_stays() {
    let x = vector(&[f32::NAN, -1.0, 9.0, 0.5]);
    let (low, high) = (scalar(0f32), scalar(1f32));
    let inputs = "l:f32[] x:f32[4] h:f32[]";
    let inside = evaluate::<f32>(inputs, "f32[4]", "clamp l x h", &[&low, &x, &high]);
    assert!(inside[0].is_nan());
    assert_eq!(inside[1..], [0.0, 1.0, 0.5]);
    let crossed = evaluate::<f32>(inputs, "f32[4]", "clamp l x h", &[&scalar(5f32), &x, &high]);
    assert_eq!(crossed[1..], [1.0, 1.0, 1.0]);
}

#[test]
fn bitcasts_split_and_join_elements_little_end_first() {
    let x = vector(&[0x3f80_0000u32]);
    let right = "bitcast_convert_type[new_dtype=uint8] a";
    let bytes = evaluate::<u8>("a:u32[1]", "u8[1,4]", right, &[&x]);
    assert_eq!(bytes, [0, 0, 128, 63]);
    let right = "bitcast_convert_type[new_dtype=float32] a";
    assert_eq!(evaluate::<f32>("a:u32[1]", "f32[1]", right, &[&x]), [1.0]);
    let bytes = array(&[1, 4], &bytes);
    assert_eq!(evaluate::<f32>("a:u8[1,4]", "f32[1]", right, &[&bytes]), [1.0]);
}

#[test]
fn integer_powers_multiply_and_negative_ones_are_reciprocals() {
    let x = vector(&[2f32, -3.0, 0.0]);
    let power =
        |y: i32| evaluate::<f32>("a:f32[3]", "f32[3]", &format!("integer_pow[y={y}] a"), &[&x]);
    assert_eq!(power(3), [8.0, -27.0, 0.0]);
    assert_eq!(power(0), [1.0, 1.0, 1.0]);
    assert_eq!(power(-1), [0.5, -1.0 / 3.0, f32::INFINITY]);
    let x = vector(&[1i32 << 20]);
    assert_eq!(evaluate::<i32>("a:i32[1]", "i32[1]", "integer_pow[y=2] a", &[&x]), [0]);
}

#[test]
fn rounding_goes_away_from_zero_or_to_even() {
    let x = vector(&[0.5f32, 1.5, -2.5, f32::INFINITY]);
    let round = |method: i32| {
        let right = format!("round[rounding_method={method}] a");
        evaluate::<f32>("a:f32[4]", "f32[4]", &right, &[&x])
    };
    assert_eq!(round(0), [1.0, 2.0, -3.0, f32::INFINITY]);
    assert_eq!(round(1), [0.0, 2.0, -2.0, f32::INFINITY]);
}

#[test]
fn reduce_precision_rounds_to_even_and_flushes_what_is_too_small() {
    let x = vector(&[1.0f32 + 3.0 * 2f32.powi(-11), 65520.0, 2f32.powi(-15), -1e30, f32::NAN]);
    let right = "reduce_precision[exponent_bits=5 mantissa_bits=10] a";
    let half = evaluate::<f32>("a:f32[5]", "f32[5]", right, &[&x]);
    assert_eq!(half[..4], [1.0 + 2f32.powi(-9), f32::INFINITY, 0.0, f32::NEG_INFINITY]);
    assert!(half[4].is_nan());
}

#[test]
fn comparisons_with_nan_are_false_but_for_ne() {
    let (x, y) = (vector(&[f32::NAN, 1.0]), vector(&[f32::NAN, 1.0]));
    let op = |name: &str| evaluate::<u8>("a:f32[2] b:f32[2]", "bool[2]", name, &[&x, &y]);
    assert_eq!((op("eq a b"), op("ne a b"), op("ge a b")), (vec![0, 1], vec![1, 0], vec![0, 1]));
}

#[test]
fn not_of_a_bool_stays_a_bool() {
    let x = bools(&[true, false]);
    assert_eq!(evaluate::<u8>("a:bool[2]", "bool[2]", "not a", &[&x]), [0, 1]);
}

#[test]
fn empty_arrays_pass_through() {
    let x = vector::<f32>(&[]);
    assert!(evaluate::<f32>("a:f32[0]", "f32[0]", "exp a", &[&x]).is_empty());
}

#[test]
fn pow_has_its_special_values() {
    let x = vector(&[0f32, 0.0, 1.0, f32::INFINITY, -8.0]);
    let y = vector(&[0f32, -1.0, f32::NAN, 0.0, 1.0 / 3.0]);
    let pow = evaluate::<f32>("a:f32[5] b:f32[5]", "f32[5]", "pow a b", &[&x, &y]);
    assert_eq!(pow[..4], [1.0, f32::INFINITY, 1.0, 1.0]);
    assert!(pow[4].is_nan());
}
