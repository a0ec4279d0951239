//! Where a traced value comes from, for error messages. Nothing here runs unless there is an error.

use std::{
    collections::{HashMap, HashSet},
    panic::Location,
};

use jaxide_ir::{ArrayType, Atom, Eqn, Jaxpr, Var};

use super::{
    Tracer,
    stack::{Trace, with_trace},
};
use crate::{diag, error::Error};

/// Why a traced value has no value.
pub(crate) enum Origin {
    /// It depends on these arguments.
    Arguments(Vec<String>),
    /// These operations on constants made it: program text and line.
    Operations(Vec<(String, String)>),
    /// Its trace has ended, or belongs to another thread.
    Gone,
}

/// Where a traced value comes from.
pub(crate) fn origin(tracer: &Tracer) -> Origin {
    with_trace(tracer.trace, |trace| origin_in(trace, tracer.var)).unwrap_or(Origin::Gone)
}

/// The sentences that explain a traced value: function, place, and what it depends on.
pub(crate) fn depends_on(tracer: &Tracer) -> Option<String> {
    let why = match origin(tracer) {
        Origin::Gone => return None,
        Origin::Arguments(names) => {
            let plural = if names.len() > 1 { "s" } else { "" };
            format!(
                "This concrete value was not available because it depends on the value{plural} of \
                 the argument{plural} {}.",
                names.join(" and ")
            )
        }
        Origin::Operations(operations) => {
            let lines = operations
                .iter()
                .map(|(text, line)| format!("  operation {text}\n    from line {line}"))
                .collect::<Vec<_>>();
            format!(
                "This value became a tracer due to operations on these lines:\n\n{}",
                lines.join("\n\n")
            )
        }
    };
    let info = &tracer.info;
    Some(format!(
        "The error occurred while tracing the function {} for {}. {why}",
        info.function.place(),
        info.transform
    ))
}

/// The error of a traced value that is used where its trace is not.
pub(crate) fn leaked(tracer: &Tracer, at: &'static Location<'static>) -> Error {
    Error::UnexpectedTracer(diag::unexpected_tracer(tracer, at))
}

/// At most this many operations are listed.
const SHOWN_OPERATIONS: usize = 5;

fn origin_in(trace: &Trace, var: Var) -> Origin {
    let jaxpr = trace.builder.jaxpr();
    let reached = progenitors(jaxpr, var);
    let named = |var: &Var| reached.contains(var).then(|| trace.labels.get(var).cloned()).flatten();
    let names: Vec<String> = jaxpr.inputs.iter().filter_map(named).collect();
    if !names.is_empty() {
        return Origin::Arguments(names);
    }
    let on_path = |eqn: &&Eqn| eqn.outputs.iter().any(|out| reached.contains(out));
    let eqns = jaxpr.eqns.iter().filter(on_path).take(SHOWN_OPERATIONS);
    Origin::Operations(eqns.map(|eqn| (equation_text(jaxpr, eqn), eqn.loc.to_string())).collect())
}

/// The variable and all that it was computed from.
fn progenitors(jaxpr: &Jaxpr, var: Var) -> HashSet<Var> {
    let mut reached = HashSet::from([var]);
    for eqn in jaxpr.eqns.iter().rev() {
        if eqn.outputs.iter().any(|out| reached.contains(out)) {
            reached.extend(eqn.inputs.iter().filter_map(|atom| atom.var()));
        }
    }
    reached
}

/// One equation as text on one line, results named from `a` on, then operands.
fn equation_text(jaxpr: &Jaxpr, eqn: &Eqn) -> String {
    // A program of this equation alone; its first inputs only take up the names of the results.
    let mut single = Jaxpr::default();
    let mut own: HashMap<Var, Var> = HashMap::new();
    let results: Vec<Var> =
        eqn.outputs.iter().map(|var| single.vars.push(jaxpr.vars[*var].clone())).collect();
    single.inputs.extend(&results);
    let mut eqn = eqn.clone();
    for atom in &mut eqn.inputs {
        if let Atom::Var(var) = atom {
            let ty = &jaxpr.vars[*var];
            *var = *own.entry(*var).or_insert_with(|| {
                let input = single.vars.push(ty.clone());
                single.inputs.push(input);
                input
            });
        }
    }
    for var in &mut eqn.outputs {
        *var = single.vars.push(jaxpr.vars[*var].clone());
    }
    let types: Vec<ArrayType> = results.iter().map(|var| single.vars[*var].clone()).collect();
    single.outputs = eqn.outputs.iter().map(|var| Atom::Var(*var)).collect();
    single.eqns.push(eqn);
    let text = single.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let right = text.split_once(" = ").map_or(text.as_str(), |(_, right)| right);
    let right = right.rsplit_once(" in (").map_or(right, |(eqn, _)| eqn);
    let names = (b'a'..=b'z').map(char::from);
    let left: Vec<String> = names.zip(types).map(|(name, ty)| format!("{name}:{ty}")).collect();
    format!("{} = {right}", left.join(" "))
}
