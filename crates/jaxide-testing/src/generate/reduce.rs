//! Steps that combine elements: reductions, cumulative ops, products, sorting.

use jaxide_ir::{ArrayType, DType, OpDef, Params, Value};
use jaxide_lax::{
    self as lax, DotDims, DotSide,
    reduce::{
        ARGMAX, ARGMIN, CUMLOGSUMEXP, CUMMAX, CUMMIN, CUMPROD, CUMSUM, REDUCE_AND, REDUCE_MAX,
        REDUCE_MIN, REDUCE_OR, REDUCE_PROD, REDUCE_SUM, REDUCE_XOR,
    },
    templates::bind1,
};

use super::{
    draft::{Draft, Kind, Rule, rule, small},
    elementwise::is_float,
    recipe::Step,
    shape::axes,
};

pub(super) static RULES: &[Rule] = &[
    rule("integer reduction", Kind::Jumps, |draft, step, _| {
        reduction(draft, step, |ty| ty.dtype.is_integer(), INTEGER)
    }),
    rule("bool reduction", Kind::Jumps, |draft, step, _| {
        let ops: &[&OpDef] = &[&REDUCE_OR, &REDUCE_AND, &REDUCE_XOR, &REDUCE_MAX, &REDUCE_MIN];
        reduction(draft, step, |ty| ty.dtype.is_bool(), ops)
    }),
    rule("float extremum", Kind::Exact, |draft, step, _| {
        reduction(draft, step, is_float, &[&REDUCE_MAX, &REDUCE_MIN])
    }),
    rule("argmax", Kind::Jumps, arg_reduction),
    rule("integer cumulation", Kind::Jumps, |draft, step, _| {
        let ops: &[&OpDef] = &[&CUMSUM, &CUMPROD, &CUMMAX, &CUMMIN];
        cumulation(draft, step, |ty| ty.dtype.is_integer(), ops)
    }),
    rule("float running extremum", Kind::Exact, |draft, step, _| {
        cumulation(draft, step, is_float, &[&CUMMAX, &CUMMIN])
    }),
    rule("integer product", Kind::Jumps, |draft, step, _| {
        dot(draft, step, |ty| ty.dtype.is_integer())
    }),
    rule("sort", Kind::Jumps, sort),
    rule("float reduction", Kind::Rounds, |draft, step, _| {
        reduction(draft, step, is_float, &[&REDUCE_SUM, &REDUCE_PROD])
    }),
    rule("float cumulation", Kind::Rounds, |draft, step, _| {
        cumulation(draft, step, is_float, &[&CUMSUM, &CUMPROD, &CUMLOGSUMEXP])
    }),
    rule("float product", Kind::Rounds, |draft, step, _| dot(draft, step, is_float)),
];

static INTEGER: &[&OpDef] =
    &[&REDUCE_SUM, &REDUCE_MAX, &REDUCE_MIN, &REDUCE_PROD, &REDUCE_AND, &REDUCE_OR, &REDUCE_XOR];

fn reduction(
    draft: &mut Draft<'_>,
    step: &Step,
    fits: impl Fn(&ArrayType) -> bool,
    ops: &[&'static OpDef],
) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1 && fits(ty))?;
    let op = ops[usize::from(step.knobs[0]) % ops.len()];
    let params = Params::new().with("axes", axes(step.knobs[1], x.ty().rank()));
    draft.push(bind1(op, params, &[&x]));
    Some(())
}

fn arg_reduction(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1 && !ty.dtype.is_complex())?;
    let axis = usize::from(step.knobs[1]) % x.ty().rank();
    if x.ty().shape[axis] == 0 {
        return None;
    }
    let op = [&ARGMAX, &ARGMIN][usize::from(step.knobs[0] % 2)];
    let dtype = [DType::I32, DType::U8, DType::I64][usize::from(step.knobs[2] % 3)];
    let params = Params::new().with("axes", [axis]).with("index_dtype", dtype);
    draft.push(bind1(op, params, &[&x]));
    Some(())
}

fn cumulation(
    draft: &mut Draft<'_>,
    step: &Step,
    fits: impl Fn(&ArrayType) -> bool,
    ops: &[&'static OpDef],
) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1 && fits(ty))?;
    let op = ops[usize::from(step.knobs[0]) % ops.len()];
    let axis = usize::from(step.knobs[1]) % x.ty().rank();
    let params = Params::new().with("axis", axis).with("reverse", step.knobs[2] % 2 == 1);
    draft.push(bind1(op, params, &[&x]));
    Some(())
}

/// Contracts one pair of dimensions of one size, with one more pair as batch where there is one.
fn dot(draft: &mut Draft<'_>, step: &Step, fits: impl Fn(&ArrayType) -> bool) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1 && fits(ty))?;
    let lhs = x.ty();
    let axis = usize::from(step.knobs[0]) % lhs.rank();
    let y = draft
        .take(step.picks[1], |ty| ty.dtype == lhs.dtype && ty.shape.contains(&lhs.shape[axis]))?;
    let rhs = y.ty();
    let other = rhs.shape.iter().position(|size| *size == lhs.shape[axis])?;
    let batch = pair(&lhs, axis, &rhs, other).filter(|_| step.knobs[1] % 2 == 1);
    let side = |contract, batch: Option<usize>| DotSide {
        contract: vec![contract],
        batch: batch.into_iter().collect(),
    };
    let dims = DotDims {
        lhs: side(axis, batch.map(|pair| pair.0)),
        rhs: side(other, batch.map(|pair| pair.1)),
    };
    small(&[&lhs.shape[..], &rhs.shape[..]].concat())?;
    draft.push(lax::dot_general(&x, &y, &dims, None));
    Some(())
}

/// A pair of dimensions of one size beside those contracted.
fn pair(lhs: &ArrayType, axis: usize, rhs: &ArrayType, other: usize) -> Option<(usize, usize)> {
    let mut places = (0..lhs.rank()).flat_map(|a| (0..rhs.rank()).map(move |b| (a, b)));
    let fits =
        |(a, b): &(usize, usize)| *a != axis && *b != other && lhs.shape[*a] == rhs.shape[*b];
    places.rfind(fits)
}

/// A stable sort, alone or with a second array.
fn sort(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let shape = x.ty().shape;
    let axis = usize::from(step.knobs[0]) % shape.len();
    if step.knobs[1].is_multiple_of(2) {
        lax::sort(&[&x], axis, true, 1).into_iter().for_each(|value| draft.push(value));
        return Some(());
    }
    let y = draft.take(step.picks[1], |ty| ty.shape == shape)?;
    let keys = 1 + usize::from(step.knobs[2] % 2);
    lax::sort(&[&x, &y], axis, true, keys).into_iter().for_each(|value| draft.push(value));
    Some(())
}
