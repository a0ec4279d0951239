//! Strided views of dense arrays, and the one loop that moves elements between two of them.

use jaxide_ir::{ArrayType, Shape};
use smallvec::SmallVec;

/// Where the elements of an index space lie in a dense array: a first position and one step per
/// dimension, in elements. Steps may be zero (broadcast) or negative (reversal).
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) base: isize,
    pub(crate) strides: SmallVec<[isize; 4]>,
}

impl View {
    /// The whole of an array.
    pub(crate) fn dense(ty: &ArrayType) -> View {
        View { base: 0, strides: ty.strides().iter().map(|stride| *stride as isize).collect() }
    }

    /// The same with the first position moved by `index` along the dimensions.
    pub(crate) fn moved(mut self, index: impl IntoIterator<Item = isize>) -> View {
        self.base += self.strides.iter().zip(index).map(|(stride, i)| stride * i).sum::<isize>();
        self
    }
}

/// Copies the elements of an index space from one view to another.
pub(crate) fn copy<T: Copy>(shape: &[usize], src: &[T], from: &View, dst: &mut [T], to: &View) {
    if shape.contains(&0) {
        return;
    }
    let Some((&inner, outer)) = shape.split_last() else {
        dst[to.base as usize] = src[from.base as usize];
        return;
    };
    let (step_from, step_to) = (from.strides[outer.len()], to.strides[outer.len()]);
    let starts = Walk::new(outer, &from.strides, from.base);
    for (mut at, mut target) in starts.zip(Walk::new(outer, &to.strides, to.base)) {
        if step_from == 1 && step_to == 1 {
            let (at, target) = (at as usize, target as usize);
            dst[target..target + inner].copy_from_slice(&src[at..at + inner]);
            continue;
        }
        for _ in 0..inner {
            dst[target as usize] = src[at as usize];
            at += step_from;
            target += step_to;
        }
    }
}

/// The positions of an index space in row-major order.
pub(crate) struct Walk<'a> {
    shape: &'a [usize],
    strides: &'a [isize],
    index: Shape,
    at: isize,
    left: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(shape: &'a [usize], strides: &'a [isize], base: isize) -> Walk<'a> {
        let index = Shape::from_elem(0, shape.len());
        Walk { shape, strides, index, at: base, left: shape.iter().product() }
    }
}

impl Iterator for Walk<'_> {
    type Item = isize;

    fn next(&mut self) -> Option<isize> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let at = self.at;
        for axis in (0..self.shape.len()).rev() {
            self.index[axis] += 1;
            self.at += self.strides[axis];
            if self.index[axis] < self.shape[axis] {
                break;
            }
            self.at -= self.strides[axis] * self.shape[axis] as isize;
            self.index[axis] = 0;
        }
        Some(at)
    }
}

/// The next position in row-major order.
pub(crate) fn advance(place: &mut [usize], shape: &[usize]) {
    for (at, size) in place.iter_mut().zip(shape).rev() {
        *at += 1;
        if *at < *size {
            return;
        }
        *at = 0;
    }
}
