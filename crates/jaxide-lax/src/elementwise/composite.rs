//! What ops made of longer formulas share: their record, narrow floats computed in f32, loops that
//! each element leaves by itself, and derivatives by the last operand only.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{
    ArrayType, Atom, DType, Handle, Jaxpr, JaxprBuilder, Lower, OpDef, Value, rules::DecomposeFn,
};

use super::convert_element_type;
use crate::{
    Val,
    control::{While, bind_while},
    templates::{FLOAT, broadcast_shapes, broadcast_to, elementwise_op},
};

/// A composite op of floats.
pub(super) const fn composite(
    name: &'static str,
    summary: &'static str,
    operands: usize,
    definition: DecomposeFn,
) -> OpDef {
    elementwise_op(name, summary, operands, FLOAT, Lower::Decompose(definition))
}

/// A formula on operands of one shape and of at least 32 bits; the result has their dtype.
pub(super) fn widened<'b>(
    operands: &[Val<'b>],
    formula: impl FnOnce(&[Val<'b>]) -> Val<'b>,
) -> Val<'b> {
    at_least(DType::F32, operands, formula)
}

/// A formula on operands of one shape in f64, rounded to their dtype: for formulas that lose more
/// digits than the result may.
pub(super) fn doubled<'b>(
    operands: &[Val<'b>],
    formula: impl FnOnce(&[Val<'b>]) -> Val<'b>,
) -> Val<'b> {
    at_least(DType::F64, operands, formula)
}

fn at_least<'b>(
    least: DType,
    operands: &[Val<'b>],
    formula: impl FnOnce(&[Val<'b>]) -> Val<'b>,
) -> Val<'b> {
    let dtype = operands[0].ty().dtype;
    let narrow = dtype.size() < least.size();
    let types: Vec<ArrayType> = operands.iter().map(Value::ty).collect();
    let types: Vec<&ArrayType> = types.iter().collect();
    let shape = broadcast_shapes("formula", &types).expect("infer has checked the shapes");
    let wide = |x: &Val<'b>| {
        let x = if narrow { convert_element_type(x, least) } else { *x };
        broadcast_to(&x, &shape)
    };
    let operands: Vec<Val<'b>> = operands.iter().map(wide).collect();
    let result = formula(&operands);
    if narrow { convert_element_type(&result, dtype) } else { result }
}

/// The distance from 1 to the next greater float.
pub(super) fn epsilon(x: Val<'_>) -> f64 {
    if x.ty().dtype == DType::F64 { f64::EPSILON } else { f32::EPSILON.into() }
}

/// A value of this one's shape.
pub(super) fn spread<'b>(value: Val<'b>, like: Val<'b>) -> Val<'b> {
    broadcast_to(&value, &like.ty().shape)
}

/// One step of a loop: constants and state to the new state.
pub(super) type Step = for<'i> fn(&[Val<'i>], &[Val<'i>]) -> Vec<Val<'i>>;

/// Takes steps from a state of arrays of one shape, the first of bool. Elements where that one is
/// false are done and keep their state, so that no element depends on its neighbours.
pub(super) fn iterate<'b>(consts: &[Val<'b>], state: &[Val<'b>], step: Step) -> Vec<Val<'b>> {
    let types: Vec<ArrayType> = consts.iter().chain(state).map(Value::ty).collect();
    let body_jaxpr = nested(&types, |inputs| {
        let (consts, state) = inputs.split_at(consts.len());
        step(consts, state)
    });
    let cond_jaxpr = nested(&types[consts.len()..], |state| vec![state[0]]);
    let spec = While { body_jaxpr, body_nconsts: consts.len(), cond_jaxpr, cond_nconsts: 0 };
    let operands: Vec<&Val<'b>> = consts.iter().chain(state).collect();
    bind_while(state[0].cx(), spec, &operands).into_vec()
}

/// A program given by what it does with its inputs.
fn nested(types: &[ArrayType], f: impl for<'i> Fn(&[Val<'i>]) -> Vec<Val<'i>>) -> Arc<Jaxpr> {
    let (builder, vars) = JaxprBuilder::with_inputs(types);
    let builder = RefCell::new(builder);
    let inputs: Vec<Val<'_>> =
        vars.iter().map(|var| Val(Handle::new(&builder, (*var).into()))).collect();
    let outputs: Vec<Atom> = f(&inputs).iter().map(|result| result.0.atom()).collect();
    Arc::new(builder.into_inner().finish(outputs))
}

/// A jvp rule of an op that has a derivative by its last operand only, from its term.
macro_rules! jvp_by_last {
    ($term:expr) => {
        jaxide_ir::Rule::Is(|_, call, primals, tangents| {
            let last = tangents.len() - 1;
            if let Some(at) = tangents[..last].iter().position(Option::is_some) {
                return Err($crate::diag::not_differentiable(call.op.name, at).at(call.loc));
            }
            const TERM: $crate::templates::Term = $term;
            $crate::templates::jvp_terms(call, primals, tangents, &vec![TERM; last + 1])
        })
    };
}
pub(super) use jvp_by_last;
