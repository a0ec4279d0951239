//! Before kernels are formed: calls are inlined and composite ops replaced by their definition.

use std::cell::RefCell;

use jaxide_ir::{Atom, Call, Eqn, Handle, IdVec, Jaxpr, JaxprBuilder, Lower, Result, Var};
use jaxide_lax::control::call_body;
use jaxide_passes::{PassCx, PassDef};

/// The pass.
pub static NORMALISE: PassDef = PassDef {
    name: "normalise",
    doc: "Inlines calls and replaces composite ops by their definition.",
    run: |jaxpr, cx| {
        let nested = cx.rewrite_nested(jaxpr)?;
        let current = nested.as_ref().unwrap_or(jaxpr);
        let plain = |eqn: &Eqn| {
            call_body(eqn.op, &eqn.params).is_none() && !matches!(eqn.op.lower, Lower::Decompose(_))
        };
        if current.eqns.iter().all(plain) { Ok(nested) } else { flatten(current).map(Some) }
    },
};

/// The program, and its nested programs, without calls and without ops that others express.
///
/// # Errors
/// What an op's decomposition refuses.
pub fn normalise(jaxpr: &Jaxpr) -> Result<Jaxpr> {
    let plain = (NORMALISE.run)(jaxpr, &mut PassCx::new(&NORMALISE))?;
    Ok(plain.unwrap_or_else(|| jaxpr.clone()))
}

/// Nested programs are flat already.
fn flatten(jaxpr: &Jaxpr) -> Result<Jaxpr> {
    let builder = RefCell::new(JaxprBuilder::new());
    let mut map = IdVec::filled(None, jaxpr.vars.len());
    for (at, var) in jaxpr.inputs.iter().enumerate() {
        let ty = jaxpr.vars[*var].clone();
        let mut builder = builder.borrow_mut();
        let input = if at < jaxpr.captured { builder.captured(ty) } else { builder.input(ty) };
        map[*var] = Some(input.into());
    }
    let outputs = splice(&builder, jaxpr, map)?;
    Ok(builder.into_inner().finish(outputs))
}

type Renaming = IdVec<Var, Option<Atom>>;

/// Adds the equations of a program whose inputs are renamed; returns its results.
fn splice(builder: &RefCell<JaxprBuilder>, jaxpr: &Jaxpr, mut map: Renaming) -> Result<Vec<Atom>> {
    for (var, data) in &jaxpr.consts {
        map[*var] = Some(builder.borrow_mut().constant(data.clone()).into());
    }
    for eqn in &jaxpr.eqns {
        let inputs: Vec<Atom> = eqn.inputs.iter().map(|atom| rename(&map, *atom)).collect();
        let outputs = add(builder, jaxpr, eqn, &inputs)?;
        for (var, atom) in eqn.outputs.iter().zip(outputs) {
            map[*var] = Some(atom);
        }
    }
    Ok(jaxpr.outputs.iter().map(|atom| rename(&map, *atom)).collect())
}

fn rename(map: &Renaming, atom: Atom) -> Atom {
    match atom {
        Atom::Var(var) => map[var].expect("variables are defined before they are used"),
        literal => literal,
    }
}

fn add(
    builder: &RefCell<JaxprBuilder>,
    jaxpr: &Jaxpr,
    eqn: &Eqn,
    inputs: &[Atom],
) -> Result<Vec<Atom>> {
    if let Some(callee) = call_body(eqn.op, &eqn.params) {
        let mut map = IdVec::filled(None, callee.vars.len());
        for (var, atom) in callee.inputs.iter().zip(inputs) {
            map[*var] = Some(*atom);
        }
        return splice(builder, callee, map);
    }
    if let Lower::Decompose(definition) = eqn.op.lower {
        return decompose(builder, eqn, inputs, definition);
    }
    let params = eqn.params.clone();
    let types = eqn.outputs.iter().map(|var| jaxpr.vars[*var].clone()).collect();
    let vars = builder.borrow_mut().push(eqn.op, params, inputs, types, eqn.loc.clone());
    Ok(vars.into_iter().map(Atom::Var).collect())
}

/// The definition is built on the side, as its own ops may be composite in turn, and so may those
/// of the programs nested in it.
fn decompose(
    builder: &RefCell<JaxprBuilder>,
    eqn: &Eqn,
    inputs: &[Atom],
    definition: jaxide_ir::rules::DecomposeFn,
) -> Result<Vec<Atom>> {
    let types: Vec<_> = inputs.iter().map(|atom| builder.borrow().ty(*atom)).collect();
    let (mut side, vars) = JaxprBuilder::with_inputs(&types);
    side.set_loc(eqn.loc.clone());
    let side = RefCell::new(side);
    let operands: Vec<Handle<'_>> =
        vars.iter().map(|var| Handle::new(&side, (*var).into())).collect();
    let call = Call { op: eqn.op, params: &eqn.params, loc: &eqn.loc };
    let results: Vec<Atom> = definition(&call, &operands)?.iter().map(Handle::atom).collect();
    let body = normalise(&side.into_inner().finish(results))?;
    let mut map = IdVec::filled(None, body.vars.len());
    for (var, atom) in body.inputs.iter().zip(inputs) {
        map[*var] = Some(*atom);
    }
    splice(builder, &body, map)
}
