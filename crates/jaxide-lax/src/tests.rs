//! The dialect's lists, what ops accept and refuse, and the programs that rules write.

use expect_test::{Expect, expect};
use jaxide_ir::{
    ArrayType, DType, Handle, Loc, OpDef, Param, Params, PrintOptions, Rule, builder::infer, print,
    rules::LinearOperand,
};

use crate::{LAX, dot::*, elementwise::*, random::*, reduce::*, registry, testing::rule_program};

fn f32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::F32, shape)
}

fn i32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::I32, shape)
}

fn bool(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::Bool, shape)
}

/// The result types, `*` after weak ones, or the error.
fn check(op: &'static OpDef, params: Params, types: &[ArrayType], expected: Expect) {
    let types: Vec<&ArrayType> = types.iter().collect();
    let text = match infer(op, params, &types, &Loc::unknown()) {
        Ok((_, outs)) => outs
            .iter()
            .map(|ty| format!("{ty}{}", if ty.weak { "*" } else { "" }))
            .collect::<Vec<_>>()
            .join(" "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

#[test]
fn ops_are_in_alphabetical_order_and_names_are_unique() {
    let names: Vec<&str> = LAX.ops.iter().map(|op| op.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    let mut all: Vec<&str> = registry().ops().map(|op| op.name).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn summaries_are_sentences() {
    for op in registry().ops() {
        assert!(op.summary.ends_with('.') && !op.summary.contains('\n'), "{}", op.name);
    }
}

#[test]
fn elementwise_operands_have_one_dtype_and_shapes_that_go_together() {
    let none = Params::new;
    check(&ADD, none(), &[f32(&[2, 3]), f32(&[2, 3])], expect!["f32[2,3]"]);
    check(&ADD, none(), &[f32(&[]), f32(&[2, 3])], expect!["f32[2,3]"]);
    check(&ADD, none(), &[f32(&[2, 1]), f32(&[1, 3])], expect!["f32[2,3]"]);
    check(&ADD, none(), &[f32(&[1]), f32(&[0])], expect!["f32[0]"]);
    check(
        &ADD,
        none(),
        &[f32(&[2]), i32(&[2])],
        expect!["add: operands must have one dtype, expected f32, got i32"],
    );
    check(
        &ADD,
        none(),
        &[f32(&[3]), f32(&[4])],
        expect!["add: operands must have one shape, expected f32[3], got f32[4]"],
    );
    check(
        &ADD,
        none(),
        &[f32(&[3]), f32(&[1, 3])],
        expect!["add: operands must have one shape, expected f32[3], got f32[1,3]"],
    );
    check(
        &ADD,
        none(),
        &[bool(&[3]), bool(&[3])],
        expect![
            "add: operand 0: expected signed integer or unsigned integer or float or complex, got bool"
        ],
    );
    check(&ADD, none(), &[f32(&[3])], expect!["add: expected 2 operands, got 1"]);
    check(
        &SIN,
        none(),
        &[i32(&[3])],
        expect!["sin: operand 0: expected float or complex, got i32"],
    );
    check(
        &NOT,
        none(),
        &[f32(&[3])],
        expect!["not: operand 0: expected bool or signed integer or unsigned integer, got f32"],
    );
    check(&MAX, none(), &[bool(&[3]), bool(&[3])], expect!["bool[3]"]);
    check(&FMA, none(), &[f32(&[3]), f32(&[]), f32(&[])], expect!["f32[3]"]);
}

#[test]
fn results_are_weak_where_all_operands_are() {
    let none = Params::new;
    let weak = f32(&[]).with_weak(true);
    check(&ADD, none(), &[weak.clone(), weak.clone()], expect!["f32[]*"]);
    check(&ADD, none(), &[weak.clone(), f32(&[3])], expect!["f32[3]"]);
    check(&LT, none(), &[weak.clone(), weak.clone()], expect!["bool[]"]);
    check(&SELECT_N, none(), &[bool(&[]), weak.clone(), weak.clone()], expect!["f32[]*"]);
    check(&SELECT_N, none(), &[bool(&[]), weak.clone(), f32(&[])], expect!["f32[]"]);
    check(&REDUCE_SUM, none().with("axes", [0]), &[f32(&[3]).with_weak(true)], expect!["f32[]*"]);
    let params = none().with("new_dtype", DType::F32).with("weak_type", true);
    check(&CONVERT_ELEMENT_TYPE, params, &[i32(&[2])], expect!["f32[2]*"]);
}

#[test]
fn comparisons_give_bools() {
    check(&LT, Params::new(), &[f32(&[3]), f32(&[3])], expect!["bool[3]"]);
    check(&EQ, Params::new(), &[bool(&[3]), bool(&[])], expect!["bool[3]"]);
    check(&IS_FINITE, Params::new(), &[f32(&[3])], expect!["bool[3]"]);
    check(
        &IS_FINITE,
        Params::new(),
        &[i32(&[3])],
        expect!["is_finite: operand 0: expected float, got i32"],
    );
}

#[test]
fn powers_take_integer_exponents() {
    check(&POW, Params::new(), &[f32(&[3]), i32(&[])], expect!["f32[3]"]);
    check(
        &POW,
        Params::new(),
        &[i32(&[3]), i32(&[])],
        expect!["pow: operand 0: expected float or complex, got i32"],
    );
    check(&INTEGER_POW, Params::new().with("y", -2i64), &[f32(&[3])], expect!["f32[3]"]);
    check(
        &INTEGER_POW,
        Params::new().with("y", -2i64),
        &[i32(&[3])],
        expect!["integer_pow: parameter y: expected 0 or more for integers, got -2"],
    );
    check(
        &INTEGER_POW,
        Params::new(),
        &[i32(&[3])],
        expect!["integer_pow: parameter y: expected an integer, got nothing"],
    );
}

#[test]
fn select_n_picks_by_bool_or_i32() {
    let none = Params::new;
    check(&SELECT_N, none(), &[bool(&[3]), f32(&[3]), f32(&[3])], expect!["f32[3]"]);
    check(&SELECT_N, none(), &[i32(&[]), f32(&[3]), f32(&[3]), f32(&[3])], expect!["f32[3]"]);
    check(
        &SELECT_N,
        none(),
        &[bool(&[]), f32(&[]), f32(&[]), f32(&[])],
        expect!["select_n: a bool picks one of at most 2 cases, got 3"],
    );
    check(
        &SELECT_N,
        none(),
        &[f32(&[]), f32(&[]), f32(&[])],
        expect!["select_n: operand 0: expected bool or i32, got f32"],
    );
    check(
        &SELECT_N,
        none(),
        &[bool(&[2]), f32(&[3]), f32(&[3])],
        expect!["select_n: operands must have one shape, expected bool[2], got f32[3]"],
    );
    check(
        &SELECT_N,
        none(),
        &[bool(&[]), f32(&[3]), i32(&[3])],
        expect!["select_n: operands must have one dtype, expected f32, got i32"],
    );
    check(
        &SELECT_N,
        none(),
        &[bool(&[])],
        expect!["select_n: expected at least 2 operands, got 1"],
    );
}

#[test]
fn bitcasts_change_the_last_dimension_with_the_width() {
    let to = |dtype: DType| Params::new().with("new_dtype", dtype);
    let op = &BITCAST_CONVERT_TYPE;
    check(op, to(DType::I32), &[f32(&[3])], expect!["i32[3]"]);
    check(op, to(DType::U8), &[f32(&[3])], expect!["u8[3,4]"]);
    check(op, to(DType::F64), &[f32(&[3, 2])], expect!["f64[3]"]);
    check(
        op,
        to(DType::F64),
        &[f32(&[2, 3])],
        expect!["bitcast_convert_type: expected a last dimension of size 2, got f32[2,3]"],
    );
    check(
        op,
        to(DType::F64),
        &[f32(&[])],
        expect!["bitcast_convert_type: expected a last dimension of size 2, got f32[]"],
    );
    check(
        op,
        to(DType::Bool),
        &[f32(&[3])],
        expect![
            "bitcast_convert_type: parameter new_dtype: expected another dtype than bool, got bool"
        ],
    );
}

#[test]
fn reductions_drop_their_axes() {
    let over = |axes: &[i64]| Params::new().with("axes", axes);
    check(&REDUCE_SUM, over(&[0, 2]), &[f32(&[2, 3, 4])], expect!["f32[3]"]);
    check(&REDUCE_SUM, over(&[]), &[f32(&[2])], expect!["f32[2]"]);
    check(
        &REDUCE_SUM,
        over(&[2]),
        &[f32(&[2, 3])],
        expect!["reduce_sum: parameter axes: expected distinct axes below 2, got [2]"],
    );
    check(
        &REDUCE_SUM,
        over(&[-1]),
        &[f32(&[2, 3])],
        expect!["reduce_sum: parameter axes: expected distinct axes below 2, got [-1]"],
    );
    check(
        &REDUCE_SUM,
        over(&[1, 1]),
        &[f32(&[2, 3])],
        expect!["reduce_sum: parameter axes: expected distinct axes below 2, got [1, 1]"],
    );
    check(
        &REDUCE_SUM,
        over(&[0]),
        &[bool(&[2])],
        expect![
            "reduce_sum: operand 0: expected signed integer or unsigned integer or float or complex, got bool"
        ],
    );
    check(&REDUCE_OR, over(&[0]), &[bool(&[2])], expect!["bool[]"]);
    let arg = |axes: &[i64], dtype: DType| over(axes).with("index_dtype", dtype);
    check(&ARGMAX, arg(&[1], DType::I32), &[f32(&[2, 3])], expect!["i32[2]"]);
    check(
        &ARGMAX,
        arg(&[1], DType::F32),
        &[f32(&[2, 3])],
        expect!["argmax: parameter index_dtype: expected an integer dtype, got f32"],
    );
    check(
        &ARGMAX,
        arg(&[0, 1], DType::I32),
        &[f32(&[2, 3])],
        expect!["argmax: parameter axes: expected one axis, got 2 axes"],
    );
    check(
        &ARGMAX,
        arg(&[0], DType::I32),
        &[f32(&[0, 3])],
        expect!["argmax: the axis is empty, expected size 1 or more"],
    );
    let along = |axis: i64| Params::new().with("axis", axis);
    check(&CUMSUM, along(1), &[f32(&[2, 3])], expect!["f32[2,3]"]);
    check(
        &CUMSUM,
        along(2),
        &[f32(&[2, 3])],
        expect!["cumsum: parameter axis: expected an axis below 2, got 2"],
    );
    check(
        &CUMLOGSUMEXP,
        along(0),
        &[i32(&[2])],
        expect!["cumlogsumexp: operand 0: expected float or complex, got i32"],
    );
}

/// Parameters of a dot_general.
fn dims(contract: (&[usize], &[usize]), batch: (&[usize], &[usize])) -> Params {
    let side = |contract: &[usize], batch: &[usize]| DotSide {
        contract: contract.to_vec(),
        batch: batch.to_vec(),
    };
    let dims = DotDims { lhs: side(contract.0, batch.0), rhs: side(contract.1, batch.1) };
    Params::new().with("dimension_numbers", dims.to_param())
}

#[test]
fn dot_general_has_batch_then_free_dimensions() {
    let op = &DOT_GENERAL;
    let matmul = || dims((&[1], &[0]), (&[], &[]));
    check(op, matmul(), &[f32(&[2, 3]), f32(&[3, 4])], expect!["f32[2,4]"]);
    let batched = dims((&[1], &[2]), (&[2], &[0]));
    check(op, batched, &[f32(&[2, 3, 5]), f32(&[5, 4, 3])], expect!["f32[5,2,4]"]);
    let wide = matmul().with("preferred_element_type", DType::F32);
    let bf16 = |shape: &[usize]| ArrayType::new(DType::BF16, shape);
    check(op, wide, &[bf16(&[2, 3]), bf16(&[3, 4])], expect!["f32[2,4]"]);
    check(
        op,
        matmul(),
        &[f32(&[2, 3]), f32(&[2, 3])],
        expect!["dot_general: expected contracting dimensions of equal sizes, got [3] and [2]"],
    );
    check(op, matmul(), &[f32(&[2, 3]), i32(&[3, 4])], expect!["f32[2,4]"]);
    let int = |dtype: DType, shape: &[usize]| ArrayType::new(dtype, shape);
    let words = [int(DType::U32, &[2, 3]), int(DType::I8, &[3, 4])];
    check(op, matmul(), &words, expect!["u32[2,4]"]);
    check(
        op,
        matmul(),
        &[f32(&[2]), f32(&[2])],
        expect![
            "dot_general: parameter dimension_numbers: expected distinct axes below 1, got [1]"
        ],
    );
    check(
        op,
        dims((&[0], &[0]), (&[0], &[0])),
        &[f32(&[2]), f32(&[2])],
        expect![
            "dot_general: parameter dimension_numbers: expected distinct axes below 1, got [0, 0]"
        ],
    );
    let ragged = dims((&[1], &[0, 1]), (&[], &[]));
    check(
        op,
        ragged,
        &[f32(&[2, 3]), f32(&[3, 1])],
        expect!["dot_general: expected contracting dimensions of equal sizes, got [3] and [3, 1]"],
    );
}

#[test]
fn threefry_takes_words() {
    let u32 = |shape: &[usize]| ArrayType::new(DType::U32, shape);
    let op = &THREEFRY2X32;
    let operands = [u32(&[]), u32(&[]), u32(&[3]), u32(&[3])];
    check(op, Params::new(), &operands, expect!["u32[3] u32[3]"]);
    let operands = [u32(&[]), i32(&[]), u32(&[3]), u32(&[3])];
    check(op, Params::new(), &operands, expect!["threefry2x32: operand 1: expected u32, got i32"]);
    let shape = Params::new().with("shape", [2usize, 3]);
    check(&IOTA_2X32_SHAPE, shape, &[], expect!["u32[2,3] u32[2,3]"]);
}

/// The program of a jvp rule with a tangent for each operand.
fn jvp(op: &'static OpDef, params: Params, types: &[ArrayType], expected: Expect) {
    let Rule::Is(rule) = op.jvp else { panic!("{} has no jvp rule", op.name) };
    let inputs: Vec<ArrayType> = types.iter().chain(types).cloned().collect();
    let jaxpr = rule_program(op, params, types, &inputs, |cx, call, inputs| {
        let (primals, tangents) = inputs.split_at(types.len());
        let tangents: Vec<Option<Handle<'_>>> = tangents.iter().copied().map(Some).collect();
        let (mut outs, tangents) = rule(cx, call, primals, &tangents).unwrap();
        outs.extend(tangents.into_iter().flatten());
        outs
    });
    expected.assert_eq(&print(&jaxpr, PrintOptions::default()));
}

/// The program of a transpose rule; the operand at `at` is linear, the others are known.
fn transpose(op: &'static OpDef, params: Params, types: &[ArrayType], at: usize, expected: Expect) {
    let Rule::Is(rule) = op.transpose else { panic!("{} has no transpose rule", op.name) };
    let refs: Vec<&ArrayType> = types.iter().collect();
    let out = infer(op, params.clone(), &refs, &Loc::unknown()).unwrap().1[0].clone();
    let mut inputs = types.to_vec();
    inputs[at] = out;
    let jaxpr = rule_program(op, params, types, &inputs, |cx, call, inputs| {
        let known = inputs.iter().copied().map(LinearOperand::Known);
        let mut operands: Vec<LinearOperand<'_>> = known.collect();
        operands[at] = LinearOperand::Linear(types[at].clone());
        let cts = rule(cx, call, &[Some(inputs[at])], &operands).unwrap();
        assert_eq!(cts.len(), types.len());
        vec![cts[at].unwrap()]
    });
    assert_eq!(jaxpr.ty(jaxpr.outputs[0]), types[at]);
    expected.assert_eq(&print(&jaxpr, PrintOptions::default()));
}

/// The program of a batching rule; `types` are those without the batch axis of size 7.
fn batch(
    op: &'static OpDef,
    params: Params,
    types: &[ArrayType],
    axes: &[Option<usize>],
    expected: Expect,
) {
    let Rule::Is(rule) = op.batch else { panic!("{} has no batching rule", op.name) };
    let batched = |(ty, axis): (&ArrayType, &Option<usize>)| {
        let mut ty = ty.clone();
        axis.iter().for_each(|axis| ty.shape.insert(*axis, 7));
        ty
    };
    let inputs: Vec<ArrayType> = types.iter().zip(axes).map(batched).collect();
    let refs: Vec<&ArrayType> = types.iter().collect();
    let out = infer(op, params.clone(), &refs, &Loc::unknown()).unwrap().1[0].clone();
    let mut result = None;
    let jaxpr = rule_program(op, params, types, &inputs, |cx, call, inputs| {
        let operands: Vec<_> = inputs.iter().copied().zip(axes.iter().copied()).collect();
        let outs = rule(cx, call, 7, &operands).unwrap();
        result = outs[0].1;
        outs.into_iter().map(|(out, _)| out).collect()
    });
    assert_eq!(jaxpr.ty(jaxpr.outputs[0]), batched((&out, &result)));
    expected.assert_eq(&print(&jaxpr, PrintOptions::default()));
}

#[test]
fn jvp_rules_write_the_products_of_jax() {
    let none = Params::new;
    jvp(
        &SIN,
        none(),
        &[f32(&[3])],
        expect![[r#"
        { lambda ; a:f32[3] b:f32[3]. let
            c:f32[3] = sin a
            d:f32[3] = cos a
            e:f32[3] = mul b d
          in (c, e) }"#]],
    );
    jvp(
        &MUL,
        none(),
        &[f32(&[3]), f32(&[])],
        expect![[r#"
        { lambda ; a:f32[3] b:f32[] c:f32[3] d:f32[]. let
            e:f32[3] = mul a b
            f:f32[3] = mul c b
            g:f32[3] = mul a d
            h:f32[3] = add_any f g
          in (e, h) }"#]],
    );
    jvp(
        &ADD,
        none(),
        &[f32(&[]), f32(&[3])],
        expect![[r#"
        { lambda ; a:f32[] b:f32[3] c:f32[] d:f32[3]. let
            e:f32[3] = add a b
            f:f32[3] = broadcast_in_dim[broadcast_dimensions=() shape=(3,)] c
            g:f32[3] = add_any f d
          in (e, g) }"#]],
    );
    jvp(
        &SELECT_N,
        none(),
        &[bool(&[3]), f32(&[3]), f32(&[3])],
        expect![[r#"
        { lambda ; a:bool[3] b:f32[3] c:f32[3] d:bool[3] e:f32[3] f:f32[3]. let
            g:f32[3] = select_n a b c
            h:f32[3] = select_n a e f
          in (g, h) }"#]],
    );
    jvp(
        &REDUCE_MAX,
        none().with("axes", [1]),
        &[f32(&[2, 3])],
        expect![[r#"
        { lambda ; a:f32[2,3] b:f32[2,3]. let
            c:f32[2] = reduce_max[axes=(1,)] a
            d:f32[2,3] = broadcast_in_dim[broadcast_dimensions=(0,) shape=(2, 3)] c
            e:bool[2,3] = eq a d
            f:f32[2,3] = convert_element_type[new_dtype=float32 weak_type=False] e
            g:f32[2] = reduce_sum[axes=(1,)] f
            h:f32[2,3] = mul b f
            i:f32[2] = reduce_sum[axes=(1,)] h
            j:f32[2] = div i g
          in (c, j) }"#]],
    );
    jvp(
        &CUMPROD,
        none().with("axis", 0usize),
        &[f32(&[3])],
        expect![[r#"
            { lambda ; a:f32[3] b:f32[3]. let
                c:f32[3] = cumprod[axis=0 reverse=False] a
                d:f32[3] = pad[padding_config=((1, -1, 0),)] c 1.0:f32[]
                e:f32[3] = mul d b
                f:f32[3] = pad[padding_config=((1, -1, 0),)] e 0.0:f32[]
                g:f32[3] = mul a f
                h:f32[3] = add e g
                i:f32[3] = pad[padding_config=((1, -1, 0),)] a 0.0:f32[]
                j:f32[3] = mul a i
                k:f32[3] = pad[padding_config=((2, -2, 0),)] h 0.0:f32[]
                l:f32[3] = mul j k
                m:f32[3] = add h l
              in (c, m) }"#]],
    );
}

#[test]
fn transposes_sum_over_what_was_repeated() {
    let none = Params::new;
    transpose(
        &ADD,
        none(),
        &[f32(&[]), f32(&[2, 3])],
        0,
        expect![[r#"
        { lambda ; a:f32[2,3] b:f32[2,3]. let
            c:f32[] = reduce_sum[axes=(0, 1)] a
          in (c,) }"#]],
    );
    transpose(
        &MUL,
        none(),
        &[f32(&[2, 3]), f32(&[2, 1])],
        1,
        expect![[r#"
        { lambda ; a:f32[2,3] b:f32[2,3]. let
            c:f32[2,3] = mul a b
            d:f32[2] = reduce_sum[axes=(1,)] c
            e:f32[2,1] = reshape[dimensions=None new_sizes=(2, 1)] d
          in (e,) }"#]],
    );
    transpose(
        &REDUCE_SUM,
        none().with("axes", [0]),
        &[f32(&[2, 3])],
        0,
        expect![[r#"
        { lambda ; a:f32[3]. let
            b:f32[2,3] = broadcast_in_dim[broadcast_dimensions=(1,) shape=(2, 3)] a
          in (b,) }"#]],
    );
    let params = || dims((&[1, 2], &[3, 1]), (&[0], &[0]));
    let types = [f32(&[5, 2, 3, 4]), f32(&[5, 3, 6, 2])];
    transpose(
        &DOT_GENERAL,
        params(),
        &types,
        0,
        expect![[r#"
        { lambda ; a:f32[5,4,6] b:f32[5,3,6,2]. let
            c:f32[5,4,3,2] = dot_general[
              dimension_numbers=(([2], [2]), ([0], [0]))
              preferred_element_type=float32
            ] a b
            d:f32[5,2,3,4] = transpose[permutation=(0, 3, 2, 1)] c
          in (d,) }"#]],
    );
    transpose(
        &DOT_GENERAL,
        params(),
        &types,
        1,
        expect![[r#"
        { lambda ; a:f32[5,2,3,4] b:f32[5,4,6]. let
            c:f32[5,6,2,3] = dot_general[
              dimension_numbers=(([1], [3]), ([0], [0]))
              preferred_element_type=float32
            ] b a
            d:f32[5,3,6,2] = transpose[permutation=(0, 3, 1, 2)] c
          in (d,) }"#]],
    );
}

#[test]
fn transposing_what_is_not_linear_is_an_error() {
    for (op, expected) in [
        (&MUL, expect!["mul: expected a linear function, got one that is not, by operand 0"]),
        (&DIV, expect!["div: expected a linear function, got one that is not, by operand 0"]),
    ] {
        let Rule::Is(rule) = op.transpose else { panic!("{} has a transpose rule", op.name) };
        let types = [f32(&[3]), f32(&[3])];
        rule_program(op, Params::new(), &types, &types[..1], |cx, call, inputs| {
            let operands = types.clone().map(LinearOperand::Linear);
            let error = rule(cx, call, &[Some(inputs[0])], &operands).err().unwrap();
            expected.assert_eq(&error.to_string());
            vec![]
        });
    }
}

#[test]
fn only_factorisations_and_scatters_wait_for_rules() {
    let todo: Vec<&str> = LAX
        .ops
        .iter()
        .filter(|op| {
            matches!(op.jvp, Rule::Todo(_))
                || matches!(op.transpose, Rule::Todo(_))
                || matches!(op.batch, Rule::Todo(_))
                || matches!(op.partial_eval, Rule::Todo(_))
                || matches!(op.dce, Rule::Todo(_))
        })
        .map(|op| op.name)
        .collect();
    expect!["eigh qr scatter scatter-max scatter-min scatter-mul scatter-sub svd"]
        .assert_eq(&todo.join(" "));
}

#[test]
fn batching_aligns_ranks_with_sizes_of_one() {
    let none = Params::new;
    batch(
        &ADD,
        none(),
        &[f32(&[3]), f32(&[3])],
        &[Some(1), Some(1)],
        expect!["{ lambda ; a:f32[3,7] b:f32[3,7]. let c:f32[3,7] = add a b in (c,) }"],
    );
    batch(
        &ADD,
        none(),
        &[f32(&[]), f32(&[3])],
        &[Some(0), None],
        expect![[r#"
        { lambda ; a:f32[7] b:f32[3]. let
            c:f32[7,1] = reshape[dimensions=None new_sizes=(7, 1)] a
            d:f32[1,3] = reshape[dimensions=None new_sizes=(1, 3)] b
            e:f32[7,3] = add c d
          in (e,) }"#]],
    );
    batch(
        &ADD,
        none(),
        &[f32(&[2, 3]), f32(&[2, 3])],
        &[Some(0), Some(2)],
        expect![[r#"
        { lambda ; a:f32[7,2,3] b:f32[2,3,7]. let
            c:f32[7,2,3] = transpose[permutation=(2, 0, 1)] b
            d:f32[7,2,3] = add a c
          in (d,) }"#]],
    );
    batch(
        &REDUCE_SUM,
        none().with("axes", [0]),
        &[f32(&[2, 3])],
        &[Some(1)],
        expect!["{ lambda ; a:f32[2,7,3]. let b:f32[7,3] = reduce_sum[axes=(0,)] a in (b,) }"],
    );
    batch(
        &CUMSUM,
        none().with("axis", 0usize),
        &[f32(&[2, 3])],
        &[Some(0)],
        expect![[r#"
        { lambda ; a:f32[7,2,3]. let
            b:f32[7,2,3] = cumsum[axis=1 reverse=False] a
          in (b,) }"#]],
    );
    let params = || dims((&[1], &[0]), (&[], &[]));
    let types = [f32(&[2, 3]), f32(&[3, 4])];
    batch(
        &DOT_GENERAL,
        params(),
        &types,
        &[Some(0), Some(1)],
        expect![[r#"
        { lambda ; a:f32[7,2,3] b:f32[3,7,4]. let
            c:f32[7,3,4] = transpose[permutation=(1, 0, 2)] b
            d:f32[7,2,4] = dot_general[dimension_numbers=(([2], [1]), ([0], [0]))] a c
          in (d,) }"#]],
    );
    batch(
        &DOT_GENERAL,
        params(),
        &types,
        &[None, Some(1)],
        expect![[r#"
        { lambda ; a:f32[2,3] b:f32[3,7,4]. let
            c:f32[2,7,4] = dot_general[dimension_numbers=(([1], [0]), ([], []))] a b
          in (c,) }"#]],
    );
    batch(
        &DOT_GENERAL,
        params(),
        &types,
        &[Some(2), None],
        expect![[r#"
        { lambda ; a:f32[2,3,7] b:f32[3,4]. let
            c:f32[2,7,4] = dot_general[dimension_numbers=(([1], [0]), ([], []))] a b
          in (c,) }"#]],
    );
}

#[test]
fn dot_dimensions_survive_their_parameter() {
    let dims = DotDims {
        lhs: DotSide { contract: vec![1, 2], batch: vec![0] },
        rhs: DotSide { contract: vec![3, 1], batch: vec![0] },
    };
    let params = Params::new().with("dimension_numbers", dims.to_param());
    assert_eq!(DotDims::of(&params), dims);
    assert!(matches!(dims.to_param(), Param::Tuple(_)));
}
