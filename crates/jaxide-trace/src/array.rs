//! The array type. Operators, methods, constructors and host access have files of their own; what
//! an operation does when it is recorded is `trace`'s business.

mod build;
mod compare;
mod dot;
mod host;
mod index;
mod methods;
mod number;
mod operators;
mod reduce;
mod shape;
mod show;

use std::{panic::Location, sync::Arc};

use jaxide_ir::{ArrayType, DType, OpDef, Params, Scalar, Value};
use jaxide_runtime::Buffer;
use smallvec::SmallVec;

use crate::{
    error::OrRaise,
    trace::{Tracer, bind},
};

pub use build::{ArrayData, array, scalar};
pub(crate) use host::int;
pub use host::{Element, Item, Want};
pub use index::{
    Ellipsis, Index, IndexMode, IndexNumber, Indexed, Indices, IntoIndex, NewAxis, Slice, ds,
};
pub use methods::Exponent;
pub(crate) use number::default_int;
pub use number::{Kind, Number, Operand};
pub(crate) use operators::binary;
pub use reduce::axes as canonicalize_axes;
pub use shape::Shape;
pub use show::Shown;

/// An n-dimensional array: concrete, or traced, standing for a value that is not known yet.
///
/// `Clone` copies a reference. Operators and methods promote dtypes and broadcast shapes as NumPy
/// and JAX do.
#[derive(Clone)]
pub struct Array(pub(crate) Repr);

#[derive(Clone)]
pub(crate) enum Repr {
    Concrete(Arc<Concrete>),
    Traced(Arc<Tracer>),
}

/// A known value.
pub(crate) struct Concrete {
    pub(crate) buffer: Buffer,
    /// Set for plain numbers of rank 0, which become literals in programs. It holds the number as
    /// it was written, before it was rounded to a dtype.
    pub(crate) number: Option<Scalar>,
}

const _: fn() = || {
    fn assert<T: Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
    assert::<Array>();
};

impl Array {
    pub(crate) fn from_buffer(buffer: Buffer) -> Array {
        Array(Repr::Concrete(Arc::new(Concrete { buffer, number: None })))
    }

    /// The type, weak flag included.
    #[inline]
    pub(crate) fn aval(&self) -> &ArrayType {
        match &self.0 {
            Repr::Concrete(concrete) => concrete.buffer.ty(),
            Repr::Traced(tracer) => &tracer.ty,
        }
    }

    /// The plain number behind the array, if it is one.
    pub(crate) fn number(&self) -> Option<Scalar> {
        match &self.0 {
            Repr::Concrete(concrete) => concrete.number,
            Repr::Traced(_) => None,
        }
    }

    /// Sizes of the dimensions, outermost first; known on traced arrays too.
    pub fn shape(&self) -> &[usize] {
        &self.aval().shape
    }

    /// Number of dimensions.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// Number of elements.
    pub fn size(&self) -> usize {
        self.aval().size()
    }

    /// The size of the first dimension.
    ///
    /// # Panics
    /// With `TypeError` for arrays of rank 0.
    #[track_caller]
    #[allow(clippy::len_without_is_empty, reason = "NumPy's len; an array is no collection")]
    pub fn len(&self) -> usize {
        let at = Location::caller();
        let first = self.shape().first().copied();
        first
            .ok_or_else(|| {
                crate::Error::Type(crate::diag::array_data("len() of unsized object", at))
            })
            .or_raise()
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.aval().dtype
    }

    /// True for a value that yields in promotion because it comes from plain numbers.
    pub fn weak_type(&self) -> bool {
        self.aval().weak
    }

    /// True while the array stands for a value that is not known yet.
    pub fn is_traced(&self) -> bool {
        matches!(self.0, Repr::Traced(_))
    }

    /// The buffer of a concrete array.
    pub fn buffer(&self) -> Option<&Buffer> {
        match &self.0 {
            Repr::Concrete(concrete) => Some(&concrete.buffer),
            Repr::Traced(_) => None,
        }
    }

    /// The buffer of a concrete array that nothing else refers to; the array otherwise.
    pub fn into_buffer(self) -> Result<Buffer, Array> {
        match self.0 {
            Repr::Concrete(concrete) => match Arc::try_unwrap(concrete) {
                Ok(concrete) => Ok(concrete.buffer),
                Err(shared) => Err(Array(Repr::Concrete(shared))),
            },
            traced => Err(Array(traced)),
        }
    }
}

impl Value for Array {
    type Cx = ();

    fn cx(&self) {}

    fn ty(&self) -> ArrayType {
        self.aval().clone()
    }

    #[track_caller]
    fn bind(_: (), op: &'static OpDef, params: Params, operands: &[&Self]) -> SmallVec<[Self; 1]> {
        bind(op, params, operands, Location::caller()).or_raise()
    }

    fn literal(_: (), value: Scalar) -> Self {
        Array::plain(value, value.dtype(), false)
    }
}
