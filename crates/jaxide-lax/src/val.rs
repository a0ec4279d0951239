//! `Val`: the handle that rules write programs with. It adds operators to [`Handle`], strict in
//! dtype and shape like the ops themselves.

use std::{
    cell::RefCell,
    ops::{Add, Div, Mul, Neg, Sub},
};

use jaxide_ir::{ArrayType, Atom, Handle, JaxprBuilder, Literal, OpDef, Params, Scalar, Value};
use smallvec::SmallVec;

/// A value in a program that a rule builds.
#[derive(Clone, Copy)]
pub struct Val<'b>(pub Handle<'b>);

impl<'b> Val<'b> {
    /// A rank-0 constant of this value's dtype, weak where this value is.
    pub fn constant(&self, value: f64) -> Val<'b> {
        let ty = self.ty();
        let literal = Literal { value: Scalar::float(ty.dtype, value), weak: ty.weak };
        Val(Handle::new(self.cx(), Atom::Literal(literal)))
    }
}

impl<'b> Value for Val<'b> {
    type Cx = &'b RefCell<JaxprBuilder>;

    fn cx(&self) -> Self::Cx {
        self.0.builder()
    }

    fn ty(&self) -> ArrayType {
        self.0.ty()
    }

    #[track_caller]
    fn bind(
        cx: Self::Cx,
        op: &'static OpDef,
        params: Params,
        operands: &[&Self],
    ) -> SmallVec<[Self; 1]> {
        let operands: SmallVec<[&Handle<'b>; 3]> = operands.iter().map(|val| &val.0).collect();
        Handle::bind(cx, op, params, &operands).into_iter().map(Val).collect()
    }

    fn literal(cx: Self::Cx, value: Scalar) -> Self {
        Val(Handle::literal(cx, value))
    }
}

impl<'b> From<Handle<'b>> for Val<'b> {
    fn from(handle: Handle<'b>) -> Val<'b> {
        Val(handle)
    }
}

macro_rules! operators {
    ($($op:ident $method:ident),*) => {$(
        impl<'b> $op for Val<'b> {
            type Output = Val<'b>;
            #[track_caller]
            fn $method(self, other: Val<'b>) -> Val<'b> {
                crate::elementwise::$method(&self, &other)
            }
        }
    )*};
}

operators!(Add add, Sub sub, Mul mul, Div div);

impl<'b> Neg for Val<'b> {
    type Output = Val<'b>;
    #[track_caller]
    fn neg(self) -> Val<'b> {
        crate::elementwise::neg(&self)
    }
}
