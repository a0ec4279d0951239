//! Rebuilding a jaxpr equation by equation: the frame that most passes share.

use jaxide_ir::{
    ArrayType, Atom, Eqn, Id, IdVec, Jaxpr, JaxprBuilder, OpDef, OutTypes, Params, Result, Var,
};

/// What a local rule makes of an equation of one result.
pub enum Change {
    /// An atom of the new program stands for the result.
    Atom(Atom),
    /// Another equation computes it.
    Eqn(&'static OpDef, Params, Vec<Atom>),
}

/// A local rule: sees the program built so far, an old equation, and its renamed operands.
pub type LocalRule = fn(&Rewriter<'_>, &Eqn, &[Atom]) -> Option<Change>;

/// A new jaxpr that grows from an old one. Inputs and constants are carried over at the start;
/// each equation is then copied, replaced or dropped.
pub struct Rewriter<'a> {
    old: &'a Jaxpr,
    /// The program under construction, for new equations.
    pub builder: JaxprBuilder,
    map: IdVec<Var, Option<Atom>>,
    changed: bool,
}

impl<'a> Rewriter<'a> {
    /// Starts with the inputs and constants of `old`.
    pub fn new(old: &'a Jaxpr) -> Rewriter<'a> {
        let mut builder = JaxprBuilder::new();
        let mut map = IdVec::filled(None, old.vars.len());
        for (at, var) in old.inputs.iter().enumerate() {
            let ty = old.vars[*var].clone();
            let new = if at < old.captured { builder.captured(ty) } else { builder.input(ty) };
            map[*var] = Some(new.into());
        }
        for (var, data) in &old.consts {
            map[*var] = Some(builder.constant(data.clone()).into());
        }
        Rewriter { old, builder, map, changed: false }
    }

    /// The new atom that stands for an old one.
    pub fn get(&self, atom: Atom) -> Atom {
        match atom {
            Atom::Var(var) => self.map[var].expect("variables are defined before they are used"),
            literal => literal,
        }
    }

    /// The new atoms of an equation's operands.
    pub fn inputs(&self, eqn: &Eqn) -> Vec<Atom> {
        eqn.inputs.iter().map(|atom| self.get(*atom)).collect()
    }

    /// Copies an equation with its operands renamed.
    pub fn copy(&mut self, eqn: &Eqn) {
        self.copy_with(eqn, eqn.op, eqn.params.clone(), self.inputs(eqn));
    }

    /// Emits an equation with the results of `eqn` but another op, parameters or operands.
    pub fn copy_with(&mut self, eqn: &Eqn, op: &'static OpDef, params: Params, inputs: Vec<Atom>) {
        let types: OutTypes = eqn.outputs.iter().map(|v| self.old.vars[*v].clone()).collect();
        let outputs = self.builder.push(op, params, &inputs, types, eqn.loc.clone());
        self.define(eqn, outputs.into_iter().map(Atom::Var));
    }

    /// The type of an equation's first result.
    pub fn out_type(&self, eqn: &Eqn) -> &ArrayType {
        &self.old.vars[eqn.outputs[0]]
    }

    /// Applies the first rule of a table that answers for the equation's op, or copies it. An
    /// answer of another type than the equation's result is not taken.
    ///
    /// # Errors
    /// When the op of a new equation refuses its operands, which is a bug of the rule.
    pub fn apply(&mut self, eqn: &Eqn, rules: &[(&OpDef, LocalRule)]) -> Result<()> {
        let inputs = self.inputs(eqn);
        let rules = rules.iter().filter(|(op, _)| *op == eqn.op);
        let change = rules.filter_map(|(_, rule)| rule(self, eqn, &inputs)).next();
        match change {
            Some(Change::Atom(atom)) if self.builder.ty(atom) == *self.out_type(eqn) => {
                self.replace(eqn, [atom]);
            }
            Some(Change::Eqn(op, params, operands)) => {
                let atoms = self.bind(eqn, op, params, &operands)?;
                self.replace(eqn, atoms);
            }
            _ => self.copy(eqn),
        }
        Ok(())
    }

    /// Emits an equation at the place of `eqn`, with its types inferred.
    ///
    /// # Errors
    /// What the op refuses.
    pub fn bind(
        &mut self,
        eqn: &Eqn,
        op: &'static OpDef,
        params: Params,
        inputs: &[Atom],
    ) -> Result<Vec<Atom>> {
        let vars = self.builder.bind(op, params, inputs, eqn.loc.clone())?;
        Ok(vars.into_iter().map(Atom::Var).collect())
    }

    /// Lets atoms of the new program stand for the results of `eqn`, which is thereby dropped.
    pub fn replace(&mut self, eqn: &Eqn, atoms: impl IntoIterator<Item = Atom>) {
        self.changed = true;
        self.define(eqn, atoms);
    }

    /// Records that the program differs from the old one.
    pub fn mark_changed(&mut self) {
        self.changed = true;
    }

    fn define(&mut self, eqn: &Eqn, atoms: impl IntoIterator<Item = Atom>) {
        for (var, atom) in eqn.outputs.iter().zip(atoms) {
            self.map[*var] = Some(atom);
        }
    }

    /// Lets an atom stand for one old variable.
    pub fn set(&mut self, var: Var, atom: Atom) {
        self.map[var] = Some(atom);
    }

    /// The new jaxpr; `None` when nothing was replaced or marked.
    pub fn finish(self) -> Option<Jaxpr> {
        let outputs = self.old.outputs.iter().map(|atom| self.get(*atom)).collect();
        self.changed.then(|| self.builder.finish(outputs))
    }
}

/// How often each variable of a jaxpr is used, results included.
pub fn use_counts(jaxpr: &Jaxpr) -> IdVec<Var, usize> {
    let mut counts = IdVec::filled(0, jaxpr.vars.len());
    let operands = jaxpr.eqns.iter().flat_map(|eqn| eqn.inputs.iter());
    for var in operands.chain(&jaxpr.outputs).filter_map(|atom| atom.var()) {
        counts[var] += 1;
    }
    counts
}

/// The position in `jaxpr.eqns` of the equation that defines each variable.
pub fn definitions(jaxpr: &Jaxpr) -> IdVec<Var, Option<usize>> {
    let mut defs = IdVec::filled(None, jaxpr.vars.len());
    for (at, eqn) in jaxpr.eqns.iter().enumerate() {
        for var in &eqn.outputs {
            debug_assert!(var.index() < jaxpr.vars.len());
            defs[*var] = Some(at);
        }
    }
    defs
}
