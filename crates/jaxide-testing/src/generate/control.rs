//! Steps of control flow. Their bodies are made of the steps that follow; in [`Family::Any`] the
//! bodies of loops and branches are exact, so that no error bound has to follow them.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{ArrayType, Atom, DType, Handle, Jaxpr, JaxprBuilder, Value};
use jaxide_lax::{
    self as lax, Val,
    control::{Scan, While, bind_cond, bind_pjit, bind_scan, bind_while},
};

use super::{
    draft::{Draft, Kind, Rule, nested},
    recipe::{Family, Step},
    shape::zeros,
};

pub(super) static RULES: &[Rule] = &[
    nested("pjit", Kind::Exact, pjit),
    nested("cond", Kind::Jumps, cond),
    nested("scan", Kind::Jumps, scan),
    nested("while", Kind::Jumps, while_loop),
];

/// Programs nest this deep.
const MAX_DEPTH: usize = 2;

/// How many of the steps behind one its body takes.
pub(super) fn body_length(rule: &Rule, step: &Step) -> usize {
    if rule.nested { 1 + usize::from(step.knobs[3] % 6) } else { 0 }
}

/// A nested program of the steps on inputs of these types; `finish` chooses the results.
fn body(
    depth: usize,
    types: &[ArrayType],
    steps: &[Step],
    finish: impl for<'b> FnOnce(&mut Draft<'b>, &[Val<'b>]) -> Vec<Val<'b>>,
) -> Arc<Jaxpr> {
    let (builder, vars) = JaxprBuilder::with_inputs(types);
    let builder = RefCell::new(builder);
    let inputs: Vec<Val<'_>> =
        vars.into_iter().map(|var| Val(Handle::new(&builder, var.into()))).collect();
    let marked = inputs.iter().map(|value| (*value, false)).collect();
    let mut draft = Draft::nested(&builder, Family::Exact, marked, depth);
    draft.run(steps);
    let outputs: Vec<Atom> =
        finish(&mut draft, &inputs).iter().map(|value| value.0.atom()).collect();
    drop(draft);
    Arc::new(builder.into_inner().finish(outputs))
}

fn any(_: &ArrayType) -> bool {
    true
}

fn types(values: &[Val<'_>]) -> Vec<ArrayType> {
    values.iter().map(|value| value.ty()).collect()
}

fn pjit(draft: &mut Draft<'_>, step: &Step, steps: &[Step]) -> Option<()> {
    if draft.depth >= MAX_DEPTH {
        return None;
    }
    let operands: Vec<(Val<'_>, bool)> =
        (0..2).filter_map(|at| draft.take_marked(step.picks[at], any)).collect();
    let values: Vec<Val<'_>> = operands.iter().map(|(value, _)| *value).collect();
    let (builder, vars) = JaxprBuilder::with_inputs(&types(&values));
    let builder = RefCell::new(builder);
    let inputs = vars.into_iter().zip(&operands);
    let inputs = inputs.map(|(var, (_, mark))| (Val(Handle::new(&builder, var.into())), *mark));
    let mut inner = Draft::nested(&builder, draft.family, inputs.collect(), draft.depth + 1);
    inner.run(steps);
    let (outputs, marks): (Vec<Atom>, Vec<bool>) =
        inner.results().iter().map(|(value, mark)| (value.0.atom(), *mark)).unzip();
    drop(inner);
    let jaxpr = Arc::new(builder.into_inner().finish(outputs));
    let results = bind_pjit(draft.cx, "f", jaxpr, &values.iter().collect::<Vec<_>>());
    results.into_iter().zip(marks).for_each(|(value, mark)| draft.push_marked(value, mark));
    Some(())
}

/// Both branches take what is left of the steps in halves and give a value of one type.
fn cond(draft: &mut Draft<'_>, step: &Step, steps: &[Step]) -> Option<()> {
    if draft.depth >= MAX_DEPTH {
        return None;
    }
    let operands: Vec<Val<'_>> = (0..2).filter_map(|at| draft.take(step.picks[at], any)).collect();
    let types = types(&operands);
    let index = |ty: &ArrayType| ty.rank() == 0 && matches!(ty.dtype, DType::I32 | DType::Bool);
    let index = match draft.take(step.picks[2], index) {
        Some(index) => index,
        None => draft.int(DType::I32, i128::from(step.knobs[0] % 5) - 1),
    };
    let (first, second) = steps.split_at(steps.len() / 2);
    let depth = draft.depth + 1;
    let branch = body(depth, &types, first, |inner, _| inner.last().into_iter().collect());
    let ty = branch.out_types().pop()?;
    let other = body(depth, &types, second, |inner, _| vec![of_type(inner, &ty)]);
    let branches = if index.ty().dtype.is_bool() || step.knobs[1].is_multiple_of(2) {
        vec![branch, other]
    } else {
        vec![branch.clone(), other, branch]
    };
    let operands: Vec<&Val<'_>> = operands.iter().collect();
    bind_cond(&index, &branches, &operands).into_iter().for_each(|value| draft.push(value));
    Some(())
}

/// The latest value of a type, else zeros.
fn of_type<'b>(draft: &mut Draft<'b>, ty: &ArrayType) -> Val<'b> {
    draft.take(0, |other| other == ty).unwrap_or_else(|| zeros(draft, ty))
}

/// A carry, a constant, and slices of an array where one has a leading axis.
fn scan(draft: &mut Draft<'_>, step: &Step, steps: &[Step]) -> Option<()> {
    if draft.depth >= MAX_DEPTH {
        return None;
    }
    let carry = draft.take(step.picks[0], any)?;
    let constant = draft.take(step.picks[1], any)?;
    let slices = draft.take(step.picks[2], |ty| ty.rank() >= 1);
    let length = match &slices {
        Some(slices) => slices.ty().shape[0],
        None => usize::from(step.knobs[0] % 4),
    };
    let slice = slices.as_ref().map(|x| x.ty().with_shape(&x.ty().shape[1..]));
    let types: Vec<ArrayType> = [constant.ty(), carry.ty()].into_iter().chain(slice).collect();
    let jaxpr = body(draft.depth + 1, &types, steps, |inner, inputs| {
        let stacked = inner.last().filter(|value| value.ty().size() <= 64);
        [of_type(inner, &inputs[1].ty())].into_iter().chain(stacked).collect()
    });
    let spec = Scan {
        jaxpr,
        length,
        num_carry: 1,
        num_consts: 1,
        reverse: step.knobs[1] % 2 == 1,
        unroll: 1 + usize::from(step.knobs[2] % 3),
    };
    let operands: Vec<&Val<'_>> = [&constant, &carry].into_iter().chain(&slices).collect();
    bind_scan(draft.cx, spec, &operands).into_iter().for_each(|value| draft.push(value));
    Some(())
}

/// Counts to a limit of at most 4 beside what the steps do to the carry.
fn while_loop(draft: &mut Draft<'_>, step: &Step, steps: &[Step]) -> Option<()> {
    if draft.depth >= MAX_DEPTH {
        return None;
    }
    let x = draft.take(step.picks[0], any)?;
    let constant = draft.take(step.picks[1], any)?;
    let counter = ArrayType::scalar(DType::I32);
    let carry = [counter.clone(), x.ty()];
    let depth = draft.depth + 1;
    let condition = [&[counter][..], &carry].concat();
    let cond_jaxpr =
        body(depth, &condition, &[], |_, inputs| vec![lax::lt(&inputs[1], &inputs[0])]);
    let inputs = [&[constant.ty()][..], &carry].concat();
    let body_jaxpr = body(depth, &inputs, steps, |inner, inputs| {
        let next = lax::add(&inputs[1], &inner.int(DType::I32, 1));
        vec![next, of_type(inner, &inputs[2].ty())]
    });
    let limit = draft.int(DType::I32, i128::from(step.knobs[0] % 5));
    let zero = draft.int(DType::I32, 0);
    let spec = While { body_jaxpr, body_nconsts: 1, cond_jaxpr, cond_nconsts: 1 };
    let results = bind_while(draft.cx, spec, &[&limit, &constant, &zero, &x]);
    results.into_iter().for_each(|value| draft.push(value));
    Some(())
}
