//! Running sums, products and extremes along an axis: one pass with the running value in a
//! register.

use jaxide_ir::Result;
use jaxide_kernel::Combine;

use super::{
    program::{OpCall, ProgramCx, Slot},
    reduce::{join, neutral},
    scalar,
};

/// Lowers `cumsum`, `cumprod`, `cummax` and `cummin`.
///
/// # Errors
/// None.
pub fn cumulative(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let ty = &call.in_types[0];
    let axis = call.eqn.params.usize("axis");
    let reverse = call.eqn.params.bool("reverse");
    let combine = match call.eqn.op.name {
        "cumprod" => Combine::Mul,
        "cummax" => Combine::Max,
        "cummin" => Combine::Min,
        _ => Combine::Add,
    };
    let out = cx.out_over(call, 0, &[0]);
    let sizes = [ty.shape[..axis].to_vec(), ty.shape[axis + 1..].to_vec()].concat();
    let loops = cx.begin_loops(&sizes);
    let start = neutral(&mut cx.e, combine, ty.dtype, 0);
    let open = cx.e.begin_range(0, ty.shape[axis], 1, &[start]);
    let along = if reverse {
        let last = cx.e.index(ty.shape[axis] as i64 - 1);
        cx.i64_op("arith.subi", last, open.index)
    } else {
        open.index
    };
    let index = [&loops.indices[..axis], &[along], &loops.indices[axis..]].concat();
    let at = cx.position(&ty.shape, &index);
    let value = cx.read(call.ins[0], ty.dtype, at);
    let value = scalar::widen(&mut cx.e, value);
    let contract = cx.contract;
    let total = join(&mut cx.e, combine, ty.dtype, (open.carried[0], value), contract);
    let rounded = scalar::narrow(&mut cx.e, total, ty.dtype);
    cx.store(rounded, out.ptr, ty.dtype, at);
    cx.e.end_for(open, &[total]);
    cx.end_loops(loops);
    Ok(vec![Slot::Array(out)])
}
