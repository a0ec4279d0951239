//! Complex arrays as pairs of real ones: what engines without complex arithmetic run.
//!
//! After the pass complex values are left only where a program takes and returns them and as
//! operands and results of ops that have no rule here, such as library calls. `real`, `imag` and
//! `complex` stand at those borders. Nested programs take and return two real arrays in place of
//! each complex one.
//!
//! What each op does on parts is in [`rules`]; elementwise ops bring it along in their rows.

mod expand;
mod indexed;
mod retype;
mod rules;
mod value;

use std::{cell::RefCell, collections::HashSet, sync::Arc};

use jaxide_ir::{
    ArrayType, Atom, Call, DType, Eqn, Handle, IdVec, Jaxpr, JaxprBuilder, Lower, OpDef, OutTypes,
    Parts, Result, SplitFn, TensorData, Value as _, Var, op::Mlir, rules::DecomposeFn,
};
use jaxide_lax::{Val, convert_element_type, templates::broadcast_to};

use crate::{PassCx, PassDef};
use rules::SplitRule;
use value::{Value, flatten, zero};

/// Complex arrays become pairs of real ones.
pub static SPLIT_COMPLEX: PassDef =
    PassDef { name: "split-complex", doc: "Rewrite complex arrays as pairs of real ones.", run };

/// True for ops of the array dialects whose complex operands or results the pass takes apart, for
/// documents.
pub fn splits_complex(op: &OpDef) -> bool {
    let by_row = op.scalar_row(DType::C64).and_then(split_row).is_some();
    by_row || rules::find(op).is_some() || matches!(op.lower, Lower::Decompose(_))
}

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    if !has_complex(jaxpr, &mut HashSet::new()) {
        return Ok(None);
    }
    let builder = RefCell::new(JaxprBuilder::new());
    let outputs = Splitter { nested: cx.is_nested(), cx, builder: &builder }.outermost(jaxpr)?;
    Ok(Some(builder.into_inner().finish(outputs)))
}

/// True when a program has a complex value, in nested programs not met before or outside of them.
fn has_complex(jaxpr: &Jaxpr, met: &mut HashSet<*const Jaxpr>) -> bool {
    let literal = |atom: &Atom| atom.scalar().is_some_and(|value| value.dtype().is_complex());
    jaxpr.vars.iter().any(|(_, ty)| ty.dtype.is_complex())
        || jaxpr.outputs.iter().any(literal)
        || jaxpr.eqns.iter().any(|eqn| {
            let mut new = |nested: &&Arc<Jaxpr>| met.insert(Arc::as_ptr(nested));
            let nested: Vec<_> = eqn.params.jaxprs().into_iter().filter(|x| new(x)).collect();
            eqn.inputs.iter().any(literal) || nested.iter().any(|nested| has_complex(nested, met))
        })
}

/// The definition on parts of a row of an elementwise op.
fn split_row(row: &jaxide_ir::op::ScalarRow) -> Option<SplitFn> {
    if let Mlir::Split(split) = row.mlir { Some(split) } else { None }
}

/// What a rule sees of an equation.
struct Site<'a> {
    call: Call<'a>,
    /// Types of the results.
    outs: &'a [ArrayType],
}

/// The rewriting of one program, on whose place others may be spliced in.
struct Splitter<'p, 'b> {
    cx: &'p mut PassCx,
    builder: &'b RefCell<JaxprBuilder>,
    /// The program is a nested one, whose inputs and results are parts.
    nested: bool,
}

impl<'b> Splitter<'_, 'b> {
    fn outermost(&mut self, jaxpr: &Jaxpr) -> Result<Vec<Atom>> {
        let inputs = jaxpr.inputs.iter().enumerate();
        let inputs: Vec<Value<'b>> =
            inputs.map(|(at, var)| self.input(&jaxpr.vars[*var], at < jaxpr.captured)).collect();
        let outputs = self.program(jaxpr, inputs)?;
        let whole = |value: &Value<'b>| value.whole().atom();
        Ok(match self.nested {
            true => flatten(&outputs).iter().map(Handle::atom).collect(),
            false => outputs.iter().map(whole).collect(),
        })
    }

    fn input(&self, ty: &ArrayType, captured: bool) -> Value<'b> {
        let input = |ty: ArrayType| {
            let mut builder = self.builder.borrow_mut();
            let var = if captured { builder.captured(ty) } else { builder.input(ty) };
            Handle::new(self.builder, var.into())
        };
        if !(self.nested && ty.dtype.is_complex()) {
            return Value::of(input(ty.clone()));
        }
        let part = part_type(ty);
        let re = input(part.clone());
        Value::complex(re, input(part))
    }

    /// Adds the equations of a program; returns its results.
    fn program(&mut self, jaxpr: &Jaxpr, inputs: Vec<Value<'b>>) -> Result<Vec<Value<'b>>> {
        let mut env: IdVec<Var, Option<Value<'b>>> = IdVec::filled(None, jaxpr.vars.len());
        for (var, data) in &jaxpr.consts {
            env[*var] = Some(self.constant(data));
        }
        for (var, value) in jaxpr.inputs.iter().zip(inputs) {
            env[*var] = Some(value);
        }
        for eqn in &jaxpr.eqns {
            let operands = eqn.inputs.iter().map(|atom| self.get(&env, *atom)).collect();
            let results = self.equation(jaxpr, eqn, operands).map_err(|e| e.at(&eqn.loc))?;
            for (var, value) in eqn.outputs.iter().zip(results) {
                env[*var] = Some(value);
            }
        }
        Ok(jaxpr.outputs.iter().map(|atom| self.get(&env, *atom)).collect())
    }

    fn get(&self, env: &IdVec<Var, Option<Value<'b>>>, atom: Atom) -> Value<'b> {
        match atom {
            Atom::Var(var) => env[var].clone().expect("variables are defined before they are used"),
            Atom::Literal(literal) => Value::literal(self.builder, literal),
        }
    }

    /// Data is taken apart here, not at each run.
    fn constant(&self, data: &Arc<TensorData>) -> Value<'b> {
        let constant = |data: Arc<TensorData>| {
            let var = self.builder.borrow_mut().constant(data);
            Handle::new(self.builder, var.into())
        };
        if !data.ty().dtype.is_complex() {
            return Value::of(constant(data.clone()));
        }
        let part = part_type(data.ty());
        let size = part.dtype.size();
        let take = |at: usize| {
            let elements = data.bytes().chunks_exact(2 * size);
            let bytes: Vec<u8> = elements.flat_map(|z| z[at..at + size].to_vec()).collect();
            let part = TensorData::from_bytes(part.clone(), &bytes);
            constant(Arc::new(part.expect("one part of each element")))
        };
        let re = take(0);
        Value::complex(re, take(size))
    }

    fn equation(
        &mut self,
        jaxpr: &Jaxpr,
        eqn: &Eqn,
        operands: Vec<Value<'b>>,
    ) -> Result<Vec<Value<'b>>> {
        self.builder.borrow_mut().set_loc(eqn.loc.clone());
        let outs: OutTypes = eqn.outputs.iter().map(|var| jaxpr.vars[*var].clone()).collect();
        let call = Call { op: eqn.op, params: &eqn.params, loc: &eqn.loc };
        let site = Site { call, outs: &outs };
        let nested = || {
            let nested = eqn.params.jaxprs();
            nested.iter().any(|jaxpr| has_complex(jaxpr, &mut HashSet::new()))
        };
        let complex = operands.iter().any(Value::is_complex)
            || outs.iter().any(|ty| ty.dtype.is_complex())
            || nested();
        if !complex {
            return Ok(self.leave(&site, &operands));
        }
        self.split(&site, &operands)
    }

    fn split(&mut self, site: &Site<'_>, operands: &[Value<'b>]) -> Result<Vec<Value<'b>>> {
        let op = site.call.op;
        if let Some(rule) = rules::find(op) {
            return match rule {
                SplitRule::By(rule) => rule(self, site, operands),
                SplitRule::Expand(definition) => self.expand(site, operands, definition),
            };
        }
        let first = operands.first().map(Value::ty);
        let row = first.as_ref().and_then(|ty| op.scalar_row(ty.dtype)).and_then(split_row);
        if let Some(split) = row {
            return self.elementwise(site, operands, split);
        }
        if let Lower::Decompose(definition) = op.lower {
            return self.expand(site, operands, definition);
        }
        Ok(self.leave(site, operands))
    }

    /// The equation on whole complex values, as it is.
    fn leave(&mut self, site: &Site<'_>, operands: &[Value<'b>]) -> Vec<Value<'b>> {
        let inputs: Vec<Atom> = operands.iter().map(|value| value.whole().atom()).collect();
        let (op, params, loc) = (site.call.op, site.call.params.clone(), site.call.loc.clone());
        let vars = self.builder.borrow_mut().push(op, params, &inputs, site.outs.into(), loc);
        vars.into_iter().map(|var| Value::of(Handle::new(self.builder, var.into()))).collect()
    }

    /// An elementwise op by its row. Parts that do not depend on every operand are spread.
    fn elementwise(
        &mut self,
        site: &Site<'_>,
        operands: &[Value<'b>],
        split: SplitFn,
    ) -> Result<Vec<Value<'b>>> {
        let dtype = operands[0].ty().dtype;
        let parts = |value: &Value<'b>| match value {
            Value::Real(x) if !dtype.is_complex() => Parts::Real(*x),
            Value::Real(x) => {
                let re = convert_element_type(&Val(*x), dtype.part()).0;
                Parts::Complex(re, zero(self.builder, &re.ty()))
            }
            Value::Complex(_) => {
                let (re, im) = value.parts();
                Parts::Complex(re, im)
            }
        };
        let operands: Vec<Parts<'b>> = operands.iter().map(parts).collect();
        let shape = &site.outs[0].shape;
        let spread = |part: Handle<'b>| broadcast_to(&Val(part), shape).0;
        Ok(vec![match split(&site.call, &operands)? {
            Parts::Real(value) => Value::of(spread(value)),
            Parts::Complex(re, im) => {
                let re = spread(re);
                Value::complex(re, spread(im))
            }
        }])
    }

    /// The op by other ops on complex arrays, which are rewritten in turn.
    fn expand(
        &mut self,
        site: &Site<'_>,
        operands: &[Value<'b>],
        definition: DecomposeFn,
    ) -> Result<Vec<Value<'b>>> {
        let types: Vec<ArrayType> = operands.iter().map(Value::ty).collect();
        let (mut side, vars) = JaxprBuilder::with_inputs(&types);
        side.set_loc(site.call.loc.clone());
        let side = RefCell::new(side);
        let inputs: Vec<Handle<'_>> =
            vars.iter().map(|var| Handle::new(&side, (*var).into())).collect();
        let results = definition(&site.call, &inputs)?;
        let results = results.iter().map(Handle::atom).collect();
        let body = side.into_inner().finish(results);
        self.program(&body, operands.to_vec())
    }
}

/// The type of the parts of a complex array.
fn part_type(ty: &ArrayType) -> ArrayType {
    ty.with_dtype(ty.dtype.part()).with_weak(ty.weak)
}
