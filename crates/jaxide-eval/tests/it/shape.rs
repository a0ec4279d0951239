//! Ops that move elements.

use super::{array, evaluate, scalar, vector};

#[test]
fn transposes_and_reshapes_keep_row_major_order() {
    let x = array(&[2, 3], &[1i16, 2, 3, 4, 5, 6]);
    let op = |ty: &str, right: &str| evaluate::<i16>("a:i16[2,3]", ty, right, &[&x]);
    assert_eq!(op("i16[3,2]", "transpose[permutation=(1, 0)] a"), [1, 4, 2, 5, 3, 6]);
    let reshape = "reshape[dimensions=None new_sizes=(3, 2)] a";
    assert_eq!(op("i16[3,2]", reshape), [1, 2, 3, 4, 5, 6]);
    assert_eq!(op("i16[2,3]", "rev[dimensions=(0, 1)] a"), [6, 5, 4, 3, 2, 1]);
}

#[test]
fn broadcasts_repeat_and_insert_dimensions() {
    let x = vector(&[1u8, 2]);
    let right = "broadcast_in_dim[broadcast_dimensions=(1,) shape=(2, 2)] a";
    assert_eq!(evaluate::<u8>("a:u8[2]", "u8[2,2]", right, &[&x]), [1, 2, 1, 2]);
    let right = "broadcast_in_dim[broadcast_dimensions=(0,) shape=(2, 2)] a";
    assert_eq!(evaluate::<u8>("a:u8[2]", "u8[2,2]", right, &[&x]), [1, 1, 2, 2]);
    let right = "broadcast_in_dim[broadcast_dimensions=() shape=(0, 2)] a";
    assert!(evaluate::<u8>("a:u8[]", "u8[0,2]", right, &[&scalar(1u8)]).is_empty());
}

#[test]
fn slices_take_every_stride_th_element() {
    let x = vector(&[0f64, 1.0, 2.0, 3.0, 4.0]);
    let right = "slice[limit_indices=(5,) start_indices=(1,) strides=(2,)] a";
    assert_eq!(evaluate::<f64>("a:f64[5]", "f64[2]", right, &[&x]), [1.0, 3.0]);
    let right = "slice[limit_indices=(2,) start_indices=(2,) strides=None] a";
    assert!(evaluate::<f64>("a:f64[5]", "f64[0]", right, &[&x]).is_empty());
}

#[test]
fn padding_may_be_negative_and_interior() {
    let (x, zero) = (vector(&[1i32, 2, 3]), scalar(0i32));
    let pad = |config: &str, ty: &str| {
        let right = format!("pad[padding_config=({config},)] a b");
        evaluate::<i32>("a:i32[3] b:i32[]", ty, &right, &[&x, &zero])
    };
    assert_eq!(pad("(1, 2, 0)", "i32[6]"), [0, 1, 2, 3, 0, 0]);
    assert_eq!(pad("(-1, 0, 1)", "i32[4]"), [0, 2, 0, 3]);
    assert_eq!(pad("(0, -2, 2)", "i32[5]"), [1, 0, 0, 2, 0]);
    assert_eq!(pad("(-3, 1, 0)", "i32[1]"), [0]);
    assert_eq!(pad("(5, -6, 0)", "i32[2]"), [0, 0]);
}

#[test]
fn steps_beyond_all_bounds_do_no_harm_where_one_element_is_left() {
    let (x, zero) = (array(&[1, 3], &[1i32, 2, 3]), scalar(0i32));
    let right = "pad[padding_config=((0, 0, 4611686018427387904), (0, 0, 0))] a b";
    let padded = evaluate::<i32>("a:i32[1,3] b:i32[]", "i32[1,3]", right, &[&x, &zero]);
    assert_eq!(padded, [1, 2, 3]);
    let right =
        "slice[limit_indices=(1, 3) start_indices=(0, 0) strides=(9223372036854775807, 1)] a";
    assert_eq!(evaluate::<i32>("a:i32[1,3]", "i32[1,3]", right, &[&x]), [1, 2, 3]);
}

#[test]
fn concatenation_joins_along_one_axis() {
    let (x, y) = (array(&[2, 1], &[1f32, 2.0]), array(&[2, 2], &[3f32, 4.0, 5.0, 6.0]));
    let right = "concatenate[dimension=1] a b";
    let joined = evaluate::<f32>("a:f32[2,1] b:f32[2,2]", "f32[2,3]", right, &[&x, &y]);
    assert_eq!(joined, [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
}

#[test]
fn iota_counts_along_its_dimension() {
    let iota = |dim: usize| format!("iota[dimension={dim} dtype=float32 shape=(2, 3)]");
    assert_eq!(evaluate::<f32>("", "f32[2,3]", &iota(1), &[]), [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]);
    assert_eq!(evaluate::<f32>("", "f32[2,3]", &iota(0), &[]), [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    let right = "iota[dimension=0 dtype=float32 shape=(1099511627776, 0)]";
    assert!(evaluate::<f32>("", "f32[1099511627776,0]", right, &[]).is_empty());
}

#[test]
fn composite_ops_run_by_their_definition() {
    let x = vector(&[1i32, 2]);
    let tiled = evaluate::<i32>("a:i32[2]", "i32[4]", "tile[reps=(2,)] a", &[&x]);
    assert_eq!(tiled, [1, 2, 1, 2]);
    let stacked = evaluate::<i32>("a:i32[2]", "i32[2,2]", "stack[axis=1] a a", &[&x]);
    assert_eq!(stacked, [1, 1, 2, 2]);
}
