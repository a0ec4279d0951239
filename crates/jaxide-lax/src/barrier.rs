//! `optimization_barrier`: values that a program must not merge or move across. Passes of this
//! compiler do neither beyond what programs can observe, so engines see the operands.

use jaxide_ir::{Arity, Lower, OpDef, Params, Rule, Value};
use smallvec::SmallVec;

use crate::templates::{bind_call, first_order, handles, jvp_linear, vals};

/// The operands, as values of their own.
pub static OPTIMIZATION_BARRIER: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(|_, _, cts, _| Ok(cts.to_vec())),
    batch: Rule::Is(|_, call, _, operands| {
        let (values, axes): (Vec<_>, Vec<_>) = operands.iter().copied().unzip();
        Ok(handles(bind_call(call, &vals(&values))).into_iter().zip(axes).collect())
    }),
    ..first_order(
        "optimization_barrier",
        "The operands, as values of their own.",
        Arity::AtLeast(1),
        |_, types| Ok(types.iter().map(|ty| (*ty).clone()).collect()),
        Lower::Decompose(|_, operands| Ok(operands.to_vec())),
    )
};

/// The operands, as values that are not merged or moved.
///
/// # Panics
/// Without operands.
#[track_caller]
pub fn optimization_barrier<V: Value>(operands: &[&V]) -> SmallVec<[V; 1]> {
    V::bind(operands[0].cx(), &OPTIMIZATION_BARRIER, Params::new(), operands)
}
