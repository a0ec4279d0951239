//! Ops that slide a window over an array. Sums and extremes are reduction kernels over a copy with
//! padding and holes; programs, and choices of elements, are loops that ask of each element whether it
//! exists, where the window reaches beyond the array at all.

use std::sync::Arc;

use jaxide_ir::{ArrayType, DType, JaxprBuilder, OpDef, Result, Scalar};
use jaxide_kernel::{Combine, Expr, IndexMap, Input, Kernel};
use jaxide_lax::window::{
    REDUCE_WINDOW_MAX, REDUCE_WINDOW_MIN, REDUCE_WINDOW_SUM, Select, Window, WindowDim,
};

use super::{
    nest::Loops,
    program::{OpCall, ProgramCx, Slot},
    reduce::{self, join, neutral},
    scalar,
    spread::{Spread, copied},
};
use crate::emit::{Emitter, I1, OpenFor, Val};

static COMBINES: &[(&OpDef, Combine)] = &[
    (&REDUCE_WINDOW_MAX, Combine::Max),
    (&REDUCE_WINDOW_MIN, Combine::Min),
    (&REDUCE_WINDOW_SUM, Combine::Add),
];

/// Lowers `reduce_window_sum`, `reduce_window_max` and `reduce_window_min`.
///
/// # Errors
/// None.
pub fn fold(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let ty = &call.in_types[0];
    let row = COMBINES.iter().find(|row| row.0 == call.eqn.op);
    let combine = row.expect("the table of lowerings names the same ops").1;
    let dims = Window::of(&call.eqn.params).over(&ty.shape);
    let spreads: Vec<Spread> = dims.iter().map(Spread::under).collect();
    let order: Vec<usize> = (0..ty.rank()).collect();
    let fill = |cx: &mut ProgramCx<'_>| neutral(&mut cx.e, combine, ty.dtype, 0);
    let array = copied(cx, (call.ins[0], ty), &spreads, &order, fill);
    let (body, vars) = JaxprBuilder::with_inputs(&[ArrayType::scalar(array.ty.dtype)]);
    let rank = ty.rank();
    let position = |(at, dim): (usize, &WindowDim)| {
        let offset = Expr::dim(rank + at).times(dim.window_dilation as i64);
        Expr::dim(at).times(dim.stride as i64).plus(&offset)
    };
    let exprs = dims.iter().enumerate().map(position).collect();
    let kernel = Kernel {
        domain: call.out_types[0]
            .shape
            .iter()
            .copied()
            .chain(dims.iter().map(|dim| dim.window))
            .collect(),
        reduce: (rank..2 * rank).collect(),
        inputs: vec![Input::Read(IndexMap::new(exprs))],
        outputs: vec![IndexMap::identity(rank)],
        combine: vec![combine],
        body: Arc::new(body.finish(vec![vars[0].into()])),
    };
    let inner = call.with_operands(vec![array.slot], vec![array.ty.clone()]);
    let outs = reduce::emit(cx, &inner, &kernel)?;
    array.release(cx);
    Ok(outs)
}

/// Loops over the elements of a window that carry values.
struct Walk {
    open: Vec<OpenFor>,
    carried: Vec<Val>,
    /// The position of the array's element; that of some element where there is none.
    position: Val,
    /// Whether there is one; `None` where there always is.
    inside: Option<Val>,
}

impl Walk {
    fn begin(cx: &mut ProgramCx<'_>, dims: &[WindowDim], place: &[Val], inits: &[Val]) -> Walk {
        let (mut open, mut carried) = (Vec::new(), inits.to_vec());
        let (mut source, mut inside) = (Vec::new(), None);
        for (dim, place) in dims.iter().zip(place) {
            let here = cx.e.begin_range(0, dim.window, 1, &carried);
            carried.clone_from(&here.carried);
            let (at, exists) = element(cx, dim, *place, here.index);
            source.push(at);
            inside = match (inside, exists) {
                (Some(a), Some(b)) => Some(cx.e.same("arith.andi", &[a, b])),
                (a, b) => a.or(b),
            };
            open.push(here);
        }
        let shape: Vec<usize> = dims.iter().map(|dim| dim.size).collect();
        let mut position = cx.position(&shape, &source);
        if let Some(inside) = inside {
            let zero = cx.e.index(0);
            position = cx.e.select(inside, position, zero);
        }
        Walk { open, carried, position, inside }
    }

    fn end(self, cx: &mut ProgramCx<'_>, mut values: Vec<Val>) -> Vec<Val> {
        for open in self.open.into_iter().rev() {
            values = cx.e.end_for(open, &values);
        }
        values
    }
}

/// The index of the array's element under an element of the window, and whether there is one.
fn element(cx: &mut ProgramCx<'_>, dim: &WindowDim, place: Val, offset: Val) -> (Val, Option<Val>) {
    let place = cx.scaled(place, dim.stride as i64);
    let offset = cx.scaled(offset, dim.window_dilation as i64);
    let low = cx.e.index(-dim.padding.0);
    let at = cx.sum(place, offset);
    let at = cx.sum(at, low);
    if dim.is_inside() {
        return (at, None);
    }
    // Below 0 is above all as an unsigned number.
    let extent =
        cx.e.index((dim.base_dilation * dim.size.saturating_sub(1) + dim.size.min(1)) as i64);
    let mut inside = cx.e.cmpi("ult", at, extent);
    if dim.base_dilation == 1 {
        return (at, Some(inside));
    }
    let step = cx.e.index(dim.base_dilation as i64);
    let (whole, rest) = (cx.i64_op("arith.divui", at, step), cx.i64_op("arith.remui", at, step));
    let zero = cx.e.index(0);
    let hit = cx.e.cmpi("eq", rest, zero);
    inside = cx.e.same("arith.andi", &[inside, hit]);
    (whole, Some(inside))
}

/// Lowers `reduce_window`.
///
/// # Errors
/// An op of the program without lowering.
pub fn reduce_window(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let count = call.ins.len() / 2;
    let dims = Window::of(&call.eqn.params).over(&call.in_types[0].shape);
    let program = call.eqn.params.jaxpr("jaxpr");
    let outs: Vec<Option<super::Place>> =
        (0..count).map(|at| (call.out_types[at].rank() > 0).then(|| cx.out(call, at))).collect();
    let zero = cx.e.index(0);
    let inits: Vec<Val> =
        (0..count).map(|at| cx.read(call.ins[count + at], call.in_types[at].dtype, zero)).collect();
    let loops = cx.begin_loops(&call.out_types[0].shape);
    let walk = Walk::begin(cx, &dims, &loops.indices, &inits);
    let branch = walk.inside.map(|inside| (inside, cx.e.begin_branch()));
    let mut ins: Vec<Slot> = walk.carried.iter().map(|val| Slot::Scalar(*val)).collect();
    for at in 0..count {
        let value = cx.read(call.ins[at], call.in_types[at].dtype, walk.position);
        ins.push(Slot::Scalar(value));
    }
    let results = cx.program(program, &ins, &vec![None; count])?;
    let register = |slot: &Slot| slot.register().expect("the program gives elements");
    let mut joined: Vec<Val> = results.iter().map(register).collect();
    if let Some((inside, branch)) = branch {
        let types: Vec<_> = joined.iter().map(|val| cx.e.ty(*val)).collect();
        let then = cx.e.end_branch(branch, &joined);
        let other = cx.e.begin_branch();
        let other = cx.e.end_branch(other, &walk.carried);
        joined = cx.e.if_(inside, &types, then, other);
    }
    let values = walk.end(cx, joined);
    for ((out, value), ty) in outs.iter().zip(&values).zip(&call.out_types) {
        if let Some(place) = out {
            let at = cx.position(&ty.shape, &loops.indices);
            cx.store(*value, place.ptr, ty.dtype, at);
        }
    }
    cx.end_loops(loops);
    let slot =
        |(out, value): (&Option<super::Place>, &Val)| out.map_or(Slot::Scalar(*value), Slot::Array);
    Ok(outs.iter().zip(&values).map(slot).collect())
}

/// Which element is chosen.
struct Chooser {
    select: Select,
    dtype: DType,
}

impl Chooser {
    fn of(call: &OpCall<'_>) -> Chooser {
        Chooser { select: Select::of(&call.eqn.params), dtype: call.in_types[1].dtype }
    }

    /// The key of padding.
    fn outside(&self, e: &mut Emitter) -> Val {
        let identity: Scalar = self.select.identity(self.dtype);
        let key = scalar::literal(e, identity, 0);
        scalar::widen(e, key)
    }

    /// True where the first key is kept.
    fn keeps(&self, e: &mut Emitter, kept: Val, next: Val) -> Val {
        let greatest = self.select == Select::Ge;
        if self.dtype.is_float() {
            return e.cmpf(if greatest { "oge" } else { "ole" }, kept, next);
        }
        let predicate = match (self.dtype.is_signed_integer(), greatest) {
            (true, true) => "sge",
            (true, false) => "sle",
            (false, true) => "uge",
            (false, false) => "ule",
        };
        e.cmpi(predicate, kept, next)
    }

    /// The key at a position.
    fn key(&self, cx: &mut ProgramCx<'_>, slot: Slot, position: Val) -> Val {
        let key = cx.read(slot, self.dtype, position);
        scalar::widen(&mut cx.e, key)
    }
}

/// Lowers `select_and_gather_add`: the key of padding and 0, then what beats what came before it.
///
/// # Errors
/// None.
pub fn select_and_gather_add(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (chooser, out) = (Chooser::of(call), &call.out_types[0]);
    let dims = Window::of(&call.eqn.params).over(&call.in_types[1].shape);
    let place = (out.rank() > 0).then(|| cx.out(call, 0));
    let outside = chooser.outside(&mut cx.e);
    let zero = scalar::literal(&mut cx.e, Scalar::zero(out.dtype), 0);
    let known = call.in_types[1].size() > 0;
    let loops: Loops = cx.begin_loops(&out.shape);
    let mut value = zero;
    if known {
        let walk = Walk::begin(cx, &dims, &loops.indices, &[outside, zero]);
        let key = chooser.key(cx, call.ins[1], walk.position);
        let tangent = cx.read(call.ins[0], out.dtype, walk.position);
        let mut keeps = chooser.keeps(&mut cx.e, walk.carried[0], key);
        if let Some(inside) = walk.inside {
            let yes = cx.e.int(I1, 1);
            keeps = cx.e.select(inside, keeps, yes);
        }
        let key = cx.e.select(keeps, walk.carried[0], key);
        let tangent = cx.e.select(keeps, walk.carried[1], tangent);
        value = walk.end(cx, vec![key, tangent])[1];
    }
    if let Some(place) = place {
        let at = cx.position(&out.shape, &loops.indices);
        cx.store(value, place.ptr, out.dtype, at);
    }
    cx.end_loops(loops);
    Ok(vec![place.map_or(Slot::Scalar(value), Slot::Array)])
}

/// Lowers `select_and_scatter_add`: padding takes part in the choice, and what it gets is lost.
///
/// # Errors
/// None.
pub fn select_and_scatter_add(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (chooser, source, out) = (Chooser::of(call), &call.in_types[0], &call.out_types[0]);
    if out.rank() == 0 {
        return Ok(vec![call.ins[0]]);
    }
    let dims = Window::of(&call.eqn.params).over(&out.shape);
    let place = cx.out(call, 0);
    if out.size() == 0 {
        return Ok(vec![Slot::Array(place)]);
    }
    let zero = scalar::literal(&mut cx.e, Scalar::zero(out.dtype), 0);
    let all = cx.begin_loops(&[out.size()]);
    cx.store(zero, place.ptr, out.dtype, all.indices[0]);
    cx.end_loops(all);
    let (outside, none) = (chooser.outside(&mut cx.e), cx.e.index(-1));
    let no = cx.e.int(I1, 0);
    let loops = cx.begin_loops(&source.shape);
    let walk = Walk::begin(cx, &dims, &loops.indices, &[outside, none, no]);
    let (mut key, mut at) = (chooser.key(cx, call.ins[1], walk.position), walk.position);
    if let Some(inside) = walk.inside {
        key = cx.e.select(inside, key, outside);
        at = cx.e.select(inside, at, none);
    }
    let keeps = chooser.keeps(&mut cx.e, walk.carried[0], key);
    let keeps = cx.e.same("arith.andi", &[keeps, walk.carried[2]]);
    let key = cx.e.select(keeps, walk.carried[0], key);
    let at = cx.e.select(keeps, walk.carried[1], at);
    let yes = cx.e.int(I1, 1);
    let chosen = walk.end(cx, vec![key, at, yes])[1];
    let first = cx.e.index(0);
    let found = cx.e.cmpi("sge", chosen, first);
    let branch = cx.e.begin_branch();
    let from = cx.position(&source.shape, &loops.indices);
    let value = cx.read(call.ins[0], out.dtype, from);
    let old = cx.load(place.ptr, out.dtype, chosen, 0);
    let (old, value) = (scalar::widen(&mut cx.e, old), scalar::widen(&mut cx.e, value));
    let sum = join(&mut cx.e, Combine::Add, out.dtype, (old, value), false);
    let sum = scalar::narrow(&mut cx.e, sum, out.dtype);
    cx.store(sum, place.ptr, out.dtype, chosen);
    let then = cx.e.end_branch(branch, &[]);
    let empty = cx.e.begin_branch();
    let other = cx.e.end_branch(empty, &[]);
    cx.e.if_(found, &[], then, other);
    cx.end_loops(loops);
    Ok(vec![Slot::Array(place)])
}
