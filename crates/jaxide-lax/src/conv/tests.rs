//! Shapes, refusals and rules of convolutions.

use expect_test::{Expect, expect};
use jaxide_ir::{ArrayType, DType, Loc, Params, builder::infer};

use super::{CONV_GENERAL_DILATED, Conv, ConvDims};
use crate::testing::{batch_shapes, transpose_shapes};

fn f32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::F32, shape)
}

fn check(params: Params, types: &[ArrayType], expected: Expect) {
    let types: Vec<&ArrayType> = types.iter().collect();
    let text = match infer(&CONV_GENERAL_DILATED, params, &types, &Loc::unknown()) {
        Ok((_, outs)) => outs[0].to_string(),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

fn plain() -> Conv {
    Conv::new(ConvDims::features_first(2))
}

#[test]
fn places_count_padding_holes_and_strides() {
    let types = [f32(&[2, 3, 5, 7]), f32(&[4, 3, 2, 3])];
    check(plain().params(), &types, expect!["f32[2,4,4,5]"]);
    let conv = Conv { padding: vec![(1, 0), (-1, 2)], window_strides: vec![2, 3], ..plain() };
    check(conv.params(), &types, expect!["f32[2,4,3,2]"]);
    let conv = Conv { lhs_dilation: vec![2, 1], rhs_dilation: vec![1, 3], ..plain() };
    check(conv.params(), &types, expect!["f32[2,4,8,1]"]);
    let last = Conv::new(ConvDims::features_last(2));
    check(last.params(), &[f32(&[2, 5, 7, 3]), f32(&[2, 3, 3, 4])], expect!["f32[2,4,5,4]"]);
    let groups = Conv { batch_group_count: 2, ..plain() };
    check(groups.params(), &types, expect!["f32[1,4,4,5]"]);
    let none = Conv::new(ConvDims::features_first(0));
    check(none.params(), &[f32(&[2, 3]), f32(&[4, 3])], expect!["f32[2,4]"]);
}

#[test]
fn mistakes_are_told_in_the_words_of_jax() {
    let types = [f32(&[2, 3, 5, 7]), f32(&[4, 3, 2, 3])];
    check(
        plain().params(),
        &[f32(&[2, 3, 5, 7]), f32(&[4, 2, 2, 3])],
        expect![
            "conv_general_dilated lhs feature dimension size divided by feature_group_count must equal \
             the rhs input feature dimension size, but 3 // 1 != 2."
        ],
    );
    check(
        plain().params(),
        &[f32(&[2, 3, 5, 7]), ArrayType::new(DType::I32, &[4, 3, 2, 3])],
        expect![
            "lax.conv_general_dilated requires arguments to have the same dtypes, got float32, int32."
        ],
    );
    check(
        Conv { padding: vec![(-6, 0), (0, 0)], ..plain() }.params(),
        &types,
        expect![
            "Negative padding is larger than the size of the corresponding dimension: got \
             padding=((-6, 0), (0, 0)) for lhs_shape[2:]=(5, 7)"
        ],
    );
    check(
        Conv { rhs_dilation: vec![0, 1], ..plain() }.params(),
        &types,
        expect!["All dilations must be positive, got (0, 1)."],
    );
    check(
        Conv { feature_group_count: 2, ..plain() }.params(),
        &types,
        expect![
            "conv_general_dilated feature_group_count must divide lhs feature dimension size, but 2 does \
             not divide 3."
        ],
    );
    check(
        Conv { preferred_element_type: Some(DType::I32), ..plain() }.params(),
        &types,
        expect![
            "Input type is incompatible with `preferred_element_type`. The compatible combinations of \
             (input_type, preferred_element_type) are (integral, integral), (integral, floating), \
             (floating, floating), (complex, complex."
        ],
    );
    let huge = Conv { padding: vec![(i64::MAX, 0), (0, 0)], ..plain() };
    check(
        huge.params(),
        &types,
        expect!["conv_general_dilated: the padded operand or the dilated window is too large"],
    );
}

/// Convolutions of all kinds, with the types of their operands.
fn kinds() -> Vec<(Conv, [ArrayType; 2])> {
    let types = || [f32(&[2, 4, 5, 7]), f32(&[6, 4, 2, 3])];
    let halves = || [f32(&[2, 4, 5, 7]), f32(&[6, 2, 2, 3])];
    let mixed = ConvDims {
        lhs_spec: vec![3, 2, 0, 1],
        rhs_spec: vec![1, 3, 2, 0],
        out_spec: vec![2, 0, 3, 1],
    };
    vec![
        (plain(), types()),
        (Conv { padding: vec![(1, -1), (-2, 3)], window_strides: vec![2, 3], ..plain() }, types()),
        (Conv { lhs_dilation: vec![3, 2], rhs_dilation: vec![2, 3], ..plain() }, types()),
        (Conv { feature_group_count: 2, ..plain() }, halves()),
        (Conv { batch_group_count: 2, ..plain() }, types()),
        (
            Conv { padding: vec![(1, 1), (0, 2)], ..Conv::new(mixed) },
            [f32(&[5, 7, 4, 2]), f32(&[3, 6, 2, 4])],
        ),
    ]
}

#[test]
fn transposes_have_the_types_of_operands() {
    for (conv, types) in kinds() {
        for at in 0..2 {
            transpose_shapes(&CONV_GENERAL_DILATED, conv.params(), &types, at);
        }
    }
}

#[test]
fn batched_convolutions_have_the_new_axis_and_the_old_ones() {
    for (conv, types) in kinds() {
        for axes in
            [[Some(0), None], [Some(4), None], [None, Some(0)], [None, Some(2)], [Some(1), Some(3)]]
        {
            batch_shapes(&CONV_GENERAL_DILATED, conv.params(), &types, &axes, 3);
            batch_shapes(&CONV_GENERAL_DILATED, conv.params(), &types, &axes, 0);
        }
    }
}
