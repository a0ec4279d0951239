//! Ops whose places depend on values.

use super::{array, evaluate, scalar, vector};

#[test]
fn starts_of_dynamic_slices_are_clamped() {
    let x = vector(&[0f32, 1.0, 2.0, 3.0]);
    let slice = |start: i32| {
        let right = "dynamic_slice[slice_sizes=(2,)] a i";
        evaluate::<f32>("a:f32[4] i:i32[]", "f32[2]", right, &[&x, &scalar(start)])
    };
    assert_eq!(slice(1), [1.0, 2.0]);
    assert_eq!(slice(9), [2.0, 3.0]);
    assert_eq!(slice(-9), [0.0, 1.0]);
}

#[test]
fn updates_are_written_at_clamped_starts_and_the_operand_stays() {
    let (x, update) = (vector(&[0f32, 1.0, 2.0]), vector(&[8f32, 9.0]));
    let inputs = "a:f32[3] u:f32[2] i:u8[]";
    let right = "dynamic_update_slice a u i";
    let at = scalar(200u8);
    let out = evaluate::<f32>(inputs, "f32[3]", right, &[&x, &update, &at]);
    assert_eq!(out, [0.0, 8.0, 9.0]);
    assert_eq!(x.as_slice::<f32>(), [0.0, 1.0, 2.0]);
}

const GATHER: &str = "gather[
    dimension_numbers=GatherDimensionNumbers(offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0,), operand_batching_dims=(), start_indices_batching_dims=())
    fill_value=None
    indices_are_sorted=False
    mode=GatherScatterMode.MODE
    slice_sizes=(1, 2)
    unique_indices=False
  ] a i";

#[test]
fn gather_clamps_or_fills_out_of_range_rows() {
    let x = array(&[2, 2], &[1f32, 2.0, 3.0, 4.0]);
    let indices = array(&[3, 1], &[1i32, -1, 5]);
    let gather = |mode: &str| {
        let right = GATHER.replace("MODE", mode);
        evaluate::<f32>("a:f32[2,2] i:i32[3,1]", "f32[3,2]", &right, &[&x, &indices])
    };
    assert_eq!(gather("CLIP"), [3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
    let filled = gather("FILL_OR_DROP");
    assert_eq!(filled[..2], [3.0, 4.0]);
    assert!(filled[2..].iter().all(|x| x.is_nan()));
}

const SCATTER: &str = "[
    dimension_numbers=ScatterDimensionNumbers(update_window_dims=(), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,), operand_batching_dims=(), scatter_indices_batching_dims=())
    indices_are_sorted=False
    mode=GatherScatterMode.MODE
    unique_indices=False
    update_consts=()
    update_jaxpr=None
  ] a i u";

#[test]
fn scatter_add_accumulates_duplicates_and_drops_what_is_out_of_range() {
    let (x, updates) = (vector(&[0i32, 0, 0]), vector(&[1i32, 10, 100, 1000]));
    let indices = array(&[4, 1], &[1i32, 1, 7, -1]);
    let scatter = |op: &str, mode: &str| {
        let right = format!("{op}{}", SCATTER.replace("MODE", mode));
        let inputs = "a:i32[3] i:i32[4,1] u:i32[4]";
        evaluate::<i32>(inputs, "i32[3]", &right, &[&x, &indices, &updates])
    };
    assert_eq!(scatter("scatter-add", "FILL_OR_DROP"), [0, 11, 0]);
    assert_eq!(scatter("scatter-add", "CLIP"), [1000, 11, 100]);
    assert_eq!(scatter("scatter", "FILL_OR_DROP"), [0, 10, 0]);
}

#[test]
fn nothing_is_written_into_an_array_without_elements() {
    let (x, updates) = (vector::<i32>(&[]), vector(&[1i32]));
    let indices = array(&[1, 1], &[0i32]);
    for mode in ["CLIP", "FILL_OR_DROP"] {
        let right = format!("scatter-add{}", SCATTER.replace("MODE", mode));
        let inputs = "a:i32[0] i:i32[1,1] u:i32[1]";
        let out = evaluate::<i32>(inputs, "i32[0]", &right, &[&x, &indices, &updates]);
        assert!(out.is_empty());
    }
}
