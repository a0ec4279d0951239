//! The scatter family. Updates are combined in the order of the indices, so that those of one place
//! add up; windows that do not lie inside the operand are dropped, but moved inside in mode `CLIP`.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::{
    gather::Mode,
    scatter::{
        SCATTER, SCATTER_ADD, SCATTER_MAX, SCATTER_MIN, SCATTER_MUL, SCATTER_SUB, ScatterDims,
    },
};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{
    Control, Kernel, KernelCx, Plan, Results, Shared,
    gather::{Outside, Windows, steps, window_start},
    num::{Num, dispatch, read, write},
    view::Walk,
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[
    (
        &SCATTER,
        Kernel::Control(Control { jaxprs: &["update_jaxpr"], derive: None, run: eval_scatter }),
    ),
    (&SCATTER_ADD, Kernel::Reuse(|cx, x, rest| combined(cx, x, rest, Combine::Add))),
    (&SCATTER_MAX, Kernel::Reuse(|cx, x, rest| combined(cx, x, rest, Combine::Max))),
    (&SCATTER_MIN, Kernel::Reuse(|cx, x, rest| combined(cx, x, rest, Combine::Min))),
    (&SCATTER_MUL, Kernel::Reuse(|cx, x, rest| combined(cx, x, rest, Combine::Mul))),
    (&SCATTER_SUB, Kernel::Reuse(|cx, x, rest| combined(cx, x, rest, Combine::Sub))),
];

/// How an update meets the element of its place.
#[derive(Clone, Copy)]
enum Combine {
    Add,
    Max,
    Min,
    Mul,
    Sub,
}

impl Combine {
    fn of<T: Num>(self) -> fn(T::Acc, T::Acc) -> T::Acc {
        match self {
            Combine::Add => T::plus,
            Combine::Max => T::greater,
            Combine::Min => T::lesser,
            Combine::Mul => T::times,
            Combine::Sub => T::minus,
        }
    }
}

fn combined(
    cx: &KernelCx<'_>,
    mut x: Buffer,
    rest: &[&Buffer],
    combine: Combine,
) -> Result<Results> {
    let pairs = pairs(cx, rest)?;
    dispatch!(any cx.out().dtype, T => {
        let combine = combine.of::<T>();
        let (x, updates) = (write::<T>(&mut x), read::<T>(rest[1]));
        for (at, from) in pairs {
            x[at] = T::store(combine(x[at].load(), updates[from].load()));
        }
    });
    Ok(smallvec![x.with_type(cx.out().clone())?])
}

/// Positions of the operand and of the updates that meet, in order.
fn pairs(cx: &KernelCx<'_>, rest: &[&Buffer]) -> Result<Vec<(usize, usize)>> {
    let (dims, updates) = (ScatterDims::of(cx.params()), rest[1].ty());
    let clip = Mode::of(cx.params()) == Mode::Clip;
    let mut windows = Windows {
        x: cx.out(),
        indices: rest[0],
        map: &dims.scatter_dims_to_operand_dims,
        batching: (&dims.operand_batching_dims, &dims.scatter_indices_batching_dims),
        sizes: &[],
        outside: if clip { Outside::Clamp } else { Outside::Drop },
    };
    let inner = windows.dims(&dims.inserted_window_dims);
    let shape: Vec<usize> = dims.update_window_dims.iter().map(|dim| updates.shape[*dim]).collect();
    let mut sizes = vec![1; cx.out().rank()];
    for (dim, size) in inner.iter().zip(&shape) {
        sizes[*dim] = *size;
    }
    windows.sizes = &sizes;
    let (to, from) = (steps(cx.out(), &inner), steps(updates, &dims.update_window_dims));
    let mut pairs = Vec::with_capacity(updates.size());
    if updates.size() == 0 {
        return Ok(pairs);
    }
    windows.each(cx, |place, start| {
        let base = window_start(updates, &dims.update_window_dims, place);
        let places = Walk::new(&shape, &to, start).zip(Walk::new(&shape, &from, base));
        pairs.extend(places.map(|(at, from)| (at as usize, from as usize)));
        Ok(())
    })?;
    Ok(pairs)
}

/// Plain scatter overwrites, or applies `update_jaxpr` to (old element, update).
fn eval_scatter<'a>(cx: &KernelCx<'_>, args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
    let mut args = args.into_iter();
    let first = args.next().expect("scatter has three operands");
    let rest: Vec<Shared<'a>> = args.collect();
    let rest: Vec<&Buffer> = rest.iter().map(|x| &**x).collect();
    let mut x = first.into_buffer()?;
    let (pairs, size) = (pairs(cx, &rest)?, cx.out().dtype.size());
    let update = cx.plans("update_jaxpr").next();
    for (at, from) in pairs {
        let new = &rest[1].bytes()[from * size..][..size];
        let old = &mut x.bytes_mut()[at * size..][..size];
        match update {
            None => old.copy_from_slice(new),
            Some(plan) => old.copy_from_slice(apply(cx, plan, old, new)?.bytes()),
        }
    }
    Ok(vec![Shared::new(x.with_type(cx.out().clone())?)])
}

fn apply(cx: &KernelCx<'_>, plan: &Plan, old: &[u8], new: &[u8]) -> Result<Shared<'static>> {
    let scalar = |bytes| Buffer::from_bytes(cx.out().with_shape(&[]), bytes).map(Shared::new);
    let results = plan.run(vec![scalar(old)?, scalar(new)?])?;
    Ok(results.into_iter().next().expect("an update function has one result"))
}
