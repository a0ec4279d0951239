//! The verifier finds every violation and shows it where it is.

use std::sync::Arc;

use expect_test::{Expect, expect};
use jaxide_ir::{
    ArrayType, DType, Diagnostic, Id, Jaxpr, Params, Registry, TensorData, Var, verify,
};

use crate::dialect::{ADD, read, registry};

const NESTED: &str = "{ lambda ; a:f32[2] b:f32[2]. let
    c:f32[2] = add a b
    d:f32[2] = call[name=f jaxpr={ lambda ; a:f32[2]. let b:f32[2] = sin a in (b,) }] c
    e:f32[2] = sin d
  in (e, c) }";

#[track_caller]
fn violations(jaxpr: &Jaxpr) -> Diagnostic {
    verify(jaxpr, Some(&registry())).expect_err("the program is broken")
}

fn check(jaxpr: &Jaxpr, expected: Expect) {
    expected.assert_eq(&violations(jaxpr).to_string());
}

#[test]
fn sound_programs_pass() {
    assert_eq!(verify(&read(NESTED), Some(&registry())), Ok(()));
    assert_eq!(verify(&Jaxpr::default(), None), Ok(()));
}

#[test]
fn all_violations_are_shown_at_their_lines() {
    let mut jaxpr = read(NESTED);
    jaxpr.vars[jaxpr.eqns[0].outputs[0]] = ArrayType::new(DType::I32, &[2]);
    jaxpr.eqns[1].params.set("jaxpr", Arc::new(broken()));
    jaxpr.eqns[2].inputs.push(jaxpr.inputs[0].into());
    let own = jaxpr.eqns[2].outputs[0];
    jaxpr.eqns[2].inputs.push(own.into());
    jaxpr.inputs.push(jaxpr.inputs[0]);
    jaxpr.outputs.push(Var::from_index(77).into());
    check(
        &jaxpr,
        expect![[r#"
        the program is not valid: 6 errors
          { lambda ; a:f32[2] b:f32[2] a:f32[2]. let   # error: variable a is defined twice
              c:i32[2] = add a b   # error: add: expected results f32[2], got i32[2]
              d:f32[2] = call[
                name=f
                jaxpr={ lambda ; e:f32[2]. let f:f32[2] = sin g in (f,) }   # error: undefined variable g
              ] c
              h:f32[2] = sin d a h   # error: undefined variable h   # error: sin: expected 1 operands, got 3
            in (h, c, i) }   # error: undefined variable i
          --> test:2:5"#]],
    );
}

/// A jaxpr that uses a variable of the program around it.
fn broken() -> Jaxpr {
    let mut nested = read("{ lambda ; a:f32[2]. let b:f32[2] = sin a in (b,) }");
    nested.eqns[0].inputs[0] = Var::from_index(5).into();
    nested
}

#[test]
fn a_broken_shared_jaxpr_is_reported_once_and_never_inferred_from() {
    let mut jaxpr = read(NESTED);
    let shared = Arc::new(broken());
    let eqn = jaxpr.eqns[1].clone();
    jaxpr.eqns.push(eqn);
    for at in [1, 3] {
        jaxpr.eqns[at].params.set("jaxpr", shared.clone());
    }
    let text = violations(&jaxpr).to_string();
    assert_eq!(text.matches("# error: undefined variable").count(), 1, "{text}");
    assert_eq!(text.matches("# error: variable h is defined twice").count(), 1, "{text}");
}

#[test]
fn parameters_must_be_complete_and_known() {
    let mut jaxpr =
        read("{ lambda ; a:f32[]. let b:f32[] = convert[new_dtype=float32] a in (b,) }");
    jaxpr.eqns[0].params = Params::new().with("new_dtype", DType::F32);
    assert!(violations(&jaxpr).to_string().contains("parameter weak_type: expected True or False"));
    jaxpr.eqns[0].params = Params::new().with("new_dtype", 3).with("weak_type", false);
    assert!(
        violations(&jaxpr).to_string().contains("parameter new_dtype: expected a dtype, got 3")
    );
    jaxpr.eqns[0].params.set("new_dtype", DType::F32);
    jaxpr.eqns[0].params.set("more", 3);
    assert!(violations(&jaxpr).to_string().contains("there is no parameter more"));
}

#[test]
fn constants_belong_to_the_outermost_jaxpr_and_have_their_type() {
    let mut nested = read("{ lambda ; a:f32[2]. let b:f32[2] = sin a in (b,) }");
    let var = nested.vars.push(ArrayType::new(DType::F32, &[3]));
    let data = TensorData::from_slice(&[2], &[1.0f32, 2.0]).expect("two elements");
    nested.consts.push((var, Arc::new(data)));
    let message = "a constant of type f32[3] has data of type f32[2]";
    assert!(violations(&nested).to_string().contains(message));
    let mut jaxpr = read(NESTED);
    jaxpr.eqns[1].params.set("jaxpr", Arc::new(nested));
    assert!(violations(&jaxpr).to_string().contains("jaxpr: a nested jaxpr has constants"));
}

#[test]
fn ops_must_be_in_the_registry() {
    let jaxpr = read("{ lambda ; a:f32[]. let b:f32[] = add a a in (b,) }");
    let error = verify(&jaxpr, Some(&Registry::default())).expect_err("the registry is empty");
    let message = format!("{}: no dialect of the program has this op", ADD.name);
    assert!(error.to_string().contains(&message));
    assert_eq!(verify(&jaxpr, None), Ok(()));
}

#[test]
fn too_many_captured_inputs_are_reported() {
    let mut jaxpr = read(NESTED);
    jaxpr.captured = 3;
    assert!(violations(&jaxpr).to_string().contains("more captured inputs than inputs"));
}
