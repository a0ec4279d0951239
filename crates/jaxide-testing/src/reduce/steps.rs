//! The steps of a reduction, coarse ones first. Each tries its edits on the best case so far.

use std::{collections::BTreeSet, sync::Arc};

use jaxide_ir::{Atom, Eqn, Jaxpr, JaxprBuilder, Scalar, TensorData, Var};

use super::{
    Case, Search,
    edit::{bind, cropped, rebuild, resize, resized, spread, stand_in},
};

/// All steps, in the order in which they are tried.
pub(super) const STEPS: &[fn(&mut Search<'_, '_>)] =
    &[drop_results, cut, bypass, hoist, nested, shrink_dimensions, literals, operands, simplify];

/// Calls `attempt` with ranges of a sequence, halves first, then quarters, down to single items,
/// from the end. A range that was taken is gone.
fn ranges(
    search: &mut Search<'_, '_>,
    len: fn(&Case) -> usize,
    attempt: &mut dyn FnMut(&mut Search<'_, '_>, usize, usize) -> bool,
) {
    let mut width = len(&search.best).div_ceil(2);
    while width > 0 {
        let mut end = len(&search.best);
        while end > 0 {
            let start = end.saturating_sub(width);
            attempt(search, start, end);
            end = start.min(len(&search.best));
        }
        width /= 2;
    }
}

fn drop_results(search: &mut Search<'_, '_>) {
    ranges(search, |case| case.jaxpr.outputs.len(), &mut |search, start, end| {
        let mut case = search.best.clone();
        case.jaxpr.outputs.drain(start..end);
        !case.jaxpr.outputs.is_empty() && search.attempt(case)
    });
}

/// Results of equations become inputs with the values that they had.
fn cut(search: &mut Search<'_, '_>) {
    ranges(search, |case| case.jaxpr.eqns.len(), &mut |search, start, end| {
        let best = &search.best;
        let Some(values) = search.values() else { return false };
        let mut added = Vec::new();
        let jaxpr = rebuild(&best.jaxpr, &best.jaxpr.in_types(), &mut |builder, at, eqn, _| {
            if !(start..end).contains(&at) {
                return Some(None);
            }
            let mut fresh = |var: &Var| {
                added.push(values[*var].clone()?);
                Some(builder.input(best.jaxpr.vars[*var].clone()).into())
            };
            Some(Some(eqn.outputs.iter().map(&mut fresh).collect::<Option<_>>()?))
        });
        let args = best.args.iter().cloned().chain(added).collect();
        jaxpr.is_some_and(|jaxpr| search.attempt(Case { jaxpr, args }))
    });
}

/// Results of equations become other values of their types.
fn bypass(search: &mut Search<'_, '_>) {
    ranges(search, |case| case.jaxpr.eqns.len(), &mut |search, start, end| {
        let jaxpr = without(&search.best.jaxpr, start, end);
        jaxpr.is_some_and(|jaxpr| search.attempt(Case { jaxpr, args: search.best.args.clone() }))
    });
}

fn without(jaxpr: &Jaxpr, start: usize, end: usize) -> Option<Jaxpr> {
    rebuild(jaxpr, &jaxpr.in_types(), &mut |builder, at, eqn, operands| {
        if !(start..end).contains(&at) {
            return Some(None);
        }
        let results = eqn.outputs.iter();
        let results = results.map(|var| stand_in(builder, &jaxpr.vars[*var], operands));
        Some(Some(results.collect::<Option<_>>()?))
    })
}

/// The programs that can stand in for an equation with nested ones, by number.
fn hoisted(
    builder: &mut JaxprBuilder,
    eqn: &Eqn,
    operands: &[Atom],
    number: usize,
) -> Option<Vec<Atom>> {
    let (inner, inputs) = match eqn.op.name {
        "cond" => (eqn.params.jaxprs().get(number)?.as_ref().clone(), operands[1..].to_vec()),
        "while" if number == 0 => {
            let conds = eqn.params.usize("cond_nconsts");
            (eqn.params.jaxpr("body_jaxpr").as_ref().clone(), operands[conds..].to_vec())
        }
        "scan" | "while" => return None,
        _ if number == 0 => (eqn.params.jaxprs().first()?.as_ref().clone(), operands.to_vec()),
        _ => return None,
    };
    if inner.inputs.len() != inputs.len() || inner.outputs.len() != eqn.outputs.len() {
        return None;
    }
    Some(builder.inline(&inner, &inputs))
}

/// Calls give way to what they call, a `cond` to one of its branches, a loop to one round.
fn hoist(search: &mut Search<'_, '_>) {
    let mut at = 0;
    while at < search.best.jaxpr.eqns.len() {
        let count = search.best.jaxpr.eqns[at].params.jaxprs().len();
        let taken = (0..count).any(|number| {
            let best = &search.best;
            let jaxpr =
                rebuild(&best.jaxpr, &best.jaxpr.in_types(), &mut |builder, here, eqn, x| {
                    if here == at { hoisted(builder, eqn, x, number).map(Some) } else { Some(None) }
                });
            let args = best.args.clone();
            jaxpr.is_some_and(|jaxpr| search.attempt(Case { jaxpr, args }))
        });
        if !(taken || hoist_scan(search, at)) {
            at += 1;
        }
    }
}

/// A scan gives way to its first round, on the first rows of what it runs over.
fn hoist_scan(search: &mut Search<'_, '_>, at: usize) -> bool {
    let best = &search.best;
    if best.jaxpr.eqns[at].op.name != "scan" {
        return false;
    }
    let Some(values) = search.values() else { return false };
    let mut added = Vec::new();
    let jaxpr = rebuild(&best.jaxpr, &best.jaxpr.in_types(), &mut |builder, here, eqn, x| {
        if here != at {
            return Some(None);
        }
        let params = &eqn.params;
        let (body, carry) = (params.jaxpr("jaxpr"), params.usize("num_carry"));
        let kept = params.usize("num_consts") + carry;
        let mut inputs = x[..kept].to_vec();
        for (operand, row) in eqn.inputs[kept..].iter().zip(&body.inputs[kept..]) {
            let row = &body.vars[*row];
            let shape = [&[1], &row.shape[..]].concat();
            let first = cropped(values[operand.var()?].as_ref()?, &shape)?;
            added.push(TensorData::from_bytes(row.clone(), first.bytes()).ok()?);
            inputs.push(builder.input(row.clone()).into());
        }
        let mut results = builder.inline(body, &inputs);
        for (result, var) in results.iter_mut().zip(&eqn.outputs).skip(carry) {
            let shape = &best.jaxpr.vars[*var].shape;
            let dims: Vec<usize> = (1..shape.len()).collect();
            *result = spread(builder, *result, shape, &dims)?;
        }
        Some(Some(results))
    });
    let args = best.args.iter().cloned().chain(added).collect();
    jaxpr.is_some_and(|jaxpr| search.attempt(Case { jaxpr, args }))
}

/// Equations of nested programs become other values of their types.
fn nested(search: &mut Search<'_, '_>) {
    loop {
        let (jaxpr, args) = (search.best.jaxpr.clone(), search.best.args.clone());
        let mut attempt = |jaxpr| search.attempt(Case { jaxpr, args: args.clone() });
        if !each_inside(&jaxpr, &mut attempt) {
            return;
        }
    }
}

/// Tries programs with one equation less in some nested one, or with a nested one inside it
/// hoisted, until one is taken.
fn each_inside(jaxpr: &Jaxpr, attempt: &mut dyn FnMut(Jaxpr) -> bool) -> bool {
    for (at, eqn) in jaxpr.eqns.iter().enumerate() {
        for (number, inner) in eqn.params.jaxprs().into_iter().enumerate() {
            let mut place = |inner: Jaxpr| {
                let with = replaced(jaxpr, at, number, &Arc::new(inner));
                with.is_some_and(&mut *attempt)
            };
            if each_edit(inner, &mut place) || each_inside(inner, &mut place) {
                return true;
            }
        }
    }
    false
}

fn each_edit(inner: &Jaxpr, attempt: &mut dyn FnMut(Jaxpr) -> bool) -> bool {
    (0..inner.eqns.len()).rev().any(|at| {
        let fewer = without(inner, at, at + 1);
        let unwrapped = || {
            rebuild(inner, &inner.in_types(), &mut |builder, here, eqn, x| {
                if here == at { hoisted(builder, eqn, x, 0).map(Some) } else { Some(None) }
            })
        };
        fewer.is_some_and(&mut *attempt) || unwrapped().is_some_and(&mut *attempt)
    })
}

/// The program with the nested one of a number, in one equation, replaced.
fn replaced(jaxpr: &Jaxpr, at: usize, number: usize, inner: &Arc<Jaxpr>) -> Option<Jaxpr> {
    let inner = tidied(inner);
    rebuild(jaxpr, &jaxpr.in_types(), &mut |builder, here, eqn, operands| {
        if here != at {
            return Some(None);
        }
        let mut place = 0..;
        let mut pick = |old: &Arc<Jaxpr>| {
            Ok(if place.next() == Some(number) { inner.clone() } else { old.clone() })
        };
        let params = eqn.params.map_jaxprs(&mut pick).ok()?;
        Some(Some(bind(builder, eqn, params, operands)?))
    })
}

/// A nested program without equations that nothing needs; its inputs stay.
fn tidied(jaxpr: &Arc<Jaxpr>) -> Arc<Jaxpr> {
    let mut jaxpr = jaxpr.as_ref().clone();
    let mut needed: BTreeSet<Var> = jaxpr.outputs.iter().filter_map(|atom| atom.var()).collect();
    let mut kept = Vec::new();
    for eqn in std::mem::take(&mut jaxpr.eqns).into_iter().rev() {
        if eqn.outputs.iter().any(|var| needed.contains(var)) {
            needed.extend(eqn.inputs.iter().filter_map(|atom| atom.var()));
            kept.push(eqn);
        }
    }
    kept.reverse();
    jaxpr.eqns = kept;
    Arc::new(jaxpr)
}

/// All dimensions of one size become smaller at once.
fn shrink_dimensions(search: &mut Search<'_, '_>) {
    let shapes = search.best.jaxpr.vars.iter().flat_map(|(_, ty)| ty.shape.iter().copied());
    let sizes: BTreeSet<usize> = shapes.filter(|dim| *dim > 1).collect();
    for from in sizes.into_iter().rev() {
        let smaller: BTreeSet<usize> = [1, 2, from / 2, from - 1].into();
        smaller.into_iter().filter(|to| *to > 0 && *to < from).any(|to| {
            let Some(jaxpr) = resize(&search.best.jaxpr, from, to) else { return false };
            let crop = |arg: &TensorData| cropped(arg, &resized(&arg.ty().shape, from, to));
            let args = search.best.args.iter().map(crop).collect::<Option<_>>();
            args.is_some_and(|args| search.attempt(Case { jaxpr, args }))
        });
    }
}

/// Operands of rank 0 become literals: their value, 0 or 1.
fn literals(search: &mut Search<'_, '_>) {
    let known = search.values();
    for place in 0..places(&search.best.jaxpr) {
        let Some(var) = at(&mut search.best.jaxpr.clone(), place).and_then(|atom| atom.var())
        else {
            continue;
        };
        let ty = search.best.jaxpr.vars[var].clone();
        let value = known
            .as_ref()
            .filter(|_| ty.rank() == 0)
            .and_then(|known| (var_index(var) < known.len()).then(|| known[var].clone()).flatten());
        let value = value.filter(|value| value.ty() == &ty).map(|value| value.get(0));
        let simple = [0, 1].map(|number| Scalar::int(ty.dtype, number));
        simple.into_iter().chain(value).any(|value| {
            let mut case = search.best.clone();
            if let Some(atom) = at(&mut case.jaxpr, place) {
                *atom = Atom::literal(value);
            }
            search.attempt(case)
        });
    }
}

fn var_index(var: Var) -> usize {
    jaxide_ir::Id::index(var)
}

/// The number of operands and results of a program.
fn places(jaxpr: &Jaxpr) -> usize {
    jaxpr.eqns.iter().map(|eqn| eqn.inputs.len()).sum::<usize>() + jaxpr.outputs.len()
}

fn at(jaxpr: &mut Jaxpr, place: usize) -> Option<&mut Atom> {
    let operands = jaxpr.eqns.iter_mut().flat_map(|eqn| eqn.inputs.iter_mut());
    operands.chain(&mut jaxpr.outputs).nth(place)
}

/// Operands become inputs of their types, so that the equations before them go.
fn operands(search: &mut Search<'_, '_>) {
    for place in 0..places(&search.best.jaxpr) {
        for input in search.best.jaxpr.inputs.clone() {
            let mut case = search.best.clone();
            let (vars, inputs) = (case.jaxpr.vars.clone(), case.jaxpr.inputs.clone());
            let Some(atom) = at(&mut case.jaxpr, place) else { continue };
            let Some(old) = atom.var() else { continue };
            if old == input || !inputs.contains(&input) || vars[old] != vars[input] {
                continue;
            }
            *atom = input.into();
            if search.attempt(case) {
                break;
            }
        }
    }
}

/// Arguments of this many elements or more are only simplified as a whole.
const LARGE: usize = 64;

/// Arguments become zeros, ones, small whole numbers, whole numbers, or have single zeros.
fn simplify(search: &mut Search<'_, '_>) {
    for number in 0..search.best.args.len() {
        let edits: [fn(usize, f64) -> f64; 4] =
            [|_, _| 0.0, |_, _| 1.0, |at, _| at as f64 % 7.0, |_, x| x.round()];
        edits.into_iter().any(|edit| attempt_argument(search, number, edit));
        let size = search.best.args.get(number).map_or(0, |arg| arg.ty().size());
        if size >= LARGE {
            continue;
        }
        for place in 0..size {
            for small in [0.0, 1.0] {
                if attempt_argument(search, number, |at, x| if at == place { small } else { x }) {
                    break;
                }
            }
        }
    }
}

fn attempt_argument(
    search: &mut Search<'_, '_>,
    number: usize,
    edit: impl Fn(usize, f64) -> f64,
) -> bool {
    let mut case = search.best.clone();
    let Some(arg) = case.args.get_mut(number) else { return false };
    let dtype = arg.ty().dtype;
    let scalars = arg.iter().enumerate().map(|(at, old)| {
        let new = edit(at, old.to_f64());
        if new == old.to_f64() { old } else { Scalar::float(dtype, new) }
    });
    let bytes: Vec<u8> = scalars.flat_map(Scalar::to_bytes).collect();
    let Ok(new) = TensorData::from_bytes(arg.ty().clone(), &bytes) else { return false };
    *arg = new;
    search.attempt(case)
}
