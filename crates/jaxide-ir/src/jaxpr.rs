//! Programs: jaxprs, equations, atoms. Building them is [`crate::builder`], checking them the
//! verifier's business.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use smallvec::SmallVec;

use crate::{ArrayType, Effects, IdVec, Loc, OpDef, Params, Scalar, TensorData, Var};

/// A closed program in single-assignment form.
///
/// Nested jaxprs have no free variables: what they need from around them comes in as operands.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Jaxpr {
    /// The type of each variable.
    pub vars: IdVec<Var, ArrayType>,
    /// Baked-in data, on the outermost jaxpr only.
    pub consts: Vec<(Var, Arc<TensorData>)>,
    /// How many of the leading inputs are arrays that a closure captured; printed as constvars.
    pub captured: usize,
    /// Inputs, captured ones first.
    pub inputs: Vec<Var>,
    /// Equations in order of definition.
    pub eqns: Vec<Eqn>,
    /// Results.
    pub outputs: Vec<Atom>,
}

/// One equation: an op applied to atoms defines variables.
#[derive(Clone, Debug)]
pub struct Eqn {
    /// The op.
    pub op: &'static OpDef,
    /// Its checked parameters.
    pub params: Params,
    /// Operands.
    pub inputs: SmallVec<[Atom; 3]>,
    /// Results.
    pub outputs: SmallVec<[Var; 1]>,
    /// The user's line.
    pub loc: Loc,
}

/// A variable or a literal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Atom {
    /// A variable of the same jaxpr.
    Var(Var),
    /// A rank-0 constant.
    Literal(Literal),
}

/// A rank-0 constant in the program text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Literal {
    /// Value and dtype.
    pub value: Scalar,
    /// JAX's weak type: the literal was a plain number in the user's program.
    pub weak: bool,
}

impl Literal {
    /// The literal's type.
    pub fn ty(&self) -> ArrayType {
        ArrayType::scalar(self.value.dtype()).with_weak(self.weak)
    }
}

impl Atom {
    /// A strong literal.
    pub fn literal(value: Scalar) -> Atom {
        Atom::Literal(Literal { value, weak: false })
    }

    /// The variable, if it is one.
    pub fn var(self) -> Option<Var> {
        if let Atom::Var(var) = self { Some(var) } else { None }
    }

    /// The scalar, if it is a literal.
    pub fn scalar(self) -> Option<Scalar> {
        if let Atom::Literal(literal) = self { Some(literal.value) } else { None }
    }
}

impl From<Var> for Atom {
    fn from(var: Var) -> Atom {
        Atom::Var(var)
    }
}

impl Jaxpr {
    /// The type of an atom.
    pub fn ty(&self, atom: Atom) -> ArrayType {
        match atom {
            Atom::Var(var) => self.vars[var].clone(),
            Atom::Literal(literal) => literal.ty(),
        }
    }

    /// Types of the inputs, captured ones included.
    pub fn in_types(&self) -> Vec<ArrayType> {
        self.inputs.iter().map(|var| self.vars[*var].clone()).collect()
    }

    /// Types of the results.
    pub fn out_types(&self) -> Vec<ArrayType> {
        self.outputs.iter().map(|atom| self.ty(*atom)).collect()
    }

    /// The union of the effects of the equations.
    pub fn effects(&self) -> Effects {
        self.effects_beyond(&mut HashSet::new())
    }

    /// The effects, without those of nested jaxprs that were met before: a program that shares on
    /// every level has exponentially many paths to its innermost jaxpr.
    fn effects_beyond(&self, met: &mut HashSet<*const Jaxpr>) -> Effects {
        self.eqns.iter().fold(Effects::NONE, |all, eqn| all.union(eqn.effects_beyond(met)))
    }

    /// Equations, those of nested jaxprs included; a shared jaxpr counts at each use. Saturates.
    pub fn total_eqns(&self) -> usize {
        self.total_eqns_with(&mut HashMap::new())
    }

    fn total_eqns_with(&self, known: &mut HashMap<*const Jaxpr, usize>) -> usize {
        let mut total = self.eqns.len();
        for jaxpr in self.eqns.iter().flat_map(|eqn| eqn.params.jaxprs()) {
            let count = match known.get(&Arc::as_ptr(jaxpr)) {
                Some(count) => *count,
                None => jaxpr.total_eqns_with(known),
            };
            known.insert(Arc::as_ptr(jaxpr), count);
            total = total.saturating_add(count);
        }
        total
    }
}

impl Eqn {
    /// The effects of the op and of the nested jaxprs.
    pub fn effects(&self) -> Effects {
        self.effects_beyond(&mut HashSet::new())
    }

    fn effects_beyond(&self, met: &mut HashSet<*const Jaxpr>) -> Effects {
        let own = (self.op.effects)(&self.params);
        let nested = self.params.jaxprs();
        let new = nested.into_iter().filter(|jaxpr| met.insert(Arc::as_ptr(jaxpr)));
        let new: Vec<&Arc<Jaxpr>> = new.collect();
        new.into_iter().fold(own, |all, jaxpr| all.union(jaxpr.effects_beyond(met)))
    }
}

/// Locations do not take part in equality.
impl PartialEq for Eqn {
    fn eq(&self, other: &Eqn) -> bool {
        self.op == other.op
            && self.inputs == other.inputs
            && self.outputs == other.outputs
            && self.params == other.params
    }
}
