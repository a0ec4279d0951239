//! The IR alone: a dialect of two ops, a program in it, its text, and what the verifier says when
//! the program is broken.
#![allow(clippy::print_stdout, reason = "an example reports to its reader")]

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Dialect, Effects, Fold, JaxprBuilder, Loc, Lower, OpDef,
    OutTypes, Param, ParamDef, ParamKind, Params, Registry, Result, Rule, TypeClass, diag, parse,
    same_program, verify,
};

/// Adds two arrays of one type.
static ADD: OpDef = OpDef {
    name: "toy.add",
    summary: "Sum of two arrays of one type.",
    arity: Arity::Exactly(2),
    classes: &[TypeClass::Float],
    params: &[],
    infer: infer_add,
    verify: None,
    effects: |_| Effects::NONE,
    fold: Fold::Never,
    jvp: Rule::Todo("an example"),
    transpose: Rule::Todo("an example"),
    batch: Rule::Todo("an example"),
    partial_eval: Rule::Never("first order"),
    dce: Rule::Never("no nested program"),
    lower: Lower::Structured,
};

/// Multiplies an array by a number.
static SCALE: OpDef = OpDef {
    name: "toy.scale",
    summary: "Product of an array and a number.",
    arity: Arity::Exactly(1),
    params: &[ParamDef::optional("by", ParamKind::Float, Param::Float(1.0))],
    infer: |_, operands| Ok(OutTypes::from_iter([operands[0].clone()])),
    ..ADD
};

static TOY: Dialect = Dialect {
    name: "toy",
    ops: &[&ADD, &SCALE],
    aliases: &[("toy.plus", "toy.add")],
    ignored_params: &[],
    renamed_params: &[],
    readings: &[],
};

fn infer_add(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    match operands[0] == operands[1] {
        true => Ok(OutTypes::from_iter([operands[0].clone()])),
        false => Err(diag::shape_mismatch(call.op.name, operands[0], operands[1])),
    }
}

fn main() -> Result<()> {
    let registry = Registry::new(&[&TOY]);
    let vector = ArrayType::new(DType::F32, &[3]);
    let (mut builder, inputs) = JaxprBuilder::with_inputs(&[vector.clone(), vector]);
    let operands = [inputs[0].into(), inputs[1].into()];
    let sum = builder.bind(&ADD, Params::new(), &operands, Loc::caller())?[0];
    let half = Params::new().with("by", 0.5);
    let mean = builder.bind(&SCALE, half, &[sum.into()], Loc::caller())?[0];
    let mut jaxpr = builder.finish(vec![mean.into()]);
    println!("{jaxpr}");

    let again = parse(&jaxpr.to_string(), "mean.jaxpr", &registry)?;
    println!("parses back to the same program: {}", same_program(&jaxpr, &again));

    jaxpr.vars[sum] = ArrayType::new(DType::F32, &[4]);
    if let Err(report) = verify(&jaxpr, Some(&registry)) {
        println!("{report}");
    }
    Ok(())
}
