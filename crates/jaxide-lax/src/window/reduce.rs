//! Sums and extremes of the elements under a window.

use jaxide_ir::{
    Arity, ArrayType, Call, Handle, OpDef, OutTypes, Result, Rule, RuleCx, TypeClass, Value,
    rules::{Batched, Jvp, JvpFn, LinearOperand, TransposeFn},
};

use super::{Select, WINDOW, Window, infer_places, select_and_gather_add, transposed_padding};
use crate::{
    Val, shape,
    templates::{ANY, bind_call, bind1, check_classes, jvp_linear, structural},
};

const NUMBERS: &[TypeClass] =
    &[TypeClass::SignedInt, TypeClass::UnsignedInt, TypeClass::Float, TypeClass::Complex];

/// An op that folds the elements under each place of a window into one.
const fn window_op(
    name: &'static str,
    summary: &'static str,
    jvp: Rule<JvpFn>,
    transpose: Rule<TransposeFn>,
) -> OpDef {
    OpDef {
        params: WINDOW,
        jvp,
        transpose,
        batch: Rule::Is(batch_window),
        ..structural(name, summary, Arity::Exactly(1), infer_window)
    }
}

/// Sums over the places of a window. Floats narrower than f32 are summed in f32.
pub static REDUCE_WINDOW_SUM: OpDef = OpDef {
    classes: NUMBERS,
    ..window_op(
        "reduce_window_sum",
        "Sums of the elements under a window.",
        Rule::Is(jvp_linear),
        Rule::Is(transpose_window_sum),
    )
};

/// The greatest element under each place of a window; NaN if one is, the least value of the dtype
/// where there is none.
pub static REDUCE_WINDOW_MAX: OpDef = OpDef {
    classes: ANY,
    ..window_op(
        "reduce_window_max",
        "The greatest elements under a window.",
        Rule::Is(|_, call, primals, tangents| jvp_chooser(call, primals, tangents, Select::Ge)),
        Rule::Never("not linear: it chooses elements"),
    )
};

/// The least element under each place of a window; NaN if one is, the greatest value of the dtype
/// where there is none.
pub static REDUCE_WINDOW_MIN: OpDef = OpDef {
    classes: ANY,
    ..window_op(
        "reduce_window_min",
        "The least elements under a window.",
        Rule::Is(|_, call, primals, tangents| jvp_chooser(call, primals, tangents, Select::Le)),
        Rule::Never("not linear: it chooses elements"),
    )
};

fn infer_window(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    infer_places(call, types, 0)
}

macro_rules! window_fns {
    ($($(#[doc = $doc:literal])+ $name:ident = $op:ident;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Panics
        /// When the op refuses the operand's type or the window.
        #[track_caller]
        pub fn $name<V: Value>(x: &V, window: &Window) -> V {
            bind1(&$op, window.params(), &[x])
        }
    )+};
}

window_fns! {
    /// The sums of the elements of `x` under each place of the window.
    reduce_window_sum = REDUCE_WINDOW_SUM;
    /// The greatest elements of `x` under each place of the window.
    reduce_window_max = REDUCE_WINDOW_MAX;
    /// The least elements of `x` under each place of the window.
    reduce_window_min = REDUCE_WINDOW_MIN;
}

/// The window that slides over the cotangents, spread to their places, in steps of the operand's
/// elements.
fn transpose_window_sum<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some((ct, ty)) = shape::single(cts, operands) else { return Ok(vec![None]) };
    let window = Window::of(call.params);
    let dims = window.over(&ty.shape);
    let ct = Val(ct);
    let places = ct.ty().shape;
    let config = dims.iter().zip(&places).map(|(dim, places)| {
        let (before, after) = transposed_padding(dim, *places);
        (before, after, dim.stride as i64 - 1)
    });
    let spread = shape::pad(&ct, &ct.constant(0.0), &config.collect::<Vec<_>>());
    let back = Window {
        window_dilation: window.window_dilation.clone(),
        ..Window::new(&window.dimensions, &window.base_dilation)
    };
    Ok(vec![Some(reduce_window_sum(&spread, &back).0)])
}

/// The tangent at the place that holds the result, the first of equals.
fn jvp_chooser<'b>(
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
    select: Select,
) -> Result<Jvp<'b>> {
    let x = Val(primals[0]);
    let out = bind_call(call, &[x])[0];
    let window = Window::of(call.params);
    let tangent =
        tangents[0].map(|tangent| select_and_gather_add(&Val(tangent), &x, select, &window).0);
    Ok((vec![out.0], vec![tangent]))
}

fn batch_window<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    _: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (x, axis) = (Val(operands[0].0), operands[0].1.unwrap_or(0));
    let window = Window::of(call.params).beside(axis);
    Ok(vec![(bind1(call.op, window.params(), &[&x]).0, Some(axis))])
}
