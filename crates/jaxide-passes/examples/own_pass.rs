//! A pass of one's own beside those of the crate: two negations in a row disappear, and what is then
//! dead is dropped. Run it with `cargo run -p jaxide-passes --example own_pass`.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::sync::Arc;

use jaxide_ir::{Atom, Eqn, Jaxpr, OpDef, Result, parse};
use jaxide_lax::{elementwise::NEG, registry};
use jaxide_passes::{
    Options, PassCx, PassDef, PassManager, Pipeline, Rewriter,
    rewrite::{Change, LocalRule},
};

/// Double negation.
static DOUBLE_NEGATION: PassDef =
    PassDef { name: "double-negation", doc: "Drop two negations in a row.", run };

static RULES: &[(&OpDef, LocalRule)] = &[(&NEG, negated_twice)];

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let jaxpr = nested.as_ref().unwrap_or(jaxpr);
    let mut rewriter = Rewriter::new(jaxpr);
    for eqn in &jaxpr.eqns {
        rewriter.apply(eqn, RULES)?;
    }
    Ok(rewriter.finish().or(nested))
}

/// The operand of the negation that made the operand, looked up in the program built so far.
fn negated_twice(rewriter: &Rewriter<'_>, _: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let inner = rewriter.builder.definition(inputs[0])?;
    (inner.op == &NEG).then(|| Change::Atom(inner.inputs[0]))
}

fn main() -> Result<()> {
    let text = "{ lambda ; a:f32[3]. let
    b:f32[3] = neg a
    c:f32[3] = neg b
    d:f32[3] = exp c
  in (d,) }";
    let jaxpr = Arc::new(parse(text, "example", &registry())?);
    let pipeline = Pipeline::new(&["double-negation", "dce"], &[&DOUBLE_NEGATION])?;
    let outcome = PassManager::new(pipeline, Options::default()).run(&jaxpr)?;
    for record in &outcome.records {
        println!("{}: {} equations", record.name, record.eqns);
    }
    println!("{}", outcome.jaxpr);
    Ok(())
}
