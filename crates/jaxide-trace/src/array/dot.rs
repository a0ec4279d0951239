//! Products of matrices and vectors.

use std::panic::Location;

use jaxide_lax::dot::{DotDims, DotSide, dot_general};

use super::Array;
use crate::{
    diag,
    error::{Error, OrRaise},
    promote,
};

impl Array {
    /// NumPy's `dot`: inner product of vectors, matrix product, or the sum over the last axis of this
    /// array and the last but one of the other; with a scalar it is the product.
    ///
    /// # Panics
    /// With `TypeError` when the summed sizes differ.
    #[track_caller]
    pub fn dot(&self, other: &Array) -> Array {
        if self.ndim() == 0 || other.ndim() == 0 {
            return super::operators::binary::mul(self, other);
        }
        check_sizes("dot", [self, other], Location::caller());
        let dims = DotDims {
            lhs: DotSide { contract: vec![self.ndim() - 1], batch: vec![] },
            rhs: DotSide { contract: vec![other.ndim().saturating_sub(2)], batch: vec![] },
        };
        product(self, other, &dims)
    }

    /// NumPy's `matmul`: matrix product over the last two axes, the others broadcast against each
    /// other; vectors count as a row on the left and a column on the right.
    ///
    /// # Panics
    /// With `ValueError` for scalars, with `TypeError` when the summed sizes differ.
    #[track_caller]
    pub fn matmul(&self, other: &Array) -> Array {
        let at = Location::caller();
        for (position, operand) in [self, other].into_iter().enumerate() {
            if operand.ndim() == 0 {
                let message = format!(
                    "matmul input operand {position} must have ndim at least 1, but it has ndim 0"
                );
                return Err(Error::Value(diag::bad_shape(message, at))).or_raise();
            }
        }
        check_sizes("matmul", [self, other], at);
        if self.ndim() <= 2 && other.ndim() <= 2 {
            return self.dot(other);
        }
        let batch = |x: &Array| x.shape()[..x.ndim().saturating_sub(2)].to_vec();
        let (left, right) = (batch(self), batch(other));
        let Some(common) = promote::broadcast_shapes(&[&left, &right]) else {
            let shapes = [left, right].map(|shape| promote::shape_text(&shape)).join(", ");
            return Err(Error::Type(diag::broadcast("matmul", &shapes, at))).or_raise();
        };
        if other.ndim() == 1 {
            return product(self, other, &last_axes(self.ndim() - 1, 0, 0));
        }
        let other_batch = [&common[..], &other.shape()[other.ndim() - 2..]].concat();
        let rhs = promote::broadcast_to(other, &other_batch);
        if self.ndim() == 1 {
            // The row's product has its batch axes behind, so they come first as the matrix's own.
            let axes = common.len();
            return product(&rhs, self, &last_axes(axes, 0, 0));
        }
        let self_batch = [&common[..], &self.shape()[self.ndim() - 2..]].concat();
        let lhs = promote::broadcast_to(self, &self_batch);
        product(&lhs, &rhs, &last_axes(common.len() + 1, common.len(), common.len()))
    }
}

/// One summed axis of each side, after this many batch axes.
fn last_axes(lhs: usize, rhs: usize, batch: usize) -> DotDims {
    let batch: Vec<usize> = (0..batch).collect();
    DotDims {
        lhs: DotSide { contract: vec![lhs], batch: batch.clone() },
        rhs: DotSide { contract: vec![rhs], batch },
    }
}

/// Refuses operands of rank 1 and more whose summed axes differ in size: the last one of the left,
/// the last but one, or the only one, of the right.
#[track_caller]
fn check_sizes(name: &str, operands: [&Array; 2], at: &'static Location<'static>) {
    let [lhs, rhs] = operands.map(Array::shape);
    let sizes = [lhs[lhs.len() - 1], rhs[rhs.len().saturating_sub(2)]];
    if sizes[0] != sizes[1] {
        let shapes = [lhs, rhs].map(promote::shape_text);
        Err(Error::Type(diag::contraction(name, &shapes, &sizes, at))).or_raise()
    }
}

#[track_caller]
fn product(lhs: &Array, rhs: &Array, dims: &DotDims) -> Array {
    let [lhs, rhs] = promote::promote_dtypes([lhs, rhs]);
    dot_general(&lhs, &rhs, dims, Some(lhs.dtype()))
}
