//! Canonical form: equations that do nothing disappear, literals of commutative ops stand right,
//! `cond` with a known index becomes its branch.
//!
//! The rules are a table of (op, rule); a rule sees the renamed operands and answers with an atom
//! or another equation. Algebraic identities are in `simplify-algebra`, evaluation in
//! `fold-constants`.

use jaxide_ir::{Atom, Eqn, Jaxpr, OpDef, Param, Params, Result};
use jaxide_lax::{
    control::cond::COND,
    elementwise::{
        ADD, ADD_ANY, AND, CONVERT_ELEMENT_TYPE, COPY, EQ, INTEGER_POW, MAX, MIN, MUL, NE, OR,
        SELECT_N, XOR,
    },
    reduce::{REDUCE_AND, REDUCE_MAX, REDUCE_MIN, REDUCE_OR, REDUCE_PROD, REDUCE_SUM},
    shape::{BROADCAST_IN_DIM, CONCATENATE, PAD, RESHAPE, REV, SLICE, SQUEEZE, TRANSPOSE},
};

use crate::{
    PassCx, PassDef, Rewriter,
    rewrite::{Change, LocalRule},
};

/// Canonical form.
pub static CANONICALIZE: PassDef = PassDef {
    name: "canonicalize",
    doc: "Drop equations that do nothing and order operands.",
    run,
};

static RULES: &[(&OpDef, LocalRule)] = &[
    (&ADD, literal_right),
    (&ADD_ANY, |_, _, inputs| Some(Change::Eqn(&ADD, Params::new(), inputs.to_vec()))),
    (&AND, literal_right),
    (&BROADCAST_IN_DIM, same_type),
    (&CONCATENATE, |_, _, inputs| (inputs.len() == 1).then(|| Change::Atom(inputs[0]))),
    (&CONVERT_ELEMENT_TYPE, same_type),
    (&COPY, same_type),
    (&EQ, literal_right),
    (&INTEGER_POW, |_, eqn, inputs| (eqn.params.int("y") == 1).then(|| Change::Atom(inputs[0]))),
    (&MAX, real_literal_right),
    (&MIN, real_literal_right),
    (&MUL, literal_right),
    (&NE, literal_right),
    (&OR, literal_right),
    (&PAD, |_, eqn, inputs| {
        let zero = |dim: &Param| dim.as_items("padding_config").iter().all(|p| *p == Param::Int(0));
        eqn.params.items("padding_config").iter().all(zero).then(|| Change::Atom(inputs[0]))
    }),
    (&REDUCE_AND, no_axes),
    (&REDUCE_MAX, no_axes),
    (&REDUCE_MIN, no_axes),
    (&REDUCE_OR, no_axes),
    (&REDUCE_PROD, no_axes),
    (&REDUCE_SUM, no_axes),
    (&RESHAPE, |rewriter, eqn, inputs| {
        eqn.params.is_none("dimensions").then(|| same_type(rewriter, eqn, inputs))?
    }),
    (&REV, |_, eqn, inputs| {
        eqn.params.items("dimensions").is_empty().then(|| Change::Atom(inputs[0]))
    }),
    (&SELECT_N, known_selector),
    (&SLICE, |rewriter, eqn, inputs| {
        eqn.params.is_none("strides").then(|| same_type(rewriter, eqn, inputs))?
    }),
    (&SQUEEZE, same_type),
    (&TRANSPOSE, |_, eqn, inputs| {
        let order = eqn.params.usizes("permutation");
        order.iter().enumerate().all(|(to, from)| to == *from).then(|| Change::Atom(inputs[0]))
    }),
    (&XOR, literal_right),
];

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let jaxpr = nested.as_ref().unwrap_or(jaxpr);
    let mut rewriter = Rewriter::new(jaxpr);
    for eqn in &jaxpr.eqns {
        if !inline_known_branch(&mut rewriter, eqn) {
            rewriter.apply(eqn, RULES)?;
        }
    }
    Ok(rewriter.finish().or(nested))
}

/// The op is known to change nothing when the types agree.
fn same_type(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let same = rewriter.builder.ty(inputs[0]) == *rewriter.out_type(eqn);
    same.then(|| Change::Atom(inputs[0]))
}

fn no_axes(_: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    eqn.params.items("axes").is_empty().then(|| Change::Atom(inputs[0]))
}

fn literal_right(_: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let swap = inputs[0].var().is_none() && inputs[1].var().is_some();
    swap.then(|| Change::Eqn(eqn.op, eqn.params.clone(), vec![inputs[1], inputs[0]]))
}

/// The greater or lesser of complex numbers depends on the order where NaN is among them.
fn real_literal_right(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let complex = rewriter.out_type(eqn).dtype.is_complex();
    if complex { None } else { literal_right(rewriter, eqn, inputs) }
}

fn known_selector(_: &Rewriter<'_>, _: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let which = usize::try_from(inputs[0].scalar()?.as_int()?).ok()?;
    inputs.get(which + 1).map(|case| Change::Atom(*case))
}

/// Splices in the branch of a `cond` whose index is a literal; the index is clamped.
fn inline_known_branch(rewriter: &mut Rewriter<'_>, eqn: &Eqn) -> bool {
    if eqn.op != &COND {
        return false;
    }
    let inputs = rewriter.inputs(eqn);
    let Some(index) = inputs[0].scalar().and_then(|scalar| scalar.as_int()) else { return false };
    let branches = eqn.params.jaxprs();
    let last = branches.len() as i128 - 1;
    let branch = branches[index.clamp(0, last) as usize].clone();
    let results = rewriter.builder.inline(&branch, &inputs[1..]);
    rewriter.replace(eqn, results);
    true
}
