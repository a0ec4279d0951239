//! `sort` and `top_k`: a stable merge sort of positions, compiled with the program. Long arrays are
//! better served by the runtime's library.

use jaxide_ir::{ArrayType, DType, Result};
use jaxide_lax::sort::top_k_axis;

use super::{
    program::{OpCall, ProgramCx, Slot},
    scalar,
};
use crate::emit::{Emitter, I1, Val};

/// A slice along an axis that is being sorted.
struct Slice<'a> {
    ty: &'a ArrayType,
    axis: usize,
    /// The indices of the other dimensions.
    outer: Vec<Val>,
}

impl Slice<'_> {
    fn position(&self, cx: &mut ProgramCx<'_>, along: Val) -> Val {
        let index = [&self.outer[..self.axis], &[along], &self.outer[self.axis..]].concat();
        cx.position(&self.ty.shape, &index)
    }
}

/// Lowers `sort`.
///
/// # Errors
/// None.
pub fn sort(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let axis = call.eqn.params.usize("dimension");
    let keys = call.eqn.params.usize("num_keys");
    let ty = &call.in_types[0];
    let outs: Vec<_> = (0..call.ins.len()).map(|at| cx.out(call, at)).collect();
    if ty.size() == 0 {
        return Ok(outs.into_iter().map(Slot::Array).collect());
    }
    let count = ty.shape[axis];
    let areas = [cx.temporary(count * 8), cx.temporary(count * 8)];
    let loops = cx.begin_loops(&outer_sizes(ty, axis));
    let slice = Slice { ty, axis, outer: loops.indices.clone() };
    let order = merge_sort(cx, call, &slice, keys, false, areas.map(|area| area.ptr));
    let each = cx.begin_loops(&[count]);
    let from = cx.load(order, DType::I64, each.indices[0], 0);
    let (from, to) = (slice.position(cx, from), slice.position(cx, each.indices[0]));
    for ((slot, ty), out) in call.ins.iter().zip(&call.in_types).zip(&outs) {
        let value = cx.read(*slot, ty.dtype, from);
        cx.store(value, out.ptr, ty.dtype, to);
    }
    cx.end_loops(each);
    cx.end_loops(loops);
    areas.into_iter().for_each(|area| cx.release(area));
    Ok(outs.into_iter().map(Slot::Array).collect())
}

/// Lowers `top_k`.
///
/// # Errors
/// None.
pub fn top_k(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let ty = &call.in_types[0];
    let axis = top_k_axis(&call.eqn.params, ty.rank());
    let outs = [cx.out(call, 0), cx.out(call, 1)];
    if ty.size() == 0 || call.out_types[0].size() == 0 {
        return Ok(outs.map(Slot::Array).to_vec());
    }
    let count = ty.shape[axis];
    let areas = [cx.temporary(count * 8), cx.temporary(count * 8)];
    let loops = cx.begin_loops(&outer_sizes(ty, axis));
    let slice = Slice { ty, axis, outer: loops.indices.clone() };
    let order = merge_sort(cx, call, &slice, 1, true, areas.map(|area| area.ptr));
    let each = cx.begin_loops(&[call.out_types[0].shape[axis]]);
    let index = cx.load(order, DType::I64, each.indices[0], 0);
    let from = slice.position(cx, index);
    let value = cx.read(call.ins[0], ty.dtype, from);
    let target = Slice { ty: &call.out_types[0], axis, outer: loops.indices.clone() };
    let to = target.position(cx, each.indices[0]);
    cx.store(value, outs[0].ptr, ty.dtype, to);
    let index = scalar::convert(&mut cx.e, index, DType::I64, call.out_types[1].dtype);
    cx.store(index, outs[1].ptr, call.out_types[1].dtype, to);
    cx.end_loops(each);
    cx.end_loops(loops);
    areas.into_iter().for_each(|area| cx.release(area));
    Ok(outs.map(Slot::Array).to_vec())
}

fn outer_sizes(ty: &ArrayType, axis: usize) -> Vec<usize> {
    [ty.shape[..axis].to_vec(), ty.shape[axis + 1..].to_vec()].concat()
}

/// Sorts the positions `0 ..` of a slice by merging runs of doubled width. Returns the area that
/// holds them in order.
fn merge_sort(
    cx: &mut ProgramCx<'_>,
    call: &OpCall<'_>,
    slice: &Slice<'_>,
    keys: usize,
    descending: bool,
    areas: [Val; 2],
) -> Val {
    let count = slice.ty.shape[slice.axis];
    let fill = cx.begin_loops(&[count]);
    cx.store(fill.indices[0], areas[0], DType::I64, fill.indices[0]);
    cx.end_loops(fill);
    let one = cx.e.index(1);
    let end = cx.e.index(count as i64);
    let inits = [one, areas[0], areas[1]];
    let (open, carried) = cx.e.begin_while(&inits);
    let go_on = cx.e.cmpi("slt", carried[0], end);
    let (before, open, carried) = cx.e.while_body(open, go_on, &carried);
    let [width, from, to] = [carried[0], carried[1], carried[2]];
    let double = cx.sum(width, width);
    let last = cx.e.index(count as i64 - 1);
    let rounded = cx.sum(last, double);
    let runs = cx.i64_op("arith.divui", rounded, double);
    let zero = cx.e.index(0);
    let run = cx.e.begin_for(zero, runs, 1, &[]);
    let low = cx.i64_op("arith.muli", run.index, double);
    let middle = cx.sum(low, width);
    let middle = cx.i64_op("arith.minsi", middle, end);
    let high = cx.sum(low, double);
    let high = cx.i64_op("arith.minsi", high, end);
    let merge = cx.e.begin_for(low, high, 1, &[low, middle]);
    let (left, right) = (merge.carried[0], merge.carried[1]);
    let (safe_left, safe_right) =
        (cx.i64_op("arith.minsi", left, last), cx.i64_op("arith.minsi", right, last));
    let a = cx.load(from, DType::I64, safe_left, 0);
    let b = cx.load(from, DType::I64, safe_right, 0);
    let later = before_in_order(cx, call, slice, keys, descending, (b, a));
    let left_over = cx.e.cmpi("sge", left, middle);
    let right_open = cx.e.cmpi("slt", right, high);
    let later = cx.e.same("arith.andi", &[later, right_open]);
    let take_right = cx.e.same("arith.ori", &[later, left_over]);
    let taken = cx.e.select(take_right, b, a);
    cx.store(taken, to, DType::I64, merge.index);
    let (next_left, next_right) = (cx.sum(left, one), cx.sum(right, one));
    let left = cx.e.select(take_right, left, next_left);
    let right = cx.e.select(take_right, next_right, right);
    cx.e.end_for(merge, &[left, right]);
    cx.e.end_for(run, &[]);
    cx.e.end_while(&inits, before, open, &[double, to, from])[1]
}

/// True when the element at position `a` comes before that at `b`.
fn before_in_order(
    cx: &mut ProgramCx<'_>,
    call: &OpCall<'_>,
    slice: &Slice<'_>,
    keys: usize,
    descending: bool,
    (a, b): (Val, Val),
) -> Val {
    let (a, b) = (slice.position(cx, a), slice.position(cx, b));
    let (mut result, mut tied) = (cx.e.int(I1, 0), cx.e.int(I1, 1));
    for key in 0..keys {
        let dtype = call.in_types[key].dtype;
        let x = cx.read(call.ins[key], dtype, a);
        let y = cx.read(call.ins[key], dtype, b);
        let (x, y) = (scalar::widen(&mut cx.e, x), scalar::widen(&mut cx.e, y));
        let (x, y) = if descending { (y, x) } else { (x, y) };
        let less = match descending {
            true => less_by_sign(&mut cx.e, dtype, x, y),
            false => less(&mut cx.e, dtype, x, y),
        };
        let wins = cx.e.same("arith.andi", &[tied, less]);
        result = cx.e.same("arith.ori", &[result, wins]);
        if key + 1 < keys {
            let more = self::less(&mut cx.e, dtype, y, x);
            let differ = cx.e.same("arith.ori", &[less, more]);
            let yes = cx.e.int(I1, 1);
            let equal = cx.e.same("arith.xori", &[differ, yes]);
            tied = cx.e.same("arith.andi", &[tied, equal]);
        }
    }
    result
}

/// `x < y` with NaN above all.
fn less(e: &mut Emitter, dtype: DType, x: Val, y: Val) -> Val {
    if !dtype.is_float() {
        return e.cmpi(if dtype.is_signed_integer() { "slt" } else { "ult" }, x, y);
    }
    let plain = e.cmpf("olt", x, y);
    let known = e.cmpf("ord", x, x);
    let nan = e.cmpf("uno", y, y);
    let below_nan = e.same("arith.andi", &[known, nan]);
    e.same("arith.ori", &[plain, below_nan])
}

/// [`less`], with -0 below 0.
fn less_by_sign(e: &mut Emitter, dtype: DType, x: Val, y: Val) -> Val {
    let plain = less(e, dtype, x, y);
    if !dtype.is_float() {
        return plain;
    }
    let one = e.float(e.ty(x), 1.0);
    let [sign_x, sign_y] = [x, y].map(|value| e.same("math.copysign", &[one, value]));
    let equal = e.cmpf("oeq", x, y);
    let below = e.cmpf("olt", sign_x, sign_y);
    let zeros = e.same("arith.andi", &[equal, below]);
    e.same("arith.ori", &[plain, zeros])
}
