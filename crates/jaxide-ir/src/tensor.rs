//! Dense host data with a type: constants of programs, recorded values, fold results. Buffers that
//! engines compute on live in the runtime crate, not here.

use std::hash::{Hash, Hasher};

use crate::{ArrayType, DType, Element, Scalar, diag};

/// A dense row-major array on the host.
///
/// ```
/// # use jaxide_ir::TensorData;
/// let t = TensorData::from_slice(&[2], &[1.0f32, 2.0]).unwrap();
/// assert_eq!(t.as_slice::<f32>(), [1.0, 2.0]);
/// assert_eq!(t.ty().to_string(), "f32[2]");
/// ```
#[derive(Clone, Debug)]
pub struct TensorData {
    ty: ArrayType,
    // Words keep every element type aligned without unsafe code.
    words: Vec<u64>,
}

impl TensorData {
    /// Zeros of a type.
    pub fn zeros(ty: ArrayType) -> TensorData {
        let words = vec![0; ty.bytes().div_ceil(8)];
        TensorData { ty, words }
    }

    /// A copy of `data` with a shape.
    ///
    /// # Errors
    /// When the number of elements is not that of the shape.
    pub fn from_slice<T: Element>(shape: &[usize], data: &[T]) -> crate::Result<TensorData> {
        TensorData::from_bytes(ArrayType::new(T::DTYPE, shape), bytemuck::cast_slice(data))
    }

    /// A copy of little-endian row-major bytes.
    ///
    /// # Errors
    /// When the number of bytes is not that of the type.
    pub fn from_bytes(ty: ArrayType, bytes: &[u8]) -> crate::Result<TensorData> {
        if checked_bytes(&ty) != Some(bytes.len()) {
            return Err(diag::tensor_size(&ty, bytes.len()));
        }
        let mut tensor = TensorData::zeros(ty);
        tensor.bytes_mut().copy_from_slice(bytes);
        Ok(tensor)
    }

    /// An array of rank 0.
    pub fn scalar(value: Scalar) -> TensorData {
        let mut tensor = TensorData::zeros(ArrayType::scalar(value.dtype()));
        tensor.bytes_mut().copy_from_slice(&value.to_bytes());
        tensor
    }

    /// The type; its weak flag is false unless set by [`TensorData::with_weak`].
    pub fn ty(&self) -> &ArrayType {
        &self.ty
    }

    /// The same data with another weak flag.
    pub fn with_weak(mut self, weak: bool) -> TensorData {
        self.ty.weak = weak;
        self
    }

    /// The bytes, row-major, little-endian.
    pub fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.ty.bytes()]
    }

    /// The bytes, for writing. Bool elements must stay 0 or 1.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let len = self.ty.bytes();
        &mut bytemuck::cast_slice_mut(&mut self.words)[..len]
    }

    /// The elements. A bool array is read as `u8`.
    ///
    /// # Panics
    /// When `T` is not the element type.
    pub fn as_slice<T: Element>(&self) -> &[T] {
        let same =
            T::DTYPE == self.ty.dtype || (T::DTYPE == DType::U8 && self.ty.dtype == DType::Bool);
        assert!(same, "expected elements of {}, asked for {}", self.ty.dtype, T::DTYPE);
        bytemuck::cast_slice(self.bytes())
    }

    /// One element, by its row-major position.
    ///
    /// # Panics
    /// When the index is out of range.
    pub fn get(&self, index: usize) -> Scalar {
        let size = self.ty.dtype.size();
        Scalar::from_bytes(self.ty.dtype, &self.bytes()[index * size..(index + 1) * size])
    }

    /// All elements in row-major order.
    pub fn iter(&self) -> impl Iterator<Item = Scalar> + '_ {
        (0..self.ty.size()).map(|index| self.get(index))
    }
}

/// The bytes of a type, or `None` where they overflow.
fn checked_bytes(ty: &ArrayType) -> Option<usize> {
    ty.shape.iter().try_fold(ty.dtype.size(), |bytes, dim| bytes.checked_mul(*dim))
}

/// Equality by bits and type; weak flags are ignored.
impl PartialEq for TensorData {
    fn eq(&self, other: &TensorData) -> bool {
        self.ty == other.ty && self.bytes() == other.bytes()
    }
}

impl Eq for TensorData {}

impl Hash for TensorData {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ty.dtype.hash(state);
        self.ty.shape.hash(state);
        self.bytes().hash(state);
    }
}
