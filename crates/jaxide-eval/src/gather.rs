//! `gather`, and what it shares with the scatter family: where the window of each index lies.

use jaxide_ir::{ArrayType, OpDef, Result, Shape};
use jaxide_lax::gather::{GATHER, GatherDims, Mode, fill_scalar};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use crate::{
    Kernel, KernelCx, Results, diag,
    num::{Int, dispatch, read, write},
    view::{View, advance, copy},
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[(&GATHER, Kernel::Pure(eval_gather))];

/// What happens to a window that does not lie inside the array.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    /// It is moved inside.
    Clamp,
    /// It is left out.
    Drop,
}

/// The windows of an array that an array of indices gives.
pub(crate) struct Windows<'a> {
    pub(crate) x: &'a ArrayType,
    pub(crate) indices: &'a Buffer,
    /// The dimension of `x` that each component of an index is about.
    pub(crate) map: &'a [usize],
    /// Dimensions of `x`, and those of the indices that they run along with.
    pub(crate) batching: (&'a [usize], &'a [usize]),
    /// Size of a window in each dimension of `x`.
    pub(crate) sizes: &'a [usize],
    pub(crate) outside: Outside,
}

impl Windows<'_> {
    /// Dimensions of a window that the other array has too: those not in `dropped`, not batching.
    pub(crate) fn dims(&self, dropped: &[usize]) -> Vec<usize> {
        let own = |dim: &usize| !dropped.contains(dim) && !self.batching.0.contains(dim);
        (0..self.x.rank()).filter(own).collect()
    }

    /// Calls `f` with the position of each index and the first element of its window, in order.
    pub(crate) fn each(
        &self,
        cx: &KernelCx<'_>,
        mut f: impl FnMut(&[usize], isize) -> Result<()>,
    ) -> Result<()> {
        let shape = &self.indices.ty().shape;
        let outer = &shape[..shape.len() - 1];
        let strides = self.x.strides();
        let components = integers(cx, self.indices)?;
        let mut place = Shape::from_elem(0, outer.len());
        for at in 0..outer.iter().product::<usize>() {
            let index = &components[at * self.map.len()..][..self.map.len()];
            let batch: isize = (self.batching.0.iter().zip(self.batching.1))
                .map(|(dim, along)| (strides[*dim] * place[*along]) as isize)
                .sum();
            if let Some(start) = self.start(index, &strides) {
                f(&place, batch + start)?;
            }
            advance(&mut place, outer);
        }
        Ok(())
    }

    /// The first element of the window of an index; `None` where the window is left out.
    fn start(&self, index: &[i128], strides: &[usize]) -> Option<isize> {
        let mut start = 0;
        for (component, dim) in index.iter().zip(self.map) {
            // A window that is larger than the array lies nowhere.
            let last = self.x.shape[*dim].checked_sub(self.sizes[*dim])? as i128;
            let inside = (*component).clamp(0, last);
            if inside != *component && self.outside == Outside::Drop {
                return None;
            }
            start += inside as isize * strides[*dim] as isize;
        }
        Some(start)
    }
}

fn integers(cx: &KernelCx<'_>, x: &Buffer) -> Result<Vec<i128>> {
    let dtype = x.ty().dtype;
    Ok(dispatch!(int dtype, T => {
        read::<T>(x).iter().map(|i| i.to_i128()).collect()
    }, return Err(diag::dtype(cx.call.op.name, dtype))))
}

/// The first element of the window of the index at `place`, in an array whose dimensions are those
/// of the indices but for `window`, which run inside windows.
pub(crate) fn window_start(ty: &ArrayType, window: &[usize], place: &[usize]) -> isize {
    let strides = ty.strides();
    let outer = (0..ty.rank()).filter(|dim| !window.contains(dim));
    outer.zip(place).map(|(dim, at)| (strides[dim] * at) as isize).sum()
}

/// Steps along some dimensions.
pub(crate) fn steps(ty: &ArrayType, dims: &[usize]) -> SmallVec<[isize; 4]> {
    let strides = ty.strides();
    dims.iter().map(|dim| strides[*dim] as isize).collect()
}

fn eval_gather(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let (x, dims) = (inputs[0], GatherDims::of(cx.params()));
    let drop = Mode::of(cx.params()) == Mode::FillOrDrop;
    let windows = Windows {
        x: x.ty(),
        indices: inputs[1],
        map: &dims.start_index_map,
        batching: (&dims.operand_batching_dims, &dims.start_indices_batching_dims),
        sizes: &cx.params().usizes("slice_sizes"),
        outside: if drop { Outside::Drop } else { Outside::Clamp },
    };
    let mut out = cx.out_buffer()?;
    // A window without elements reads nothing, even where the result drops its empty dimension.
    let empty = windows.sizes.contains(&0);
    if drop || empty {
        let fill = fill_scalar(cx.params(), cx.out().dtype).to_bytes();
        out.bytes_mut().chunks_exact_mut(fill.len()).for_each(|out| out.copy_from_slice(&fill));
    }
    if empty {
        return Ok(smallvec![out]);
    }
    let inner = windows.dims(&dims.collapsed_slice_dims);
    let shape: Vec<usize> = inner.iter().map(|dim| windows.sizes[*dim]).collect();
    let (from, to) = (steps(x.ty(), &inner), steps(cx.out(), &dims.offset_dims));
    dispatch!(size cx.out().dtype, T => {
        let (x, out) = (read::<T>(x), write::<T>(&mut out));
        let mut views = (View { base: 0, strides: from }, View { base: 0, strides: to });
        windows.each(cx, |place, start| {
            views.0.base = start;
            views.1.base = window_start(cx.out(), &dims.offset_dims, place);
            copy(&shape, x, &views.0, out, &views.1);
            Ok(())
        })?;
    });
    Ok(smallvec![out])
}
