//! Buffers: alignment, reuse, zero-size arrays, sizes that overflow.

use jaxide_ir::{ArrayType, DType, TensorData};
use jaxide_runtime::Buffer;

#[test]
fn buffers_are_aligned_to_64_bytes_for_any_size() {
    for n in [0usize, 1, 3, 16, 17, 1000, 100_003] {
        let buffer = Buffer::zeros(ArrayType::new(DType::I8, &[n])).unwrap();
        assert_eq!(buffer.as_ptr() as usize % 64, 0, "{n}");
        assert_eq!(buffer.bytes().len(), n);
    }
}

#[test]
fn dropped_memory_is_used_again_and_zeros_are_zero_all_the_same() {
    let ty = ArrayType::new(DType::F32, &[1000]);
    let mut first = Buffer::recycled(ty.clone()).unwrap();
    first.as_mut_slice::<f32>().fill(7.0);
    let address = first.as_ptr();
    drop(first);
    let second = Buffer::recycled(ty.clone()).unwrap();
    assert_eq!(second.as_ptr(), address);
    drop(second);
    let third = Buffer::zeros(ty).unwrap();
    assert_eq!(third.as_ptr(), address);
    assert!(third.as_slice::<f32>().iter().all(|x| *x == 0.0));
}

#[test]
fn zero_size_arrays_have_no_bytes_and_convert() {
    let ty = ArrayType::new(DType::F64, &[3, 0, 2]);
    let buffer = Buffer::zeros(ty.clone()).unwrap();
    assert!(buffer.as_slice::<f64>().is_empty());
    assert_eq!(buffer.to_tensor(), TensorData::zeros(ty));
    assert!(buffer.with_type(ArrayType::new(DType::I8, &[0])).is_ok());
}

#[test]
fn sizes_that_overflow_are_errors() {
    let huge = ArrayType::new(DType::F64, &[1 << 40, 1 << 40]);
    let error = Buffer::zeros(huge).unwrap_err().to_string();
    assert_eq!(
        error,
        "array of type f64[1099511627776,1099511627776] is too large for this machine"
    );
    let large = ArrayType::new(DType::U8, &[(isize::MAX / 4) as usize]);
    assert!(Buffer::zeros(large).unwrap_err().to_string().starts_with("out of memory"));
}

#[test]
fn tensors_round_trip_with_their_weak_flag() {
    let tensor = TensorData::from_slice(&[3], &[1i32, 2, 3]).unwrap().with_weak(true);
    let buffer = Buffer::from_tensor(&tensor).unwrap();
    assert!(buffer.ty().weak);
    assert_eq!(buffer.to_tensor(), tensor);
    assert!(buffer.to_tensor().ty().weak);
}

#[test]
fn a_view_of_another_size_is_refused() {
    let buffer = Buffer::from_slice(&[4], &[1u8, 2, 3, 4]).unwrap();
    let buffer = buffer.with_type(ArrayType::new(DType::U32, &[])).unwrap();
    assert_eq!(buffer.as_slice::<u32>(), [0x0403_0201]);
    let error = buffer.with_type(ArrayType::new(DType::U32, &[2])).unwrap_err().to_string();
    assert_eq!(error, "a buffer of type u32[] cannot be seen as u32[2]: the sizes differ");
}

#[test]
fn buffers_move_between_threads() {
    let buffer = Buffer::from_slice(&[2], &[1i64, 2]).unwrap();
    let back = std::thread::spawn(move || {
        assert_eq!(buffer.as_slice::<i64>(), [1, 2]);
        buffer
    });
    assert_eq!(back.join().unwrap().as_slice::<i64>(), [1, 2]);
}
