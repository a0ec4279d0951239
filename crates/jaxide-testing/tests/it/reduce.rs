//! Failing programs shrink to what fails.

use std::sync::Arc;

use expect_test::expect;
use jaxide_ir::{Atom, Jaxpr, Result, parse};
use jaxide_passes::{PassCx, PassDef, Pipeline};
use jaxide_testing::{
    engine::Engine,
    reduce::{Case, Failure, between_engines, between_passes, reduce},
};

/// Swaps the operands of each `sub`, in nested programs too.
static SWAP: PassDef = PassDef { name: "swap", doc: "Wrong on purpose.", run: swap };

fn swap(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let mut swapped = cx.rewrite_nested(jaxpr)?.unwrap_or_else(|| jaxpr.clone());
    for eqn in &mut swapped.eqns {
        if eqn.op.name == "sub" {
            eqn.inputs.reverse();
        }
    }
    Ok(Some(swapped))
}

const PROGRAM: &str = "{ lambda ; a:f32[4,6] b:f32[6,5] n:i32[] unused:f32[3]. let
    c:f32[4,5] = dot_general[dimension_numbers=(([1], [0]), ([], []))] a b
    d:f32[4,5] = exp c
    e:f32[4] = reduce_sum[axes=(1,)] d
    f:f32[4] = log e
    g:f32[4] = pjit[
      name=inner
      jaxpr={ lambda ; x:f32[4] k:i32[]. let
          y:f32[4] = tanh x
          z:f32[4] = cond[branches=(
            { lambda ; p:f32[4] q:f32[4]. let r:f32[4] = mul p q in (r,) }
            { lambda ; p:f32[4] q:f32[4]. let r:f32[4] = sub p q in (r,) }
          )] k x y
        in (z,) }
    ] f n
    h:f32[4] i:f32[6,4] = scan[
      jaxpr={ lambda ; s:f32[4] t:f32[5]. let
          u:f32[] = reduce_max[axes=(0,)] t
          v:f32[4] = add s u
          w:f32[4] = sin v
        in (w, v) }
      length=6 num_carry=1 num_consts=0
    ] g b
    j:f32[4] = mul h 2.0:f32[]
    l:f32[4,6] = transpose[permutation=(1, 0)] i
  in (j, l, c) }";

fn case() -> Case {
    let jaxpr = parse(PROGRAM, "test", &jaxide_testing::registry());
    let jaxpr = jaxpr.unwrap_or_else(|error| panic!("{error}"));
    let mut case = Case::random(jaxpr, 7).expect("the program is valid");
    case.args[2] = jaxide_ir::TensorData::scalar(jaxide_ir::Scalar::int(jaxide_ir::DType::I32, 1));
    case
}

#[test]
fn a_wrong_pass_is_reduced_to_the_equation_it_gets_wrong() {
    let pipeline = Pipeline::new(&["swap"], &[&SWAP]).expect("the pass is given");
    let mut oracle = |case: &Case| between_passes(case, &pipeline, Engine::Eval);
    let reduced = reduce(case(), &mut oracle, &mut |_, _| {}).expect("the pass is wrong");
    assert_eq!(reduced.case.jaxpr.total_eqns(), 1, "{}", reduced.case.jaxpr);
    expect![[r#"
        // test: run eval cpu
        // found: before, then after swap: result 0: at []: expected 1e0, got -1e0
        { lambda ; . let a:f32[] = sub 1.0:f32[] 0.0:f32[] in (a,) }
        // run: () == (1.0)
    "#]]
    .assert_eq(&reduced.case.filetest(&reduced.failure));
}

#[test]
fn a_program_without_dead_code_loses_its_inputs_too() {
    let pipeline = Pipeline::new(&["swap"], &[&SWAP]).expect("the pass is given");
    let text = "{ lambda ; a:f32[3] b:f32[3]. let c:f32[3] = exp a d:f32[3] = sub c b in (d,) }";
    let jaxpr = parse(text, "test", &jaxide_testing::registry()).expect("the program is valid");
    let case = Case::random(jaxpr, 7).expect("the program is valid");
    let mut oracle = |case: &Case| between_passes(case, &pipeline, Engine::Eval);
    let reduced = reduce(case, &mut oracle, &mut |_, _| {}).expect("the pass is wrong");
    assert!(reduced.case.jaxpr.inputs.is_empty(), "{}", reduced.case.jaxpr);
}

#[test]
fn what_crashes_inside_a_loop_is_reduced_to_that_op() {
    // Stands for a process that dies of one op, wherever it is.
    fn crashes(jaxpr: &Jaxpr) -> bool {
        let nested = |jaxpr: &&Arc<Jaxpr>| crashes(jaxpr);
        let here = |eqn: &jaxide_ir::Eqn| eqn.op.name == "sin";
        jaxpr.eqns.iter().any(|eqn| here(eqn) || eqn.params.jaxprs().iter().any(nested))
    }
    let mut oracle =
        |case: &Case| crashes(&case.jaxpr).then(|| Failure::Crash("signal 11".to_owned()));
    let reduced = reduce(case(), &mut oracle, &mut |_, _| {}).expect("it crashes");
    let names: Vec<&str> = reduced.case.jaxpr.eqns.iter().map(|eqn| eqn.op.name).collect();
    assert_eq!(names, ["sin"], "{}", reduced.case.jaxpr);
    assert!(reduced.case.jaxpr.vars.iter().all(|(_, ty)| ty.size() == 1));
}

#[test]
fn a_failure_inside_a_scan_that_needs_the_scan_keeps_it() {
    let mut oracle = |case: &Case| {
        let scans = case.jaxpr.eqns.iter().filter(|eqn| eqn.op.name == "scan");
        let adds = |jaxpr: &&Arc<Jaxpr>| jaxpr.eqns.iter().any(|eqn| eqn.op.name == "add");
        let found = scans.flat_map(|eqn| eqn.params.jaxprs()).any(|jaxpr| adds(&jaxpr));
        found.then(|| Failure::Differs("synthetic".to_owned()))
    };
    let reduced = reduce(case(), &mut oracle, &mut |_, _| {}).expect("it fails");
    assert_eq!(reduced.case.jaxpr.total_eqns(), 2, "{}", reduced.case.jaxpr);
    let outputs: Vec<&Atom> = reduced.case.jaxpr.outputs.iter().collect();
    assert_eq!(outputs.len(), 1);
}

#[test]
fn a_program_that_does_not_fail_is_refused() {
    let mut oracle = |case: &Case| between_engines(case, Engine::Cpu);
    let error = reduce(case(), &mut oracle, &mut |_, _| {}).expect_err("the engines agree");
    assert_eq!(error.code().0, "J0604");
}

#[test]
fn arguments_must_fit() {
    let case = case();
    let error = Case::new(case.jaxpr.clone(), case.args[..2].to_vec()).expect_err("too few");
    assert_eq!(error.message(), "arguments: expected 4, got 2");
    let mut args = case.args.clone();
    args.swap(0, 1);
    let error = Case::new(case.jaxpr, args).expect_err("swapped");
    assert_eq!(error.message(), "arguments: expected f32[4,6], got f32[6,5]");
}
