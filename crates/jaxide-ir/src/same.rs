//! Equality of programs up to the numbering of variables.

use std::collections::HashSet;

use crate::{Atom, Eqn, Id, IdVec, Jaxpr, Param, Params, Scalar, Var};

/// True when both programs have the same inputs, equations in the same order and results, whatever
/// number each variable has. Weak flags and locations do not count; undefined variables are equal
/// to nothing.
pub fn same_program(a: &Jaxpr, b: &Jaxpr) -> bool {
    Comparison::default().jaxprs(a, b)
}

/// Pairs of nested programs already found equal, so that shared ones are compared once.
#[derive(Default)]
struct Comparison {
    equal: HashSet<(usize, usize)>,
}

/// For each variable of the first program the one of the second.
type Map = IdVec<Var, Option<Var>>;

impl Comparison {
    fn jaxprs(&mut self, a: &Jaxpr, b: &Jaxpr) -> bool {
        let key = (std::ptr::from_ref(a).addr(), std::ptr::from_ref(b).addr());
        if self.equal.contains(&key) {
            return true;
        }
        let mut map: Map = IdVec::filled(None, a.vars.len());
        let same = a.captured == b.captured
            && a.consts.len() == b.consts.len()
            && a.consts
                .iter()
                .zip(&b.consts)
                .all(|((v, x), (w, y))| x == y && define(&mut map, (a, b), &[*v], &[*w]))
            && define(&mut map, (a, b), &a.inputs, &b.inputs)
            && a.eqns.len() == b.eqns.len()
            && a.eqns.iter().zip(&b.eqns).all(|(x, y)| {
                self.eqns(x, y, &map) && define(&mut map, (a, b), &x.outputs, &y.outputs)
            })
            && atoms(&a.outputs, &b.outputs, &map);
        if same {
            self.equal.insert(key);
        }
        same
    }

    fn eqns(&mut self, a: &Eqn, b: &Eqn, map: &Map) -> bool {
        a.op == b.op && atoms(&a.inputs, &b.inputs, map) && self.params(&a.params, &b.params)
    }

    fn params(&mut self, a: &Params, b: &Params) -> bool {
        a.iter().count() == b.iter().count()
            && a.iter().all(|(name, x)| b.get(name).is_some_and(|y| self.values(x, y)))
    }

    fn values(&mut self, a: &Param, b: &Param) -> bool {
        match (a, b) {
            (Param::Jaxpr(a), Param::Jaxpr(b)) => self.jaxprs(a, b),
            (Param::Tuple(a), Param::Tuple(b)) | (Param::List(a), Param::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.values(a, b))
            }
            (Param::Record(a), Param::Record(b)) => {
                a.def == b.def
                    && a.fields.len() == b.fields.len()
                    && a.fields.iter().zip(&b.fields).all(|(a, b)| self.values(a, b))
            }
            // Every NaN prints alike.
            (Param::Float(a), Param::Float(b)) if a.is_nan() => b.is_nan(),
            _ => a == b,
        }
    }
}

fn define(map: &mut Map, (a, b): (&Jaxpr, &Jaxpr), vars: &[Var], others: &[Var]) -> bool {
    vars.len() == others.len()
        && vars.iter().zip(others).all(|(var, other)| {
            let types = (a.vars.get(*var), b.vars.get(*other));
            let same = matches!(types, (Some(ty), Some(other)) if ty == other);
            if same {
                map[*var] = Some(*other);
            }
            same
        })
}

fn atoms(a: &[Atom], b: &[Atom], map: &Map) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| atom(*a, *b, map))
}

fn atom(a: Atom, b: Atom, map: &Map) -> bool {
    match (a, b) {
        (Atom::Var(a), Atom::Var(b)) => a.index() < map.len() && map[a] == Some(b),
        (Atom::Literal(a), Atom::Literal(b)) => scalars(a.value, b.value),
        _ => false,
    }
}

/// Equality by bits, but every NaN is the same: all print alike.
fn scalars(a: Scalar, b: Scalar) -> bool {
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    a == b
        || a.dtype() == b.dtype()
            && a.dtype().is_inexact()
            && same(a.to_f64(), b.to_f64())
            && same(a.imag(), b.imag())
}
