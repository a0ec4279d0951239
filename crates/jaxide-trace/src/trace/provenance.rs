//! Where a traced value comes from, for error messages. Nothing here runs unless there is an error.

use std::{collections::HashSet, panic::Location};

use jaxide_ir::{Atom, Eqn, Jaxpr, Var};

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

/// One equation as text, variables named from `a` on: results first, then operands.
fn equation_text(jaxpr: &Jaxpr, eqn: &Eqn) -> String {
    let mut names: Vec<Var> = Vec::new();
    let mut name = |var: Var| {
        let position = names.iter().position(|known| *known == var).unwrap_or_else(|| {
            names.push(var);
            names.len() - 1
        });
        char::from(b'a' + (position % 26) as u8).to_string()
    };
    let outputs: Vec<String> =
        eqn.outputs.iter().map(|var| format!("{}:{}", name(*var), jaxpr.vars[*var])).collect();
    let inputs: Vec<String> = eqn
        .inputs
        .iter()
        .map(|atom| match atom {
            Atom::Var(var) => name(*var),
            Atom::Literal(literal) => format!("{}:{}", literal.value.to_f64(), literal.ty()),
        })
        .collect();
    format!("{} = {} {}", outputs.join(" "), eqn.op.name, inputs.join(" "))
}
