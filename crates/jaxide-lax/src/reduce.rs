//! Reductions, argmax, argmin, cumulative ops.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, RuleCx, TypeClass, Value,
    rules::{Batched, Jvp, JvpFn, LinearOperand},
};
use smallvec::smallvec;

use crate::{
    Val, diag,
    elementwise::{balanced, convert_element_type, eq, exp},
    shape,
    templates::{
        ANY, BOOL_OR_INTEGER, FLOAT_OR_COMPLEX, NUMBER, REAL_OR_BOOL, bind_call, bind1,
        check_classes, infer_same, jvp_linear, jvp_zero, structural,
    },
};

const INTS: ParamKind = ParamKind::Tuple(&ParamKind::Int);
const REDUCTION_PARAMS: &[ParamDef] = &[ParamDef::required("axes", INTS)];
/// The parameters of argmax and argmin.
const ARG_PARAMS: &[ParamDef] =
    &[ParamDef::required("axes", INTS), ParamDef::required("index_dtype", ParamKind::DType)];
const CUMULATIVE_PARAMS: &[ParamDef] = &[
    ParamDef::required("axis", ParamKind::Int),
    ParamDef::shown("reverse", ParamKind::Bool, Param::Bool(false)),
];

/// An op that folds dimensions away.
const fn reduction(
    name: &'static str,
    summary: &'static str,
    classes: &'static [TypeClass],
    jvp: Rule<JvpFn>,
) -> OpDef {
    OpDef {
        classes,
        params: REDUCTION_PARAMS,
        jvp,
        batch: Rule::Is(batch_axes),
        ..structural(name, summary, Arity::Exactly(1), infer_reduction)
    }
}

/// Sum over dimensions. Floats narrower than f32 are summed in f32.
pub static REDUCE_SUM: OpDef = OpDef {
    transpose: Rule::Is(transpose_reduce_sum),
    ..reduction("reduce_sum", "Sum over dimensions.", NUMBER, Rule::Is(jvp_linear))
};
/// Product over dimensions. Floats narrower than f32 are multiplied in f32.
pub static REDUCE_PROD: OpDef =
    reduction("reduce_prod", "Product over dimensions.", NUMBER, Rule::Is(jvp_reduce_prod));
/// The greatest element along dimensions; NaN if one is.
pub static REDUCE_MAX: OpDef = reduction(
    "reduce_max",
    "The greatest element along dimensions.",
    ANY,
    Rule::Is(jvp_reduce_chooser),
);
/// The least element along dimensions; NaN if one is.
pub static REDUCE_MIN: OpDef = reduction(
    "reduce_min",
    "The least element along dimensions.",
    ANY,
    Rule::Is(jvp_reduce_chooser),
);
/// Bitwise and over dimensions.
pub static REDUCE_AND: OpDef =
    reduction("reduce_and", "Bitwise and over dimensions.", BOOL_OR_INTEGER, Rule::Is(jvp_zero));
/// Bitwise or over dimensions.
pub static REDUCE_OR: OpDef =
    reduction("reduce_or", "Bitwise or over dimensions.", BOOL_OR_INTEGER, Rule::Is(jvp_zero));
/// Bitwise exclusive or over dimensions.
pub static REDUCE_XOR: OpDef = reduction(
    "reduce_xor",
    "Bitwise exclusive or over dimensions.",
    BOOL_OR_INTEGER,
    Rule::Is(jvp_zero),
);

fn infer_reduction(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let axes = check_axes(call, types[0].rank())?;
    Ok(smallvec![types[0].with_shape(&without(&types[0].shape, &axes))])
}

/// The parameter `axes`, once known to be distinct and in range.
fn check_axes(call: &Call<'_>, rank: usize) -> Result<Vec<usize>> {
    let axes = call.params.usizes("axes");
    let distinct = |at: usize| !axes[..at].contains(&axes[at]);
    if axes.iter().all(|axis| *axis < rank) && (0..axes.len()).all(distinct) {
        return Ok(axes);
    }
    Err(diag::axes(call.op.name, "axes", &call.params.ints("axes"), rank))
}

/// The sizes at the other positions.
fn without(sizes: &[usize], positions: &[usize]) -> Vec<usize> {
    let kept = sizes.iter().enumerate().filter(|(at, _)| !positions.contains(at));
    kept.map(|(_, size)| *size).collect()
}

/// A reduction's result with the dimensions that it lost back in place, repeated to `shape`.
fn spread<'b>(reduced: Val<'b>, shape: &[usize], axes: &[usize]) -> Val<'b> {
    let kept: Vec<usize> = (0..shape.len()).filter(|axis| !axes.contains(axis)).collect();
    shape::broadcast_in_dim(&reduced, shape, &kept)
}

fn transpose_reduce_sum<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), LinearOperand::Linear(ty)) = (cts[0], &operands[0]) else {
        return Ok(vec![None]);
    };
    Ok(vec![Some(spread(Val(ct), &ty.shape, &call.params.usizes("axes")).0)])
}

/// The tangents at all places that hold the result, averaged.
fn jvp_reduce_chooser<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let x = Val(primals[0]);
    let out = bind_call(call, &[x])[0];
    let Some(tangent) = tangents[0].map(Val) else { return Ok((vec![out.0], vec![None])) };
    let axes = call.params.usizes("axes");
    let chosen = eq(&x, &spread(out, &x.ty().shape, &axes));
    let chosen = convert_element_type(&chosen, tangent.ty().dtype);
    let counts = reduce_sum(&chosen, &axes);
    let sum = reduce_sum(&(tangent * chosen), &axes);
    Ok((vec![out.0], vec![Some((sum / counts).0)]))
}

/// Sum over the elements of tangent times the product of all other elements.
fn jvp_reduce_prod<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let x = Val(primals[0]);
    let out = bind_call(call, &[x])[0];
    let Some(tangent) = tangents[0].map(Val) else { return Ok((vec![out.0], vec![None])) };
    let axes = call.params.usizes("axes");
    let (x, tangent) = (gather_axes(x, &axes), gather_axes(tangent, &axes));
    let before = cumprod(&shifted(x, 1.0, 0, 1, false), 0, false);
    let after = cumprod(&shifted(x, 1.0, 0, 1, true), 0, true);
    let others = before * after;
    Ok((vec![out.0], vec![Some(reduce_sum(&(tangent * others), &[0]).0)]))
}

/// The value with its axes `axes` flattened into one leading axis.
fn gather_axes<'b>(x: Val<'b>, axes: &[usize]) -> Val<'b> {
    let shape = x.ty().shape;
    let kept: Vec<usize> = (0..shape.len()).filter(|axis| !axes.contains(axis)).collect();
    let order: Vec<usize> = axes.iter().chain(&kept).copied().collect();
    let mut sizes = vec![axes.iter().map(|axis| shape[*axis]).product()];
    sizes.extend(kept.iter().map(|axis| shape[*axis]));
    shape::reshape(&shape::transpose(&x, &order), &sizes)
}

/// Batches an op with a parameter `axes` whose result lacks those dimensions.
fn batch_axes<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    _: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (x, batch) = (Val(operands[0].0), operands[0].1.unwrap_or(0));
    let axes = call.params.usizes("axes");
    let axes: Vec<usize> = axes.iter().map(|axis| axis + usize::from(*axis >= batch)).collect();
    let lost = axes.iter().filter(|axis| **axis < batch).count();
    let mut params = call.params.clone();
    params.set("axes", axes);
    let out = bind1(call.op, params, &[&x]);
    Ok(vec![(out.0, Some(batch - lost))])
}

const fn arg_reduction(name: &'static str, summary: &'static str) -> OpDef {
    OpDef {
        infer: infer_arg_reduction,
        params: ARG_PARAMS,
        ..reduction(name, summary, REAL_OR_BOOL, Rule::Is(jvp_zero))
    }
}

/// The first index of the greatest element along an axis; the first NaN counts as greatest.
pub static ARGMAX: OpDef = arg_reduction("argmax", "Index of the greatest element along an axis.");
/// The first index of the least element along an axis; the first NaN counts as least.
pub static ARGMIN: OpDef = arg_reduction("argmin", "Index of the least element along an axis.");

fn infer_arg_reduction(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let axes = check_axes(call, types[0].rank())?;
    let dtype = call.params.dtype("index_dtype");
    if !dtype.is_integer() {
        let got = dtype.short_name();
        return Err(diag::param(call.op.name, "index_dtype", "an integer dtype", got));
    }
    let [axis] = axes[..] else {
        let got = format!("{} axes", axes.len());
        return Err(diag::param(call.op.name, "axes", "one axis", &got));
    };
    if types[0].shape[axis] == 0 {
        return Err(diag::invalid(call.op.name, "the axis is empty, expected size 1 or more"));
    }
    let shape = without(&types[0].shape, &axes);
    Ok(smallvec![ArrayType::new(dtype, &shape)])
}

/// An op that folds along an axis and keeps all intermediate results.
const fn cumulative(
    name: &'static str,
    summary: &'static str,
    classes: &'static [TypeClass],
    jvp: Rule<JvpFn>,
) -> OpDef {
    OpDef {
        classes,
        params: CUMULATIVE_PARAMS,
        jvp,
        batch: Rule::Is(batch_cumulative),
        ..structural(name, summary, Arity::Exactly(1), infer_cumulative)
    }
}

/// Running sum along an axis.
pub static CUMSUM: OpDef = OpDef {
    transpose: Rule::Is(|_, call, cts, _| {
        let axis = call.params.usize("axis");
        let reverse = !call.params.bool("reverse");
        Ok(vec![cts[0].map(|ct| cumsum(&Val(ct), axis, reverse).0)])
    }),
    ..cumulative("cumsum", "Running sum along an axis.", NUMBER, Rule::Is(jvp_linear))
};
/// Running product along an axis.
pub static CUMPROD: OpDef =
    cumulative("cumprod", "Running product along an axis.", NUMBER, Rule::Is(jvp_cumprod));
/// Running maximum along an axis; NaN from the first NaN on.
pub static CUMMAX: OpDef =
    cumulative("cummax", "Running maximum along an axis.", ANY, Rule::Is(jvp_cummax));
/// Running minimum along an axis; NaN from the first NaN on.
pub static CUMMIN: OpDef =
    cumulative("cummin", "Running minimum along an axis.", ANY, Rule::Is(jvp_cummin));
/// Running log(sum(exp)) along an axis.
pub static CUMLOGSUMEXP: OpDef = cumulative(
    "cumlogsumexp",
    "Running log(sum(exp)) along an axis.",
    FLOAT_OR_COMPLEX,
    Rule::Is(jvp_cumlogsumexp),
);

/// The tangent of a cumulative op as the recurrence `y[i] = keep[i] * y[i - 1] + take[i] * t[i]`.
/// `coefficients` gives keep and take from operand, result, and the result one place before, where
/// `start` stands in for the place before the first.
fn jvp_recurrence<'b>(
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
    start: f64,
    coefficients: fn(Val<'b>, Val<'b>, Val<'b>) -> (Val<'b>, Val<'b>),
) -> Result<Jvp<'b>> {
    let x = Val(primals[0]);
    let out = bind_call(call, &[x])[0];
    let Some(tangent) = tangents[0].map(Val) else { return Ok((vec![out.0], vec![None])) };
    let (axis, reverse) = (call.params.usize("axis"), call.params.bool("reverse"));
    let size = out.ty().shape[axis];
    let before = shifted(out, start, axis, 1, reverse);
    let (mut keep, take) = coefficients(x, out, before);
    let mut sum = take * tangent;
    let mut distance = 1;
    while distance < size {
        sum = sum + keep * shifted(sum, 0.0, axis, distance, reverse);
        if distance * 2 < size {
            keep = keep * shifted(keep, 0.0, axis, distance, reverse);
        }
        distance *= 2;
    }
    Ok((vec![out.0], vec![Some(sum.0)]))
}

/// Each element moved `distance` places along an axis, to the front with `reverse`; `fill` where
/// none comes.
fn shifted(x: Val<'_>, fill: f64, axis: usize, distance: usize, reverse: bool) -> Val<'_> {
    let distance = distance as i64;
    let mut config = vec![(0, 0, 0); x.ty().rank()];
    config[axis] = if reverse { (-distance, distance, 0) } else { (distance, -distance, 0) };
    shape::pad(&x, &x.constant(fill), &config)
}

fn jvp_cumprod<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    jvp_recurrence(call, primals, tangents, 1.0, |x, _, before| (x, before))
}

fn jvp_cummax<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    jvp_recurrence(call, primals, tangents, f64::NEG_INFINITY, chosen)
}

fn jvp_cummin<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    jvp_recurrence(call, primals, tangents, f64::INFINITY, chosen)
}

/// 1 for the one of `before` and `x` that is the result, one half for both where they tie.
fn chosen<'b>(x: Val<'b>, out: Val<'b>, before: Val<'b>) -> (Val<'b>, Val<'b>) {
    (balanced(before, out, x), balanced(x, out, before))
}

fn jvp_cumlogsumexp<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    jvp_recurrence(call, primals, tangents, f64::NEG_INFINITY, |x, out, before| {
        (exp(&(before - out)), exp(&(x - out)))
    })
}

fn infer_cumulative(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (axis, rank) = (call.params.int("axis"), types[0].rank());
    if !usize::try_from(axis).is_ok_and(|axis| axis < rank) {
        return Err(diag::axis(call.op.name, "axis", axis, rank));
    }
    infer_same(call, types)
}

fn batch_cumulative<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    _: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let (x, batch) = (Val(operands[0].0), operands[0].1.unwrap_or(0));
    let axis = call.params.usize("axis");
    let params = call.params.clone().with("axis", axis + usize::from(axis >= batch));
    Ok(vec![(bind1(call.op, params, &[&x]).0, Some(batch))])
}

macro_rules! reduction_fns {
    ($($(#[doc = $doc:literal])+ $name:ident = $op:ident;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Panics
        /// When the op refuses the operand's type or the axes.
        #[track_caller]
        pub fn $name<V: Value>(x: &V, axes: &[usize]) -> V {
            bind1(&$op, Params::new().with("axes", axes), &[x])
        }
    )+};
}

reduction_fns! {
    /// The sum of `x` over `axes`.
    reduce_sum = REDUCE_SUM;
    /// The product of `x` over `axes`.
    reduce_prod = REDUCE_PROD;
    /// The greatest elements of `x` along `axes`.
    reduce_max = REDUCE_MAX;
    /// The least elements of `x` along `axes`.
    reduce_min = REDUCE_MIN;
    /// The bitwise and of `x` over `axes`.
    reduce_and = REDUCE_AND;
    /// The bitwise or of `x` over `axes`.
    reduce_or = REDUCE_OR;
    /// The bitwise exclusive or of `x` over `axes`.
    reduce_xor = REDUCE_XOR;
}

macro_rules! arg_reduction_fns {
    ($($(#[doc = $doc:literal])+ $name:ident = $op:ident;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Panics
        /// When the axis is out of range or empty.
        #[track_caller]
        pub fn $name<V: Value>(x: &V, axis: usize, index_dtype: DType) -> V {
            let params = Params::new().with("axes", [axis]).with("index_dtype", index_dtype);
            bind1(&$op, params, &[x])
        }
    )+};
}

arg_reduction_fns! {
    /// The first index of the greatest element of `x` along `axis`.
    argmax = ARGMAX;
    /// The first index of the least element of `x` along `axis`.
    argmin = ARGMIN;
}

macro_rules! cumulative_fns {
    ($($(#[doc = $doc:literal])+ $name:ident = $op:ident;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// # Panics
        /// When the op refuses the operand's type or the axis.
        #[track_caller]
        pub fn $name<V: Value>(x: &V, axis: usize, reverse: bool) -> V {
            bind1(&$op, Params::new().with("axis", axis).with("reverse", reverse), &[x])
        }
    )+};
}

cumulative_fns! {
    /// The running sum of `x` along `axis`, from the end with `reverse`.
    cumsum = CUMSUM;
    /// The running product of `x` along `axis`, from the end with `reverse`.
    cumprod = CUMPROD;
    /// The running maximum of `x` along `axis`, from the end with `reverse`.
    cummax = CUMMAX;
    /// The running minimum of `x` along `axis`, from the end with `reverse`.
    cummin = CUMMIN;
    /// The running log(sum(exp(x))) along `axis`, from the end with `reverse`.
    cumlogsumexp = CUMLOGSUMEXP;
}
