//! The backend as a whole: what it refuses, rules from outside, calls from several threads.

use std::thread;

use jaxide_ir::{Arity, ArrayType, Atom, DType, JaxprBuilder, Loc, OpDef, Params, Result, parse};
use jaxide_lax::elementwise::ADD;
use jaxide_mlir::{
    MlirBackend,
    cpu::{OpCall, ProgramCx, Slot},
};
use jaxide_runtime::{Backend, Buffer, CompileOptions, diag::UNSUPPORTED, run_owned};

#[test]
fn ops_without_code_are_refused_by_name_before_anything_is_compiled() {
    for dtype in [DType::F32, DType::C64] {
        let (mut builder, vars) = JaxprBuilder::with_inputs(&[ArrayType::new(dtype, &[4])]);
        let atoms: Vec<Atom> = vars.into_iter().map(Atom::Var).collect();
        let bound = builder.bind(&OPPOSITE, Params::new(), &atoms, Loc::unknown());
        let out = bound.expect("the op takes every element")[0];
        let jaxpr = builder.finish(vec![out.into()]);
        let compiled = MlirBackend::new().compile(&jaxpr, &CompileOptions::default());
        let error = compiled.err().expect("the op has no code");
        assert_eq!(error.code(), UNSUPPORTED, "{dtype}");
        assert!(error.to_string().contains("test.opposite"), "{error}");
    }
}

/// An op that no table has.
static OPPOSITE: OpDef = jaxide_lax::templates::structural(
    "test.opposite",
    "The negation.",
    Arity::Exactly(1),
    |_, types| Ok(std::iter::once(types[0].clone()).collect()),
);

fn opposite(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let zero = cx.e.index(0);
    let value = cx.read(call.ins[0], call.in_types[0].dtype, zero);
    Ok(vec![Slot::Scalar(cx.e.same("arith.negf", &[value]))])
}

#[test]
fn a_rule_from_outside_lowers_an_op_from_outside() {
    let scalar = jaxide_ir::ArrayType::scalar(jaxide_ir::DType::F32);
    let (mut builder, vars) = JaxprBuilder::with_inputs(&[scalar]);
    let atoms: Vec<Atom> = vars.into_iter().map(Atom::Var).collect();
    let bind = |builder: &mut JaxprBuilder, op: &'static OpDef, atoms: &[Atom]| -> Atom {
        builder.bind(op, Params::new(), atoms, Loc::unknown()).expect("the op fits")[0].into()
    };
    let once = bind(&mut builder, &OPPOSITE, &atoms);
    let sum = bind(&mut builder, &ADD, &[once, once]);
    let jaxpr = builder.finish(vec![sum]);
    let backend = MlirBackend::with_rules(&[(&OPPOSITE, opposite)]);
    let exe = backend.compile(&jaxpr, &CompileOptions::default()).expect("the program compiles");
    let x = Buffer::from_slice(&[], &[3.0_f32]).expect("there is memory");
    let outs = run_owned(&*exe, &[&x]).expect("the program runs");
    assert_eq!(outs[0].as_slice::<f32>(), [-6.0]);
    assert!(MlirBackend::new().compile(&jaxpr, &CompileOptions::default()).is_err());
}

#[test]
fn a_program_runs_on_several_threads_at_once() {
    let text = "{ lambda ; a:f32[64,64] b:f32[64,64]. let
        c:f32[64,64] = dot_general[dimension_numbers=(([1], [0]), ([], []))] a b
        d:f32[64,64] = dot_general[dimension_numbers=(([1], [0]), ([], []))] c b
      in (d,) }";
    let jaxpr = parse(text, "test", &jaxide_lax::registry()).expect("the program parses");
    let exe = MlirBackend::new()
        .compile(&jaxpr, &CompileOptions::default())
        .expect("the program compiles");
    thread::scope(|scope| {
        for seed in 1..5_i16 {
            let exe = &exe;
            scope.spawn(move || {
                let identity = |scale: f32| -> Vec<f32> {
                    (0..64 * 64).map(|at| if at % 65 == 0 { scale } else { 0.0 }).collect()
                };
                let scale = f32::from(seed);
                let a = Buffer::from_slice(&[64, 64], &identity(1.0)).expect("memory");
                let b = Buffer::from_slice(&[64, 64], &identity(scale)).expect("memory");
                for _ in 0..20 {
                    let outs = run_owned(&**exe, &[&a, &b]).expect("the program runs");
                    assert_eq!(outs[0].as_slice::<f32>(), identity(scale * scale));
                }
            });
        }
    });
}
