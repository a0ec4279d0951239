//! Loop-invariant code motion: pure equations of a `scan` or `while` body that depend only on the
//! loop's constants are computed once before the loop and come in as further constants.
//!
//! Ops that only rearrange or repeat elements are not worth a buffer that lives through the loop:
//! they move only where a moved equation needs them.

use std::sync::Arc;

use jaxide_ir::{Atom, Eqn, IdVec, Jaxpr, OpDef, OutTypes, Params, Result, Var};
use jaxide_lax::{
    control::{scan::SCAN, while_loop::WHILE},
    shape::{BROADCAST_IN_DIM, IOTA, RESHAPE, SQUEEZE},
};

use crate::{PassCx, PassDef, Rewriter};

/// Loop-invariant code motion.
pub static LICM: PassDef =
    PassDef { name: "licm", doc: "Move loop-invariant equations out of loop bodies.", run };

/// The nested programs of a loop op: (op, jaxpr parameter, count of its constants). The constants
/// of all of them come first among the operands, in this order.
static LOOPS: &[(&OpDef, &str, &str)] = &[
    (&SCAN, "jaxpr", "num_consts"),
    (&WHILE, "cond_jaxpr", "cond_nconsts"),
    (&WHILE, "body_jaxpr", "body_nconsts"),
];

/// Ops that cost nothing where they are used.
static FREE: &[&OpDef] = &[&BROADCAST_IN_DIM, &IOTA, &RESHAPE, &SQUEEZE];

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let jaxpr = nested.as_ref().unwrap_or(jaxpr);
    let mut rewriter = Rewriter::new(jaxpr);
    for eqn in &jaxpr.eqns {
        match hoist(&mut rewriter, eqn) {
            Some((params, inputs)) => {
                rewriter.mark_changed();
                rewriter.copy_with(eqn, eqn.op, params, inputs);
            }
            None => rewriter.copy(eqn),
        }
    }
    Ok(rewriter.finish().or(nested))
}

/// The loop's parameters and operands after its invariant equations were emitted before it.
fn hoist(rewriter: &mut Rewriter<'_>, eqn: &Eqn) -> Option<(Params, Vec<Atom>)> {
    let mut params = eqn.params.clone();
    let mut inputs = rewriter.inputs(eqn);
    let mut first = 0;
    let mut changed = false;
    for (_, body, count) in LOOPS.iter().filter(|(op, ..)| *op == eqn.op) {
        let consts = eqn.params.usize(count);
        let moved = invariant_values(eqn.params.jaxpr(body), consts);
        if !moved.is_empty() {
            let outside =
                emit(rewriter, eqn.params.jaxpr(body), &inputs[first..][..consts], &moved);
            let split = first + consts;
            inputs.splice(split..split, outside);
            params.set(body, Arc::new(with_consts(eqn.params.jaxpr(body), consts, &moved)));
            params.set(count, consts + moved.len());
            adjust_linear(&mut params, split, moved.len());
            changed = true;
            first += moved.len();
        }
        first += consts;
    }
    changed.then_some((params, inputs))
}

/// The `linear` flags of a scan, one per operand, follow its operands.
fn adjust_linear(params: &mut Params, at: usize, count: usize) {
    for (name, value) in params.iter_mut() {
        if let ("linear", jaxide_ir::Param::Tuple(flags)) = (name, value)
            && flags.len() >= at
        {
            flags.splice(at..at, std::iter::repeat_n(false.into(), count));
        }
    }
}

/// Variables of moved equations that the rest of the body or its results need.
fn invariant_values(body: &Jaxpr, consts: usize) -> Vec<Var> {
    let moved = moved_eqns(body, consts);
    let mut needed = IdVec::filled(false, body.vars.len());
    let stay = body.eqns.iter().zip(&moved).filter(|(_, moved)| !**moved);
    let operands = stay.flat_map(|(eqn, _)| eqn.inputs.iter());
    for var in operands.chain(&body.outputs).filter_map(|atom| atom.var()) {
        needed[var] = true;
    }
    let results = body.eqns.iter().zip(&moved).filter(|(eqn, moved)| **moved && !is_free(eqn));
    results.flat_map(|(eqn, _)| &eqn.outputs).copied().filter(|var| needed[*var]).collect()
}

/// Which equations are invariant and worth moving, or free and needed by such.
fn moved_eqns(body: &Jaxpr, consts: usize) -> Vec<bool> {
    let mut invariant = IdVec::filled(false, body.vars.len());
    body.inputs[..consts].iter().for_each(|var| invariant[*var] = true);
    let mut moved: Vec<bool> = Vec::with_capacity(body.eqns.len());
    for eqn in &body.eqns {
        let fixed = eqn.effects().is_pure()
            && eqn.inputs.iter().all(|atom| atom.var().is_none_or(|var| invariant[var]));
        eqn.outputs.iter().for_each(|var| invariant[*var] = fixed);
        moved.push(fixed && !is_free(eqn));
    }
    moved
}

fn is_free(eqn: &Eqn) -> bool {
    FREE.contains(&eqn.op)
}

/// Emits the equations behind `values` outside and returns their atoms there.
fn emit(rewriter: &mut Rewriter<'_>, body: &Jaxpr, consts: &[Atom], values: &[Var]) -> Vec<Atom> {
    let mut outside: IdVec<Var, Option<Atom>> = IdVec::filled(None, body.vars.len());
    for (var, atom) in body.inputs.iter().zip(consts) {
        outside[*var] = Some(*atom);
    }
    let needed = behind(body, values);
    for eqn in body.eqns.iter().filter(|eqn| eqn.outputs.iter().any(|var| needed[*var])) {
        let inputs: Vec<Atom> = eqn.inputs.iter().map(|atom| outer(&outside, *atom)).collect();
        let types: OutTypes = eqn.outputs.iter().map(|var| body.vars[*var].clone()).collect();
        let (params, loc) = (eqn.params.clone(), eqn.loc.clone());
        let new = rewriter.builder.push(eqn.op, params, &inputs, types, loc);
        for (old, new) in eqn.outputs.iter().zip(new) {
            outside[*old] = Some(new.into());
        }
    }
    values.iter().map(|var| outer(&outside, (*var).into())).collect()
}

fn outer(outside: &IdVec<Var, Option<Atom>>, atom: Atom) -> Atom {
    match atom {
        Atom::Var(var) => outside[var].expect("invariant equations need only invariant values"),
        literal => literal,
    }
}

/// The variables that `values` depend on, themselves included.
fn behind(body: &Jaxpr, values: &[Var]) -> IdVec<Var, bool> {
    let mut needed = IdVec::filled(false, body.vars.len());
    values.iter().for_each(|var| needed[*var] = true);
    for eqn in body.eqns.iter().rev() {
        if eqn.outputs.iter().any(|var| needed[*var]) {
            eqn.inputs.iter().filter_map(|atom| atom.var()).for_each(|var| needed[var] = true);
        }
    }
    needed
}

/// The body with `values` as further constants, without the moved equations. Of those with several
/// results, and of those that nothing needs, the other results just disappear.
fn with_consts(body: &Jaxpr, consts: usize, values: &[Var]) -> Jaxpr {
    let mut moved = moved_eqns(body, consts).into_iter();
    let mut new = body.clone();
    new.inputs.splice(consts..consts, values.iter().copied());
    new.eqns.retain(|_| !moved.next().unwrap_or(false));
    new
}
