//! Ops that move elements without computing on them, and what their records share: the record
//! template, checks of axes and sizes, the rules of ops that are linear in their leading operands.
//!
//! Deliberately not here: ops whose places depend on values; they are in [`crate::index`].

mod broadcast;
mod join;
mod slicing;
mod stack;

#[cfg(test)]
mod tests;

pub use broadcast::{
    BROADCAST_IN_DIM, RESHAPE, SQUEEZE, TRANSPOSE, broadcast_in_dim, reshape, squeeze, transpose,
};
pub use join::{CONCATENATE, EMPTY, IOTA, concatenate, empty, iota};
pub use slicing::{PAD, REV, SLICE, SPLIT, pad, padding_config, rev, slice, split};
pub use stack::{STACK, TILE, UNSTACK, stack, tile, unstack};

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Diagnostic, Handle, OpDef, OutTypes, Param, ParamDef, Params,
    Result, Rule, RuleCx, Scalar, TensorData, Value, diag,
    op::InferFn,
    rules::{Batched, Jvp, LinearOperand},
};
use smallvec::{SmallVec, smallvec};

use crate::templates;

/// A first-order op on all element types that each engine implements; its records add their rules.
pub(crate) const fn structural(
    name: &'static str,
    summary: &'static str,
    arity: Arity,
    params: &'static [ParamDef],
    infer: InferFn,
) -> OpDef {
    OpDef {
        params,
        jvp: Rule::Todo("no rule yet"),
        transpose: Rule::Todo("no rule yet"),
        batch: Rule::Todo("no rule yet"),
        ..templates::structural(name, summary, arity, infer)
    }
}

/// The result of an op that has one.
pub(crate) fn one<T>(results: SmallVec<[T; 1]>) -> T {
    results.into_iter().next().expect("the op has one result")
}

/// A refusal of the op of `call`.
pub(crate) fn refuse(call: &Call<'_>, message: impl std::fmt::Display) -> Diagnostic {
    diag::invalid(call.op.name, message)
}

/// `(2, 3)`, `(3,)`, `()`: a shape or list of axes as JAX writes it.
pub(crate) fn tuple_text<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    if let [item] = &items[..] { format!("({item},)") } else { format!("({})", items.join(", ")) }
}

/// One result type, refused where its bytes or strides cannot be counted.
pub(crate) fn sized(
    call: &Call<'_>,
    dtype: DType,
    shape: &[usize],
    weak: bool,
) -> Result<OutTypes> {
    Ok(smallvec![sized_type(call, dtype, shape, weak)?])
}

/// As [`sized`], the type alone.
pub(crate) fn sized_type(
    call: &Call<'_>,
    dtype: DType,
    shape: &[usize],
    weak: bool,
) -> Result<ArrayType> {
    // Zero sizes count as 1, since strides multiply the other sizes all the same.
    let bytes = shape.iter().try_fold(dtype.size(), |all, dim| all.checked_mul((*dim).max(1)));
    match bytes {
        Some(bytes) if isize::try_from(bytes).is_ok() => {
            Ok(ArrayType::new(dtype, shape).with_weak(weak))
        }
        _ => Err(refuse(call, format!("result of shape {} is too large", tuple_text(shape)))),
    }
}

/// The sizes or counts of a parameter; negative items are refused.
pub(crate) fn counts(call: &Call<'_>, name: &str) -> Result<Vec<usize>> {
    let ints = call.params.ints(name);
    let counts = ints.iter().map(|item| usize::try_from(*item).ok()).collect::<Option<Vec<_>>>();
    counts.ok_or_else(|| {
        refuse(call, format!("expected non-negative {name}, got {}", tuple_text(&ints)))
    })
}

/// Refuses counts of leading operands that are negative or together more than there are.
pub(crate) fn counts_of(call: &Call<'_>, names: &[&str], operands: usize) -> Result<()> {
    let mut left = operands;
    for name in names {
        let got = call.params.int(name);
        let rest = usize::try_from(got).ok().and_then(|count| left.checked_sub(count));
        left = rest.ok_or_else(|| {
            refuse(call, format!("expected {name} within {operands} operands, got {got}"))
        })?;
    }
    Ok(())
}

/// Distinct axes below `rank`.
pub(crate) fn axes(call: &Call<'_>, name: &str, rank: usize) -> Result<Vec<usize>> {
    let axes = call.params.usizes(name);
    let ints = call.params.ints(name);
    if axes.iter().any(|axis| *axis >= rank) {
        let expected = format!("expected {name} below rank {rank}");
        return Err(refuse(call, format!("{expected}, got {}", tuple_text(&ints))));
    }
    let repeated = (1..axes.len()).any(|i| axes[..i].contains(&axes[i]));
    if repeated {
        return Err(refuse(call, format!("expected distinct {name}, got {}", tuple_text(&ints))));
    }
    Ok(axes)
}

/// One axis below `rank`.
pub(crate) fn axis(call: &Call<'_>, name: &str, rank: usize) -> Result<usize> {
    let got = call.params.int(name);
    let axis = usize::try_from(got).ok().filter(|axis| *axis < rank);
    axis.ok_or_else(|| refuse(call, format!("expected {name} below rank {rank}, got {got}")))
}

/// Refuses a parameter whose length is not the operand's rank.
pub(crate) fn expect_rank(call: &Call<'_>, name: &str, got: usize, rank: usize) -> Result<()> {
    if got == rank {
        return Ok(());
    }
    let message = format!("expected one item of {name} per dimension ({rank}), got {got}");
    Err(refuse(call, message))
}

/// Zeros of a type.
pub(crate) fn zeros<V: Value>(cx: V::Cx, ty: &ArrayType) -> V {
    let zero = V::literal(cx, Scalar::zero(ty.dtype));
    if ty.rank() == 0 { zero } else { broadcast_in_dim(&zero, &ty.shape, &[]) }
}

/// The tangent, or zeros where it is a symbolic zero.
pub(crate) fn instantiate<'b>(tangent: Option<Handle<'b>>, like: &Handle<'b>) -> Handle<'b> {
    tangent.unwrap_or_else(|| zeros(like.cx(), &like.ty()))
}

/// Differentiation of an op that is linear in its first `N` operands together; the others have no
/// tangents and are passed as they are. For all operands it is [`templates::jvp_linear`].
pub(crate) fn jvp_linear_in<'b, const N: usize>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let bind = |operands: &[Handle<'b>]| {
        let operands: Vec<&Handle<'b>> = operands.iter().collect();
        Handle::bind(cx.builder(), call.op, call.params.clone(), &operands)
    };
    let results = bind(primals);
    if tangents[..N].iter().all(Option::is_none) {
        let none = vec![None; results.len()];
        return Ok((results.into_vec(), none));
    }
    let mut operands = primals.to_vec();
    for (operand, tangent) in operands.iter_mut().zip(tangents).take(N) {
        *operand = instantiate(*tangent, operand);
    }
    let tangents = bind(&operands).into_iter().map(Some).collect();
    Ok((results.into_vec(), tangents))
}

/// The cotangent of a transposed op with one linear operand and one result, and that operand's type;
/// `None` where there is nothing to do.
pub(crate) fn single<'b>(
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Option<(Handle<'b>, ArrayType)> {
    match (&cts[0], &operands[0]) {
        (Some(ct), LinearOperand::Linear(ty)) => Some((*ct, ty.clone())),
        _ => None,
    }
}

/// The value with its batch axis in front; a value without one is broadcast where `size` is given.
pub(crate) fn batch_front<'b>(value: &Batched<'b>, size: usize) -> Handle<'b> {
    let (x, ty) = (&value.0, value.0.ty());
    match value.1 {
        Some(axis) => templates::move_axis(x, axis, 0),
        None => {
            let shape = prepend(size, &ty.shape);
            let dims: Vec<usize> = (1..shape.len()).collect();
            broadcast_in_dim(x, &shape, &dims)
        }
    }
}

/// Axes behind a new leading axis.
pub(crate) fn shifted(axes: &[usize]) -> Vec<usize> {
    axes.iter().map(|axis| axis + 1).collect()
}

/// Items behind a new first one.
pub(crate) fn prepend<T: Clone>(first: T, rest: &[T]) -> Vec<T> {
    std::iter::once(first).chain(rest.iter().cloned()).collect()
}

/// The parameters with one replaced.
pub(crate) fn replaced(params: &Params, name: &'static str, value: impl Into<Param>) -> Params {
    params.clone().with(name, value)
}

/// Binds an op to operands with a leading batch axis; all results have it.
pub(crate) fn bind_batched<'b>(
    cx: &mut dyn RuleCx<'b>,
    op: &'static OpDef,
    params: Params,
    operands: &[Handle<'b>],
) -> Vec<Batched<'b>> {
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    let results = Handle::bind(cx.builder(), op, params, &operands);
    results.into_iter().map(|result| (result, Some(0))).collect()
}

/// A result built by copying whole elements: `source` maps a position of the result to the position
/// in the operand.
pub(crate) fn copy_elements(
    x: &TensorData,
    ty: ArrayType,
    source: impl Fn(&[usize]) -> usize,
) -> TensorData {
    let size = ty.dtype.size();
    let (strides, count) = (ty.strides(), ty.size());
    let mut out = TensorData::zeros(ty.clone());
    let mut at = vec![0; ty.rank()];
    for flat in 0..count {
        for (axis, place) in at.iter_mut().enumerate() {
            *place = flat / strides[axis] % ty.shape[axis];
        }
        let from = source(&at) * size;
        out.bytes_mut()[flat * size..][..size].copy_from_slice(&x.bytes()[from..from + size]);
    }
    out
}
