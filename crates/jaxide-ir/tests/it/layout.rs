//! Layout, names and hoisting.

use std::sync::Arc;

use expect_test::{Expect, expect};
use jaxide_ir::{
    ArrayType, Atom, DType, Id, Jaxpr, JaxprBuilder, Loc, Params, PrintOptions, Scalar, TensorData,
    Var, print,
};

use crate::dialect::{ADD, CALL, SIN, read};

fn check(jaxpr: &Jaxpr, expected: Expect) {
    expected.assert_eq(&jaxpr.to_string());
}

fn f32s(shape: &[usize]) -> ArrayType {
    ArrayType::new(DType::F32, shape)
}

/// `sin` applied `count` times.
fn sines(count: usize) -> Jaxpr {
    let (mut b, inputs) = JaxprBuilder::with_inputs(&[f32s(&[])]);
    let mut last = inputs[0];
    for _ in 0..count {
        let bound = b.bind(&SIN, Params::new(), &[last.into()], Loc::unknown());
        last = bound.expect("sin takes a float")[0];
    }
    b.finish(vec![last.into()])
}

fn call(b: &mut JaxprBuilder, name: &str, jaxpr: &Arc<Jaxpr>, input: Var) -> Var {
    let params = Params::new().with("name", name).with("jaxpr", jaxpr.clone());
    b.bind(&CALL, params, &[input.into()], Loc::unknown()).expect("the jaxpr takes the operand")[0]
}

#[test]
fn short_programs_take_one_line() {
    check(&sines(0), expect!["{ lambda ; a:f32[]. let  in (a,) }"]);
    check(&sines(2), expect!["{ lambda ; a:f32[]. let b:f32[] = sin a; c:f32[] = sin b in (c,) }"]);
    check(&Jaxpr::default(), expect!["{ lambda ; . let  in () }"]);
}

#[test]
fn long_programs_take_a_line_per_equation() {
    check(
        &sines(4),
        expect![[r#"
        { lambda ; a:f32[]. let
            b:f32[] = sin a
            c:f32[] = sin b
            d:f32[] = sin c
            e:f32[] = sin d
          in (e,) }"#]],
    );
}

#[test]
fn long_binder_lists_wrap_once_the_line_is_full() {
    let types = vec![f32s(&[10, 20, 30]); 8];
    let (b, inputs) = JaxprBuilder::with_inputs(&types);
    check(
        &b.finish(vec![inputs[7].into()]),
        expect![[r#"
        { lambda ; a:f32[10,20,30] b:f32[10,20,30] c:f32[10,20,30] d:f32[10,20,30] e:f32[10,20,30]
            f:f32[10,20,30] g:f32[10,20,30] h:f32[10,20,30]. let
            
          in (h,) }"#]],
    );
}

#[test]
fn literals_carry_their_type_unless_told_otherwise() {
    let (mut b, inputs) = JaxprBuilder::with_inputs(&[f32s(&[3])]);
    let tenth = Atom::literal(Scalar::float(DType::F32, 0.1));
    let sum = b.bind(&ADD, Params::new(), &[inputs[0].into(), tenth], Loc::unknown());
    let sum = sum.expect("add takes a scalar beside an array")[0];
    let jaxpr = b.finish(vec![sum.into(), Atom::literal(Scalar::bool(true))]);
    check(
        &jaxpr,
        expect![[r#"
        { lambda ; a:f32[3]. let
            b:f32[3] = add a 0.10000000149011612:f32[]
          in (b, True:bool[]) }"#]],
    );
    expect!["{ lambda ; a:f32[3]. let b:f32[3] = add a 0.10000000149011612 in (b, True) }"]
        .assert_eq(&print(&jaxpr, PrintOptions { literal_types: false }));
}

#[test]
fn constants_and_captured_arrays_stand_before_the_inputs() {
    let mut b = JaxprBuilder::new();
    let input = b.input(f32s(&[]));
    let captured = b.captured(f32s(&[2]));
    let data = TensorData::from_slice(&[3], &[1i32, 2, 3]).expect("three elements");
    let constant = b.constant(Arc::new(data));
    let jaxpr = b.finish(vec![input.into(), captured.into(), constant.into()]);
    check(&jaxpr, expect!["{ lambda a:i32[3] b:f32[2]; c:f32[]. let  in (c, b, a) }"]);
    assert_eq!(read(&jaxpr.to_string()).captured, 2);
}

#[test]
fn unused_results_have_no_name() {
    let text = "{ lambda ; a:f32[]. let b:f32[] _:f32[] = split a; _:f32[] = sin a in (b,) }";
    check(
        &read(text),
        expect!["{ lambda ; a:f32[]. let b:f32[] _:f32[] = split a; _:f32[] = sin a in (b,) }"],
    );
}

#[test]
fn equations_without_results_and_operands_print() {
    let text = "{ lambda ; a:f32[]. let\n check a\n b:i32[2] = iota[dtype=int32 shape=(2,)] \n\
                in (b,) }";
    check(
        &read(text),
        expect![[r#"
        { lambda ; a:f32[]. let
            check a
            b:i32[2] = iota[dtype=int32 shape=(2,)] 
          in (b,) }"#]],
    );
}

#[test]
fn shared_jaxprs_stand_in_front_inner_ones_first() {
    let g = Arc::new(sines(1));
    let mut b = JaxprBuilder::new();
    let a = b.input(f32s(&[]));
    let once = call(&mut b, "g", &g, a);
    let twice = call(&mut b, "g", &g, once);
    let h = Arc::new(b.finish(vec![twice.into()]));
    let mut b = JaxprBuilder::new();
    let a = b.input(f32s(&[]));
    let outs = [call(&mut b, "<h>", &h, a), call(&mut b, "<h>", &h, a), call(&mut b, "g", &g, a)];
    let jaxpr = b.finish(outs.map(Atom::from).to_vec());
    check(
        &jaxpr,
        expect![[r#"
        let g = { lambda ; a:f32[]. let b:f32[] = sin a in (b,) } in
        let h = { lambda ; c:f32[]. let
            d:f32[] = call[name=g jaxpr=g] c
            e:f32[] = call[name=g jaxpr=g] d
          in (e,) } in
        { lambda ; f:f32[]. let
            i:f32[] = call[name=<h> jaxpr=h] f
            j:f32[] = call[name=<h> jaxpr=h] f
            k:f32[] = call[name=g jaxpr=g] f
          in (i, j, k) }"#]],
    );
    expect![[r#"
        let h = { lambda ; a:f32[]. let
            b:f32[] = call[
              name=g
              jaxpr={ lambda ; c:f32[]. let d:f32[] = sin c in (d,) }
            ] a
            e:f32[] = call[
              name=g
              jaxpr={ lambda ; c:f32[]. let d:f32[] = sin c in (d,) }
            ] b
          in (e,) } in
        let g = { lambda ; c:f32[]. let d:f32[] = sin c in (d,) } in
        { lambda ; f:f32[]. let
            i:f32[] = call[name=<h> jaxpr=h] f
            j:f32[] = call[name=<h> jaxpr=h] f
            k:f32[] = call[name=g jaxpr=g] f
          in (i, j, k) }"#]]
    .assert_eq(&print(&jaxpr, PrintOptions { literal_types: false }));
}

#[test]
fn sharing_survives_the_text() {
    let g = Arc::new(sines(1));
    let mut b = JaxprBuilder::new();
    let a = b.input(f32s(&[]));
    let outs = [call(&mut b, "g", &g, a), call(&mut b, "g", &g, a)];
    let again = read(&b.finish(outs.map(Atom::from).to_vec()).to_string());
    let shared = |at: usize| again.eqns[at].params.jaxpr("jaxpr");
    assert!(Arc::ptr_eq(shared(0), shared(1)));
}

#[test]
fn hoisted_names_are_unique() {
    let mut b = JaxprBuilder::new();
    let mut last = b.input(f32s(&[]));
    for count in 1..4 {
        let f = Arc::new(sines(count));
        last = call(&mut b, "f", &f, last);
        last = call(&mut b, "f", &f, last);
    }
    let text = b.finish(vec![last.into()]).to_string();
    let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("let ")).collect();
    let names: Vec<&str> = names.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["f", "f1", "f2"]);
}

#[test]
fn variables_are_never_named_like_words_of_the_grammar() {
    let text = sines(8900).to_string();
    for word in ["in", "inf", "nan", "let"] {
        assert!(!text.contains(&format!("\n    {word}:")), "{word}");
    }
    assert!(text.contains("\n    im:") && text.contains("\n    io:"));
    assert_eq!(read(&text).eqns.len(), 8900);
}

#[test]
fn a_broken_program_prints() {
    let mut jaxpr = sines(1);
    jaxpr.eqns[0].inputs[0] = Var::from_index(7).into();
    jaxpr.inputs.push(Var::from_index(8));
    jaxpr.captured = 9;
    check(&jaxpr, expect!["{ lambda a:f32[] b:?; . let c:f32[] = sin d in (c,) }"]);
}
