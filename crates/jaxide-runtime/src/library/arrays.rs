//! Dense arrays as routines see them.

use bytemuck::Pod;
use half::{bf16, f16};
use jaxide_ir::{DType, Element};
use num_complex::Complex;

/// An operand: dense, row-major.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub(super) dtype: DType,
    pub(super) shape: &'a [usize],
    pub(super) bytes: &'a [u8],
}

/// Where a result goes: dense, row-major, of arbitrary content before.
pub struct Output<'a> {
    pub(super) dtype: DType,
    pub(super) shape: &'a [usize],
    pub(super) bytes: &'a mut [u8],
}

impl<'a> Input<'a> {
    /// An array of elements.
    ///
    /// # Panics
    /// When their number is not that of the shape.
    pub fn new<T: Element>(shape: &'a [usize], elements: &'a [T]) -> Input<'a> {
        Input::from_bytes(T::DTYPE, shape, bytemuck::cast_slice(elements))
    }

    /// An array of a dtype from its bytes.
    ///
    /// # Panics
    /// When their number is not that of the type.
    pub fn from_bytes(dtype: DType, shape: &'a [usize], bytes: &'a [u8]) -> Input<'a> {
        assert_eq!(bytes.len(), byte_count(dtype, shape), "bytes of {dtype}{shape:?}");
        Input { dtype, shape, bytes }
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The shape.
    pub fn shape(&self) -> &'a [usize] {
        self.shape
    }

    /// The elements as a type of their size.
    ///
    /// # Panics
    /// When the sizes differ.
    pub fn elements<T: Pod>(&self) -> &'a [T] {
        bytemuck::cast_slice(self.bytes)
    }

    /// Rows and columns of each matrix of a stack.
    ///
    /// # Panics
    /// When the rank is below 2.
    pub fn matrix(&self) -> (usize, usize) {
        matrix(self.shape)
    }
}

impl<'a> Output<'a> {
    /// An array of elements.
    ///
    /// # Panics
    /// When their number is not that of the shape.
    pub fn new<T: Element>(shape: &'a [usize], elements: &'a mut [T]) -> Output<'a> {
        Output::from_bytes(T::DTYPE, shape, bytemuck::cast_slice_mut(elements))
    }

    /// An array of a dtype from its bytes.
    ///
    /// # Panics
    /// When their number is not that of the type.
    pub fn from_bytes(dtype: DType, shape: &'a [usize], bytes: &'a mut [u8]) -> Output<'a> {
        assert_eq!(bytes.len(), byte_count(dtype, shape), "bytes of {dtype}{shape:?}");
        Output { dtype, shape, bytes }
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The shape.
    pub fn shape(&self) -> &'a [usize] {
        self.shape
    }

    /// The elements as a type of their size.
    ///
    /// # Panics
    /// When the sizes differ.
    pub fn elements<T: Pod>(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(self.bytes)
    }

    /// Rows and columns of each matrix of a stack.
    ///
    /// # Panics
    /// When the rank is below 2.
    pub fn matrix(&self) -> (usize, usize) {
        matrix(self.shape)
    }

    /// Overwrites floats with NaN, all else with zeros.
    pub(super) fn spoil(&mut self) {
        match self.dtype {
            DType::F16 => self.elements().fill(f16::NAN),
            DType::BF16 => self.elements().fill(bf16::NAN),
            DType::F32 => self.elements().fill(f32::NAN),
            DType::F64 => self.elements().fill(f64::NAN),
            DType::C64 => self.elements().fill(Complex::new(f32::NAN, f32::NAN)),
            DType::C128 => self.elements().fill(Complex::new(f64::NAN, f64::NAN)),
            _ => self.bytes.fill(0),
        }
    }
}

/// Bytes of a dense array.
pub(super) fn byte_count(dtype: DType, shape: &[usize]) -> usize {
    shape.iter().product::<usize>() * dtype.size()
}

fn matrix(shape: &[usize]) -> (usize, usize) {
    let &[.., rows, columns] = shape else { panic!("a stack of matrices has rank 2 or more") };
    (rows, columns)
}
