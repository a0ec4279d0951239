//! Taking complex arrays apart and putting them together. A complex array is memory of real and
//! imaginary parts in turn, of rank 0 too; programs compute on parts only.

use jaxide_ir::Result;
use jaxide_lax::elementwise::complex::IMAG;

use super::{
    nest::LANES,
    program::{OpCall, ProgramCx, Slot},
};
use crate::{
    diag,
    emit::{Attr, Val},
};

/// Lowers `real` and `imag`.
///
/// # Errors
/// When the operand is not complex.
pub fn part(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (from, to) = (&call.in_types[0], &call.out_types[0]);
    let Slot::Array(source) = call.ins[0] else {
        return Err(diag::unsupported_dtype(call.eqn.op.name, from.dtype));
    };
    let first = i64::from(call.eqn.op == &IMAG);
    if to.rank() == 0 {
        let at = cx.e.index(first);
        return Ok(vec![Slot::Scalar(cx.load(source.ptr, to.dtype, at, 0))]);
    }
    let out = cx.out(call, 0);
    in_blocks(cx, to.size(), |cx, at, lanes| {
        let pair = cx.scaled(at, 2);
        let value = if lanes == 0 {
            let offset = cx.e.index(first);
            let place = cx.sum(pair, offset);
            cx.load(source.ptr, to.dtype, place, 0)
        } else {
            let pairs = cx.load(source.ptr, to.dtype, pair, 2 * lanes);
            let mask: Vec<i64> = (0..i64::from(lanes)).map(|lane| 2 * lane + first).collect();
            let ty = cx.e.ty(pairs).with_lanes(lanes);
            cx.e.op("vector.shuffle", &[pairs, pairs], ty, &[("mask", Attr::I64s(&mask))])
        };
        cx.store(value, out.ptr, to.dtype, at);
    });
    Ok(vec![Slot::Array(out)])
}

/// Lowers `complex`.
///
/// # Errors
/// None.
pub fn join(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (part, to) = (call.in_types[0].dtype, &call.out_types[0]);
    let out = cx.out(call, 0);
    let (re, im) = (call.ins[0], call.ins[1]);
    in_blocks(cx, to.size(), |cx, at, lanes| {
        let values = [re, im].map(|slot| match slot {
            Slot::Scalar(value) if lanes > 0 => cx.e.splat(value, lanes),
            Slot::Scalar(value) => value,
            Slot::Array(place) => cx.load(place.ptr, part, at, lanes),
        });
        let pair = cx.scaled(at, 2);
        if lanes > 0 {
            let mask: Vec<i64> =
                (0..i64::from(lanes)).flat_map(|lane| [lane, lane + i64::from(lanes)]).collect();
            let ty = cx.e.ty(values[0]).with_lanes(2 * lanes);
            let pairs = cx.e.op("vector.shuffle", &values, ty, &[("mask", Attr::I64s(&mask))]);
            cx.store(pairs, out.ptr, part, pair);
            return;
        }
        cx.store(values[0], out.ptr, part, pair);
        let one = cx.e.index(1);
        let next = cx.sum(pair, one);
        cx.store(values[1], out.ptr, part, next);
    });
    Ok(vec![Slot::Array(out)])
}

/// Code for positions up to `size`: [`LANES`] at a time, then single ones, whose `lanes` are 0.
fn in_blocks(
    cx: &mut ProgramCx<'_>,
    size: usize,
    mut block: impl FnMut(&mut ProgramCx<'_>, Val, u32),
) {
    let whole = size / LANES * LANES;
    for (low, high, step, lanes) in [(0, whole, LANES, LANES as u32), (whole, size, 1, 0)] {
        if low < high {
            let open = cx.e.begin_range(low, high, step, &[]);
            block(cx, open.index, lanes);
            cx.e.end_for(open, &[]);
        }
    }
}
