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
        let dims = DotDims {
            lhs: DotSide { contract: vec![self.ndim() - 1], batch: vec![] },
            rhs: DotSide { contract: vec![other.ndim().saturating_sub(2)], batch: vec![] },
        };
        product("dot", [self, other], &dims, Location::caller())
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
        if self.ndim() <= 2 && other.ndim() <= 2 {
            let dims = last_axes(self.ndim() - 1, other.ndim().saturating_sub(2), 0);
            return product("matmul", [self, other], &dims, at);
        }
        let batch = |x: &Array| x.shape()[..x.ndim().saturating_sub(2)].to_vec();
        let (left, right) = (batch(self), batch(other));
        let Some(common) = promote::broadcast_shapes(&[&left, &right]) else {
            let shapes = [left, right].map(|shape| promote::shape_text(&shape)).join(", ");
            return Err(Error::Type(diag::broadcast("matmul", &shapes, at))).or_raise();
        };
        if other.ndim() == 1 {
            let dims = last_axes(self.ndim() - 1, 0, 0);
            return product("matmul", [self, other], &dims, at);
        }
        let other_batch = [&common[..], &other.shape()[other.ndim() - 2..]].concat();
        let rhs = promote::broadcast_to(other, &other_batch);
        if self.ndim() == 1 {
            // The row's product has its batch axes behind, so they come first as the matrix's own.
            let axes = common.len();
            return product("matmul", [&rhs, self], &last_axes(axes, 0, 0), at);
        }
        let self_batch = [&common[..], &self.shape()[self.ndim() - 2..]].concat();
        let lhs = promote::broadcast_to(self, &self_batch);
        let dims = last_axes(common.len() + 1, common.len(), common.len());
        product("matmul", [&lhs, &rhs], &dims, at)
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

/// The product over one summed axis of each operand.
#[track_caller]
fn product(
    name: &str,
    operands: [&Array; 2],
    dims: &DotDims,
    at: &'static Location<'static>,
) -> Array {
    let summed = [&dims.lhs, &dims.rhs].map(|side| side.contract[0]);
    let sizes = [0, 1].map(|side| operands[side].shape()[summed[side]]);
    if sizes[0] != sizes[1] {
        let shapes = operands.map(|operand| promote::shape_text(operand.shape()));
        return Err(Error::Type(diag::contraction(name, &shapes, &sizes, at))).or_raise();
    }
    let [lhs, rhs] = promote::promote_dtypes(operands);
    dot_general(&lhs, &rhs, dims, Some(lhs.dtype()))
}
