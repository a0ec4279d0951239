//! What the shape, index, sort, gather and scatter records accept and refuse, what they fold to, and
//! that their rules build values of the right types.

use std::cell::RefCell;

use expect_test::{Expect, expect};
use jaxide_ir::{
    ArrayType, Atom, Call, DType, Fold, Handle, JaxprBuilder, Loc, Lower, OpDef, Param, Params,
    Rule, TensorData, Value, builder, rules::LinearOperand,
};

use super::*;
use crate::{
    gather::{GATHER, GatherDims, Mode},
    index::{DYNAMIC_SLICE, DYNAMIC_UPDATE_SLICE},
    scatter::{SCATTER_ADD, ScatterDims},
    sort::{SORT, TOP_K},
    testing::NoDriver,
};

fn f32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::F32, shape)
}

fn i32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::I32, shape)
}

fn p(name: &'static str, value: impl Into<Param>) -> Params {
    Params::new().with(name, value)
}

fn check(op: &'static OpDef, params: Params, types: &[ArrayType], expected: Expect) {
    let types: Vec<&ArrayType> = types.iter().collect();
    let text = match builder::infer(op, params, &types, &Loc::unknown()) {
        Ok((_, types)) => types.iter().map(ArrayType::to_string).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

fn broadcast(shape: &[usize], dims: &[usize]) -> Params {
    p("shape", shape).with("broadcast_dimensions", dims)
}

#[test]
fn broadcast_in_dim_repeats_dimensions_of_size_1() {
    let op = &BROADCAST_IN_DIM;
    check(op, broadcast(&[2, 3], &[1]), &[f32(&[3])], expect!["f32[2,3]"]);
    check(op, broadcast(&[2, 3], &[0, 1]), &[f32(&[1, 3])], expect!["f32[2,3]"]);
    check(op, p("shape", [2, 0usize]), &[f32(&[])], expect!["f32[2,0]"]);
    check(
        op,
        broadcast(&[4], &[0]),
        &[f32(&[3])],
        expect![
            "broadcast_in_dim: operand dimension sizes must be 1 or equal to the target's, got f32[3] for shape (4,), broadcast_dimensions (0,)"
        ],
    );
    check(
        op,
        broadcast(&[4], &[1]),
        &[f32(&[4])],
        expect!["broadcast_in_dim: expected broadcast_dimensions below rank 1, got (1,)"],
    );
    check(op, broadcast(&[4, 3], &[1, 0]), &[f32(&[3, 4])], expect!["f32[4,3]"]);
    check(
        op,
        broadcast(&[4], &[]),
        &[f32(&[4])],
        expect![
            "broadcast_in_dim: expected one item of broadcast_dimensions per dimension (1), got 0"
        ],
    );
    check(
        op,
        p("shape", vec![-1i64]),
        &[f32(&[])],
        expect!["broadcast_in_dim: expected non-negative shape, got (-1,)"],
    );
    check(
        op,
        p("shape", [usize::MAX >> 1, 8]),
        &[f32(&[])],
        expect!["broadcast_in_dim: result of shape (9223372036854775807, 8) is too large"],
    );
    check(
        op,
        p("shape", [usize::MAX >> 1, 8, 0]),
        &[f32(&[])],
        expect!["broadcast_in_dim: result of shape (9223372036854775807, 8, 0) is too large"],
    );
}

#[test]
fn reshape_keeps_the_number_of_elements() {
    let op = &RESHAPE;
    check(op, p("new_sizes", [3usize, 2]), &[f32(&[2, 3])], expect!["f32[3,2]"]);
    check(op, p("new_sizes", [0usize; 0]), &[f32(&[1, 1])], expect!["f32[]"]);
    check(op, p("new_sizes", [0usize, 7]), &[f32(&[3, 0])], expect!["f32[0,7]"]);
    check(
        op,
        p("new_sizes", [4usize]),
        &[f32(&[2, 3])],
        expect![
            "reshape: total size must be unchanged, expected 6 elements of f32[2,3], got new_sizes (4,) with 4"
        ],
    );
    check(
        op,
        p("new_sizes", [6usize]).with("dimensions", [0usize, 0]),
        &[f32(&[2, 3])],
        expect!["reshape: expected dimensions to permute the dimensions of f32[2,3], got (0, 0)"],
    );
}

#[test]
fn transpose_and_squeeze_name_their_dimensions() {
    check(&TRANSPOSE, p("permutation", [1usize, 0]), &[f32(&[2, 3])], expect!["f32[3,2]"]);
    check(
        &TRANSPOSE,
        p("permutation", [0usize]),
        &[f32(&[2, 3])],
        expect!["transpose: expected permutation to permute the dimensions of f32[2,3], got (0,)"],
    );
    check(&SQUEEZE, p("dimensions", [0usize, 2]), &[f32(&[1, 3, 1])], expect!["f32[3]"]);
    check(
        &SQUEEZE,
        p("dimensions", [1usize]),
        &[f32(&[1, 3])],
        expect!["squeeze: expected dimensions of size 1, got f32[1,3] and dimensions (1,)"],
    );
    check(
        &SQUEEZE,
        p("dimensions", [0usize, 0]),
        &[f32(&[1, 3])],
        expect!["squeeze: expected distinct dimensions, got (0, 0)"],
    );
    check(
        &SQUEEZE,
        p("dimensions", vec![-1i64]),
        &[f32(&[1, 1])],
        expect!["squeeze: expected dimensions below rank 2, got (-1,)"],
    );
}

fn slice_params(start: &[usize], limit: &[usize]) -> Params {
    p("start_indices", start).with("limit_indices", limit)
}

#[test]
fn slices_stay_inside() {
    check(&SLICE, slice_params(&[1], &[3]), &[f32(&[4])], expect!["f32[2]"]);
    check(&SLICE, slice_params(&[1], &[1]), &[f32(&[4])], expect!["f32[0]"]);
    check(
        &SLICE,
        slice_params(&[0], &[4]).with("strides", [3usize]),
        &[f32(&[4])],
        expect!["f32[2]"],
    );
    check(
        &SLICE,
        slice_params(&[2], &[1]),
        &[f32(&[4])],
        expect!["slice: expected start <= limit <= size of f32[4], got start (2,) and limit (1,)"],
    );
    check(
        &SLICE,
        slice_params(&[0], &[9]),
        &[f32(&[3])],
        expect!["slice: expected start <= limit <= size of f32[3], got start (0,) and limit (9,)"],
    );
    check(
        &SLICE,
        slice_params(&[0], &[3]).with("strides", [0usize]),
        &[f32(&[3])],
        expect!["slice: expected positive strides, got (0,)"],
    );
    check(
        &SLICE,
        slice_params(&[], &[]),
        &[f32(&[3])],
        expect!["slice: expected one item of start_indices per dimension (1), got 0"],
    );
}

fn pad_params(config: &[[i64; 3]]) -> Params {
    let items: Vec<Param> = config.iter().map(|item| item.as_slice().into()).collect();
    p("padding_config", items)
}

#[test]
fn pad_adds_crops_and_spreads() {
    let types = [f32(&[3]), f32(&[])];
    check(&PAD, pad_params(&[[1, 2, 1]]), &types, expect!["f32[8]"]);
    check(&PAD, pad_params(&[[-1, -2, 0]]), &types, expect!["f32[0]"]);
    check(&PAD, pad_params(&[[2, 0, 5]]), &[f32(&[0]), f32(&[])], expect!["f32[2]"]);
    check(
        &PAD,
        pad_params(&[[-3, -1, 0]]),
        &types,
        expect!["pad: expected a result size of 0 or more, got -1"],
    );
    check(
        &PAD,
        pad_params(&[[0, 0, -1]]),
        &types,
        expect!["pad: expected interior padding >= 0, got -1"],
    );
    check(
        &PAD,
        pad_params(&[[i64::MAX, i64::MAX, i64::MAX]]),
        &types,
        expect!["pad: expected a result size of 0 or more, got 36893488147419103231"],
    );
    check(
        &PAD,
        pad_params(&[]),
        &types,
        expect!["pad: expected one item of padding_config per dimension (1), got 0"],
    );
    check(
        &PAD,
        pad_params(&[[0, 0, 0]]),
        &[f32(&[3]), i32(&[])],
        expect!["pad: operands must have one dtype, expected f32, got i32"],
    );
    check(
        &PAD,
        pad_params(&[[0, 0, 0]]),
        &[f32(&[3]), f32(&[1])],
        expect!["pad: expected a padding value of rank 0, got f32[1]"],
    );
}

#[test]
fn joining_and_cutting_agree_on_sizes() {
    let op = &CONCATENATE;
    check(op, p("dimension", 1), &[f32(&[2, 3]), f32(&[2, 0])], expect!["f32[2,3]"]);
    check(
        op,
        p("dimension", 0),
        &[f32(&[2, 3]), f32(&[2, 4])],
        expect![
            "concatenate: expected shapes equal in all dimensions but 0, got f32[2,3] and f32[2,4]"
        ],
    );
    check(
        op,
        p("dimension", 0),
        &[f32(&[]), f32(&[])],
        expect!["concatenate: expected dimension below rank 0, got 0"],
    );
    check(
        op,
        p("dimension", 0),
        &[f32(&[2]), i32(&[2])],
        expect!["concatenate: operands must have one dtype, expected f32, got i32"],
    );
    check(
        &SPLIT,
        p("axis", 0).with("sizes", [1usize, 2]),
        &[f32(&[3, 2])],
        expect!["f32[1,2] f32[2,2]"],
    );
    check(
        &SPLIT,
        p("axis", 0).with("sizes", [1usize]),
        &[f32(&[3])],
        expect!["split: expected sizes that add up to 3, got (1,)"],
    );
    check(&STACK, p("axis", 1), &[f32(&[3]), f32(&[3])], expect!["f32[3,2]"]);
    check(&STACK, p("axis", 2), &[f32(&[3])], expect!["stack: expected axis below rank 2, got 2"]);
    check(&UNSTACK, p("axis", 0), &[f32(&[2, 3])], expect!["f32[3] f32[3]"]);
    check(&TILE, p("reps", [2usize, 0]), &[f32(&[2, 3])], expect!["f32[4,0]"]);
}

#[test]
fn iota_counts_along_a_dimension() {
    let params = |dtype: DType, dimension: i64| {
        p("dtype", dtype).with("shape", [2usize, 3]).with("dimension", dimension)
    };
    check(&IOTA, params(DType::BF16, 1), &[], expect!["bf16[2,3]"]);
    check(
        &IOTA,
        params(DType::Bool, 1),
        &[],
        expect!["iota: expected an integer or floating dtype, got bool"],
    );
    check(
        &IOTA,
        params(DType::I32, 2),
        &[],
        expect!["iota: expected dimension below rank 2, got 2"],
    );
    let none = params(DType::I32, 0).with("shape", [0usize; 0]);
    check(&IOTA, none, &[], expect!["iota: expected a dimension, got shape ()"]);
}

#[test]
fn dynamic_slices_take_one_index_per_dimension() {
    let op = &DYNAMIC_SLICE;
    let index = i32(&[]);
    check(op, p("slice_sizes", [2usize]), &[f32(&[3]), index.clone()], expect!["f32[2]"]);
    check(op, p("slice_sizes", [0usize; 0]), &[f32(&[])], expect!["f32[]"]);
    check(
        op,
        p("slice_sizes", [9usize]),
        &[f32(&[3]), index.clone()],
        expect!["dynamic_slice: expected slice_sizes within f32[3], got (9,)"],
    );
    check(
        op,
        p("slice_sizes", [2usize]),
        &[f32(&[3])],
        expect!["dynamic_slice: expected one start index per dimension (1), got 0"],
    );
    check(
        op,
        p("slice_sizes", [2usize]),
        &[f32(&[3]), f32(&[])],
        expect!["dynamic_slice: operand 1: expected an integer, got f32"],
    );
    let op = &DYNAMIC_UPDATE_SLICE;
    check(op, Params::new(), &[f32(&[3]), f32(&[2]), index.clone()], expect!["f32[3]"]);
    check(op, Params::new(), &[f32(&[]), f32(&[])], expect!["f32[]"]);
    check(
        op,
        Params::new(),
        &[f32(&[3]), f32(&[9]), index],
        expect!["dynamic_update_slice: expected an update within f32[3], got f32[9]"],
    );
}

#[test]
fn sort_and_top_k_check_keys_and_sizes() {
    let keys = |keys: i64| p("dimension", 0).with("num_keys", keys);
    check(&SORT, keys(1), &[f32(&[3]), i32(&[3])], expect!["f32[3] i32[3]"]);
    check(
        &SORT,
        keys(3),
        &[f32(&[3]), i32(&[3])],
        expect!["sort: expected num_keys from 1 to 2, got 3"],
    );
    check(&SORT, keys(1), &[f32(&[])], expect!["sort: expected dimension below rank 0, got 0"]);
    check(&TOP_K, p("k", 2), &[f32(&[4, 3])], expect!["f32[4,2] i32[4,2]"]);
    check(&TOP_K, p("k", 2).with("axis", 0), &[f32(&[4, 3])], expect!["f32[2,3] i32[2,3]"]);
    check(
        &TOP_K,
        p("k", 9),
        &[f32(&[3])],
        expect!["top_k: expected k no larger than the size 3 of axis 0, got 9"],
    );
}

fn rows() -> GatherDims {
    GatherDims {
        offset_dims: vec![1],
        collapsed_slice_dims: vec![0],
        start_index_map: vec![0],
        ..GatherDims::default()
    }
}

fn gather_params(dims: &GatherDims, slice_sizes: &[usize]) -> Params {
    p("dimension_numbers", dims.param())
        .with("mode", Mode::Clip.param())
        .with("slice_sizes", slice_sizes)
}

fn scatter_params() -> Params {
    let dims = ScatterDims {
        inserted_window_dims: vec![0],
        scatter_dims_to_operand_dims: vec![0],
        ..ScatterDims::default()
    };
    p("dimension_numbers", dims.param()).with("mode", Mode::FillOrDrop.param())
}

#[test]
fn gather_and_scatter_match_their_dimensions() {
    let types = [f32(&[4, 3]), i32(&[2, 1])];
    check(&GATHER, gather_params(&rows(), &[1, 3]), &types, expect!["f32[2,3]"]);
    check(
        &GATHER,
        gather_params(&rows(), &[2, 3]),
        &types,
        expect![
            "gather: expected slice_sizes of 1 in collapsed and batching dimensions, got (2, 3)"
        ],
    );
    check(
        &GATHER,
        gather_params(&rows(), &[1, 4]),
        &types,
        expect!["gather: expected slice_sizes within f32[4,3], got (1, 4)"],
    );
    let flat = [f32(&[4, 3]), i32(&[2])];
    check(
        &GATHER,
        gather_params(&rows(), &[1, 3]),
        &flat,
        expect!["gather: expected indices with a last dimension of size 1, got i32[2]"],
    );
    let along = GatherDims {
        collapsed_slice_dims: vec![1],
        start_index_map: vec![1],
        operand_batching_dims: vec![0],
        start_indices_batching_dims: vec![0],
        ..GatherDims::default()
    };
    let types = [f32(&[4, 3]), i32(&[4, 1])];
    check(&GATHER, gather_params(&along, &[1, 1]), &types, expect!["f32[4]"]);
    let params = scatter_params();
    let op = &SCATTER_ADD;
    check(op, params.clone(), &[f32(&[4]), i32(&[2, 1]), f32(&[2])], expect!["f32[4]"]);
    check(op, params.clone(), &[f32(&[4]), i32(&[1]), f32(&[])], expect!["f32[4]"]);
    check(
        op,
        params,
        &[f32(&[4]), i32(&[2, 1]), f32(&[3])],
        expect!["scatter-add: expected updates for indices of shape (2,), got (3,)"],
    );
}

fn fold(op: &'static OpDef, params: Params, x: &[&TensorData]) -> Vec<TensorData> {
    let types: Vec<&ArrayType> = x.iter().map(|x| x.ty()).collect();
    let loc = Loc::unknown();
    let (params, outputs) = builder::infer(op, params, &types, &loc).unwrap();
    let Fold::By(rule) = op.fold else { panic!("{op:?} folds") };
    let folded = rule(&Call { op, params: &params, loc: &loc }, x).unwrap();
    assert_eq!(folded.iter().map(|x| x.ty().clone()).collect::<Vec<_>>(), outputs.to_vec());
    folded
}

#[test]
fn folding_moves_elements_where_the_op_does() {
    let x = TensorData::from_slice(&[2, 3], &[1, 2, 3, 4, 5, 6i32]).unwrap();
    let got = |op, params| fold(op, params, &[&x])[0].as_slice::<i32>().to_vec();
    assert_eq!(got(&TRANSPOSE, p("permutation", [1usize, 0])), [1, 4, 2, 5, 3, 6]);
    assert_eq!(got(&REV, p("dimensions", [1usize])), [3, 2, 1, 6, 5, 4]);
    let every_other = slice_params(&[1, 0], &[2, 3]).with("strides", [1usize, 2]);
    assert_eq!(got(&SLICE, every_other), [4, 6]);
    assert_eq!(got(&RESHAPE, p("new_sizes", [6usize])), [1, 2, 3, 4, 5, 6]);
    let row = TensorData::from_slice(&[1, 2], &[7, 8i32]).unwrap();
    let wide = fold(&BROADCAST_IN_DIM, broadcast(&[3, 2], &[0, 1]), &[&row]);
    assert_eq!(wide[0].as_slice::<i32>(), [7, 8, 7, 8, 7, 8]);
    let params = p("dtype", DType::I8).with("shape", [2usize, 2]).with("dimension", 1);
    assert_eq!(fold(&IOTA, params, &[])[0].as_slice::<i8>(), [0, 1, 0, 1]);
}

/// One application of an op, and the operands that may have tangents.
type Sample = (&'static OpDef, Params, Vec<ArrayType>, &'static [usize]);

/// One application of each op that has rules.
fn samples() -> Vec<Sample> {
    let index = i32(&[]);
    vec![
        (&BROADCAST_IN_DIM, broadcast(&[2, 5, 3], &[1, 2]), vec![f32(&[1, 3])], &[0]),
        (&BROADCAST_IN_DIM, broadcast(&[4, 5, 3], &[2, 0]), vec![f32(&[3, 4])], &[0]),
        (&BROADCAST_IN_DIM, broadcast(&[4, 5, 3], &[2, 0]), vec![f32(&[3, 1])], &[0]),
        (&RESHAPE, p("new_sizes", [6usize]), vec![f32(&[2, 3])], &[0]),
        (
            &RESHAPE,
            p("new_sizes", [6usize]).with("dimensions", [1usize, 0]),
            vec![f32(&[2, 3])],
            &[0],
        ),
        (&TRANSPOSE, p("permutation", [2usize, 0, 1]), vec![f32(&[2, 3, 4])], &[0]),
        (&SQUEEZE, p("dimensions", [1usize]), vec![f32(&[2, 1, 3])], &[0]),
        (&SLICE, slice_params(&[1, 0], &[5, 3]), vec![f32(&[6, 3])], &[0]),
        (&SLICE, slice_params(&[1], &[5]).with("strides", [3usize]), vec![f32(&[6])], &[0]),
        (&SLICE, slice_params(&[2], &[2]).with("strides", [3usize]), vec![f32(&[6])], &[0]),
        (&PAD, pad_params(&[[1, -2, 2], [0, 0, 0]]), vec![f32(&[4, 2]), f32(&[])], &[0, 1]),
        (&REV, p("dimensions", [0usize]), vec![f32(&[2, 3])], &[0]),
        (&SPLIT, p("axis", 1).with("sizes", [1usize, 2]), vec![f32(&[2, 3])], &[0]),
        (&CONCATENATE, p("dimension", 1), vec![f32(&[2, 3]), f32(&[2, 1])], &[0, 1]),
        (&TILE, p("reps", [2usize, 3]), vec![f32(&[2, 3])], &[0]),
        (&STACK, p("axis", 1), vec![f32(&[2, 3]), f32(&[2, 3])], &[0, 1]),
        (&UNSTACK, p("axis", 1), vec![f32(&[2, 3])], &[0]),
        (&DYNAMIC_SLICE, p("slice_sizes", [2usize]), vec![f32(&[3]), index.clone()], &[0]),
        (&DYNAMIC_UPDATE_SLICE, Params::new(), vec![f32(&[3]), f32(&[2]), index], &[0, 1]),
        (&SORT, p("dimension", 0), vec![f32(&[3, 2]), i32(&[3, 2])], &[0]),
        (&TOP_K, p("k", 2), vec![f32(&[4, 3])], &[0]),
        (&GATHER, gather_params(&rows(), &[1, 3]), vec![f32(&[4, 3]), i32(&[2, 1])], &[0]),
        (&SCATTER_ADD, scatter_params(), vec![f32(&[4]), i32(&[2, 1]), f32(&[2])], &[0, 2]),
    ]
}

/// Inputs of the given types in a new program.
fn inputs<'b>(builder: &'b RefCell<JaxprBuilder>, types: &[ArrayType]) -> Vec<Handle<'b>> {
    let var = |ty: &ArrayType| Atom::from(builder.borrow_mut().input(ty.clone()));
    types.iter().map(|ty| Handle::new(builder, var(ty))).collect()
}

fn types(handles: &[Handle<'_>]) -> Vec<ArrayType> {
    handles.iter().map(Value::ty).collect()
}

/// Checked parameters and result types of a sample.
fn inferred(op: &'static OpDef, params: &Params, types: &[ArrayType]) -> (Params, Vec<ArrayType>) {
    let types: Vec<&ArrayType> = types.iter().collect();
    let (params, out) = builder::infer(op, params.clone(), &types, &Loc::unknown()).unwrap();
    (params, out.to_vec())
}

#[test]
fn tangents_have_the_types_of_results() {
    for (op, params, operands, linear) in samples() {
        let Rule::Is(rule) = op.jvp else { continue };
        let (params, results) = inferred(op, &params, &operands);
        let builder = RefCell::new(JaxprBuilder::new());
        let loc = Loc::unknown();
        let call = Call { op, params: &params, loc: &loc };
        let primals = inputs(&builder, &operands);
        for nonzero in linear.iter().map(std::slice::from_ref).chain([linear]) {
            let tangents = inputs(&builder, &operands).into_iter().enumerate();
            let tangents: Vec<Option<Handle<'_>>> =
                tangents.map(|(i, tangent)| nonzero.contains(&i).then_some(tangent)).collect();
            let (out, tangents) =
                rule(&mut NoDriver(&builder), &call, &primals, &tangents).unwrap();
            assert_eq!(types(&out), results, "{op:?}");
            let all = tangents.iter().zip(&results);
            assert!(all.clone().any(|(tangent, _)| tangent.is_some()) || nonzero.is_empty());
            all.for_each(|(tangent, ty)| {
                assert!(tangent.is_none_or(|tangent| tangent.ty() == *ty), "{op:?}");
            });
        }
    }
}

#[test]
fn cotangents_have_the_types_of_operands() {
    for (op, params, operands, linear) in samples() {
        let Rule::Is(rule) = op.transpose else { continue };
        let (params, results) = inferred(op, &params, &operands);
        let builder = RefCell::new(JaxprBuilder::new());
        let loc = Loc::unknown();
        let call = Call { op, params: &params, loc: &loc };
        let values = inputs(&builder, &operands);
        let operand = |(i, value): (usize, &Handle<'_>)| match linear.contains(&i) {
            true => LinearOperand::Linear(operands[i].clone()),
            false => LinearOperand::Known(Handle::new(&builder, value.atom())),
        };
        let given: Vec<LinearOperand<'_>> = values.iter().enumerate().map(operand).collect();
        let cts: Vec<Option<Handle<'_>>> =
            inputs(&builder, &results).into_iter().map(Some).collect();
        let out = rule(&mut NoDriver(&builder), &call, &cts, &given).unwrap();
        assert_eq!(out.len(), operands.len(), "{op:?}");
        for (i, ct) in out.iter().enumerate() {
            let expected = linear.contains(&i).then(|| operands[i].clone());
            assert_eq!(ct.map(|ct| ct.ty()), expected, "{op:?}");
        }
        let zero = rule(&mut NoDriver(&builder), &call, &vec![None; cts.len()], &given).unwrap();
        assert!(zero.len() == operands.len() && zero.iter().all(Option::is_none), "{op:?}");
    }
}

#[test]
fn batched_results_are_results_with_one_more_axis() {
    for (op, params, operands, _) in samples() {
        let Rule::Is(rule) = op.batch else { continue };
        let (params, results) = inferred(op, &params, &operands);
        let loc = Loc::unknown();
        let call = Call { op, params: &params, loc: &loc };
        // Each subset of operands that is not empty, with two places of the axis.
        for (axis, subset) in [0, 1]
            .into_iter()
            .flat_map(|axis| (1..1 << operands.len()).map(move |subset: usize| (axis, subset)))
        {
            let builder = RefCell::new(JaxprBuilder::new());
            let batch = |(i, ty): (usize, &ArrayType)| {
                let mut ty = ty.clone();
                if subset >> i & 1 == 0 {
                    return (ty, None);
                }
                let axis = axis.min(ty.rank());
                ty.shape.insert(axis, 7);
                (ty, Some(axis))
            };
            let (wide, axes): (Vec<_>, Vec<_>) = operands.iter().enumerate().map(batch).unzip();
            let given: Vec<_> = inputs(&builder, &wide).into_iter().zip(axes).collect();
            let out = rule(&mut NoDriver(&builder), &call, 7, &given).unwrap();
            let per_lane = |(value, axis): (Handle<'_>, Option<usize>)| {
                let mut ty = value.ty();
                assert_eq!(ty.shape.remove(axis.unwrap()), 7, "{op:?}");
                ty
            };
            let lanes: Vec<ArrayType> = out.into_iter().map(per_lane).collect();
            assert_eq!(lanes, results, "{op:?}");
        }
    }
}

#[test]
fn decompositions_give_the_results_of_the_op() {
    for (op, params, operands, _) in samples() {
        let Lower::Decompose(rule) = op.lower else { continue };
        let (params, results) = inferred(op, &params, &operands);
        let builder = RefCell::new(JaxprBuilder::new());
        let loc = Loc::unknown();
        let given = inputs(&builder, &operands);
        let out = rule(&Call { op, params: &params, loc: &loc }, &given).unwrap();
        assert_eq!(types(&out), results, "{op:?}");
    }
}
