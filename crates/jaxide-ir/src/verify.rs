//! The verifier: every rule of the IR, checked over a whole program. It reports all violations at
//! once, inside the printed program, and takes broken programs without panicking.

use std::collections::HashMap;

use crate::{
    ArrayType, Atom, Call, Diagnostic, Eqn, EqnId, Id, IdVec, Jaxpr, Loc, Place, PrintOptions,
    Registry, Result, Var, diag, print_with_lines,
};

/// Checks a program and all nested ones; `registry`, where given, must have every op.
///
/// # Errors
/// One diagnostic whose note is the program with a comment at the line of each violation.
pub fn verify(jaxpr: &Jaxpr, registry: Option<&Registry>) -> Result<()> {
    let mut verifier = Verifier { registry, sound: HashMap::new(), violations: Vec::new() };
    verifier.jaxpr(jaxpr, true);
    match verifier.violations.is_empty() {
        true => Ok(()),
        false => Err(report(jaxpr, verifier.violations)),
    }
}

struct Verifier<'a> {
    registry: Option<&'a Registry>,
    /// Nested jaxprs that were checked, shared ones once, and whether they are sound.
    sound: HashMap<usize, bool>,
    violations: Vec<Violation<'a>>,
}

struct Violation<'a> {
    jaxpr: &'a Jaxpr,
    place: Place,
    what: What,
}

enum What {
    Undefined(Var),
    DefinedTwice(Var),
    Other(Diagnostic),
}

impl<'a> Verifier<'a> {
    fn jaxpr(&mut self, jaxpr: &'a Jaxpr, outermost: bool) {
        let mut check = JaxprCheck {
            jaxpr,
            registry: self.registry,
            defined: IdVec::filled(false, jaxpr.vars.len()),
            violations: Vec::new(),
        };
        check.head(outermost);
        self.violations.append(&mut check.violations);
        for (at, eqn) in jaxpr.eqns.iter().enumerate() {
            let sound = self.nested(eqn);
            check.eqn(EqnId::from_index(at), eqn, sound);
            self.violations.append(&mut check.violations);
        }
        jaxpr.outputs.iter().for_each(|atom| check.used(Place::Outputs, *atom));
        self.violations.append(&mut check.violations);
    }

    /// Checks the jaxprs of an equation; true when they are sound, so that the op's rules, which
    /// rely on that, may look at them.
    fn nested(&mut self, eqn: &'a Eqn) -> bool {
        let mut sound = true;
        for jaxpr in eqn.params.jaxprs() {
            let identity = std::ptr::from_ref::<Jaxpr>(jaxpr).addr();
            if !self.sound.contains_key(&identity) {
                let before = self.violations.len();
                self.jaxpr(jaxpr, false);
                self.sound.insert(identity, self.violations.len() == before);
            }
            sound &= self.sound[&identity];
        }
        sound
    }
}

/// The state of checking one jaxpr.
struct JaxprCheck<'a> {
    jaxpr: &'a Jaxpr,
    registry: Option<&'a Registry>,
    defined: IdVec<Var, bool>,
    violations: Vec<Violation<'a>>,
}

impl JaxprCheck<'_> {
    fn violation(&mut self, place: Place, what: What) {
        self.violations.push(Violation { jaxpr: self.jaxpr, place, what });
    }

    fn error(&mut self, place: Place, error: Diagnostic) {
        self.violation(place, What::Other(error));
    }

    fn head(&mut self, outermost: bool) {
        let jaxpr = self.jaxpr;
        if !outermost && !jaxpr.consts.is_empty() {
            self.error(Place::Head, diag::invalid("jaxpr", "a nested jaxpr has constants"));
        }
        if jaxpr.captured > jaxpr.inputs.len() {
            let message = "more captured inputs than inputs";
            self.error(Place::Head, diag::invalid("jaxpr", message));
        }
        for (var, data) in &jaxpr.consts {
            self.define(Place::Head, *var);
            if let Some(ty) = jaxpr.vars.get(*var)
                && ty != data.ty()
            {
                let message = format!("a constant of type {ty} has data of type {}", data.ty());
                self.error(Place::Head, diag::invalid("jaxpr", message));
            }
        }
        jaxpr.inputs.iter().for_each(|var| self.define(Place::Head, *var));
    }

    fn define(&mut self, place: Place, var: Var) {
        match self.defined.get(var).copied() {
            None => self.violation(place, What::Undefined(var)),
            Some(true) => self.violation(place, What::DefinedTwice(var)),
            Some(false) => self.defined[var] = true,
        }
    }

    fn used(&mut self, place: Place, atom: Atom) {
        if let Atom::Var(var) = atom
            && self.defined.get(var).copied() != Some(true)
        {
            self.violation(place, What::Undefined(var));
        }
    }

    /// Checks one equation. `sound` says that its nested jaxprs are.
    fn eqn(&mut self, id: EqnId, eqn: &Eqn, sound: bool) {
        let place = Place::Eqn(id);
        if let Some(registry) = self.registry
            && registry.find(eqn.op.name) != Some(eqn.op)
        {
            self.error(place, diag::invalid(eqn.op.name, "no dialect of the program has this op"));
        }
        eqn.inputs.iter().for_each(|atom| self.used(place, *atom));
        let inputs: Option<Vec<ArrayType>> = eqn.inputs.iter().map(|atom| self.ty(*atom)).collect();
        if let Some(inputs) = inputs
            && sound
            && let Err(error) = self.types(eqn, &inputs.iter().collect::<Vec<_>>())
        {
            self.error(place, error);
        }
        eqn.outputs.iter().for_each(|var| self.define(place, *var));
    }

    fn ty(&self, atom: Atom) -> Option<ArrayType> {
        match atom {
            Atom::Var(var) => self.jaxpr.vars.get(var).cloned(),
            Atom::Literal(literal) => Some(literal.ty()),
        }
    }

    /// Arity, parameters, inferred types, and the op's own checks.
    fn types(&self, eqn: &Eqn, inputs: &[&ArrayType]) -> Result<()> {
        let op = eqn.op;
        if let Some(def) = op.params.iter().find(|def| eqn.params.get(def.name).is_none()) {
            return Err(diag::param(op.name, def.name, &def.kind.describe(), "nothing"));
        }
        let (_, types) = crate::builder::infer(op, eqn.params.clone(), inputs, &eqn.loc)?;
        let outputs: Vec<ArrayType> =
            eqn.outputs.iter().filter_map(|var| self.jaxpr.vars.get(*var).cloned()).collect();
        if outputs.iter().ne(types.iter()) {
            let list = |types: &[ArrayType]| {
                types.iter().map(ArrayType::to_string).collect::<Vec<_>>().join(" ")
            };
            return Err(diag::binder_types(op.name, &list(&types), &list(&outputs)));
        }
        let outputs: Vec<&ArrayType> = outputs.iter().collect();
        let call = Call { op, params: &eqn.params, loc: &eqn.loc };
        op.verify.map_or(Ok(()), |verify| verify(&call, inputs, &outputs))
    }
}

/// The program with its violations as comments.
fn report(jaxpr: &Jaxpr, violations: Vec<Violation<'_>>) -> Diagnostic {
    let printed = print_with_lines(jaxpr, PrintOptions::default());
    let mut lines: Vec<String> = printed.text.lines().map(str::to_owned).collect();
    let mut loc = Loc::unknown();
    for violation in &violations {
        let line = printed.line(violation.jaxpr, violation.place).unwrap_or(0);
        let name = |var: &Var| printed.name(violation.jaxpr, *var).unwrap_or("_").to_owned();
        let message = match &violation.what {
            What::Undefined(var) => format!("undefined variable {}", name(var)),
            What::DefinedTwice(var) => format!("variable {} is defined twice", name(var)),
            What::Other(error) => error.message().replace('\n', "; "),
        };
        lines[line].push_str(&format!("   # error: {message}"));
        if let Place::Eqn(eqn) = violation.place
            && loc.is_unknown()
        {
            loc = violation.jaxpr.eqns[eqn.index()].loc.clone();
        }
    }
    diag::invalid_program(violations.len()).note(lines.join("\n")).at(&loc)
}
