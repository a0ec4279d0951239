//! The interface that op functions are generic over.

use smallvec::SmallVec;

use crate::{ArrayType, OpDef, Params, Scalar};

/// A value that ops can be applied to: an eager or traced array of the front end, or a handle in a
/// program that a rule builds.
pub trait Value: Clone {
    /// Where values come from when there is no operand: a builder, or nothing.
    type Cx: Copy;

    /// The context of this value.
    fn cx(&self) -> Self::Cx;

    /// The value's type.
    fn ty(&self) -> ArrayType;

    /// Applies an op.
    ///
    /// # Panics
    /// With the diagnostic, when the op refuses operands or parameters.
    #[track_caller]
    fn bind(
        cx: Self::Cx,
        op: &'static OpDef,
        params: Params,
        operands: &[&Self],
    ) -> SmallVec<[Self; 1]>;

    /// A rank-0 constant.
    fn literal(cx: Self::Cx, value: Scalar) -> Self;
}
