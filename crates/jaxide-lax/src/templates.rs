//! Templates that fill the common fields of op records, and the rules that many ops share: `infer`
//! of elementwise ops, jvp by terms, batching of elementwise ops, broadcasting and its reverse.
//!
//! Deliberately not here: anything about one op.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Effects, Fold, Handle, Lower, OpDef, OutTypes, Params, Result,
    Rule, Shape, TypeClass, Value,
    op::InferFn,
    rules::{Batched, Jvp, LinearOperand, RuleCx},
};
use smallvec::smallvec;

use crate::{Val, diag, elementwise, reduce, shape};

/// Every class of element types.
pub const ANY: &[TypeClass] = &[
    TypeClass::Bool,
    TypeClass::SignedInt,
    TypeClass::UnsignedInt,
    TypeClass::Float,
    TypeClass::Complex,
];
/// Every class but complex.
pub const REAL_OR_BOOL: &[TypeClass] =
    &[TypeClass::Bool, TypeClass::SignedInt, TypeClass::UnsignedInt, TypeClass::Float];
/// Integers and floats.
pub const REAL: &[TypeClass] = &[TypeClass::SignedInt, TypeClass::UnsignedInt, TypeClass::Float];
/// Integers, floats and complex numbers.
pub const NUMBER: &[TypeClass] =
    &[TypeClass::SignedInt, TypeClass::UnsignedInt, TypeClass::Float, TypeClass::Complex];
/// Signed integers, floats and complex numbers.
pub const SIGNED_OR_COMPLEX: &[TypeClass] =
    &[TypeClass::SignedInt, TypeClass::Float, TypeClass::Complex];
/// Floats and complex numbers.
pub const FLOAT_OR_COMPLEX: &[TypeClass] = &[TypeClass::Float, TypeClass::Complex];
/// Complex numbers.
pub const COMPLEX: &[TypeClass] = &[TypeClass::Complex];
/// Signed integers and floats.
pub const SIGNED: &[TypeClass] = &[TypeClass::SignedInt, TypeClass::Float];
/// Floats.
pub const FLOAT: &[TypeClass] = &[TypeClass::Float];
/// Integers.
pub const INTEGER: &[TypeClass] = &[TypeClass::SignedInt, TypeClass::UnsignedInt];
/// Bool and integers.
pub const BOOL_OR_INTEGER: &[TypeClass] =
    &[TypeClass::Bool, TypeClass::SignedInt, TypeClass::UnsignedInt];

/// The reason why first-order ops have no rule for partial evaluation.
pub const FIRST_ORDER: &str = "first-order: runs in whichever half knows its operands";
/// The reason why ops without nested programs have no rule for dead results.
pub const NO_NESTED: &str = "no nested program: kept or dropped as a whole";

/// A pure op without nested programs. Rules that the caller does not override are `Todo`.
pub const fn first_order(
    name: &'static str,
    summary: &'static str,
    arity: Arity,
    infer: InferFn,
    lower: Lower,
) -> OpDef {
    OpDef {
        name,
        summary,
        arity,
        classes: ANY,
        params: &[],
        infer,
        verify: None,
        effects: |_| Effects::NONE,
        fold: Fold::Never,
        jvp: Rule::Todo("jvp rule"),
        transpose: Rule::Never("not linear in its operands"),
        batch: Rule::Todo("batching rule"),
        partial_eval: Rule::Never(FIRST_ORDER),
        dce: Rule::Never(NO_NESTED),
        lower,
    }
}

/// A pure op of one kernel per engine: [`first_order`] with [`Lower::Structured`].
pub const fn structural(
    name: &'static str,
    summary: &'static str,
    arity: Arity,
    infer: InferFn,
) -> OpDef {
    first_order(name, summary, arity, infer, Lower::Structured)
}

/// An elementwise op: operands of one dtype, results by [`infer_elementwise`], batched by
/// [`batch_elementwise`]. Ops with rows fold.
pub const fn elementwise_op(
    name: &'static str,
    summary: &'static str,
    operands: usize,
    classes: &'static [TypeClass],
    lower: Lower,
) -> OpDef {
    let fold = if let Lower::Elementwise(_) = lower { Fold::Elementwise } else { Fold::Never };
    OpDef {
        classes,
        fold,
        batch: Rule::Is(batch_elementwise),
        ..first_order(name, summary, Arity::Exactly(operands), infer_elementwise, lower)
    }
}

/// The rule of an op whose results carry no derivative: tangents are symbolic zeros.
pub fn jvp_zero<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    _: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let outs = bind_call(call, &vals(primals));
    let zeros = vec![None; outs.len()];
    Ok((handles(outs), zeros))
}

/// The rule of an op that is linear in all its operands together: the op on the tangents, with
/// zeros for the operands that have none.
pub fn jvp_linear<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let outs = bind_call(call, &vals(primals));
    if tangents.iter().all(Option::is_none) {
        let zeros = vec![None; outs.len()];
        return Ok((handles(outs), zeros));
    }
    let tangents: Vec<Val<'b>> = primals
        .iter()
        .zip(tangents)
        .map(|(primal, tangent)| tangent.map_or_else(|| zeros_like(&Val(*primal)), Val))
        .collect();
    let tangents = bind_call(call, &tangents);
    Ok((handles(outs), tangents.into_iter().map(|tangent| Some(tangent.0)).collect()))
}

/// What one operand's tangent adds to the result's tangent: (operands, result, tangent).
pub type Term = for<'b> fn(&[Val<'b>], Val<'b>, Val<'b>) -> Val<'b>;

/// The rule of an op of one result whose tangent is a sum of one term per operand.
/// Use it through [`jvp_by!`](crate::jvp_by).
pub fn jvp_terms<'b>(
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
    terms: &[Term],
) -> Result<Jvp<'b>> {
    let primals = vals(primals);
    let out = bind_call(call, &primals)[0];
    let mut sum: Option<Val<'b>> = None;
    for (term, tangent) in terms.iter().zip(tangents) {
        let Some(tangent) = tangent else { continue };
        let part = broadcast_to(&term(&primals, out, Val(*tangent)), &out.ty().shape);
        sum = Some(sum.map_or(part, |sum| elementwise::add_any(&sum, &part)));
    }
    Ok((vec![out.0], vec![sum.map(|sum| sum.0)]))
}

/// A jvp rule from one [`Term`] per operand: `jvp_by!(|p, y, t| t * y)`.
#[macro_export]
macro_rules! jvp_by {
    ($($term:expr),+ $(,)?) => {
        jaxide_ir::Rule::Is(|_, call, primals, tangents| {
            const TERMS: &[$crate::templates::Term] = &[$($term),+];
            $crate::templates::jvp_terms(call, primals, tangents, TERMS)
        })
    };
}

/// The tangent of a function that is linear in its first operand and in its second; `f` is the function.
///
/// # Errors
/// Those of `f`.
pub fn bilinear<'b>(
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
    f: impl Fn(&[Val<'b>]) -> Result<Val<'b>>,
) -> Result<Option<Val<'b>>> {
    let mut sum = None;
    for (at, tangent) in tangents.iter().enumerate().take(2) {
        let Some(tangent) = tangent else { continue };
        let mut operands = vals(primals);
        operands[at] = Val(*tangent);
        let term = f(&operands)?;
        sum = Some(sum.map_or(term, |sum| elementwise::add_any(&sum, &term)));
    }
    Ok(sum)
}

/// The rule of an op that is linear in its first operand and in its second.
pub fn jvp_bilinear<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let out = bind_call(call, &vals(primals))[0];
    let tangent = bilinear(primals, tangents, |operands| Ok(bind_call(call, operands)[0]))?;
    Ok((vec![out.0], vec![tangent.map(|tangent| tangent.0)]))
}

/// Handles as values with operators.
pub fn vals<'b>(handles: &[Handle<'b>]) -> Vec<Val<'b>> {
    handles.iter().copied().map(Val).collect()
}

/// Values as handles.
pub fn handles(vals: Vec<Val<'_>>) -> Vec<Handle<'_>> {
    vals.into_iter().map(|val| val.0).collect()
}

/// The call's op with the call's parameters on other operands, of which there is at least one.
pub fn bind_call<'b>(call: &Call<'_>, operands: &[Val<'b>]) -> Vec<Val<'b>> {
    let refs: Vec<&Val<'b>> = operands.iter().collect();
    Val::bind(operands[0].cx(), call.op, call.params.clone(), &refs).into_vec()
}

/// Applies an op of one result.
#[track_caller]
pub fn bind1<V: Value>(op: &'static OpDef, params: Params, operands: &[&V]) -> V {
    let mut results = V::bind(operands[0].cx(), op, params, operands);
    results.pop().expect("the op has one result")
}

/// Result type of an elementwise op on operands of one dtype: that dtype, the broadcast shape,
/// weak where all operands are.
///
/// # Errors
/// A dtype outside the op's classes, differing dtypes, shapes that do not go together.
pub fn infer_elementwise(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    check_same_dtype(call, types)?;
    let shape = broadcast_shapes(call.op.name, types)?;
    shape::sized(call, types[0].dtype, &shape, all_weak(types))
}

/// Result type of an op of one operand that keeps its type.
///
/// # Errors
/// None.
pub fn infer_same(_: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    Ok(smallvec![types[0].clone()])
}

/// Like [`infer_elementwise`] with a bool result, which is never weak.
///
/// # Errors
/// Those of [`infer_elementwise`].
pub fn infer_comparison(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let out = infer_elementwise(call, types)?;
    Ok(smallvec![out[0].with_dtype(DType::Bool)])
}

/// Checks that the first operand's dtype is in the op's classes.
///
/// # Errors
/// A dtype outside of them.
pub fn check_classes(call: &Call<'_>, types: &[&ArrayType]) -> Result<()> {
    let dtype = types[0].dtype;
    if call.op.classes.contains(&TypeClass::of(dtype)) {
        return Ok(());
    }
    Err(diag::operand_class(call.op, 0, call.op.classes, dtype))
}

/// Checks that all operands have the dtype of the first.
///
/// # Errors
/// A differing dtype.
pub fn check_same_dtype(call: &Call<'_>, types: &[&ArrayType]) -> Result<()> {
    let first = types[0].dtype;
    match types.iter().find(|ty| ty.dtype != first) {
        Some(other) => Err(diag::dtype_mismatch(call.op.name, first, other.dtype)),
        None => Ok(()),
    }
}

/// True when every operand is weak and there is one.
pub fn all_weak(types: &[&ArrayType]) -> bool {
    !types.is_empty() && types.iter().all(|ty| ty.weak)
}

/// The result shape of an elementwise op. As in JAX, operands are of rank 0 or of one rank; where
/// the size of a dimension differs, all but one of the sizes are 1.
///
/// # Errors
/// Shapes that do not go together.
pub fn broadcast_shapes(op: &str, types: &[&ArrayType]) -> Result<Shape> {
    let Some(first) = types.iter().find(|ty| ty.rank() > 0) else { return Ok(Shape::new()) };
    let mut shape = first.shape.clone();
    for ty in types.iter().filter(|ty| ty.rank() > 0) {
        let mismatch = || diag::shape_mismatch(op, first, ty);
        if ty.rank() != shape.len() {
            return Err(mismatch());
        }
        for (dim, other) in shape.iter_mut().zip(&ty.shape) {
            match (*dim, *other) {
                (a, b) if a == b || b == 1 => {}
                (1, b) => *dim = b,
                _ => return Err(mismatch()),
            }
        }
    }
    Ok(shape)
}

/// A value of a shape that elementwise ops would broadcast it to; the value itself where it has
/// the shape already.
#[track_caller]
pub fn broadcast_to<V: Value>(x: &V, shape: &[usize]) -> V {
    let ty = x.ty();
    if ty.shape.as_slice() == shape {
        return x.clone();
    }
    let dims: Vec<usize> = (shape.len() - ty.rank()..shape.len()).collect();
    shape::broadcast_in_dim(x, shape, &dims)
}

/// The transpose of [`broadcast_to`]: sums over the dimensions that broadcasting added or grew.
#[track_caller]
pub fn unbroadcast<V: Value>(ct: &V, shape: &[usize]) -> V {
    let from = ct.ty().shape;
    if from.as_slice() == shape {
        return ct.clone();
    }
    let added = from.len() - shape.len();
    let grown = |axis: usize| axis < added || (from[axis] != 1 && shape[axis - added] == 1);
    let axes: Vec<usize> = (0..from.len()).filter(|axis| grown(*axis)).collect();
    let sum = reduce::reduce_sum(ct, &axes);
    if sum.ty().shape.as_slice() == shape { sum } else { shape::reshape(&sum, shape) }
}

/// Zeros of a value's dtype and shape.
#[track_caller]
pub fn zeros_like<V: Value>(x: &V) -> V {
    full_like(x, 0.0)
}

/// A constant of a value's dtype and shape.
#[track_caller]
pub fn full_like<V: Value>(x: &V, value: f64) -> V {
    let ty = x.ty();
    let scalar = V::literal(x.cx(), jaxide_ir::Scalar::float(ty.dtype, value));
    broadcast_to(&scalar, &ty.shape)
}

/// The value with its axis `from` moved to `to`.
#[track_caller]
pub fn move_axis<V: Value>(x: &V, from: usize, to: usize) -> V {
    if from == to {
        return x.clone();
    }
    let mut permutation: Vec<usize> = (0..x.ty().rank()).filter(|axis| *axis != from).collect();
    permutation.insert(to, from);
    shape::transpose(x, &permutation)
}

/// Batches an elementwise op. Operands that share rank and batch axis are used as they are; else
/// the batch axis comes first and missing dimensions get size 1.
///
/// # Errors
/// None of its own.
pub fn batch_elementwise<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    _: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (aligned, axis) = align_batch(operands);
    let outs = bind_call(call, &aligned);
    Ok(outs.into_iter().map(|out| (out.0, Some(axis))).collect())
}

/// Operands brought to shapes that broadcast together with one common batch axis, and that axis.
pub fn align_batch<'b>(operands: &[Batched<'b>]) -> (Vec<Val<'b>>, usize) {
    let (first, axis) = operands
        .iter()
        .find_map(|(handle, axis)| axis.map(|axis| (handle.ty(), axis)))
        .expect("one operand is batched");
    let alike = |(handle, at): &Batched<'b>| match at {
        Some(at) => *at == axis && handle.ty().rank() == first.rank(),
        None => handle.ty().rank() == 0,
    };
    if operands.iter().all(alike) {
        return (operands.iter().map(|(handle, _)| Val(*handle)).collect(), axis);
    }
    let rank = |(handle, at): &Batched<'b>| handle.ty().rank() - usize::from(at.is_some());
    let rank = operands.iter().map(rank).max().unwrap_or(0);
    (operands.iter().map(|operand| lead_batch(operand, rank)).collect(), 0)
}

/// An operand with its batch axis first and `rank` further dimensions; without a batch axis that
/// dimension has size 1, and rank 0 stays as it is.
fn lead_batch<'b>((handle, at): &Batched<'b>, rank: usize) -> Val<'b> {
    let val = Val(*handle);
    let ty = val.ty();
    if at.is_none() && ty.rank() == 0 {
        return val;
    }
    let moved = at.map_or(val, |at| move_axis(&val, at, 0));
    let (lead, rest) = match at {
        Some(_) => (moved.ty().shape[0], moved.ty().shape[1..].to_vec()),
        None => (1, ty.shape.to_vec()),
    };
    let mut shape = vec![lead];
    shape.extend(std::iter::repeat_n(1, rank - rest.len()));
    shape.extend(rest);
    if moved.ty().shape.as_slice() == shape { moved } else { shape::reshape(&moved, &shape) }
}

/// Declares one row of an elementwise op on floats: `float!(Mlir::Op("math.tanh"), |x| x.tanh())`.
/// The body is compiled for `f32` and for `f64`.
#[macro_export]
macro_rules! float {
    ($mlir:expr, |$($x:ident),+| $body:expr) => {
        jaxide_ir::ScalarRow {
            class: jaxide_ir::TypeClass::Float,
            host: jaxide_ir::Host::Float(
                |operands| { let &[$($x),+] = operands else { unreachable!("checked arity") }; $body },
                |operands| { let &[$($x),+] = operands else { unreachable!("checked arity") }; $body },
            ),
            mlir: $mlir,
        }
    };
}

/// Declares one row of an elementwise op from floats to bool.
#[macro_export]
macro_rules! float_test {
    ($mlir:expr, |$($x:ident),+| $body:expr) => {
        jaxide_ir::ScalarRow {
            class: jaxide_ir::TypeClass::Float,
            host: jaxide_ir::Host::FloatTest(
                |operands| { let &[$($x),+] = operands else { unreachable!("checked arity") }; $body },
                |operands| { let &[$($x),+] = operands else { unreachable!("checked arity") }; $body },
            ),
            mlir: $mlir,
        }
    };
}

/// Declares one row of an elementwise op on integers of a class, with the integer type as second
/// argument: `int!(SignedInt, Mlir::Op("arith.addi"), |x, y; _ty| x + y)`.
#[macro_export]
macro_rules! int {
    ($class:ident, $mlir:expr, |$($x:ident),+; $ty:ident| $body:expr) => {
        jaxide_ir::ScalarRow {
            class: jaxide_ir::TypeClass::$class,
            host: jaxide_ir::Host::Int(|operands, $ty| {
                let &[$($x),+] = operands else { unreachable!("checked arity") };
                $body
            }),
            mlir: $mlir,
        }
    };
}

/// Declares one row of an elementwise op from integers of a class to bool.
#[macro_export]
macro_rules! int_test {
    ($class:ident, $mlir:expr, |$($x:ident),+| $body:expr) => {
        jaxide_ir::ScalarRow {
            class: jaxide_ir::TypeClass::$class,
            host: jaxide_ir::Host::IntTest(|operands| {
                let &[$($x),+] = operands else { unreachable!("checked arity") };
                $body
            }),
            mlir: $mlir,
        }
    };
}

/// The cotangent of one linear operand: (cotangent of the result, operands that are known); `None`
/// where the op is not linear in that operand while the others are unknown.
pub type TransposeTerm = for<'b> fn(Val<'b>, &[Option<Val<'b>>]) -> Option<Val<'b>>;

/// The transpose of an elementwise op of one result, linear in the operands that are not known,
/// from one [`TransposeTerm`] per operand. Use it through [`transpose_by!`](crate::transpose_by).
///
/// # Errors
/// Operands in which the op is not linear.
pub fn transpose_terms<'b>(
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
    terms: &[TransposeTerm],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0] else { return Ok(vec![None; operands.len()]) };
    let known: Vec<Option<Val<'b>>> = operands
        .iter()
        .map(|operand| match operand {
            LinearOperand::Known(handle) => Some(Val(*handle)),
            LinearOperand::Linear(_) => None,
        })
        .collect();
    let term = |(at, term): (usize, &TransposeTerm)| {
        let LinearOperand::Linear(ty) = &operands[at] else { return Ok(None) };
        let term = term(Val(ct), &known);
        let ct = term.ok_or_else(|| diag::not_linear(call.op.name, at).at(call.loc))?;
        Ok(Some(unbroadcast(&ct, &ty.shape).0))
    };
    terms.iter().enumerate().map(term).collect()
}

/// A transpose rule from one [`TransposeTerm`] per operand:
/// `transpose_by!(|ct, _| Some(ct), |ct, _| Some(-ct))`.
#[macro_export]
macro_rules! transpose_by {
    ($($term:expr),+ $(,)?) => {
        jaxide_ir::Rule::Is(|_, call, cts, operands| {
            const TERMS: &[$crate::templates::TransposeTerm] = &[$($term),+];
            $crate::templates::transpose_terms(call, cts, operands, TERMS)
        })
    };
}

/// The function of a [`Lower::Decompose`] or [`jaxide_ir::Mlir::By`] with one result:
/// `by_ops!(|x, y| x * y)`.
#[macro_export]
macro_rules! by_ops {
    (|$($x:ident),+| $body:expr) => {
        |_, operands| {
            let &[$($x),+] = operands else { unreachable!("checked arity") };
            $(let $x = $crate::Val($x);)+
            let result: $crate::Val<'_> = $body;
            Ok(vec![result.0])
        }
    };
}
