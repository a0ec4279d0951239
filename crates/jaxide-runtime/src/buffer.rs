//! `Buffer`: a dense row-major array on the host, in aligned memory that is recycled. Views and
//! strides are the engines' business; a buffer is always dense.

use std::{any::Any, ptr::NonNull};

use jaxide_ir::{ArrayType, DType, Element, Result, TensorData};

use crate::{
    diag,
    memory::{ALIGN, Block},
};

/// A dense row-major host array with its type. Little-endian; a bool is one byte, 0 or 1.
///
/// ```
/// # use jaxide_runtime::Buffer;
/// let b = Buffer::from_slice(&[2], &[1.0f32, 2.0])?;
/// assert_eq!(b.as_slice::<f32>(), [1.0, 2.0]);
/// assert_eq!(b.as_ptr() as usize % 64, 0);
/// # Ok::<(), jaxide_ir::Diagnostic>(())
/// ```
pub struct Buffer {
    ty: ArrayType,
    block: Block,
}

impl Buffer {
    /// Zeros of a type.
    ///
    /// # Errors
    /// When the size overflows or there is no memory.
    pub fn zeros(ty: ArrayType) -> Result<Buffer> {
        let bytes = checked_bytes(&ty)?;
        let (block, fresh) = Block::new(bytes)?;
        let mut buffer = Buffer { ty, block };
        if !fresh {
            buffer.bytes_mut().fill(0);
        }
        Ok(buffer)
    }

    /// A buffer to be overwritten: it holds initialised bytes of arbitrary value, left over from
    /// buffers dropped before. Bool elements may be other than 0 and 1 until written.
    ///
    /// # Errors
    /// When the size overflows or there is no memory.
    pub fn recycled(ty: ArrayType) -> Result<Buffer> {
        let bytes = checked_bytes(&ty)?;
        let (block, _) = Block::new(bytes)?;
        Ok(Buffer { ty, block })
    }

    /// A copy of `data` with a shape; strong.
    ///
    /// # Errors
    /// When the number of elements is not that of the shape, or there is no memory.
    pub fn from_slice<T: Element>(shape: &[usize], data: &[T]) -> Result<Buffer> {
        Buffer::from_bytes(ArrayType::new(T::DTYPE, shape), bytemuck::cast_slice(data))
    }

    /// A copy of row-major little-endian bytes.
    ///
    /// # Errors
    /// When the number of bytes is not that of the type, or there is no memory.
    pub fn from_bytes(ty: ArrayType, bytes: &[u8]) -> Result<Buffer> {
        if checked_bytes(&ty)? != bytes.len() {
            return Err(jaxide_ir::diag::tensor_size(&ty, bytes.len()));
        }
        let mut buffer = Buffer::recycled(ty)?;
        buffer.bytes_mut().copy_from_slice(bytes);
        Ok(buffer)
    }

    /// An array in memory that another library owns, without a copy where the address is a multiple
    /// of 64, which engines rely on. It is only read: the first write goes to a copy. The owner is
    /// dropped when the bytes are no longer needed.
    ///
    /// # Errors
    /// When the size overflows, an element of a bool array is neither 0 nor 1, or a copy is needed
    /// and there is no memory.
    ///
    /// # Safety
    /// `ptr` must point to the initialised row-major bytes of a dense array of this type, which
    /// nobody writes before `owner` is dropped; it may dangle when there are none.
    pub unsafe fn from_foreign(
        ty: ArrayType,
        ptr: NonNull<u8>,
        owner: Box<dyn Any + Send + Sync>,
    ) -> Result<Buffer> {
        let len = checked_bytes(&ty)?;
        if len == 0 {
            return Buffer::recycled(ty);
        }
        // SAFETY: the caller vouches for the bytes, and the owner lives to the end of this call.
        let bytes = unsafe { std::slice::from_raw_parts(ptr.as_ptr(), len) };
        if ty.dtype.is_bool()
            && let Some(byte) = bytes.iter().find(|byte| **byte > 1)
        {
            return Err(diag::bool_byte(*byte));
        }
        if !ptr.as_ptr().addr().is_multiple_of(ALIGN) {
            return Buffer::from_bytes(ty, bytes);
        }
        // SAFETY: the caller vouches that the bytes stay as they are while the owner lives.
        let block = unsafe { Block::foreign(ptr, len, owner) };
        Ok(Buffer { ty, block })
    }

    /// A copy of host data.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn from_tensor(data: &TensorData) -> Result<Buffer> {
        Buffer::from_bytes(data.ty().clone(), data.bytes())
    }

    /// A copy as host data.
    pub fn to_tensor(&self) -> TensorData {
        TensorData::from_bytes(self.ty.clone(), self.bytes())
            .expect("a buffer has the bytes of its type")
    }

    /// A copy.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn try_clone(&self) -> Result<Buffer> {
        Buffer::from_bytes(self.ty.clone(), self.bytes())
    }

    /// The type.
    pub fn ty(&self) -> &ArrayType {
        &self.ty
    }

    /// The same bytes seen as another type of the same size: another shape, weak flag or dtype.
    ///
    /// # Errors
    /// When the number of bytes differs.
    pub fn with_type(mut self, ty: ArrayType) -> Result<Buffer> {
        if checked_bytes(&ty)? != self.len() {
            return Err(diag::reshape(&self.ty, &ty));
        }
        self.ty = ty;
        Ok(self)
    }

    /// The elements. A bool array is read as `u8`.
    ///
    /// # Panics
    /// When `T` is not the element type.
    pub fn as_slice<T: Element>(&self) -> &[T] {
        self.expect_element::<T>();
        bytemuck::cast_slice(self.bytes())
    }

    /// The elements, for writing. A bool array is written as `u8`, 0 or 1.
    ///
    /// # Panics
    /// When `T` is not the element type, and as [`Buffer::bytes_mut`].
    pub fn as_mut_slice<T: Element>(&mut self) -> &mut [T] {
        self.expect_element::<T>();
        bytemuck::cast_slice_mut(self.bytes_mut())
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the block owns `capacity >= len` initialised bytes (`Block::new`, `with_type`),
        // and a shared borrow of the buffer keeps them alive and unwritten.
        unsafe { std::slice::from_raw_parts(self.block.ptr().as_ptr(), self.len()) }
    }

    /// The bytes, for writing. Bool elements must stay 0 or 1.
    ///
    /// # Panics
    /// When foreign memory has to be copied first and there is none.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.own();
        let len = self.len();
        // SAFETY: as in `bytes`; the exclusive borrow of the buffer makes the access exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.block.ptr().as_ptr(), len) }
    }

    /// The address of the first byte, a multiple of 64; dangling when there are no elements.
    pub fn as_ptr(&self) -> *const u8 {
        self.block.ptr().as_ptr()
    }

    /// The address of the first byte for writing.
    ///
    /// # Panics
    /// As [`Buffer::bytes_mut`].
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.own();
        self.block.ptr().as_ptr()
    }

    /// Replaces memory that must not be written by a copy.
    fn own(&mut self) {
        if self.block.is_foreign() {
            *self = self.try_clone().unwrap_or_else(|error| panic!("{error}"));
        }
    }

    fn len(&self) -> usize {
        let len = self.ty.bytes();
        debug_assert!(len <= self.block.capacity(), "the block holds the type");
        len
    }

    fn expect_element<T: Element>(&self) {
        let same =
            T::DTYPE == self.ty.dtype || (T::DTYPE == DType::U8 && self.ty.dtype == DType::Bool);
        assert!(same, "expected elements of {}, asked for {}", self.ty.dtype, T::DTYPE);
    }
}

/// The bytes of a dense array of a type.
///
/// # Errors
/// When they overflow the address space.
pub fn checked_bytes(ty: &ArrayType) -> Result<usize> {
    // Zero-size arrays with huge other dimensions are legal, so zeros are looked for first.
    if ty.shape.contains(&0) {
        let sizes = ty.shape.iter().filter(|dim| **dim != 0);
        let product = sizes.into_iter().try_fold(1usize, |all, dim| all.checked_mul(*dim));
        return product.map(|_| 0).ok_or_else(|| diag::too_large(ty));
    }
    let bytes = ty.shape.iter().try_fold(ty.dtype.size(), |bytes, dim| bytes.checked_mul(*dim));
    bytes.filter(|bytes| *bytes <= isize::MAX as usize / 2).ok_or_else(|| diag::too_large(ty))
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer({})", self.ty)
    }
}
