//! A value of the old program in the new one.

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use jaxide_ir::{ArrayType, Atom, DType, Handle, JaxprBuilder, Literal, Scalar, Value as IrValue};
use jaxide_lax::{Val, templates::broadcast_to};

/// A real value, or a complex one as a whole, in parts, or both.
#[derive(Clone)]
pub(super) enum Value<'b> {
    Real(Handle<'b>),
    Complex(Rc<Complex<'b>>),
}

/// At least one of both is there; the other is made when it is asked for.
#[derive(Default)]
pub(super) struct Complex<'b> {
    whole: OnceCell<Handle<'b>>,
    parts: OnceCell<(Handle<'b>, Handle<'b>)>,
}

impl<'b> Value<'b> {
    /// A value of the new program.
    pub(super) fn of(handle: Handle<'b>) -> Value<'b> {
        if !handle.ty().dtype.is_complex() {
            return Value::Real(handle);
        }
        let (whole, parts) = (OnceCell::from(handle), OnceCell::new());
        Value::Complex(Rc::new(Complex { whole, parts }))
    }

    /// A complex value of real and imaginary part.
    pub(super) fn complex(re: Handle<'b>, im: Handle<'b>) -> Value<'b> {
        let (whole, parts) = (OnceCell::new(), OnceCell::from((re, im)));
        Value::Complex(Rc::new(Complex { whole, parts }))
    }

    pub(super) fn literal(builder: &'b RefCell<JaxprBuilder>, literal: Literal) -> Value<'b> {
        let part = |value: Scalar| {
            Handle::new(builder, Atom::Literal(Literal { value, weak: literal.weak }))
        };
        let (value, dtype) = (literal.value, literal.value.dtype().part());
        if !value.dtype().is_complex() {
            return Value::Real(part(value));
        }
        let im = part(Scalar::float(dtype, value.imag()));
        Value::complex(part(Scalar::float(dtype, value.to_f64())), im)
    }

    pub(super) fn is_complex(&self) -> bool {
        matches!(self, Value::Complex(_))
    }

    /// The type in the old program.
    pub(super) fn ty(&self) -> ArrayType {
        let Value::Complex(value) = self else { return self.whole().ty() };
        if let Some(whole) = value.whole.get() {
            return whole.ty();
        }
        let part = self.parts().0.ty();
        let dtype = if part.dtype == DType::F64 { DType::C128 } else { DType::C64 };
        part.with_dtype(dtype).with_weak(part.weak)
    }

    /// The value as it is in the old program.
    pub(super) fn whole(&self) -> Handle<'b> {
        match self {
            Value::Real(handle) => *handle,
            Value::Complex(value) => *value.whole.get_or_init(|| {
                let (re, im) = value.parts.get().expect("a value has a form");
                jaxide_lax::complex(&Val(*re), &Val(*im)).0
            }),
        }
    }

    /// Real and imaginary part; the latter is 0 for a real value.
    pub(super) fn parts(&self) -> (Handle<'b>, Handle<'b>) {
        match self {
            Value::Real(handle) => (*handle, zero(handle.cx(), &handle.ty())),
            Value::Complex(value) => *value.parts.get_or_init(|| {
                let whole = Val(*value.whole.get().expect("a value has a form"));
                (jaxide_lax::real(&whole).0, jaxide_lax::imag(&whole).0)
            }),
        }
    }

    /// One part of a complex value, or a real value.
    pub(super) fn part(&self, imaginary: bool) -> Handle<'b> {
        match self {
            Value::Real(handle) => *handle,
            Value::Complex(_) if imaginary => self.parts().1,
            Value::Complex(_) => self.parts().0,
        }
    }
}

/// Zeros of a type.
pub(super) fn zero<'b>(builder: &'b RefCell<JaxprBuilder>, ty: &ArrayType) -> Handle<'b> {
    let zero = <Val<'b> as IrValue>::literal(builder, Scalar::zero(ty.dtype));
    broadcast_to(&zero, &ty.shape).0
}

/// Real values and the parts of complex ones, side by side.
pub(super) fn flatten<'b>(values: &[Value<'b>]) -> Vec<Handle<'b>> {
    let mut flat = Vec::new();
    for value in values {
        flat.push(value.part(false));
        if value.is_complex() {
            flat.push(value.part(true));
        }
    }
    flat
}

/// The values of these types in the old program from real values side by side.
pub(super) fn regroup<'b>(flat: Vec<Handle<'b>>, types: &[ArrayType]) -> Vec<Value<'b>> {
    let mut flat = flat.into_iter();
    let mut next = || flat.next().expect("a value for each part");
    let value = |ty: &ArrayType| {
        let first = next();
        if ty.dtype.is_complex() { Value::complex(first, next()) } else { Value::Real(first) }
    };
    types.iter().map(value).collect()
}
