//! Ops that slide a window over an array, and the walk over the elements under a window that
//! convolutions share.

use jaxide_ir::{OpDef, Result, Scalar, Shape};
use jaxide_lax::window::{
    REDUCE_WINDOW, REDUCE_WINDOW_MAX, REDUCE_WINDOW_MIN, REDUCE_WINDOW_SUM, SELECT_AND_GATHER_ADD,
    SELECT_AND_SCATTER_ADD, Select, Window, WindowDim,
};
use jaxide_runtime::Buffer;
use smallvec::smallvec;

use crate::{
    Control, Kernel, KernelCx, Results, Shared, diag,
    num::{Float, Int, Num, dispatch, read, write},
    view::advance,
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[
    (
        &REDUCE_WINDOW,
        Kernel::Control(Control { jaxprs: &["jaxpr"], derive: None, run: eval_reduce_window }),
    ),
    (&REDUCE_WINDOW_MAX, Kernel::Pure(|cx, inputs| folded(cx, inputs, Fold::Max))),
    (&REDUCE_WINDOW_MIN, Kernel::Pure(|cx, inputs| folded(cx, inputs, Fold::Min))),
    (&REDUCE_WINDOW_SUM, Kernel::Pure(|cx, inputs| folded(cx, inputs, Fold::Sum))),
    (&SELECT_AND_GATHER_ADD, Kernel::Pure(eval_gather)),
    (&SELECT_AND_SCATTER_ADD, Kernel::Pure(eval_scatter)),
];

/// A window over a dense array.
pub(crate) struct Sliding {
    pub(crate) dims: Vec<WindowDim>,
    /// Distances of the array's elements along the dimensions.
    pub(crate) strides: Vec<usize>,
}

impl Sliding {
    /// The window over the dimensions of a dense array of their sizes.
    pub(crate) fn new(dims: Vec<WindowDim>) -> Sliding {
        let mut strides = vec![1; dims.len()];
        for at in (1..dims.len()).rev() {
            strides[at - 1] = strides[at] * dims[at].size;
        }
        Sliding { dims, strides }
    }

    /// The number of places along each dimension.
    pub(crate) fn shape(&self) -> Shape {
        self.dims.iter().map(WindowDim::places).collect()
    }

    /// Calls `f` with each place, in row-major order.
    pub(crate) fn each_place(&self, mut f: impl FnMut(&[usize])) {
        let shape = self.shape();
        let mut place = Shape::from_elem(0, shape.len());
        for _ in 0..shape.iter().product() {
            f(&place);
            advance(&mut place, &shape);
        }
    }

    /// Calls `f` with the number of each element of the window at `place` and the position of the
    /// array's element that it covers, in row-major order; `None` where it covers none.
    pub(crate) fn each(&self, place: &[usize], f: &mut impl FnMut(usize, Option<usize>)) {
        self.walk(place, 0, 0, Some(0), f);
    }

    fn walk(
        &self,
        place: &[usize],
        dim: usize,
        number: usize,
        at: Option<usize>,
        f: &mut impl FnMut(usize, Option<usize>),
    ) {
        let Some(here) = self.dims.get(dim) else { return f(number, at) };
        for offset in 0..here.window {
            let covered = here.source(place[dim], offset);
            let at = at.zip(covered).map(|(at, covered)| at + covered * self.strides[dim]);
            self.walk(place, dim + 1, number * here.window + offset, at, f);
        }
    }

    /// Positions of the elements that the window covers at `place`.
    fn covered(&self, place: &[usize]) -> Vec<usize> {
        let mut covered = Vec::new();
        self.each(place, &mut |_, at| covered.extend(at));
        covered
    }
}

fn sliding(cx: &KernelCx<'_>, x: &Buffer) -> Sliding {
    Sliding::new(Window::of(cx.params()).over(&x.ty().shape))
}

/// How the elements under a window become one.
#[derive(Clone, Copy)]
enum Fold {
    Max,
    Min,
    Sum,
}

fn folded(cx: &KernelCx<'_>, inputs: &[&Buffer], fold: Fold) -> Result<Results> {
    let (x, sliding) = (inputs[0], sliding(cx, inputs[0]));
    let mut out = cx.out_buffer()?;
    dispatch!(any x.ty().dtype, T => {
        let (init, join): (_, fn(_, _) -> _) = match fold {
            Fold::Max => (<T as Num>::LOWEST, T::greater),
            Fold::Min => (<T as Num>::HIGHEST, T::lesser),
            Fold::Sum => (<T as Num>::ZERO, T::plus),
        };
        let (data, mut out) = (read::<T>(x), write::<T>(&mut out).iter_mut());
        sliding.each_place(|place| {
            let mut acc = init;
            sliding.each(place, &mut |_, at| {
                acc = at.map_or(acc, |at| join(acc, T::load(data[at])));
            });
            *out.next().expect("one result per place") = T::store(acc);
        });
    });
    Ok(smallvec![out])
}

/// Runs the program once per element that a window covers.
fn eval_reduce_window<'a>(cx: &KernelCx<'_>, args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
    let (arrays, inits) = args.split_at(args.len() / 2);
    let (plan, sliding) = (cx.plan("jaxpr"), sliding(cx, &arrays[0]));
    let element = |x: &Buffer, at: usize| {
        let size = x.ty().dtype.size();
        let bytes = &x.bytes()[at * size..][..size];
        Buffer::from_bytes(x.ty().with_shape(&[]), bytes).map(Shared::new)
    };
    let mut windows = Vec::new();
    sliding.each_place(|place| windows.push(sliding.covered(place)));
    let mut outs: Vec<Buffer> =
        cx.outs.iter().cloned().map(Buffer::recycled).collect::<Result<_>>()?;
    for (place, window) in windows.into_iter().enumerate() {
        let mut joined = inits.to_vec();
        for at in window {
            for array in arrays {
                joined.push(element(array, at)?);
            }
            joined = plan.run(joined)?;
        }
        for (out, value) in outs.iter_mut().zip(&joined) {
            let size = out.ty().dtype.size();
            out.bytes_mut()[place * size..][..size].copy_from_slice(value.bytes());
        }
    }
    Ok(outs.into_iter().map(Shared::new).collect())
}

/// Which element a window chooses: compares keys of one type.
struct Chooser<K> {
    keys: Vec<K>,
    /// The key of padding.
    outside: K,
    greatest: bool,
}

impl<K: Copy + PartialOrd> Chooser<K> {
    /// True where the first one is kept.
    fn keeps(&self, kept: K, next: K) -> bool {
        if self.greatest { kept >= next } else { kept <= next }
    }

    /// The position of the chosen element, where padding takes part: `None` where that is chosen.
    fn with_padding(&self, sliding: &Sliding, place: &[usize]) -> Option<usize> {
        let mut best: Option<(K, Option<usize>)> = None;
        sliding.each(place, &mut |_, at| {
            let key = at.map_or(self.outside, |at| self.keys[at]);
            if !best.is_some_and(|(kept, _)| self.keeps(kept, key)) {
                best = Some((key, at));
            }
        });
        best.and_then(|(_, at)| at)
    }

    /// The position of the first element that beats those before it, the key of padding first.
    fn without_padding(&self, sliding: &Sliding, place: &[usize]) -> Option<usize> {
        let mut best = (self.outside, None);
        for at in sliding.covered(place) {
            if !self.keeps(best.0, self.keys[at]) {
                best = (self.keys[at], Some(at));
            }
        }
        best.1
    }
}

/// The position of the chosen element of each place.
fn chosen(cx: &KernelCx<'_>, x: &Buffer, padding: bool) -> Result<Vec<Option<usize>>> {
    let (sliding, dtype) = (sliding(cx, x), x.ty().dtype);
    let select = Select::of(cx.params());
    let (outside, greatest) = (select.identity(dtype), select == Select::Ge);
    Ok(dispatch!(float dtype, T => {
        let keys = read::<T>(x).iter().map(|x| x.to_f64()).collect();
        all_chosen(&Chooser { keys, outside: outside.to_f64(), greatest }, &sliding, padding)
    }, dispatch!(int dtype, T => {
        let keys = read::<T>(x).iter().map(|x| x.to_i128()).collect();
        let outside = outside.as_int().expect("the identity of an integer dtype is one");
        all_chosen(&Chooser { keys, outside, greatest }, &sliding, padding)
    }, return Err(diag::dtype(cx.call.op.name, dtype)))))
}

fn all_chosen<K: Copy + PartialOrd>(
    chooser: &Chooser<K>,
    sliding: &Sliding,
    padding: bool,
) -> Vec<Option<usize>> {
    let mut all = Vec::new();
    sliding.each_place(|place| {
        all.push(if padding {
            chooser.with_padding(sliding, place)
        } else {
            chooser.without_padding(sliding, place)
        });
    });
    all
}

fn eval_gather(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let chosen = chosen(cx, inputs[1], false)?;
    let mut out = cx.out_buffer()?;
    let size = cx.out().dtype.size();
    let zero = Scalar::zero(cx.out().dtype).to_bytes();
    for (out, at) in out.bytes_mut().chunks_exact_mut(size).zip(chosen) {
        out.copy_from_slice(at.map_or(&zero, |at| &inputs[0].bytes()[at * size..][..size]));
    }
    Ok(smallvec![out])
}

fn eval_scatter(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let chosen = chosen(cx, inputs[1], true)?;
    let mut out = Buffer::zeros(cx.out().clone())?;
    dispatch!(any cx.out().dtype, T => {
        let (source, out) = (read::<T>(inputs[0]), write::<T>(&mut out));
        for (value, at) in source.iter().zip(chosen) {
            let Some(at) = at else { continue };
            out[at] = T::store(T::plus(out[at].load(), value.load()));
        }
    });
    Ok(smallvec![out])
}
