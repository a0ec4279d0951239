//! Shapes as arguments: host integers in many forms, or an array of known integers.

use std::panic::Location;

use jaxide_ir::Scalar;

use super::{Array, Repr, host::int};
use crate::{
    diag,
    error::{Error, Result},
    promote::shape_text,
};

type At = &'static Location<'static>;

/// The sizes of dimensions: `usize`, `i32` or `i64`, arrays and slices of them, or an [`Array`] whose
/// value is known. One size may be -1 and is then inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shape",
    label = "expected integers of the host",
    note = "a shape is `usize`, `[usize; N]`, `&[usize]`, `Vec<usize>` or the same with `i32` or `i64`"
)]
pub trait Shape {
    /// The sizes, -1 included.
    ///
    /// # Errors
    /// When an array has no value or is no shape.
    fn dims(&self, at: At) -> Result<Vec<i64>>;
}

/// The sizes of a shape for `size` elements, with -1 replaced.
pub(crate) fn resolve(shape: &impl Shape, from: &[usize], at: At) -> Result<Vec<usize>> {
    let dims = shape.dims(at)?;
    let size: usize = from.iter().product();
    let error = |message: String| Err(Error::Type(diag::bad_shape(message, at)));
    let shown = || Dims(&dims).text();
    if dims.iter().filter(|dim| **dim == -1).count() > 1 {
        return error(format!(
            "can only specify one unknown axis size with a `-1` value, got {}",
            shown()
        ));
    }
    if dims.iter().any(|dim| *dim < -1) {
        return error(format!("shape must have every element be nonnegative, got {}", shown()));
    }
    let known = dims
        .iter()
        .filter(|dim| **dim >= 0)
        .try_fold(1usize, |product, dim| product.checked_mul(*dim as usize));
    let Some(known) = known else {
        return error(format!("shape {} is too large", shown()));
    };
    let from = shape_text(from);
    if dims.contains(&-1) {
        if known == 0 || !size.is_multiple_of(known) {
            return error(format!(
                "cannot reshape array of shape {from} (size {size}) into shape {} because the \
                 product of specified axis sizes ({known}) does not evenly divide {size}",
                shown()
            ));
        }
    } else if known != size {
        let shown = shown();
        return error(format!(
            "cannot reshape array of shape {from} (size {size}) into shape {shown} (size {known})"
        ));
    }
    Ok(dims.iter().map(|dim| if *dim < 0 { size / known } else { *dim as usize }).collect())
}

/// The sizes of a shape without -1.
pub(crate) fn sizes(shape: &impl Shape, at: At) -> Result<Vec<usize>> {
    let dims = shape.dims(at)?;
    let sizes: Option<Vec<usize>> = dims.iter().map(|dim| usize::try_from(*dim).ok()).collect();
    sizes.ok_or_else(|| {
        let shown = Dims(&dims).text();
        let message = format!("shape must have every element be nonnegative, got {shown}");
        Error::Value(diag::bad_shape(message, at))
    })
}

/// Sizes for a message.
struct Dims<'a>(&'a [i64]);

impl Dims<'_> {
    fn text(&self) -> String {
        let dims: Vec<String> = self.0.iter().map(i64::to_string).collect();
        if dims.len() == 1 { format!("({},)", dims[0]) } else { format!("({})", dims.join(", ")) }
    }
}

macro_rules! shapes {
    ($($ty:ty),*) => {$(
        impl Shape for $ty {
            fn dims(&self, _: At) -> Result<Vec<i64>> {
                Ok(vec![*self as i64])
            }
        }

        impl Shape for [$ty] {
            fn dims(&self, _: At) -> Result<Vec<i64>> {
                Ok(self.iter().map(|dim| *dim as i64).collect())
            }
        }

        impl Shape for Vec<$ty> {
            fn dims(&self, at: At) -> Result<Vec<i64>> {
                self.as_slice().dims(at)
            }
        }

        impl<const N: usize> Shape for [$ty; N] {
            fn dims(&self, at: At) -> Result<Vec<i64>> {
                self.as_slice().dims(at)
            }
        }
    )*};
}

shapes!(usize, i32, i64);

/// Rank 0.
impl Shape for () {
    fn dims(&self, _: At) -> Result<Vec<i64>> {
        Ok(Vec::new())
    }
}

impl<T: Shape + ?Sized> Shape for &T {
    fn dims(&self, at: At) -> Result<Vec<i64>> {
        (**self).dims(at)
    }
}

impl Shape for Array {
    fn dims(&self, at: At) -> Result<Vec<i64>> {
        match &self.0 {
            Repr::Traced(tracer) => {
                let got = format!("[{self:?}]");
                Err(Error::Type(diag::shape_from_tracer(got, tracer, at)))
            }
            Repr::Concrete(_) if !self.dtype().is_integer() || self.ndim() > 1 => {
                let message = format!(
                    "Shapes must be 1D sequences of concrete values of integer type, got {self}."
                );
                Err(Error::Type(diag::bad_shape(message, at)))
            }
            Repr::Concrete(concrete) => {
                let width = self.dtype().size();
                let elements = concrete.buffer.bytes().chunks_exact(width);
                let read = |bytes| int(Scalar::from_bytes(self.dtype(), bytes)) as i64;
                Ok(elements.map(read).collect())
            }
        }
    }
}

impl<const N: usize> Shape for [Array; N] {
    fn dims(&self, at: At) -> Result<Vec<i64>> {
        let mut dims = Vec::new();
        for array in self {
            dims.extend(array.dims(at)?);
        }
        Ok(dims)
    }
}
