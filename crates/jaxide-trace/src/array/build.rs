//! Constructors: numbers, slices, nested arrays, host data.

use std::{panic::Location, sync::Arc};

use jaxide_ir::{ArrayType, DType, Scalar, TensorData};
use jaxide_runtime::Buffer;

use super::{
    Array, Concrete, Element, Kind, Number, Repr,
    number::{default_complex, default_float, default_int},
};
use crate::{
    diag,
    error::{Error, OrRaise, Result},
};

impl Array {
    /// A plain number of a dtype; it becomes a literal in programs.
    pub(crate) fn plain(number: Scalar, dtype: DType, weak: bool) -> Array {
        let ty = ArrayType::scalar(dtype).with_weak(weak);
        let buffer = Buffer::from_bytes(ty, &number.convert(dtype).to_bytes())
            .expect("a number has the bytes of its dtype");
        Array(Repr::Concrete(Arc::new(Concrete { buffer, number: Some(number) })))
    }

    /// A number as an operand: weak unless it is a `bool`. An integer beyond the default dtype is
    /// held with 64 bits; promotion refuses it where it does not fit.
    pub(crate) fn from_number<S: Number>(number: S) -> Array {
        let exact = number.exact();
        let dtype = match S::KIND {
            Kind::Bool => DType::Bool,
            Kind::Float => default_float(),
            Kind::Complex => default_complex(),
            Kind::Int if exact.convert(default_int()).as_int() == exact.as_int() => default_int(),
            Kind::Int => exact.dtype(),
        };
        Array::plain(exact, dtype, S::KIND != Kind::Bool)
    }

    /// An array of a shape with exactly this element type.
    ///
    /// # Errors
    /// When the number of elements is not that of the shape.
    #[track_caller]
    pub fn try_from_slice<T: Element>(shape: &[usize], data: &[T]) -> Result<Array> {
        let at = Location::caller();
        let ty = ArrayType::new(T::DTYPE, shape);
        let size = shape.iter().try_fold(1usize, |size, dim| size.checked_mul(*dim));
        if size != Some(data.len()) {
            let message =
                format!("data for {} expected, got {} elements", ty.numpy_text(), data.len());
            return Err(Error::Value(diag::array_data(message, at)));
        }
        T::buffer(shape, data).map(Array::from_buffer).map_err(Error::Engine)
    }

    /// An array of a shape with exactly this element type.
    ///
    /// # Panics
    /// When the number of elements is not that of the shape.
    #[track_caller]
    pub fn from_slice<T: Element>(shape: &[usize], data: &[T]) -> Array {
        Array::try_from_slice(shape, data).or_raise()
    }
}

/// An array of rank 0 that is weakly typed, as a plain number is.
pub fn scalar(number: impl Number) -> Array {
    Array::from_number(number)
}

/// An array of numbers, slices, `Vec`s or nested arrays of numbers, or host data.
///
/// ```
/// # use jaxide_trace::array;
/// assert_eq!(array([[1.0, 2.0], [3.0, 4.0]]).shape(), [2, 2]);
/// assert_eq!(array(vec![1, 2, 3]).to_vec::<i32>(), [1, 2, 3]);
/// ```
///
/// # Panics
/// With `ValueError` when nested rows differ in length.
#[track_caller]
pub fn array(data: impl Into<Array>) -> Array {
    data.into()
}

/// Numbers in nested slices, arrays and `Vec`s.
pub trait ArrayData {
    /// The innermost type.
    type Number: Number;
    /// Number of dimensions.
    const RANK: usize;
    /// Appends the sizes of the dimensions, as the first item has them.
    fn push_shape(&self, shape: &mut Vec<usize>);
    /// Appends all elements; false when the shape is not that of the first item.
    fn write(&self, shape: &[usize], dtype: DType, out: &mut Vec<u8>) -> bool;
    /// The number itself at rank 0.
    fn number(&self) -> Option<Self::Number> {
        None
    }
}

impl<S: Number> ArrayData for S {
    type Number = S;
    const RANK: usize = 0;

    fn push_shape(&self, _: &mut Vec<usize>) {}

    fn write(&self, _: &[usize], dtype: DType, out: &mut Vec<u8>) -> bool {
        Number::write(*self, dtype, out);
        true
    }

    fn number(&self) -> Option<S> {
        Some(*self)
    }
}

impl<T: ArrayData> ArrayData for [T] {
    type Number = T::Number;
    const RANK: usize = T::RANK + 1;

    fn push_shape(&self, shape: &mut Vec<usize>) {
        shape.push(self.len());
        match self.first() {
            Some(first) => first.push_shape(shape),
            None => shape.resize(shape.len() + T::RANK, 0),
        }
    }

    fn write(&self, shape: &[usize], dtype: DType, out: &mut Vec<u8>) -> bool {
        shape[0] == self.len() && self.iter().all(|item| item.write(&shape[1..], dtype, out))
    }
}

macro_rules! as_slice {
    ($([$($generics:tt)*] $ty:ty),* $(,)?) => {$(
        impl<$($generics)*> ArrayData for $ty {
            type Number = T::Number;
            const RANK: usize = T::RANK + 1;

            fn push_shape(&self, shape: &mut Vec<usize>) {
                let items: &[T] = self.as_ref();
                items.push_shape(shape);
            }

            fn write(&self, shape: &[usize], dtype: DType, out: &mut Vec<u8>) -> bool {
                let items: &[T] = self.as_ref();
                items.write(shape, dtype, out)
            }
        }
    )*};
}

as_slice! {
    [T: ArrayData] Vec<T>,
    [T: ArrayData] &Vec<T>,
    [T: ArrayData] &[T],
    [T: ArrayData, const N: usize] [T; N],
    [T: ArrayData, const N: usize] &[T; N],
}

impl<D: ArrayData> From<D> for Array {
    #[track_caller]
    fn from(data: D) -> Array {
        if let Some(number) = data.number() {
            return Array::from_number(number);
        }
        let at = Location::caller();
        let (mut shape, mut bytes) = (Vec::new(), Vec::new());
        data.push_shape(&mut shape);
        let dtype = D::Number::array_dtype();
        if !data.write(&shape, dtype, &mut bytes) {
            let message = format!(
                "setting an array element with a sequence: the nested data has an inhomogeneous \
                 shape; the first rows have shape {shape:?}"
            );
            return Err(Error::Value(diag::array_data(message, at))).or_raise();
        }
        let buffer = Buffer::from_bytes(ArrayType::new(dtype, &shape), &bytes);
        Array::from_buffer(buffer.map_err(Error::Engine).or_raise())
    }
}

impl From<&Array> for Array {
    fn from(array: &Array) -> Array {
        array.clone()
    }
}

impl From<Buffer> for Array {
    fn from(buffer: Buffer) -> Array {
        Array::from_buffer(buffer)
    }
}

/// # Panics
/// When there is no memory.
impl From<&TensorData> for Array {
    #[track_caller]
    fn from(data: &TensorData) -> Array {
        Array::from_buffer(Buffer::from_tensor(data).map_err(Error::Engine).or_raise())
    }
}

/// # Panics
/// When there is no memory.
impl From<TensorData> for Array {
    #[track_caller]
    fn from(data: TensorData) -> Array {
        (&data).into()
    }
}
