//! Shapes, refusals and rules of windowed ops.

use std::sync::Arc;

use expect_test::{Expect, expect};
use jaxide_ir::{ArrayType, DType, Jaxpr, JaxprBuilder, Loc, OpDef, Params, builder::infer};

use super::{
    REDUCE, REDUCE_WINDOW, REDUCE_WINDOW_MAX, REDUCE_WINDOW_SUM, SELECT_AND_GATHER_ADD,
    SELECT_AND_SCATTER_ADD, Select, Window, WindowDim,
};
use crate::{
    elementwise::ADD,
    testing::{batch_shapes, transpose_shapes},
};

fn f32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::F32, shape)
}

fn check(op: &'static OpDef, params: Params, types: &[ArrayType], expected: Expect) {
    let types: Vec<&ArrayType> = types.iter().collect();
    let text = match infer(op, params, &types, &Loc::unknown()) {
        Ok((_, outs)) => outs.iter().map(|ty| ty.to_string()).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

fn sum() -> Arc<Jaxpr> {
    let scalar = ArrayType::scalar(DType::F32);
    let (mut builder, vars) = JaxprBuilder::with_inputs(&[scalar.clone(), scalar]);
    let operands = [vars[0].into(), vars[1].into()];
    let sum = builder.bind(&ADD, Params::new(), &operands, Loc::unknown()).unwrap()[0];
    Arc::new(builder.finish(vec![sum.into()]))
}

#[test]
fn a_window_covers_elements_holes_and_padding() {
    let dim = WindowDim {
        window: 2,
        stride: 2,
        padding: (1, 2),
        base_dilation: 2,
        window_dilation: 3,
        ..WindowDim::of_size(3)
    };
    let covered: Vec<_> =
        (0..dim.places()).map(|place| [dim.source(place, 0), dim.source(place, 1)]).collect();
    assert_eq!(covered, [[None, Some(1)], [None, Some(2)], [None, None]]);
    assert!(!dim.is_inside());
    let cropped = WindowDim { window: 2, padding: (-1, 0), ..WindowDim::of_size(3) };
    assert!(cropped.is_inside());
    assert_eq!((cropped.places(), cropped.source(0, 1)), (1, Some(2)));
    assert_eq!(WindowDim { window: 4, ..WindowDim::of_size(3) }.places(), 0);
}

#[test]
fn windows_are_refused_in_the_words_of_jax() {
    let x = [f32(&[4, 6])];
    let window = Window::new(&[2, 3], &[1, 2]);
    check(&REDUCE_WINDOW_SUM, window.params(), &x, expect!["f32[3,2]"]);
    check(
        &REDUCE_WINDOW_SUM,
        window.params(),
        &[f32(&[4])],
        expect![
            "reduce_window got the wrong number of window_dimensions for operand: got operand shape (4,) \
             with window_dimensions (2, 3)."
        ],
    );
    check(
        &REDUCE_WINDOW_MAX,
        Window { strides: vec![1], ..window.clone() }.params(),
        &x,
        expect![
            "reduce_window got inconsistent window_strides and window_dimensions: got window_strides (1,) \
             and window_dimensions (2, 3)."
        ],
    );
    check(
        &REDUCE_WINDOW_MAX,
        Window::new(&[0, 3], &[1, 2]).params(),
        &x,
        expect![
            "reduce_window window_dimensions must have every element be strictly positive, got (0, 3)."
        ],
    );
    check(
        &REDUCE_WINDOW_SUM,
        window.params(),
        &[ArrayType::new(DType::Bool, &[4, 6])],
        expect![
            "reduce_window_sum: operand 0: expected signed integer or unsigned integer or float or \
             complex, got bool"
        ],
    );
    let params = Params::new().with("jaxpr", sum()).with("dimensions", [1usize]);
    check(&REDUCE, params.clone(), &[f32(&[4, 6]), f32(&[])], expect!["f32[4]"]);
    check(
        &REDUCE,
        params,
        &[f32(&[4, 6]), ArrayType::scalar(DType::I32)],
        expect![
            "reduce got inconsistent dtypes for operands and init_values: got operand dtypes [float32] \
             and init_value dtypes [int32]."
        ],
    );
    let params = window.params().with("jaxpr", sum());
    check(&REDUCE_WINDOW, params, &[f32(&[4, 6]), f32(&[])], expect!["f32[3,2]"]);
}

fn windows() -> Vec<Window> {
    let plain = Window::new(&[2, 3], &[1, 2]);
    vec![
        plain.clone(),
        Window { padding: vec![(1, 0), (2, 1)], ..plain.clone() },
        Window { padding: vec![(-1, 0), (0, -1)], ..plain.clone() },
        Window { base_dilation: vec![2, 3], padding: vec![(0, 2), (1, 1)], ..plain.clone() },
        Window { window_dilation: vec![2, 1], ..plain },
    ]
}

#[test]
fn transposes_have_the_types_of_operands() {
    for window in windows() {
        let x = f32(&[4, 6]);
        transpose_shapes(&REDUCE_WINDOW_SUM, window.params(), std::slice::from_ref(&x), 0);
        if window.window_dilation == [1, 1] {
            let params = window.params().with("select_prim", Select::Ge.param());
            transpose_shapes(&SELECT_AND_GATHER_ADD, params, &[x.clone(), x.clone()], 0);
        }
        if window.window_dilation == [1, 1] && window.base_dilation == [1, 1] {
            let places: Vec<usize> = window.over(&x.shape).iter().map(WindowDim::places).collect();
            let params = window.params_without_dilation().with("select_prim", Select::Le.param());
            transpose_shapes(&SELECT_AND_SCATTER_ADD, params, &[f32(&places), x], 0);
        }
    }
}

#[test]
fn batched_windows_have_one_more_axis() {
    for window in windows() {
        let x = f32(&[4, 6]);
        for axis in 0..3 {
            batch_shapes(
                &REDUCE_WINDOW_MAX,
                window.params(),
                std::slice::from_ref(&x),
                &[Some(axis)],
                3,
            );
        }
        let params = window.params().with("select_prim", Select::Ge.param());
        let types = [x.clone(), x.clone()];
        batch_shapes(&SELECT_AND_GATHER_ADD, params, &types, &[None, Some(2)], 3);
        let params = window.params().with("jaxpr", sum());
        batch_shapes(&REDUCE_WINDOW, params, &[x, f32(&[])], &[Some(1), None], 3);
    }
    let params = Params::new().with("jaxpr", sum()).with("dimensions", [1usize]);
    batch_shapes(&REDUCE, params, &[f32(&[4, 6]), f32(&[])], &[Some(2), None], 3);
}
