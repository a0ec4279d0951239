//! Arrays of the crate `ndarray`: views without a copy, copies, and arrays taken over.

use jaxide_ir::Result;
use jaxide_trace::{Array, Element};
use ndarray::{ArrayBase, ArrayD, ArrayViewD, Data, Dimension, IxDyn};

use crate::{buffer, diag};

/// The array's elements as a view of `ndarray`, without a copy. Bool arrays have no view; copy them
/// with [`to_ndarray`].
///
/// # Errors
/// For traced arrays, and where the dtype is not that of `T`.
pub fn view_ndarray<T: jaxide_ir::Element>(x: &Array) -> Result<ArrayViewD<'_, T>> {
    let data = buffer::concrete("view_ndarray", x)?;
    if data.ty().dtype != T::DTYPE {
        return Err(diag::ndarray_dtype(T::DTYPE, data.ty().dtype));
    }
    let view = ArrayViewD::from_shape(IxDyn(&data.ty().shape), data.as_slice::<T>());
    Ok(view.expect("a buffer has the elements of its shape"))
}

/// A copy of the array's elements.
///
/// ```
/// let x = jaxide_trace::array([[1.0, 2.0], [3.0, 4.0]]);
/// let y = jaxide_io::to_ndarray::<f32>(&x)?;
/// assert_eq!(y[[1, 0]], 3.0);
/// assert_eq!(jaxide_io::from_ndarray(&y.t())?.to_vec::<f32>(), [1.0, 3.0, 2.0, 4.0]);
/// # Ok::<(), jaxide_ir::Diagnostic>(())
/// ```
///
/// # Errors
/// As [`view_ndarray`].
pub fn to_ndarray<T: Element>(x: &Array) -> Result<ArrayD<T>> {
    let data = buffer::concrete("to_ndarray", x)?;
    if data.ty().dtype != T::DTYPE {
        return Err(diag::ndarray_dtype(T::DTYPE, data.ty().dtype));
    }
    let copy = ArrayD::from_shape_vec(IxDyn(&data.ty().shape), T::read(data));
    Ok(copy.expect("a buffer has the elements of its shape"))
}

/// A copy of an array or view of `ndarray` of any layout.
///
/// # Errors
/// When there is no memory.
pub fn from_ndarray<T, S, D>(x: &ArrayBase<S, D>) -> Result<Array>
where
    T: Element,
    S: Data<Elem = T>,
    D: Dimension,
{
    let dense = x.as_standard_layout();
    let elements = dense.as_slice().expect("the standard layout is dense");
    T::buffer(x.shape(), elements).map(Array::from)
}

#[cfg(test)]
mod tests {
    use ::ndarray::{Array2, arr0, arr2, s};

    use super::*;

    #[test]
    fn layouts_of_all_kinds_are_copied_in_row_major_order() {
        let x = arr2(&[[1, 2, 3], [4, 5, 6]]);
        assert_eq!(from_ndarray(&x.slice(s![.., ..;-2])).unwrap().to_vec::<i32>(), [3, 1, 6, 4]);
        assert_eq!(from_ndarray(&x.t()).unwrap().shape(), [3, 2]);
        assert_eq!(from_ndarray(&arr0(true)).unwrap().to_vec::<bool>(), [true]);
        assert_eq!(from_ndarray(&Array2::<f64>::zeros((0, 3))).unwrap().shape(), [0, 3]);
    }

    #[test]
    fn views_share_the_memory() {
        let x = jaxide_trace::array([[1.0, 2.0]]);
        let view = view_ndarray::<f32>(&x).unwrap();
        assert_eq!(view.as_ptr().cast(), x.buffer().unwrap().as_ptr());
        let error = view_ndarray::<f64>(&x).unwrap_err();
        assert!(error.to_string().contains("f64"), "{error}");
        assert!(to_ndarray::<bool>(&x.gt(1.5)).unwrap()[[0, 1]]);
    }
}
