//! `cond` and `switch`: one of several functions, chosen at run time.

use std::{panic::Location, sync::Arc};

use jaxide_ir::{ArrayType, Atom, DType, Jaxpr, Param, Params};
use jaxide_lax::{
    control::{
        COND,
        diag::{self, Role},
    },
    elementwise,
};

use super::{At, Body, Site, mismatches, type_error, value_error};
use crate::{
    Array,
    error::{OrRaise, Result},
    func::FnInfo,
    promote,
    trace::bind,
    tree::{Paths, Tree, rebuild, tree_leaves},
};

/// `true_fun(operand)` where `pred` holds, else `false_fun(operand)`. A predicate that is no bool
/// holds where it is not zero.
///
/// ```
/// # use jaxide_trace::{array, lax};
/// let y = lax::cond(false, |x| x.pow(2.0), |x| x.pow(3.0), &array([2.0]));
/// assert_eq!(y.to_vec::<f32>(), [8.0]);
/// ```
///
/// # Panics
/// With `TypeError` when the predicate is no scalar or the results differ in type or structure.
#[track_caller]
pub fn cond<T: Tree, O: Tree>(
    pred: impl Into<Array>,
    true_fun: impl Fn(&T) -> O,
    false_fun: impl Fn(&T) -> O,
    operand: &T,
) -> O {
    let at = Location::caller();
    let pred: Array = pred.into();
    let index = predicate(&pred, at).or_raise();
    let places = [FnInfo::of_val(&true_fun, at), FnInfo::of_val(&false_fun, at)];
    let labels = ["true_fun".to_string(), "false_fun".to_string()];
    let functions: [&dyn Fn(&T) -> O; 2] = [&true_fun, &false_fun];
    let call = Choice { op: "cond", labels: &labels, places: &places, at };
    call.run(index, &functions, operand, |branches| branches.reverse()).or_raise()
}

/// The function of position `index` on `operand`; the index is clamped into range.
///
/// The operand comes before the functions, so that the types of closures are known:
/// `switch(&i, &x, &[&|x| x + 1.0, &|x| x * 2.0])`.
///
/// # Panics
/// With `TypeError` when the index is no integer scalar or the results differ in type or structure,
/// with `ValueError` when there is no function.
#[track_caller]
pub fn switch<T: Tree, O: Tree>(
    index: impl Into<Array>,
    operand: &T,
    functions: &[&dyn Fn(&T) -> O],
) -> O {
    let at = Location::caller();
    let index: Array = index.into();
    if functions.is_empty() {
        return Err(value_error(diag::switch_empty(), at)).or_raise();
    }
    check_index(&index, at).or_raise();
    if functions.len() == 1 {
        return functions[0](operand);
    }
    let index = promote::convert(&index, DType::I32, false);
    let last = Array::from_number(functions.len() as i32 - 1).astype(DType::I32);
    let zero = Array::from_number(0).astype(DType::I32);
    let index = elementwise::clamp(&zero, &index, &last);
    let labels: Vec<String> = (0..functions.len()).map(|i| format!("branch {i}")).collect();
    let places: Vec<FnInfo> = functions.iter().map(|_| FnInfo::of::<dyn Fn(&T) -> O>(at)).collect();
    let call = Choice { op: "switch", labels: &labels, places: &places, at };
    call.run(index, functions, operand, |_| ()).or_raise()
}

/// The index of `cond`: 0 or 1.
#[track_caller]
fn predicate(pred: &Array, at: At) -> Result<Array> {
    if pred.ndim() != 0 {
        let diagnostic = diag::cond_predicate(&pred.to_string(), pred.aval());
        return Err(type_error(diagnostic, at));
    }
    if pred.dtype().is_bool() {
        return Ok(promote::convert(pred, DType::I32, false));
    }
    let zero = promote::convert(&Array::from_number(0), pred.dtype(), pred.weak_type());
    Ok(promote::convert(&elementwise::ne(pred, &zero), DType::I32, false))
}

fn check_index(index: &Array, at: At) -> Result<()> {
    if index.ndim() != 0 {
        let diagnostic = diag::switch_index_shape(&index.to_string(), index.aval());
        return Err(type_error(diagnostic, at));
    }
    if !index.dtype().is_integer() {
        let diagnostic = diag::switch_index_dtype(&index.to_string(), index.aval());
        return Err(type_error(diagnostic, at));
    }
    Ok(())
}

struct Choice<'a> {
    op: &'static str,
    labels: &'a [String],
    places: &'a [FnInfo],
    at: At,
}

impl Choice<'_> {
    /// Traces the functions in the user's order; `arrange` puts them into the order of the index.
    fn run<T: Tree, O: Tree>(
        &self,
        index: Array,
        functions: &[&dyn Fn(&T) -> O],
        operand: &T,
        arrange: impl FnOnce(&mut Vec<Jaxpr>),
    ) -> Result<O> {
        let mut bodies = Vec::with_capacity(functions.len());
        for (position, function) in functions.iter().enumerate() {
            let scope = format!("{}/branch_{position}_fun", self.op);
            let (function_info, at) = (&self.places[position], self.at);
            let site = Site { function: function_info, transform: self.op, scope: &scope, at };
            bodies.push(site.trace(|guard| {
                function(&site.inputs(guard, operand, "operand", ArrayType::clone))
            })?);
        }
        self.check(&bodies)?;
        let types: Vec<Vec<ArrayType>> = bodies.iter().map(Body::captured_types).collect();
        for (position, body) in bodies.iter_mut().enumerate() {
            body.pad(&types[..position].concat(), &types[position + 1..].concat());
        }
        let leaves = tree_leaves(operand);
        let captured: Vec<Array> =
            bodies.iter().flat_map(|body| body.captured.iter().cloned()).collect();
        let mut operands = vec![&index];
        operands.extend(captured.iter().chain(&leaves));
        let (mut branches, mut outputs): (Vec<Jaxpr>, Vec<O>) =
            bodies.into_iter().map(|body| (body.jaxpr, body.output)).unzip();
        let template = outputs.swap_remove(0);
        arrange(&mut branches);
        let forwarded = forward(&mut branches);
        let branches: Vec<Param> =
            branches.into_iter().map(|branch| Param::from(Arc::new(branch))).collect();
        let params = Params::new().with("branches", branches);
        let mut results = bind(&COND, params, &operands, self.at)?.into_iter();
        let outputs = forwarded.iter().map(|forwarded| match forwarded {
            Some(input) => operands[input + 1].clone(),
            None => results.next().expect("one result per output that is not forwarded"),
        });
        Ok(rebuild(&template, outputs.collect()))
    }

    fn role(&self, position: usize) -> String {
        let place = &self.places[position];
        format!("{} at {}:{}", place.name, place.file, place.line)
    }

    /// All bodies give what the first one gives.
    fn check<O: Tree>(&self, bodies: &[Body<O>]) -> Result<()> {
        let first = &bodies[0];
        let paths = Paths::of("", &first.output);
        let types = first.jaxpr.out_types();
        let source = self.role(0);
        let first = Role { label: &self.labels[0], source: Some(&source) };
        for (position, body) in bodies.iter().enumerate().skip(1) {
            let source = self.role(position);
            let other = Role { label: &self.labels[position], source: Some(&source) };
            if let Some(path) = paths.first_difference(&Paths::of("", &body.output)) {
                let at = if path.is_empty() { "the root".into() } else { format!("path {path}") };
                let (a, b) = (first.label, other.label);
                let difference = format!("{a} output and {b} output differ in structure at {at}.");
                let diagnostic = diag::branch_trees(self.op, first, other, &difference);
                return Err(type_error(diagnostic, self.at));
            }
            let found = mismatches(&paths.leaves, &types, &body.jaxpr.out_types());
            if !found.is_empty() {
                let diagnostic = diag::branch_types(self.op, first, other, &found);
                return Err(type_error(diagnostic, self.at));
            }
        }
        Ok(())
    }
}

/// Drops the outputs that are the same input in every branch; returns that input for each output.
fn forward(branches: &mut [Jaxpr]) -> Vec<Option<usize>> {
    let input = |branch: &Jaxpr, output: usize| {
        let atom = branch.outputs[output];
        branch.inputs.iter().position(|input| Atom::Var(*input) == atom)
    };
    let forwarded: Vec<Option<usize>> = (0..branches[0].outputs.len())
        .map(|output| {
            let first = input(&branches[0], output)?;
            branches.iter().all(|b| input(b, output) == Some(first)).then_some(first)
        })
        .collect();
    for branch in branches {
        let mut kept = forwarded.iter().map(Option::is_none);
        branch.outputs.retain(|_| kept.next() == Some(true));
    }
    forwarded
}
