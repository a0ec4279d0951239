//! Copies of arrays with padding and holes, in another order of dimensions or in a wider dtype: `pad`
//! itself, and what lets kernels walk windows without asking whether an element exists.

use jaxide_ir::{ArrayType, DType, Result};
use jaxide_lax::{shape::padding_config, window::WindowDim};

use super::{
    program::{OpCall, Place, ProgramCx, Slot},
    scalar,
};
use crate::emit::Val;

/// Where the elements along one dimension of an array go in a copy: at `low` and then every `step`
/// places, as far as they land inside of its `size`.
#[derive(Clone, Copy)]
pub struct Spread {
    low: i64,
    step: i64,
    size: usize,
}

impl Spread {
    /// Elements that keep their places.
    pub fn plain(size: usize) -> Spread {
        Spread { low: 0, step: 1, size }
    }

    /// The extent of an array under a window, holes and padding included.
    pub fn under(dim: &WindowDim) -> Spread {
        let size = usize::try_from(dim.padded()).unwrap_or(0);
        Spread { low: dim.padding.0, step: dim.base_dilation as i64, size }
    }

    /// The elements of a dimension that land inside.
    fn kept(&self, size: usize) -> std::ops::Range<usize> {
        let first_from = |place: i64| (place - self.low + self.step - 1).div_euclid(self.step);
        let within = |at: i64| at.clamp(0, size as i64) as usize;
        let start = within(first_from(0));
        start..within(first_from(self.size as i64)).max(start)
    }

    fn is_plain(&self, size: usize) -> bool {
        self.low == 0 && self.step == 1 && self.size == size
    }
}

/// The dtype in which a copy holds elements that are computed with: f32 for narrower floats.
pub fn wide(dtype: DType) -> DType {
    if matches!(dtype, DType::BF16 | DType::F16) { DType::F32 } else { dtype }
}

/// An array as an operand of a kernel, and the memory to release after it.
pub struct Copied {
    /// The array.
    pub slot: Slot,
    /// Its type.
    pub ty: ArrayType,
    memory: Option<Place>,
}

impl Copied {
    /// Frees the copy.
    pub fn release(self, cx: &mut ProgramCx<'_>) {
        self.memory.into_iter().for_each(|memory| cx.release(memory));
    }
}

/// The array with each of its dimensions spread, narrow floats as f32, and `order` saying which
/// dimension of it each of the copy's dimensions is. The array itself where that changes nothing.
/// `fill` makes the value of padding and holes.
pub fn copied(
    cx: &mut ProgramCx<'_>,
    (slot, ty): (Slot, &ArrayType),
    spreads: &[Spread],
    order: &[usize],
    fill: impl FnOnce(&mut ProgramCx<'_>) -> Val,
) -> Copied {
    let plain = spreads.iter().zip(&ty.shape).all(|(spread, size)| spread.is_plain(*size));
    let dtype = wide(ty.dtype);
    if ty.rank() == 0 || (plain && order.is_sorted() && dtype == ty.dtype) {
        return Copied { slot, ty: ty.clone(), memory: None };
    }
    let shape: Vec<usize> = order.iter().map(|dim| spreads[*dim].size).collect();
    let to = ArrayType::new(dtype, &shape);
    let memory = cx.temporary(to.bytes());
    let fill = if plain { None } else { Some(fill(cx)) };
    spread(cx, (slot, ty), (memory, &to), (spreads, order), fill);
    Copied { slot: Slot::Array(memory), ty: to, memory: Some(memory) }
}

/// Fills the target where a value is given, then copies the elements that land inside.
fn spread(
    cx: &mut ProgramCx<'_>,
    (slot, from): (Slot, &ArrayType),
    (place, to): (Place, &ArrayType),
    (spreads, order): (&[Spread], &[usize]),
    fill: Option<Val>,
) {
    if let Some(fill) = fill {
        let all = cx.begin_loops(&[to.size()]);
        cx.store(fill, place.ptr, to.dtype, all.indices[0]);
        cx.end_loops(all);
    }
    let kept = |dim: &usize| spreads[*dim].kept(from.shape[*dim]);
    let counts: Vec<usize> = order.iter().map(|dim| kept(dim).len()).collect();
    let loops = cx.begin_loops(&counts);
    let zero = cx.e.index(0);
    let mut source = vec![zero; from.rank()];
    let mut target = Vec::new();
    for (dim, index) in order.iter().zip(&loops.indices) {
        let start = cx.e.index(kept(dim).start as i64);
        source[*dim] = cx.sum(*index, start);
        let low = cx.e.index(spreads[*dim].low);
        let at = cx.scaled(source[*dim], spreads[*dim].step);
        target.push(cx.sum(at, low));
    }
    let at = cx.position(&from.shape, &source);
    let value = cx.read(slot, from.dtype, at);
    let value = scalar::convert(&mut cx.e, value, from.dtype, to.dtype);
    let at = cx.position(&to.shape, &target);
    cx.store(value, place.ptr, to.dtype, at);
    cx.end_loops(loops);
}

/// Lowers `pad`: fills the result, then copies what is kept of the operand.
///
/// # Errors
/// None.
pub fn pad(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let (from, to) = (&call.in_types[0], &call.out_types[0]);
    if to.rank() == 0 {
        return Ok(vec![call.ins[0]]);
    }
    let zero = cx.e.index(0);
    let fill = cx.read(call.ins[1], to.dtype, zero);
    let out = cx.out(call, 0);
    let config = padding_config(&call.eqn.params);
    let spreads = config.iter().zip(&to.shape);
    let spreads: Vec<Spread> = spreads
        .map(|((low, _, interior), size)| Spread { low: *low, step: interior + 1, size: *size })
        .collect();
    let order: Vec<usize> = (0..to.rank()).collect();
    spread(cx, (call.ins[0], from), (out, to), (&spreads, &order), Some(fill));
    Ok(vec![Slot::Array(out)])
}
