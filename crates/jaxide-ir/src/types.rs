//! Array types: a dtype, a static shape, and JAX's weak flag.

use std::fmt;

use smallvec::SmallVec;

use crate::DType;

/// Sizes of the dimensions, outermost first.
pub type Shape = SmallVec<[usize; 4]>;

/// The type of a value: dtype, static shape, weak type.
///
/// Equality ignores `weak`, which only steers promotion; [`ArrayType::same_including_weak`] is the
/// strict comparison that cache keys need.
#[derive(Clone, Debug)]
pub struct ArrayType {
    /// Element type.
    pub dtype: DType,
    /// Sizes of the dimensions, outermost first.
    pub shape: Shape,
    /// JAX's weak type: set for values that come from plain numbers, yields in promotion.
    pub weak: bool,
}

impl ArrayType {
    /// A strong type.
    pub fn new(dtype: DType, shape: &[usize]) -> ArrayType {
        ArrayType { dtype, shape: Shape::from_slice(shape), weak: false }
    }

    /// A strong type of rank 0.
    pub fn scalar(dtype: DType) -> ArrayType {
        ArrayType::new(dtype, &[])
    }

    /// The same type with another weak flag.
    pub fn with_weak(mut self, weak: bool) -> ArrayType {
        self.weak = weak;
        self
    }

    /// The same shape with another dtype; strong.
    pub fn with_dtype(&self, dtype: DType) -> ArrayType {
        ArrayType { dtype, shape: self.shape.clone(), weak: false }
    }

    /// The same dtype and weak flag with another shape.
    pub fn with_shape(&self, shape: &[usize]) -> ArrayType {
        ArrayType { dtype: self.dtype, shape: Shape::from_slice(shape), weak: self.weak }
    }

    /// Number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// Number of elements; 1 for rank 0.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of bytes of a dense array of this type.
    pub fn bytes(&self) -> usize {
        self.size() * self.dtype.size()
    }

    /// Equality that also compares the weak flag.
    pub fn same_including_weak(&self, other: &ArrayType) -> bool {
        self == other && self.weak == other.weak
    }

    /// Row-major strides, in elements.
    pub fn strides(&self) -> Shape {
        let mut strides: Shape = self.shape.iter().map(|_| 1).collect();
        for axis in (1..self.rank()).rev() {
            strides[axis - 1] = strides[axis] * self.shape[axis];
        }
        strides
    }

    /// The form of error messages: `float32[3]`.
    pub fn numpy_text(&self) -> String {
        format!("{}[{}]", self.dtype.numpy_name(), join(&self.shape))
    }
}

impl PartialEq for ArrayType {
    fn eq(&self, other: &ArrayType) -> bool {
        self.dtype == other.dtype && self.shape == other.shape
    }
}

impl Eq for ArrayType {}

impl fmt::Display for ArrayType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.dtype, join(&self.shape))
    }
}

fn join(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}
