//! Programs as text, in the layout, names and parameter order of JAX 0.4.35.
//!
//! Not in the text: weak types, locations, and the data of constants, of which only the names are
//! printed. Constants and captured arrays both stand before the `;` and parse back as captured
//! inputs.

mod doc;
mod hoist;
mod names;
mod value;

use std::{collections::HashMap, fmt, sync::Arc};

use doc::Doc as GenericDoc;
use names::{Names, identity};

use crate::{Atom, Eqn, EqnId, Id, Jaxpr, Var, py_repr};

type Doc = GenericDoc<(usize, Place)>;

const WIDTH: usize = 80;

/// How programs print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrintOptions {
    /// On: literals carry their type (`2.0:f32[]`), and a shared jaxpr stands before those that
    /// hold it; text parses back to the same program. Off: as JAX 0.4.35 prints.
    pub literal_types: bool,
}

impl Default for PrintOptions {
    fn default() -> PrintOptions {
        PrintOptions { literal_types: true }
    }
}

/// A place in a jaxpr that has a line in its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// Constants and inputs.
    Head,
    /// An equation; its first line.
    Eqn(EqnId),
    /// The results.
    Outputs,
}

/// A printed program, with names and lines for reports about it.
pub struct Printed {
    /// The text, without a line break at the end.
    pub text: String,
    names: Names,
    lines: HashMap<(usize, Place), usize>,
}

impl Printed {
    /// The line of a place of the printed jaxpr or one nested in it, counted from 0.
    pub fn line(&self, jaxpr: &Jaxpr, place: Place) -> Option<usize> {
        self.lines.get(&(identity(jaxpr), place)).copied()
    }

    /// The name of a variable of the printed jaxpr or one nested in it. Variables that nothing
    /// uses have none.
    pub fn name(&self, jaxpr: &Jaxpr, var: Var) -> Option<&str> {
        self.names.known(jaxpr, var)
    }
}

/// The text of a program.
pub fn print(jaxpr: &Jaxpr, options: PrintOptions) -> String {
    print_with_lines(jaxpr, options).text
}

/// The text of a program with the names of its variables and the lines of its equations.
///
/// Broken programs print too: a variable without a type prints `?` for it.
pub fn print_with_lines(jaxpr: &Jaxpr, options: PrintOptions) -> Printed {
    let mut printer = Printer { options, names: Names::default() };
    let doc = printer.program(jaxpr);
    let (text, marks) = doc::render(doc, WIDTH);
    let mut lines = HashMap::new();
    for (place, line) in marks {
        lines.entry(place).or_insert(line);
    }
    Printed { text, names: printer.names, lines }
}

impl fmt::Display for Jaxpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self, PrintOptions::default()))
    }
}

struct Printer {
    options: PrintOptions,
    names: Names,
}

impl Printer {
    fn program(&mut self, jaxpr: &Jaxpr) -> Doc {
        let mut shared = hoist::shared(jaxpr);
        if self.options.literal_types {
            shared = hoist::inner_first(shared);
        }
        let mut docs = Vec::new();
        for (nested, name) in shared {
            docs.push(Doc::text(format!("let {name} = ")));
            docs.push(self.jaxpr(nested));
            docs.push(Doc::text(" in"));
            docs.push(Doc::brk(""));
            self.names.hoist(nested, name);
        }
        docs.push(self.jaxpr(jaxpr));
        Doc::cat(docs)
    }

    /// Names are handed out as the pieces are made, so their order here is that of the text.
    fn jaxpr(&mut self, jaxpr: &Jaxpr) -> Doc {
        let captured = jaxpr.captured.min(jaxpr.inputs.len());
        let consts = jaxpr.consts.iter().map(|(var, _)| *var);
        let consts: Vec<Var> = consts.chain(jaxpr.inputs[..captured].iter().copied()).collect();
        let consts = self.binders(jaxpr, &consts, None);
        let inputs = self.binders(jaxpr, &jaxpr.inputs[captured..], None);
        let uses = Uses::of(jaxpr);
        let eqns = jaxpr.eqns.iter().enumerate();
        let eqns: Vec<Doc> = eqns.map(|(at, eqn)| self.eqn(jaxpr, at, eqn, &uses)).collect();
        let eqns = Doc::join(|| Doc::brk("; "), eqns);
        let outputs = self.atoms(jaxpr, &jaxpr.outputs, ",");
        let close = if jaxpr.outputs.len() == 1 { ",)" } else { ")" };
        let at = |place| Doc::mark((identity(jaxpr), place));
        let inside = vec![
            at(Place::Head),
            Doc::text("{ lambda "),
            consts,
            Doc::text("; "),
            inputs,
            Doc::text(". let"),
            Doc::cat(vec![Doc::brk(" "), eqns]).nest(2),
            Doc::brk(" "),
            at(Place::Outputs),
            Doc::text("in ("),
            outputs,
            Doc::text(close),
        ];
        Doc::cat(vec![Doc::cat(inside).nest(2), Doc::text(" }")]).group()
    }

    fn eqn(&mut self, jaxpr: &Jaxpr, at: usize, eqn: &Eqn, uses: &Uses) -> Doc {
        let mut docs = vec![Doc::mark((identity(jaxpr), Place::Eqn(EqnId::from_index(at))))];
        if !eqn.outputs.is_empty() {
            docs.push(self.binders(jaxpr, &eqn.outputs, Some(uses)));
            docs.push(Doc::text(" = "));
        }
        docs.push(Doc::text(eqn.op.name));
        docs.push(self.params(eqn));
        docs.push(Doc::text(" "));
        docs.push(self.atoms(jaxpr, &eqn.inputs, ""));
        Doc::cat(docs)
    }

    /// Variables with types; those that `uses` does not know print as `_`.
    fn binders(&mut self, jaxpr: &Jaxpr, vars: &[Var], uses: Option<&Uses>) -> Doc {
        let mut docs = Vec::with_capacity(vars.len());
        for var in vars {
            let used = uses.is_none_or(|uses| uses.contains(*var));
            let name = if used { self.names.var(jaxpr, *var) } else { Arc::from("_") };
            let ty = jaxpr.vars.get(*var).map_or_else(|| "?".into(), |ty| ty.to_string());
            docs.push(Doc::text(format!("{name}:{ty}")));
        }
        list(docs, "")
    }

    fn atoms(&mut self, jaxpr: &Jaxpr, atoms: &[Atom], separator: &'static str) -> Doc {
        let docs = atoms.iter().map(|atom| Doc::text(self.atom(jaxpr, *atom))).collect();
        list(docs, separator)
    }

    fn atom(&mut self, jaxpr: &Jaxpr, atom: Atom) -> String {
        match atom {
            Atom::Var(var) => self.names.var(jaxpr, var).to_string(),
            Atom::Literal(literal) => {
                let value = py_repr::scalar(literal.value);
                let typed = self.options.literal_types;
                if typed { format!("{value}:{}", literal.ty()) } else { value }
            }
        }
    }
}

/// Items of which each takes a new line only when the line is full.
fn list(docs: Vec<Doc>, separator: &'static str) -> Doc {
    let between = || Doc::cat(vec![Doc::text(separator), Doc::brk(" ").group()]);
    Doc::join(between, docs).nest(2).group()
}

/// Which variables equations and results of a jaxpr use.
struct Uses(Vec<bool>);

impl Uses {
    fn of(jaxpr: &Jaxpr) -> Uses {
        let mut used = vec![false; jaxpr.vars.len()];
        let operands = jaxpr.eqns.iter().flat_map(|eqn| &eqn.inputs);
        for var in operands.chain(&jaxpr.outputs).filter_map(|atom| atom.var()) {
            if let Some(used) = used.get_mut(var.index()) {
                *used = true;
            }
        }
        Uses(used)
    }

    fn contains(&self, var: Var) -> bool {
        self.0.get(var.index()).copied().unwrap_or(true)
    }
}
