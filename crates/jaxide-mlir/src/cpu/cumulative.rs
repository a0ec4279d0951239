//! Running sums, products and extremes along an axis: one pass with the running value in a
//! register.

use jaxide_ir::{OpDef, Result};
use jaxide_kernel::Combine;
use jaxide_lax::reduce::{CUMMAX, CUMMIN, CUMPROD, CUMSUM};

use super::{
    program::{OpCall, ProgramCx, Slot},
    reduce::{join, neutral},
    scalar,
};
use crate::emit::{Emitter, Val};

static COMBINES: &[(&OpDef, Combine)] = &[
    (&CUMMAX, Combine::Max),
    (&CUMMIN, Combine::Min),
    (&CUMPROD, Combine::Mul),
    (&CUMSUM, Combine::Add),
];

/// Lowers `cumsum`, `cumprod`, `cummax` and `cummin`.
///
/// # Errors
/// None.
pub fn cumulative(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let ty = &call.in_types[0];
    let row = COMBINES.iter().find(|row| row.0 == call.eqn.op);
    let combine = row.expect("the table of lowerings names the same ops").1;
    running(
        cx,
        call,
        |cx| vec![neutral(&mut cx.e, combine, ty.dtype, 0)],
        |cx, sofar, value| {
            let contract = cx.contract;
            let total = join(&mut cx.e, combine, ty.dtype, (sofar[0], value), contract);
            (vec![total], total)
        },
    )
}

/// Lowers `cumlogsumexp`: the running maximum, and the sum of what is below it.
///
/// # Errors
/// None.
pub fn cumlogsumexp(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let dtype = call.in_types[0].dtype;
    let start = |cx: &mut ProgramCx<'_>| {
        let most = neutral(&mut cx.e, Combine::Max, dtype, 0);
        vec![most, neutral(&mut cx.e, Combine::Add, dtype, 0)]
    };
    running(cx, call, start, |cx, sofar, value| {
        let e = &mut cx.e;
        let most = e.same("arith.maximumf", &[sofar[0], value]);
        // An infinite maximum leaves no difference to take.
        let shift = finite_or_zero(e, most);
        let before = exp_less(e, sofar[0], shift);
        let own = exp_less(e, value, shift);
        let scaled = e.same("arith.mulf", &[sofar[1], before]);
        let sum = e.same("arith.addf", &[scaled, own]);
        let log = e.same("math.log", &[sum]);
        let total = e.same("arith.addf", &[log, shift]);
        (vec![most, sum], total)
    })
}

fn exp_less(e: &mut Emitter, value: Val, shift: Val) -> Val {
    let difference = e.same("arith.subf", &[value, shift]);
    e.same("math.exp", &[difference])
}

fn finite_or_zero(e: &mut Emitter, value: Val) -> Val {
    let ty = e.ty(value);
    let (zero, infinity) = (e.float(ty, 0.0), e.float(ty, f64::INFINITY));
    let magnitude = e.same("math.absf", &[value]);
    let finite = e.cmpf("olt", magnitude, infinity);
    e.select(finite, value, zero)
}

/// One pass along the axis: from what is carried and an element, wide, to what is carried on and
/// the result.
fn running(
    cx: &mut ProgramCx<'_>,
    call: &OpCall<'_>,
    start: impl Fn(&mut ProgramCx<'_>) -> Vec<Val>,
    step: impl Fn(&mut ProgramCx<'_>, &[Val], Val) -> (Vec<Val>, Val),
) -> Result<Vec<Slot>> {
    let ty = &call.in_types[0];
    let axis = call.eqn.params.usize("axis");
    let out = cx.out_over(call, 0, &[0]);
    let sizes = [ty.shape[..axis].to_vec(), ty.shape[axis + 1..].to_vec()].concat();
    let loops = cx.begin_loops(&sizes);
    let inits = start(cx);
    let open = cx.e.begin_range(0, ty.shape[axis], 1, &inits);
    let along = if call.eqn.params.bool("reverse") {
        let last = cx.e.index(ty.shape[axis] as i64 - 1);
        cx.i64_op("arith.subi", last, open.index)
    } else {
        open.index
    };
    let index = [&loops.indices[..axis], &[along], &loops.indices[axis..]].concat();
    let at = cx.position(&ty.shape, &index);
    let value = cx.read(call.ins[0], ty.dtype, at);
    let value = scalar::widen(&mut cx.e, value);
    let (next, result) = step(cx, &open.carried, value);
    let rounded = scalar::narrow(&mut cx.e, result, ty.dtype);
    cx.store(rounded, out.ptr, ty.dtype, at);
    cx.e.end_for(open, &next);
    cx.end_loops(loops);
    Ok(vec![Slot::Array(out)])
}
