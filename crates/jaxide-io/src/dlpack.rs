//! DLPack: arrays shared with other libraries of the process without a copy, as read-only tensors in
//! CPU memory.
//!
//! The structures of the interface and their ownership are the crate `dlpark`'s.

use std::ptr::NonNull;

use dlpark::{
    DlpackFlags, Managed, ManagedTensorBase,
    ffi::{DLDataType, DLDataTypeCode, DLDevice, DLDeviceType},
    metadata::Dynamic,
    tensor::TensorRef,
    versioned::Dlpack,
};
use jaxide_ir::{ArrayType, DType, Result};
use jaxide_runtime::Buffer;
use jaxide_trace::Array;

use crate::{buffer, diag};

/// Element types by DLPack's type code; the width is the dtype's.
static CODES: [(DLDataTypeCode, &[DType]); 6] = [
    (DLDataTypeCode::BOOL, &[DType::Bool]),
    (DLDataTypeCode::INT, &[DType::I8, DType::I16, DType::I32, DType::I64]),
    (DLDataTypeCode::UINT, &[DType::U8, DType::U16, DType::U32, DType::U64]),
    (DLDataTypeCode::BFLOAT, &[DType::BF16]),
    (DLDataTypeCode::FLOAT, &[DType::F16, DType::F32, DType::F64]),
    (DLDataTypeCode::COMPLEX, &[DType::C64, DType::C128]),
];

/// The array as a DLPack tensor, without a copy. The tensor is read-only and keeps the array alive.
///
/// ```
/// use jaxide_io::{from_dlpack, to_dlpack};
/// let x = jaxide_trace::array([[1.0, 2.0], [3.0, 4.0]]);
/// let tensor = to_dlpack(&x)?;
/// // SAFETY: the tensor is a whole array of this process that nobody writes.
/// let y = unsafe { from_dlpack(tensor) }?;
/// assert_eq!(y.buffer().map(|b| b.as_ptr()), x.buffer().map(|b| b.as_ptr()));
/// # Ok::<(), jaxide_ir::Diagnostic>(())
/// ```
///
/// # Errors
/// For traced arrays.
pub fn to_dlpack(x: &Array) -> Result<Dlpack> {
    let data = buffer::concrete("to_dlpack", x)?;
    let ty = data.ty();
    let row = CODES.iter().find(|row| row.1.contains(&ty.dtype)).expect("every dtype has a code");
    // Elements of a bool array are bytes.
    let bits = (ty.dtype.size() * 8) as u8;
    let dims = |sizes: &[usize]| sizes.iter().map(|size| *size as i64).collect::<Vec<i64>>();
    let metadata = Dynamic::new(dims(&ty.shape), dims(&ty.strides()));
    let initialized = metadata.initialize(Box::new(x.clone()));
    let mut tensor = initialized.map_err(|error| diag::dlpack(&error))?;
    let start = if ty.size() == 0 { std::ptr::null_mut() } else { data.as_ptr().cast_mut() };
    tensor
        .set_data(start.cast())
        .set_dtype(DLDataType { code: row.0, bits, lanes: 1 })
        .set_device(DLDevice::CPU);
    tensor.set_flags(DlpackFlags::READ_ONLY).map_err(|error| diag::dlpack(&error))?;
    // SAFETY: the boxed array keeps the dense, initialised buffer behind `start` alive and unmoved
    // until the deleter drops it; shape and strides are copies that describe that buffer; the flag
    // says that it is not to be written.
    Ok(unsafe { tensor.finish() })
}

/// The array of a DLPack tensor in CPU memory, either version of the interface. It shares the
/// tensor's memory when that is dense, in row-major order and aligned to 64 bytes, else it is a copy.
///
/// # Errors
/// When the tensor is malformed, on another device, or has elements that no array has.
///
/// # Safety
/// The tensor must describe memory that is readable and holds initialised elements, and nobody may
/// write it before the array and all its clones are dropped.
pub unsafe fn from_dlpack<M>(tensor: Managed<M>) -> Result<Array>
where
    M: ManagedTensorBase + 'static,
{
    let view = tensor.validate().map_err(|error| diag::dlpack(&error))?;
    let ty = array_type(&view)?;
    if ty.size() == 0 {
        return Ok(Buffer::zeros(ty)?.into());
    }
    // SAFETY: the caller vouches for the memory that the tensor describes.
    let start = unsafe { view.offset_bytes_ptr() }.map_err(|error| diag::dlpack(&error))?;
    let start = NonNull::new(start.cast_mut()).ok_or_else(|| diag::dlpack(&"null pointer"))?;
    let data = if view.is_compact().map_err(|error| diag::dlpack(&error))? {
        // SAFETY: the memory is dense by the check above; the caller vouches that it is initialised
        // and stays as it is while the tensor, which becomes the owner, lives.
        unsafe { Buffer::from_foreign(ty, start, Box::new(tensor)) }?
    } else {
        let strides = view.strides_or_compact().map_err(|error| diag::dlpack(&error))?;
        // SAFETY: the caller vouches that every element the strides reach is readable.
        unsafe { copy_strided(ty, start.as_ptr(), &strides) }?
    };
    buffer::check_bools("from_dlpack", &data)?;
    Ok(data.into())
}

fn array_type(view: &TensorRef<'_>) -> Result<ArrayType> {
    let device = view.device();
    if !matches!(device.device_type, DLDeviceType::CPU | DLDeviceType::CUDAHOST) {
        let got = format!("device type {}", device.device_type.0);
        return Err(diag::dlpack(&format!("expected a tensor in CPU memory, got {got}")));
    }
    let DLDataType { code, bits, lanes } = view.dtype();
    let row = CODES.iter().find(|row| row.0 == code);
    let wide = |dtype: &&DType| dtype.size() * 8 == usize::from(bits) && lanes == 1;
    let dtype = row.and_then(|row| row.1.iter().find(wide)).ok_or_else(|| {
        diag::element_type("from_dlpack", &format!("code {}, {bits} bits, {lanes} lanes", code.0))
    })?;
    let shape: Option<Vec<usize>> =
        view.shape().iter().map(|dim| usize::try_from(*dim).ok()).collect();
    let shape = shape.ok_or_else(|| diag::dlpack(&"a dimension has a negative size"))?;
    let ty = ArrayType::new(*dtype, &shape);
    jaxide_runtime::checked_bytes(&ty).map(|_| ty)
}

/// A dense copy of elements that lie `strides` elements apart, in either direction.
///
/// # Safety
/// Every element that the strides reach from `start` must be readable and initialised.
unsafe fn copy_strided(ty: ArrayType, start: *const u8, strides: &[i64]) -> Result<Buffer> {
    let size = ty.dtype.size();
    let shape = ty.shape.clone();
    let mut out = Buffer::recycled(ty)?;
    let mut index = vec![0i64; shape.len()];
    for element in out.bytes_mut().chunks_exact_mut(size) {
        let at: i64 = index.iter().zip(strides).map(|(index, stride)| index * stride).sum();
        // SAFETY: the caller vouches for all elements within the shape, of which this is one.
        let from = unsafe { start.offset(at as isize * size as isize) };
        // SAFETY: as above; `element` is `size` bytes of a fresh buffer.
        unsafe { std::ptr::copy_nonoverlapping(from, element.as_mut_ptr(), size) };
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] as i64 {
                break;
            }
            index[axis] = 0;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use dlpark::versioned;

    use super::*;

    /// A tensor over `data`, which it owns.
    fn tensor(shape: &[i64], strides: &[i64], mut data: Vec<f32>, offset: u64) -> Dlpack {
        let start = data.as_mut_ptr().cast();
        let metadata = Dynamic::new(shape.to_vec(), strides.to_vec());
        let mut tensor = metadata.initialize(Box::new(data)).unwrap();
        let dtype = DLDataType { code: DLDataTypeCode::FLOAT, bits: 32, lanes: 1 };
        tensor.set_data(start).set_dtype(dtype).set_device(DLDevice::CPU).set_byte_offset(offset);
        // SAFETY: the vector behind `start` is the context and lives as long as the tensor.
        unsafe { tensor.finish() }
    }

    fn read(tensor: versioned::Dlpack) -> Result<Array> {
        // SAFETY: the tensors of these tests describe initialised memory that nobody writes.
        unsafe { from_dlpack(tensor) }
    }

    #[test]
    fn every_dtype_comes_back_with_its_memory() {
        for dtype in CODES.iter().flat_map(|row| row.1) {
            let x = Array::from(Buffer::zeros(ArrayType::new(*dtype, &[2, 3])).unwrap());
            let y = read(to_dlpack(&x).unwrap()).unwrap();
            assert_eq!(y.dtype(), *dtype);
            let address = |x: &Array| x.buffer().unwrap().as_ptr();
            assert_eq!(address(&x), address(&y), "{dtype}");
        }
    }

    #[test]
    fn strides_in_both_directions_are_followed() {
        let data = vec![0., 1., 2., 3., 4., 5.];
        let columns = read(tensor(&[3, 2], &[1, 3], data.clone(), 0)).unwrap();
        assert_eq!(columns.to_vec::<f32>(), [0., 3., 1., 4., 2., 5.]);
        let reversed = read(tensor(&[6], &[-1], data, 20)).unwrap();
        assert_eq!(reversed.to_vec::<f32>(), [5., 4., 3., 2., 1., 0.]);
    }

    #[test]
    fn an_imported_array_is_copied_before_it_is_written() {
        let x = jaxide_trace::array([1.0, 2.0]);
        let y = read(to_dlpack(&x).unwrap()).unwrap();
        let Ok(mut buffer) = y.into_buffer() else { panic!("nothing else refers to it") };
        buffer.as_mut_slice::<f32>()[0] = 7.0;
        assert_eq!(x.to_vec::<f32>(), [1.0, 2.0]);
        assert_eq!(buffer.as_slice::<f32>(), [7.0, 2.0]);
    }

    #[test]
    fn zero_size_and_rank_0_work_and_foreign_devices_are_refused() {
        assert_eq!(read(tensor(&[0, 3], &[3, 1], vec![], 0)).unwrap().shape(), [0, 3]);
        assert_eq!(read(tensor(&[], &[], vec![4.5], 0)).unwrap().item::<f32>(), 4.5);
        let mut metadata = Dynamic::new(vec![1i64], vec![1i64]).initialize(Box::new(())).unwrap();
        let dtype = DLDataType { code: DLDataTypeCode::FLOAT, bits: 32, lanes: 1 };
        let device = DLDevice { device_type: DLDeviceType::CUDA, device_id: 0 };
        metadata.set_dtype(dtype).set_device(device);
        // SAFETY: nobody reads the memory of a tensor on a device that is not the CPU.
        let error = read(unsafe { metadata.finish() }).unwrap_err();
        assert!(error.to_string().contains("CPU"), "{error}");
    }
}
