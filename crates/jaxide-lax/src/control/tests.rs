//! What the control records accept, refuse, and drop. The driver of dead code elimination is
//! elsewhere; here a small one stands in for it.

use std::sync::Arc;

use expect_test::{Expect, expect};
use jaxide_ir::{
    Arity, ArrayType, Atom, Call, DType, DceCx, Eqn, Jaxpr, JaxprBuilder, Loc, OpDef, OutTypes,
    Params, Result, Rule, Scalar, builder, rules::DceEqn,
};
use smallvec::smallvec;

use super::{COND, PJIT, SCAN, Scan, WHILE, While, diag};
use crate::shape::structural;

/// Gives its first operand; stands for any computation.
static MIX: OpDef = structural("mix", "A stand-in.", Arity::AtLeast(1), &[], |_, types| {
    Ok(smallvec![types[0].clone()])
});
/// A bool from any operand.
static TEST: OpDef = structural("test", "A stand-in.", Arity::AtLeast(1), &[], |_, types| {
    Ok(smallvec![types[0].with_dtype(DType::Bool)])
});

fn f32(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::F32, shape)
}

fn i32() -> ArrayType {
    ArrayType::scalar(DType::I32)
}

/// A program given by its input types and the inputs that make each result; `MIX` is applied where
/// there are several.
fn jaxpr(inputs: &[ArrayType], results: &[&[usize]]) -> Arc<Jaxpr> {
    build(inputs, results, &MIX)
}

/// The same with a bool result.
fn predicate(inputs: &[ArrayType], result: &[usize]) -> Arc<Jaxpr> {
    build(inputs, &[result], &TEST)
}

fn build(inputs: &[ArrayType], results: &[&[usize]], op: &'static OpDef) -> Arc<Jaxpr> {
    let (mut builder, vars) = JaxprBuilder::with_inputs(inputs);
    let mut outputs = Vec::new();
    for from in results {
        let atoms: Vec<Atom> = from.iter().map(|i| vars[*i].into()).collect();
        let bound = |builder: &mut JaxprBuilder| {
            builder.bind(op, Params::new(), &atoms, Loc::unknown()).unwrap()[0]
        };
        let plain = atoms.len() == 1 && *op == MIX;
        outputs.push(if plain { atoms[0] } else { bound(&mut builder).into() });
    }
    Arc::new(builder.finish(outputs))
}

fn infer(op: &'static OpDef, params: Params, types: &[ArrayType]) -> Result<OutTypes> {
    let types: Vec<&ArrayType> = types.iter().collect();
    builder::infer(op, params, &types, &Loc::unknown()).map(|(_, outputs)| outputs)
}

fn check(op: &'static OpDef, params: Params, types: &[ArrayType], expected: Expect) {
    let text = match infer(op, params, types) {
        Ok(types) => types.iter().map(ArrayType::to_string).collect::<Vec<_>>().join(" "),
        Err(error) => format!("{error}"),
    };
    expected.assert_eq(&text);
}

fn pjit(jaxpr: Arc<Jaxpr>) -> Params {
    Params::new().with("name", "f").with("jaxpr", jaxpr)
}

fn cond(branches: &[Arc<Jaxpr>]) -> Params {
    let branches: Vec<jaxide_ir::Param> = branches.iter().cloned().map(Into::into).collect();
    Params::new().with("branches", branches)
}

fn scan(jaxpr: Arc<Jaxpr>, num_consts: usize, num_carry: usize) -> Params {
    Scan { jaxpr, length: 4, num_carry, num_consts, reverse: false, unroll: 1 }.params()
}

#[test]
fn calls_take_the_types_of_their_program() {
    let body = jaxpr(&[f32(&[3]), i32()], &[&[0, 1], &[1]]);
    check(&PJIT, pjit(body.clone()), &[f32(&[3]), i32()], expect!["f32[3] i32[]"]);
    let weak = f32(&[3]).with_weak(true);
    check(&PJIT, pjit(body.clone()), &[weak, i32()], expect!["f32[3] i32[]"]);
    check(
        &PJIT,
        pjit(body.clone()),
        &[f32(&[4]), i32()],
        expect!["pjit: operand 0: expected f32[3] for jaxpr, got f32[4]"],
    );
    check(&PJIT, pjit(body), &[f32(&[3])], expect!["pjit: jaxpr: expected 1 inputs, got 2"]);
    check(&PJIT, pjit(jaxpr(&[], &[])), &[], expect![""]);
}

#[test]
fn nested_programs_are_closed() {
    let mut open = JaxprBuilder::new();
    let captured = open.captured(i32());
    let open = Arc::new(open.finish(vec![captured.into()]));
    check(
        &PJIT,
        pjit(open),
        &[i32()],
        expect!["pjit: jaxpr: expected a closed jaxpr, got one with constants"],
    );
}

#[test]
fn branches_agree() {
    let same = jaxpr(&[f32(&[3])], &[&[0]]);
    let fewer = jaxpr(&[f32(&[3])], &[]);
    let other = Arc::new({
        let (builder, _) = JaxprBuilder::with_inputs(&[f32(&[3])]);
        builder.finish(vec![Atom::literal(Scalar::int(DType::I32, 0))])
    });
    let bool = ArrayType::scalar(DType::Bool);
    check(&COND, cond(&[same.clone(), same.clone()]), &[i32(), f32(&[3])], expect!["f32[3]"]);
    check(&COND, cond(std::slice::from_ref(&same)), &[bool, f32(&[3])], expect!["f32[3]"]);
    check(
        &COND,
        cond(&[same.clone(), same.clone()]),
        &[f32(&[]), f32(&[3])],
        expect!["cond: expected an index i32[] or bool[], got f32[]"],
    );
    check(&COND, cond(&[]), &[i32(), f32(&[3])], expect!["Empty branch sequence"]);
    check(
        &COND,
        cond(&[same.clone(), fewer]),
        &[i32(), f32(&[3])],
        expect!["cond: branch 1: expected 1 results, got 0"],
    );
    check(
        &COND,
        cond(&[same.clone(), other]),
        &[i32(), f32(&[3])],
        expect![[r#"
            cond branches must have equal output types but they differ.

            The output of branch 0 has type float32[3] but the corresponding output of branch 1 has type int32[], so the dtypes do not match, and the shapes do not match.

            Revise branch 0 and/or branch 1 so that all output types match."#]],
    );
    check(
        &COND,
        cond(&[same.clone(), same]),
        &[i32(), f32(&[4])],
        expect!["cond: operand 1: expected f32[3] for branch 0, got f32[4]"],
    );
}

#[test]
fn results_of_branches_are_weak_where_all_are() {
    let weak = jaxpr(&[f32(&[]).with_weak(true)], &[&[0]]);
    let strong = jaxpr(&[f32(&[])], &[&[0]]);
    let mixed = infer(&COND, cond(&[weak.clone(), strong]), &[i32(), f32(&[])]).unwrap();
    assert!(!mixed[0].weak);
    let all = infer(&COND, cond(&[weak.clone(), weak]), &[i32(), f32(&[])]).unwrap();
    assert!(all[0].weak);
}

fn while_params(cond_jaxpr: Arc<Jaxpr>, body_jaxpr: Arc<Jaxpr>, consts: (usize, usize)) -> Params {
    While { cond_jaxpr, body_jaxpr, cond_nconsts: consts.0, body_nconsts: consts.1 }.params()
}

#[test]
fn while_keeps_the_types_of_its_carry() {
    let body = jaxpr(&[f32(&[]), i32(), f32(&[])], &[&[1], &[2, 0]]);
    let test = predicate(&[i32(), i32(), f32(&[])], &[1, 0]);
    let types = [i32(), f32(&[]), i32(), f32(&[])];
    check(&WHILE, while_params(test.clone(), body.clone(), (1, 1)), &types, expect!["i32[] f32[]"]);
    check(
        &WHILE,
        while_params(test.clone(), body.clone(), (5, 1)),
        &types,
        expect!["while: expected cond_nconsts within 4 operands, got 5"],
    );
    check(
        &WHILE,
        while_params(test.clone(), body.clone(), (1, 2)),
        &types,
        expect!["while: cond_jaxpr: expected 2 inputs, got 3"],
    );
    let swapped = jaxpr(&[f32(&[]), i32(), f32(&[])], &[&[2], &[1]]);
    check(
        &WHILE,
        while_params(test, swapped, (1, 1)),
        &types,
        expect![[r#"
            while_loop body function carry input and carry output must have equal types, but they differ:

              * The input carry component c[0] has type int32[] but the corresponding output carry component has type float32[], so the dtypes do not match;
              * The input carry component c[1] has type float32[] but the corresponding output carry component has type int32[], so the dtypes do not match.

            Revise the function so that all output types match the corresponding input types."#]],
    );
}

#[test]
fn predicates_are_bools_of_the_carrys_lanes() {
    let of = |ty: &ArrayType| {
        let body = jaxpr(std::slice::from_ref(ty), &[&[0]]);
        while_params(predicate(std::slice::from_ref(ty), &[0]), body, (0, 0))
    };
    check(&WHILE, of(&f32(&[3])), &[f32(&[3])], expect!["f32[3]"]);
    let identity = jaxpr(&[i32()], &[&[0]]);
    check(
        &WHILE,
        while_params(identity.clone(), identity, (0, 0)),
        &[i32()],
        expect!["cond_fun must return a boolean scalar, but got output type(s) [int32[]]."],
    );
    let types = [f32(&[3]), f32(&[])];
    let body = jaxpr(&types, &[&[0], &[1]]);
    check(
        &WHILE,
        while_params(predicate(&types, &[0]), body, (0, 0)),
        &types,
        expect!["while: expected a carry with the predicate's lanes bool[3], got f32[]"],
    );
}

#[test]
fn scan_stacks_results_and_keeps_its_carry() {
    let body = jaxpr(&[f32(&[2]), i32(), f32(&[3])], &[&[1], &[2], &[0, 2]]);
    let types = [f32(&[2]), i32(), f32(&[4, 3])];
    check(&SCAN, scan(body.clone(), 1, 1), &types, expect!["i32[] f32[4,3] f32[4,2]"]);
    check(
        &SCAN,
        scan(body.clone(), 1, 1),
        &[f32(&[2]), i32(), f32(&[5, 3])],
        expect!["scan got `length` argument of 4 which disagrees with leading axis sizes [5]."],
    );
    check(
        &SCAN,
        scan(body.clone(), 1, 1),
        &[f32(&[2]), i32(), f32(&[])],
        expect!["scan got value with no leading axis to scan over: f32[]."],
    );
    check(
        &SCAN,
        scan(body.clone(), 1, 1).with("length", -1i64),
        &types,
        expect!["scan: expected length of 0 or more, got -1"],
    );
    check(
        &SCAN,
        scan(body.clone(), 2, 1),
        &types,
        expect!["scan: operand 2: expected f32[3] for jaxpr, got f32[4,3]"],
    );
    check(
        &SCAN,
        scan(body, 1, 1).with("linear", vec![jaxide_ir::Param::Bool(false)]),
        &types,
        expect!["scan: expected linear for 3 operands, got 1"],
    );
    let grows = jaxpr(&[f32(&[]), f32(&[3])], &[&[1], &[0]]);
    check(
        &SCAN,
        scan(grows, 0, 1),
        &[f32(&[]), f32(&[4, 3])],
        expect![[r#"
            scan body function carry input and carry output must have equal types, but they differ:

            The input carry c has type float32[] but the corresponding output carry component has type float32[3], so the shapes do not match.

            Revise the function so that all output types match the corresponding input types."#]],
    );
    check(
        &SCAN,
        scan(jaxpr(&[f32(&[])], &[]), 0, 1),
        &[f32(&[])],
        expect!["scan: jaxpr: expected 1 results for the carry, got 0"],
    );
}

#[test]
fn branch_messages_name_functions_and_paths() {
    let role = |label, source| diag::Role { label, source: Some(source) };
    let mismatch =
        diag::Mismatch { path: "", expected: f32(&[3]), got: ArrayType::new(DType::I32, &[3]) };
    let error = diag::branch_types(
        "cond",
        role("true_fun", "f at a.rs:1"),
        role("false_fun", "g at a.rs:2"),
        &[mismatch],
    );
    expect![[r#"
        cond branches must have equal output types but they differ.

        true_fun is f at a.rs:1
        false_fun is g at a.rs:2

        The output of true_fun has type float32[3] but the corresponding output of false_fun has type int32[3], so the dtypes do not match.

        Revise true_fun and/or false_fun so that all output types match."#]]
    .assert_eq(error.message());
}

/// Drops unused equations; enough for the stand-ins above.
struct Dce;

impl DceCx for Dce {
    fn dce_jaxpr(&mut self, jaxpr: &Arc<Jaxpr>, used: &[bool]) -> Result<(Arc<Jaxpr>, Vec<bool>)> {
        let mut live = vec![false; jaxpr.vars.len()];
        let mark = |live: &mut Vec<bool>, atom: &Atom| {
            if let Some(var) = atom.var() {
                live[jaxide_ir::Id::index(var)] = true;
            }
        };
        let mut smaller = Jaxpr::clone(jaxpr);
        smaller.outputs = super::nested::kept(&jaxpr.outputs, used);
        smaller.outputs.iter().for_each(|atom| mark(&mut live, atom));
        smaller.eqns.clear();
        for eqn in jaxpr.eqns.iter().rev() {
            if eqn.outputs.iter().any(|var| live[jaxide_ir::Id::index(*var)]) {
                eqn.inputs.iter().for_each(|atom| mark(&mut live, atom));
                smaller.eqns.insert(0, eqn.clone());
            }
        }
        let inputs = jaxpr.inputs.iter().map(|var| live[jaxide_ir::Id::index(*var)]).collect();
        let same = smaller == **jaxpr;
        Ok((if same { jaxpr.clone() } else { Arc::new(smaller) }, inputs))
    }
}

/// An equation on inputs of the given types.
fn eqn(op: &'static OpDef, params: Params, types: &[ArrayType]) -> Eqn {
    let (mut builder, vars) = JaxprBuilder::with_inputs(types);
    let atoms: Vec<Atom> = vars.into_iter().map(Into::into).collect();
    builder.bind(op, params, &atoms, Loc::unknown()).unwrap();
    builder.finish(vec![]).eqns.remove(0)
}

/// Runs the op's rule, and checks that what is left is well typed: the kept operands give the kept
/// results.
fn dce(eqn: &Eqn, types: &[ArrayType], used: &[bool]) -> Option<DceEqn> {
    let Rule::Is(rule) = eqn.op.dce else { panic!("{:?} has a rule", eqn.op) };
    let after = rule(&mut Dce, eqn, used).unwrap()?;
    let loc = Loc::unknown();
    let call = |params| Call { op: eqn.op, params, loc: &loc };
    let all: Vec<&ArrayType> = types.iter().collect();
    let before = (eqn.op.infer)(&call(&eqn.params), &all).unwrap();
    let params = after.params.clone().check(eqn.op.name, eqn.op.params).unwrap();
    let kept = super::nested::kept(&all, &after.inputs);
    let results = (eqn.op.infer)(&call(&params), &kept).unwrap();
    assert_eq!(results.to_vec(), super::nested::kept(&before, &after.outputs));
    Some(after)
}

#[test]
fn dce_of_calls_drops_operands_that_no_used_result_needs() {
    let types = [f32(&[]), i32()];
    let eqn = eqn(&PJIT, pjit(jaxpr(&types, &[&[0], &[1]])), &types);
    let after = dce(&eqn, &types, &[false, true]).unwrap();
    assert_eq!((after.inputs, after.outputs), (vec![false, true], vec![false, true]));
    assert!(dce(&eqn, &types, &[true, true]).is_none());
}

#[test]
fn dce_of_cond_keeps_what_any_branch_needs() {
    let operands = [f32(&[]), f32(&[]), f32(&[])];
    let branches = [jaxpr(&operands, &[&[0], &[2]]), jaxpr(&operands, &[&[1], &[2]])];
    let types = [vec![i32()], operands.to_vec()].concat();
    let eqn = eqn(&COND, cond(&branches), &types);
    let after = dce(&eqn, &types, &[true, false]).unwrap();
    assert_eq!(after.inputs, [true, true, true, false]);
    assert_eq!(after.outputs, [true, false]);
}

#[test]
fn dce_of_while_drops_carries_that_feed_only_themselves() {
    // Carry 0 counts, 1 is asked for and reads 2, 3 feeds only itself with a constant of its own.
    let carry = [i32(), f32(&[]), f32(&[]), f32(&[])];
    let inputs = [vec![f32(&[])], carry.to_vec()].concat();
    let body = jaxpr(&inputs, &[&[1], &[2, 3], &[3], &[4, 0]]);
    let eqn = eqn(&WHILE, while_params(predicate(&carry, &[0]), body, (0, 1)), &inputs);
    let after = dce(&eqn, &inputs, &[false, true, false, false]).unwrap();
    assert_eq!(after.inputs, [false, true, true, true, false]);
    assert_eq!(after.outputs, [true, true, true, false]);
    assert_eq!(After::of(&after), After { consts: 0, carry: 3 });
}

#[test]
fn dce_of_scan_drops_carries_consts_xs_and_ys() {
    let slice = [f32(&[]), f32(&[]), i32(), f32(&[]), f32(&[])];
    // Constants 0, 1; carry 2, 3; x 4. Carry 1 and the second stacked result are unused.
    let body = jaxpr(&slice, &[&[2, 0], &[3, 1], &[2], &[4]]);
    let types = [f32(&[]), f32(&[]), i32(), f32(&[]), f32(&[4])];
    let eqn = eqn(&SCAN, scan(body, 2, 2), &types);
    let after = dce(&eqn, &types, &[false, false, true, false]).unwrap();
    assert_eq!(after.inputs, [true, false, true, false, false]);
    assert_eq!(after.outputs, [true, false, true, false]);
    assert_eq!(after.params.items("linear").len(), 2);
    assert!(dce(&eqn, &types, &[true; 4]).is_none());
}

#[derive(PartialEq, Debug)]
struct After {
    consts: usize,
    carry: usize,
}

impl After {
    fn of(eqn: &DceEqn) -> After {
        let spec = While::of(&eqn.params);
        After { consts: spec.body_nconsts, carry: spec.body_jaxpr.outputs.len() }
    }
}
