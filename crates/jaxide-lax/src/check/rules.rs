//! What can be wrong with which op: tables of ops by kind of check, and the masks that are true where
//! it is.

use jaxide_ir::{
    ArrayType, Atom, Call, DType, Handle, IntType, Lower, OpDef, Param, Result, Scalar, Value,
};

use super::{Checks, Report};
use crate::{
    control::CUSTOM_LINEAR_SOLVE,
    conv::CONV_GENERAL_DILATED,
    convert_element_type,
    dot::DOT_GENERAL,
    elementwise::{self as e, complex as c},
    fft::FFT,
    gather::{GATHER, GatherDims},
    index::{DYNAMIC_SLICE, DYNAMIC_UPDATE_SLICE},
    reduce as r, reduce_or,
    scatter::{
        SCATTER, SCATTER_ADD, SCATTER_MAX, SCATTER_MIN, SCATTER_MUL, SCATTER_SUB, ScatterDims,
    },
    shape::stack,
    templates::broadcast_to,
    window as w,
};

/// Ops that may give NaN for operands without NaN. Every op of a library routine may as well.
static NAN: &[&OpDef] = &[
    &CONV_GENERAL_DILATED,
    &CUSTOM_LINEAR_SOLVE,
    &DOT_GENERAL,
    &SCATTER_ADD,
    &SCATTER_MUL,
    &SCATTER_SUB,
    &FFT,
    &e::ACOS,
    &e::ACOSH,
    &e::ADD,
    &e::ADD_ANY,
    &e::ASIN,
    &e::ASINH,
    &e::ATAN,
    &e::ATAN2,
    &e::ATANH,
    &e::BESSEL_I0E,
    &e::BESSEL_I1E,
    &e::CBRT,
    &e::COS,
    &e::COSH,
    &e::DIGAMMA,
    &e::DIV,
    &e::ERF,
    &e::ERF_INV,
    &e::ERFC,
    &e::EXP,
    &e::EXP2,
    &e::EXPM1,
    &e::FMA,
    &e::IGAMMA,
    &e::IGAMMA_GRAD_A,
    &e::IGAMMAC,
    &e::INTEGER_POW,
    &e::LGAMMA,
    &e::LOG,
    &e::LOG1P,
    &e::LOGISTIC,
    &e::MUL,
    &e::POLYGAMMA,
    &e::POW,
    &e::RANDOM_GAMMA_GRAD,
    &e::REGULARIZED_INCOMPLETE_BETA,
    &e::REM,
    &e::RSQRT,
    &e::SIN,
    &e::SINH,
    &e::SQRT,
    &e::SQUARE,
    &e::SUB,
    &e::TAN,
    &e::TANH,
    &e::ZETA,
    &c::COMPLEX_OP,
    &r::CUMLOGSUMEXP,
    &r::CUMPROD,
    &r::CUMSUM,
    &r::REDUCE_PROD,
    &r::REDUCE_SUM,
    &w::REDUCE,
    &w::REDUCE_WINDOW,
    &w::REDUCE_WINDOW_SUM,
    &w::SELECT_AND_SCATTER_ADD,
];

/// Ops on integers that wrap around. In f64 they give the exact result to within less than half of
/// what wrapping changes it by. The operands at these places are numbers, all of them where none is
/// given.
static EXACT: &[(&OpDef, &[usize])] = &[
    (&CONV_GENERAL_DILATED, &[]),
    (&DOT_GENERAL, &[]),
    (&SCATTER_ADD, &[0, 2]),
    (&SCATTER_MUL, &[0, 2]),
    (&SCATTER_SUB, &[0, 2]),
    (&e::ABS, &[]),
    (&e::ADD, &[]),
    (&e::ADD_ANY, &[]),
    (&e::INTEGER_POW, &[]),
    (&e::MUL, &[]),
    (&e::NEG, &[]),
    (&e::SQUARE, &[]),
    (&e::SUB, &[]),
    (&r::CUMPROD, &[]),
    (&r::CUMSUM, &[]),
    (&r::REDUCE_PROD, &[]),
    (&r::REDUCE_SUM, &[]),
    (&w::REDUCE_WINDOW_SUM, &[]),
];

/// How the indices of an op are found: the operand of indices with their bounds.
type IndexRule = for<'b> fn(&Call<'_>, &[Handle<'b>]) -> Option<(Handle<'b>, Bounds)>;

static INDEX: &[(&OpDef, IndexRule)] = &[
    (&DYNAMIC_SLICE, |call, ins| {
        starts(&ins[0].ty(), &ins[1..], &call.params.usizes("slice_sizes"))
    }),
    (&DYNAMIC_UPDATE_SLICE, |_, ins| starts(&ins[0].ty(), &ins[2..], &ins[1].ty().shape)),
    (&GATHER, gather_bounds),
    (&SCATTER, scatter_bounds),
    (&SCATTER_ADD, scatter_bounds),
    (&SCATTER_MAX, scatter_bounds),
    (&SCATTER_MIN, scatter_bounds),
    (&SCATTER_MUL, scatter_bounds),
    (&SCATTER_SUB, scatter_bounds),
];

/// Adds the checks of an equation behind it, at the location of the builder.
pub(super) fn add<'b>(
    call: &Call<'_>,
    ins: &[Handle<'b>],
    outs: &[Handle<'b>],
    checks: Checks,
) -> Result<()> {
    let report = |kind| Report { kind, call };
    if checks.contains(Checks::DIV) {
        division(&report("div"), ins);
    }
    if checks.contains(Checks::INDEX)
        && let Some((_, rule)) = INDEX.iter().find(|(op, _)| *op == call.op)
        && let Some((indices, bounds)) = rule(call, ins)
    {
        report("index").index(&bounds.mask(&indices), &indices, &bounds);
    }
    if checks.contains(Checks::OVERFLOW)
        && let [out] = outs
        && out.ty().dtype.is_integer()
        && let Some((mask, exact)) = overflow(call, ins, out)
    {
        report("overflow").overflow(&mask, &exact, out.ty().dtype);
    }
    let routine = matches!(call.op.lower, Lower::Library(_));
    if checks.contains(Checks::NAN) && (routine || NAN.contains(&call.op)) {
        let inexact = outs.iter().filter(|out| out.ty().dtype.is_inexact());
        inexact.for_each(|out| report("nan").bind(&new_nan(call, ins, out)));
    }
    Ok(())
}

fn division(report: &Report<'_>, ins: &[Handle<'_>]) {
    if [&e::DIV, &e::REM].contains(&report.call.op) && ins[1].ty().dtype.is_integer() {
        report.bind(&e::eq(&ins[1], &integer(&ins[1], 0)));
    }
}

/// A literal of a value's dtype.
fn integer<'b>(like: &Handle<'b>, value: i128) -> Handle<'b> {
    Handle::literal(like.cx(), Scalar::int(like.ty().dtype, value))
}

fn float<'b>(like: &Handle<'b>, value: f64) -> Handle<'b> {
    Handle::literal(like.cx(), Scalar::float(DType::F64, value))
}

/// True where a result is NaN and no operand is: at the same place for elementwise ops, anywhere for
/// others.
fn new_nan<'b>(call: &Call<'_>, ins: &[Handle<'b>], out: &Handle<'b>) -> Handle<'b> {
    let is_nan = |x: &Handle<'b>| e::ne(x, x);
    let shape = out.ty().shape;
    let here = |x: &Handle<'b>| {
        let nan = is_nan(x);
        let ty = x.ty();
        let aligned = call.op.is_elementwise() && (ty.rank() == 0 || ty.shape == shape);
        if aligned { nan } else { reduce_or(&nan, &(0..ty.rank()).collect::<Vec<_>>()) }
    };
    let inexact = ins.iter().filter(|x| x.ty().dtype.is_inexact());
    let known = inexact.map(here).reduce(|all, nan| e::or(&all, &nan));
    let nan = is_nan(out);
    known.map_or(nan, |known| e::and(&nan, &e::not(&known)))
}

/// The mask of results that are not exact, and the exact ones.
fn overflow<'b>(
    call: &Call<'_>,
    ins: &[Handle<'b>],
    out: &Handle<'b>,
) -> Option<(Handle<'b>, Handle<'b>)> {
    if call.op == &e::CONVERT_ELEMENT_TYPE {
        return converted(&ins[0], out);
    }
    if call.op == &e::DIV {
        return least_by_minus_one(ins, out);
    }
    let (_, numbers) = EXACT.iter().find(|(op, _)| *op == call.op)?;
    let number = |at: &usize| numbers.is_empty() || numbers.contains(at);
    let operand = |(at, x): (usize, &Handle<'b>)| {
        if number(&at) { convert_element_type(x, DType::F64) } else { *x }
    };
    let operands: Vec<Handle<'b>> = ins.iter().enumerate().map(operand).collect();
    let mut params = call.params.clone();
    for (name, value) in [
        ("preferred_element_type", Param::DType(DType::F64)),
        // The combiner in the text is one of integers.
        ("update_jaxpr", Param::None),
    ] {
        if params.get(name).is_some() {
            params.set(name, value);
        }
    }
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    let exact = Handle::bind(out.cx(), call.op, params, &operands).remove(0);
    Some((wraps(&exact, out), exact))
}

/// True where an integer result is not the exact one but has wrapped around.
fn wraps<'b>(exact: &Handle<'b>, out: &Handle<'b>) -> Handle<'b> {
    let bits = out.ty().dtype.bits() as i32;
    let off = e::abs(&e::sub(exact, &convert_element_type(out, DType::F64)));
    e::gt(&off, &float(out, 2f64.powi(bits - 1)))
}

/// Integers wrap around; floats are rounded towards zero, and saturate.
fn converted<'b>(x: &Handle<'b>, out: &Handle<'b>) -> Option<(Handle<'b>, Handle<'b>)> {
    let (from, to) = (x.ty().dtype, IntType::of(out.ty().dtype));
    if !from.is_integer() && !from.is_float() {
        return None;
    }
    if from.is_integer() {
        let from = IntType::of(from);
        if from.min() >= to.min() && from.max() <= to.max() {
            return None;
        }
        let exact = convert_element_type(x, DType::F64);
        return Some((wraps(&exact, out), exact));
    }
    let exact = convert_element_type(x, DType::F64);
    let least = e::ge(&e::ceil(&exact), &float(x, to.min() as f64));
    let below = e::lt(&e::floor(&exact), &float(x, (to.max() + 1) as f64));
    Some((e::not(&e::and(&least, &below)), exact))
}

/// The one quotient of signed integers that is out of range.
fn least_by_minus_one<'b>(
    ins: &[Handle<'b>],
    out: &Handle<'b>,
) -> Option<(Handle<'b>, Handle<'b>)> {
    let ty = out.ty();
    let range = IntType::of(ty.dtype);
    if !range.signed {
        return None;
    }
    let least = e::eq(&ins[0], &integer(&ins[0], range.min()));
    let mask = e::and(&least, &e::eq(&ins[1], &integer(&ins[1], -1)));
    Some((mask, broadcast_to(&float(out, -(range.min() as f64)), &ty.shape)))
}

/// What the components of an index are about.
pub(super) struct Bounds {
    /// The shape of the array.
    pub(super) shape: Vec<usize>,
    /// The axis of each component.
    pub(super) axes: Vec<usize>,
    /// How many elements from each component on are used.
    pub(super) sizes: Vec<usize>,
}

impl Bounds {
    fn new(shape: &[usize], axes: Vec<usize>, window: impl Fn(usize) -> usize) -> Bounds {
        let sizes = axes.iter().map(|axis| window(*axis)).collect();
        Bounds { shape: shape.to_vec(), axes, sizes }
    }

    /// True where an index is out of range.
    fn mask<'b>(&self, indices: &Handle<'b>) -> Handle<'b> {
        let ty = indices.ty();
        let most = IntType::of(ty.dtype).max();
        let last = |(axis, size): (&usize, &usize)| {
            let last = self.shape[*axis] as i128 - *size as i128;
            integer(indices, last.min(most))
        };
        let last: Vec<Handle<'b>> = self.axes.iter().zip(&self.sizes).map(last).collect();
        let last = match &last[..] {
            [last] => *last,
            last => {
                let row = stack(&last.iter().collect::<Vec<_>>(), 0);
                crate::broadcast_in_dim(&row, &ty.shape, &[ty.rank() - 1])
            }
        };
        let high = e::gt(indices, &last);
        e::or(&e::lt(indices, &integer(indices, 0)), &high)
    }
}

/// Start indices of rank 0 that are not literals in range, one per axis.
fn starts<'b>(
    x: &ArrayType,
    starts: &[Handle<'b>],
    sizes: &[usize],
) -> Option<(Handle<'b>, Bounds)> {
    let open = |axis: &usize| match starts[*axis].atom() {
        Atom::Var(_) => true,
        Atom::Literal(literal) => {
            let last = x.shape[*axis] as i128 - sizes[*axis] as i128;
            literal.value.as_int().is_none_or(|start| !(0..=last).contains(&start))
        }
    };
    let axes: Vec<usize> = (0..starts.len()).filter(open).collect();
    let open: Vec<&Handle<'b>> = axes.iter().map(|axis| &starts[*axis]).collect();
    if open.is_empty() {
        return None;
    }
    Some((stack(&open, 0), Bounds::new(&x.shape, axes, |axis| sizes[axis])))
}

fn gather_bounds<'b>(call: &Call<'_>, ins: &[Handle<'b>]) -> Option<(Handle<'b>, Bounds)> {
    let sizes = call.params.usizes("slice_sizes");
    let axes = GatherDims::of(call.params).start_index_map;
    components(ins, axes, &sizes)
}

fn scatter_bounds<'b>(call: &Call<'_>, ins: &[Handle<'b>]) -> Option<(Handle<'b>, Bounds)> {
    let dims = ScatterDims::of(call.params);
    let updates = ins[2].ty().shape;
    let mut window = dims.update_window_dims.iter().map(|dim| updates[*dim]);
    let one = |axis: usize| {
        dims.inserted_window_dims.contains(&axis) || dims.operand_batching_dims.contains(&axis)
    };
    let sizes: Vec<usize> = (0..ins[0].ty().rank())
        .map(|axis| if one(axis) { 1 } else { window.next().unwrap_or(1) })
        .collect();
    components(ins, dims.scatter_dims_to_operand_dims, &sizes)
}

/// Indices whose last dimension runs along components, for these axes of the first operand.
fn components<'b>(
    ins: &[Handle<'b>],
    axes: Vec<usize>,
    sizes: &[usize],
) -> Option<(Handle<'b>, Bounds)> {
    let bounds = Bounds::new(&ins[0].ty().shape, axes, |axis| sizes[axis]);
    (!bounds.axes.is_empty()).then_some((ins[1], bounds))
}
