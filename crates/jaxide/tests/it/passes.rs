//! `jit(f).passes(..)`.

use jaxide::{Array, PassDef, Passes, array, jit};

#[test]
fn every_pipeline_gives_the_same_result() {
    let f = |x: &Array| {
        let y = x * 1.0 + 0.0;
        (&y * &y + x.sin() * 2.0).sum()
    };
    let x = array([1.0, -2.0, 3.0]);
    let expected: f32 = f(&x).item();
    for names in [&[][..], &["none"], &["default"], &["cse", "dce", "simplify-algebra"]] {
        let got: f32 = jit(f).passes(names)(&x).item();
        assert!((got - expected).abs() <= 1e-6 * expected.abs(), "{names:?}: {got}, {expected}");
    }
}

#[test]
fn an_unknown_pass_is_refused_by_name() {
    let build = || jit(|x: &Array| x + 1.0).passes(&["no-such-pass"]);
    let payload = std::panic::catch_unwind(build).err().unwrap();
    let message = payload.downcast::<String>().unwrap();
    assert!(message.contains("unknown pass no-such-pass"), "{message}");
}

#[test]
fn passes_replace_the_pipeline_and_keep_the_engine() {
    let name = |names: &[&[&str]], engine| {
        let f = jit(|x: &Array| x + 1.0).with_backend(engine);
        let f = names.iter().fold(f, |f, names| f.passes(names));
        f.backend().map(|backend| backend.name().to_owned()).unwrap()
    };
    let (eval, default) = (jaxide::backend::eval(), jaxide::default_backend());
    let engine = default.name().to_owned();
    assert_eq!(name(&[&["cse"]], eval), "eval[cse]");
    assert_eq!(name(&[&["cse"], &["dce"]], default), format!("{engine}[dce]"));
}

#[test]
fn an_own_pass_that_returns_another_program_is_named() {
    static EMPTY: PassDef = PassDef {
        name: "empty",
        doc: "Forgets the program.",
        run: |_, _| Ok(Some(jaxide::ir::Jaxpr::default())),
    };
    let f = jit(|x: &Array| x + 1.0).passes_with(&["empty"], &[&EMPTY]);
    let message = f.try_call(&array([1.0])).unwrap_err().to_string();
    let expected = "pass empty left an invalid program: expected the inputs (f32[1]), got ()";
    assert!(message.contains(expected), "{message}");
}
