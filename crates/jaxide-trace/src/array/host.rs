//! Values of arrays on the host: `item`, `to_vec`, conversions to Rust's numbers. Traced arrays
//! have none and raise JAX's concretization errors at the user's line.

use std::panic::Location;

use half::{bf16, f16};
use jaxide_ir::{ArrayType, DType, Scalar, TensorData};
use jaxide_runtime::Buffer;
use num_complex::Complex;

use super::{Array, Concrete, Repr};
use crate::{
    diag,
    error::{Error, OrRaise, Result},
    trace::Tracer,
};

/// An element type on the host, `bool` included.
pub trait Element: Copy + Send + Sync + 'static {
    /// The dtype of arrays of such elements.
    const DTYPE: DType;
    /// A copy of the elements of a buffer of this dtype.
    fn read(buffer: &Buffer) -> Vec<Self>;
    /// A buffer of a shape.
    ///
    /// # Errors
    /// When the number of elements is not that of the shape, or there is no memory.
    fn buffer(shape: &[usize], data: &[Self]) -> jaxide_ir::Result<Buffer>;
}

macro_rules! elements {
    ($($ty:ty),*) => {$(
        impl Element for $ty {
            const DTYPE: DType = <$ty as jaxide_ir::Element>::DTYPE;

            fn read(buffer: &Buffer) -> Vec<Self> {
                buffer.as_slice::<$ty>().to_vec()
            }

            fn buffer(shape: &[usize], data: &[Self]) -> jaxide_ir::Result<Buffer> {
                Buffer::from_slice(shape, data)
            }
        }
    )*};
}

elements!(i8, i16, i32, i64, u8, u16, u32, u64, bf16, f16, f32, f64, Complex<f32>, Complex<f64>);

impl Element for bool {
    const DTYPE: DType = DType::Bool;

    fn read(buffer: &Buffer) -> Vec<Self> {
        buffer.bytes().iter().map(|byte| *byte != 0).collect()
    }

    fn buffer(shape: &[usize], data: &[Self]) -> jaxide_ir::Result<Buffer> {
        let bytes: Vec<u8> = data.iter().map(|value| u8::from(*value)).collect();
        Buffer::from_bytes(ArrayType::new(DType::Bool, shape), &bytes)
    }
}

/// What a host value is wanted for; it decides the error for traced arrays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want {
    /// A condition: `TracerBoolConversionError`.
    Condition,
    /// An index or a count: `TracerIntegerConversionError`.
    Index,
    /// A number of the named type: `ConcretizationTypeError`.
    Number(&'static str),
}

/// A Rust value that an array of one element converts to.
pub trait Item: Sized {
    /// What it is wanted for.
    const WANT: Want;
    /// The value of an element, converted as `as` converts.
    fn from_scalar(scalar: Scalar) -> Self;
}

impl Array {
    pub(crate) fn concrete(&self) -> std::result::Result<&Concrete, &std::sync::Arc<Tracer>> {
        match &self.0 {
            Repr::Concrete(concrete) => Ok(concrete),
            Repr::Traced(tracer) => Err(tracer),
        }
    }

    /// The only element.
    pub(crate) fn only(&self) -> Option<Scalar> {
        let concrete = self.concrete().ok()?;
        let ty = concrete.buffer.ty();
        (ty.size() == 1).then(|| Scalar::from_bytes(ty.dtype, concrete.buffer.bytes()))
    }

    /// The value of an array of one element.
    ///
    /// # Errors
    /// For traced arrays, and where there is not exactly one element.
    #[track_caller]
    pub fn try_item<T: Item>(&self) -> Result<T> {
        let at = Location::caller();
        match self.concrete() {
            Err(tracer) => Err(traced(T::WANT, tracer, at)),
            Ok(_) => self
                .only()
                .map(T::from_scalar)
                .ok_or_else(|| Error::Value(diag::item_size(self.aval(), at))),
        }
    }

    /// The value of an array of one element.
    ///
    /// # Panics
    /// With a concretization error for traced arrays, and where there is not exactly one element.
    #[track_caller]
    pub fn item<T: Item>(&self) -> T {
        self.try_item().or_raise()
    }

    /// All elements in row-major order.
    ///
    /// # Errors
    /// For traced arrays, and where the dtype is not that of `T`.
    #[track_caller]
    pub fn try_to_vec<T: Element>(&self) -> Result<Vec<T>> {
        let at = Location::caller();
        let concrete = self
            .concrete()
            .map_err(|tracer| Error::TracerArrayConversion(diag::array_conversion(tracer, at)))?;
        if self.dtype() != T::DTYPE {
            return Err(Error::Type(diag::element_type(T::DTYPE, self.dtype(), at)));
        }
        Ok(T::read(&concrete.buffer))
    }

    /// All elements in row-major order.
    ///
    /// # Panics
    /// For traced arrays, and where the dtype is not that of `T`.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Vec<T> {
        self.try_to_vec().or_raise()
    }

    /// A copy as host data.
    ///
    /// # Panics
    /// With `TracerArrayConversionError` for traced arrays.
    #[track_caller]
    pub fn to_tensor(&self) -> TensorData {
        let at = Location::caller();
        self.concrete()
            .map(|concrete| concrete.buffer.to_tensor())
            .map_err(|tracer| Error::TracerArrayConversion(diag::array_conversion(tracer, at)))
            .or_raise()
    }
}

/// The error of a traced array whose value is wanted.
fn traced(want: Want, tracer: &Tracer, at: &'static Location<'static>) -> Error {
    match want {
        Want::Condition => Error::TracerBoolConversion(diag::bool_conversion(tracer, at)),
        Want::Index => Error::TracerIntegerConversion(diag::integer_conversion(tracer, at)),
        Want::Number(name) => {
            let hint = format!(
                "The problem arose with the conversion to `{name}`. If trying to convert the data \
                 type of a value, try using `x.astype(..)` instead."
            );
            Error::Concretization(diag::needs_value(&hint, tracer, at))
        }
    }
}

/// An integer of the host from an element: floats truncate.
pub(crate) fn int(scalar: Scalar) -> i128 {
    scalar.as_int().unwrap_or_else(|| scalar.to_f64() as i128)
}

macro_rules! items {
    ($($ty:ty: $want:expr, |$value:ident| $convert:expr;)*) => {$(
        impl Item for $ty {
            const WANT: Want = $want;

            fn from_scalar($value: Scalar) -> $ty {
                $convert
            }
        }

        impl From<&Array> for $ty {
            #[track_caller]
            fn from(array: &Array) -> $ty {
                array.item()
            }
        }

        impl From<Array> for $ty {
            #[track_caller]
            fn from(array: Array) -> $ty {
                array.item()
            }
        }
    )*};
}

items! {
    bool: Want::Condition, |v| v.as_int().map_or_else(|| v.to_f64() != 0.0, |v| v != 0);
    usize: Want::Index, |v| int(v) as usize;
    isize: Want::Index, |v| int(v) as isize;
    i8: Want::Number("i8"), |v| int(v) as i8;
    i16: Want::Number("i16"), |v| int(v) as i16;
    i32: Want::Number("i32"), |v| int(v) as i32;
    i64: Want::Number("i64"), |v| int(v) as i64;
    u8: Want::Number("u8"), |v| int(v) as u8;
    u16: Want::Number("u16"), |v| int(v) as u16;
    u32: Want::Number("u32"), |v| int(v) as u32;
    u64: Want::Number("u64"), |v| int(v) as u64;
    f32: Want::Number("f32"), |v| v.to_f64() as f32;
    f64: Want::Number("f64"), |v| v.to_f64();
}
