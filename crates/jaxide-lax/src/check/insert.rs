//! Putting checks behind the equations of a program and of the programs nested in it.
//!
//! What is added is marked as unchecked: checks are not checked when more are put into a program.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use jaxide_ir::{
    Atom, Call, Eqn, Handle, IdVec, Jaxpr, JaxprBuilder, OpDef, OutTypes, Param, Params, Result,
    Var,
};

use super::{Checks, rules};
use crate::control::{CALLS, COND, SCAN, WHILE};

/// Parameters whose programs run as part of the equation, beside those of calls. Derivative rules and
/// combiners of other ops are none.
static NESTED: &[(&OpDef, &str)] =
    &[(&COND, "branches"), (&SCAN, "jaxpr"), (&WHILE, "body_jaxpr"), (&WHILE, "cond_jaxpr")];

/// The program with checks of these kinds behind its equations; `None` where there is nothing to
/// check. Equations at unchecked places stay as they are.
///
/// # Errors
/// When a check does not fit its equation, which is a bug.
pub fn insert(jaxpr: &Jaxpr, checks: Checks) -> Result<Option<Jaxpr>> {
    if checks.is_none() {
        return Ok(None);
    }
    Inserter { checks, memo: HashMap::new() }.program(jaxpr)
}

struct Inserter {
    checks: Checks,
    /// The pointers are keys and are never followed; the memo keeps what they point to.
    memo: HashMap<*const Jaxpr, (Arc<Jaxpr>, Arc<Jaxpr>)>,
}

impl Inserter {
    fn program(&mut self, old: &Jaxpr) -> Result<Option<Jaxpr>> {
        let (builder, mut map) = shell(old);
        let builder = RefCell::new(builder);
        let mut changed = false;
        for eqn in &old.eqns {
            changed |= self.equation(old, eqn, &builder, &mut map)?;
        }
        let outputs = old.outputs.iter().map(|atom| renamed(&map, *atom)).collect();
        Ok(changed.then(|| builder.into_inner().finish(outputs)))
    }

    /// Copies an equation and adds its checks; true when there is something new.
    fn equation(
        &mut self,
        old: &Jaxpr,
        eqn: &Eqn,
        builder: &RefCell<JaxprBuilder>,
        map: &mut IdVec<Var, Option<Atom>>,
    ) -> Result<bool> {
        let inputs: Vec<Atom> = eqn.inputs.iter().map(|atom| renamed(map, *atom)).collect();
        let types: OutTypes = eqn.outputs.iter().map(|var| old.vars[*var].clone()).collect();
        let skip = eqn.loc.is_unchecked();
        let nested = if skip { None } else { self.params(eqn)? };
        let mut changed = nested.is_some();
        let params = nested.unwrap_or_else(|| eqn.params.clone());
        let at = builder.borrow().jaxpr().eqns.len();
        let vars = {
            let mut builder = builder.borrow_mut();
            builder.push(eqn.op, params, &inputs, types, eqn.loc.clone())
        };
        for (old, new) in eqn.outputs.iter().zip(&vars) {
            map[*old] = Some((*new).into());
        }
        if !skip {
            builder.borrow_mut().set_loc(eqn.loc.clone().unchecked());
            let handle = |atom: Atom| Handle::new(builder, atom);
            let ins: Vec<Handle<'_>> = inputs.into_iter().map(handle).collect();
            let outs: Vec<Handle<'_>> = vars.into_iter().map(|var| handle(var.into())).collect();
            let call = Call { op: eqn.op, params: &eqn.params, loc: &eqn.loc };
            rules::add(&call, &ins, &outs, self.checks)?;
            changed |= builder.borrow().jaxpr().eqns.len() > at + 1;
        }
        Ok(changed)
    }

    /// The parameters with checks in their programs, where there are any.
    fn params(&mut self, eqn: &Eqn) -> Result<Option<Params>> {
        let mut changed = None;
        let rows = CALLS.iter().chain(NESTED).filter(|(op, _)| *op == eqn.op);
        for (_, name) in rows {
            let value = eqn.params.get(name).expect("checked parameters have their programs");
            if let Some(value) = self.value(value)? {
                changed.get_or_insert_with(|| eqn.params.clone()).set(name, value);
            }
        }
        Ok(changed)
    }

    fn value(&mut self, value: &Param) -> Result<Option<Param>> {
        match value {
            Param::Jaxpr(jaxpr) => {
                let new = self.nested(jaxpr)?;
                Ok((!Arc::ptr_eq(jaxpr, &new)).then_some(Param::Jaxpr(new)))
            }
            Param::Tuple(items) => {
                let new = items.iter().map(|item| self.value(item)).collect::<Result<Vec<_>>>()?;
                let changed = new.iter().any(Option::is_some);
                let items = new.into_iter().zip(items).map(|(new, old)| new.unwrap_or(old.clone()));
                Ok(changed.then(|| Param::Tuple(items.collect())))
            }
            _ => Ok(None),
        }
    }

    fn nested(&mut self, jaxpr: &Arc<Jaxpr>) -> Result<Arc<Jaxpr>> {
        if let Some((_, done)) = self.memo.get(&Arc::as_ptr(jaxpr)) {
            return Ok(done.clone());
        }
        let done = self.program(jaxpr)?.map_or_else(|| jaxpr.clone(), Arc::new);
        self.memo.insert(Arc::as_ptr(jaxpr), (jaxpr.clone(), done.clone()));
        Ok(done)
    }
}

/// A program with the inputs and constants of an old one, and what stands for its variables.
fn shell(old: &Jaxpr) -> (JaxprBuilder, IdVec<Var, Option<Atom>>) {
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
    (builder, map)
}

fn renamed(map: &IdVec<Var, Option<Atom>>, atom: Atom) -> Atom {
    match atom {
        Atom::Var(var) => map[var].expect("variables are defined before they are used"),
        literal => literal,
    }
}
