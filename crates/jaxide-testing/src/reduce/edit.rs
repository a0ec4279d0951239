//! Edits of programs. Each gives a candidate, which may be invalid: the search verifies it.

use std::sync::Arc;

use jaxide_ir::{
    ArrayType, Atom, Eqn, Id, IdVec, Jaxpr, JaxprBuilder, Param, Params, Scalar, TensorData, Var,
};
use jaxide_lax::shape::BROADCAST_IN_DIM;

use super::Case;
use crate::engine::Engine;

/// What becomes of an equation: `None` keeps it, atoms take the place of its results.
pub(super) type Edit<'e> =
    &'e mut dyn FnMut(&mut JaxprBuilder, usize, &Eqn, &[Atom]) -> Option<Option<Vec<Atom>>>;

/// A program with input types of its own and edited equations; result types are inferred anew.
/// `None` where the edit gives up or an op refuses its operands.
pub(super) fn rebuild(jaxpr: &Jaxpr, types: &[ArrayType], edit: Edit<'_>) -> Option<Jaxpr> {
    let mut builder = JaxprBuilder::new();
    let mut map: IdVec<Var, Option<Atom>> = IdVec::filled(None, jaxpr.vars.len());
    for (at, (var, ty)) in jaxpr.inputs.iter().zip(types).enumerate() {
        let ty = ty.clone();
        let new = if at < jaxpr.captured { builder.captured(ty) } else { builder.input(ty) };
        map[*var] = Some(new.into());
    }
    for (var, data) in &jaxpr.consts {
        map[*var] = Some(builder.constant(data.clone()).into());
    }
    let read = |map: &IdVec<Var, Option<Atom>>, atom: Atom| match atom {
        Atom::Var(var) => map[var],
        literal => Some(literal),
    };
    for (at, eqn) in jaxpr.eqns.iter().enumerate() {
        let operands: Vec<Atom> =
            eqn.inputs.iter().map(|atom| read(&map, *atom)).collect::<Option<_>>()?;
        let results = match edit(&mut builder, at, eqn, &operands)? {
            Some(results) => results,
            None => bind(&mut builder, eqn, eqn.params.clone(), &operands)?,
        };
        if results.len() != eqn.outputs.len() {
            return None;
        }
        for (var, result) in eqn.outputs.iter().zip(results) {
            map[*var] = Some(result);
        }
    }
    let outputs = jaxpr.outputs.iter().map(|atom| read(&map, *atom)).collect::<Option<_>>()?;
    Some(builder.finish(outputs))
}

/// The equation again, with other parameters and operands.
pub(super) fn bind(
    builder: &mut JaxprBuilder,
    eqn: &Eqn,
    params: Params,
    operands: &[Atom],
) -> Option<Vec<Atom>> {
    let outputs = builder.bind(eqn.op, params, operands, eqn.loc.clone()).ok()?;
    Some(outputs.into_iter().map(Atom::from).collect())
}

/// A value of a type: an operand that has it, any earlier variable that has it, or zeros.
pub(super) fn stand_in(
    builder: &mut JaxprBuilder,
    ty: &ArrayType,
    operands: &[Atom],
) -> Option<Atom> {
    let fits = |builder: &JaxprBuilder, atom: Atom| builder.ty(atom) == *ty;
    if let Some(found) = operands.iter().find(|atom| fits(builder, **atom)) {
        return Some(*found);
    }
    let vars = (0..builder.jaxpr().vars.len()).rev().map(|at| Atom::from(Var::from_index(at)));
    if let Some(found) = vars.into_iter().find(|atom| fits(builder, *atom)) {
        return Some(found);
    }
    zeros(builder, ty)
}

fn zeros(builder: &mut JaxprBuilder, ty: &ArrayType) -> Option<Atom> {
    let zero = Atom::literal(Scalar::int(ty.dtype, 0));
    if ty.rank() == 0 { Some(zero) } else { spread(builder, zero, &ty.shape, &[]) }
}

/// A value repeated to a shape.
pub(super) fn spread(
    builder: &mut JaxprBuilder,
    value: Atom,
    shape: &[usize],
    dims: &[usize],
) -> Option<Atom> {
    let params = Params::new().with("broadcast_dimensions", dims).with("shape", shape);
    let loc = builder.loc();
    let outputs = builder.bind(&BROADCAST_IN_DIM, params, &[value], loc).ok()?;
    Some(outputs[0].into())
}

/// The case without equations that no result needs and without inputs that nothing reads.
pub(super) fn tidy(case: &Case) -> Case {
    let mut case = case.clone();
    let jaxpr = &mut case.jaxpr;
    let mut needed: IdVec<Var, bool> = IdVec::filled(false, jaxpr.vars.len());
    let mark = |needed: &mut IdVec<Var, bool>, atoms: &[Atom]| {
        atoms.iter().filter_map(|atom| atom.var()).for_each(|var| needed[var] = true);
    };
    mark(&mut needed, &jaxpr.outputs);
    let mut kept = Vec::new();
    for eqn in std::mem::take(&mut jaxpr.eqns).into_iter().rev() {
        if eqn.outputs.iter().any(|var| needed[*var]) {
            mark(&mut needed, &eqn.inputs);
            kept.push(eqn);
        }
    }
    kept.reverse();
    jaxpr.eqns = kept;
    jaxpr.consts.retain(|(var, _)| needed[*var]);
    jaxpr.captured = jaxpr.inputs[..jaxpr.captured].iter().filter(|var| needed[**var]).count();
    let used: Vec<bool> = jaxpr.inputs.iter().map(|var| needed[*var]).collect();
    let mut keep = used.iter();
    jaxpr.inputs.retain(|_| keep.next() == Some(&true));
    let mut keep = used.iter();
    case.args.retain(|_| keep.next() == Some(&true));
    let types = case.jaxpr.in_types();
    if let Some(jaxpr) = rebuild(&case.jaxpr, &types, &mut |_, _, _, _| Some(None)) {
        case.jaxpr = jaxpr;
    }
    case
}

/// The value of each variable of the outermost program, where the interpreter can say.
pub(super) fn values(case: &Case) -> Option<IdVec<Var, Option<TensorData>>> {
    let mut jaxpr = case.jaxpr.clone();
    let vars: Vec<Var> = jaxpr.eqns.iter().flat_map(|eqn| eqn.outputs.iter().copied()).collect();
    jaxpr.outputs = vars.iter().map(|var| Atom::from(*var)).collect();
    let run = || Engine::Eval.run(&jaxpr, &case.args);
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()?.ok()?;
    let mut values = IdVec::filled(None, jaxpr.vars.len());
    let inputs = jaxpr.inputs.iter().copied().zip(case.args.iter().cloned());
    for (var, value) in inputs.chain(vars.into_iter().zip(found)) {
        values[var] = Some(value);
    }
    Some(values)
}

/// Zeros for each variable but inputs, which have their values.
pub(super) fn zero_values(case: &Case) -> IdVec<Var, Option<TensorData>> {
    let mut values = IdVec::filled(None, case.jaxpr.vars.len());
    for (var, ty) in case.jaxpr.vars.iter() {
        values[var] = Some(TensorData::zeros(ty.clone()));
    }
    for (var, arg) in case.jaxpr.inputs.iter().zip(&case.args) {
        values[*var] = Some(arg.clone());
    }
    values
}

/// A program with every dimension of one size made another, in types and parameters.
pub(super) fn resize(jaxpr: &Jaxpr, from: usize, to: usize) -> Option<Jaxpr> {
    let types: Vec<ArrayType> =
        jaxpr.in_types().iter().map(|ty| ty.with_shape(&resized(&ty.shape, from, to))).collect();
    rebuild(jaxpr, &types, &mut |builder, _, eqn, operands| {
        let mut params = eqn.params.clone();
        for (name, value) in params.iter_mut() {
            if !NOT_SIZES.contains(&name) {
                resize_param(value, name, from as i64, to as i64);
            }
        }
        let nested = |inner: &Arc<Jaxpr>| {
            resize(inner, from, to).map(Arc::new).ok_or_else(crate::diag::reduce_nothing)
        };
        let params = params.map_jaxprs(&mut { nested }).ok()?;
        Some(Some(bind(builder, eqn, params, operands)?))
    })
}

pub(super) fn resized(shape: &[usize], from: usize, to: usize) -> Vec<usize> {
    shape.iter().map(|dim| if *dim == from { to } else { *dim }).collect()
}

/// Parameters whose numbers are positions of dimensions.
const NOT_SIZES: [&str; 6] =
    ["axes", "broadcast_dimensions", "dimension_numbers", "dimensions", "permutation", "strides"];

fn resize_param(value: &mut Param, name: &str, from: i64, to: i64) {
    match value {
        Param::Tuple(items) | Param::List(items) => {
            for item in items {
                match item {
                    Param::Int(size) if *size == from => *size = to,
                    other => resize_param(other, name, from, to),
                }
            }
        }
        Param::Int(size) if *size == from && name == "length" => *size = to,
        _ => {}
    }
}

/// The leading elements of an array, of a shape that is nowhere larger; else `None`.
pub(super) fn cropped(value: &TensorData, shape: &[usize]) -> Option<TensorData> {
    if shape.iter().zip(&value.ty().shape).any(|(new, old)| new > old) {
        return None;
    }
    let (strides, ty) = (value.ty().strides(), value.ty().with_shape(shape));
    let mut bytes = Vec::with_capacity(ty.bytes());
    for at in 0..ty.size() {
        let (mut rest, mut from) = (at, 0);
        for axis in (0..shape.len()).rev() {
            from += rest % shape[axis] * strides[axis];
            rest /= shape[axis];
        }
        bytes.extend(value.get(from).to_bytes());
    }
    TensorData::from_bytes(ty, &bytes).ok()
}
