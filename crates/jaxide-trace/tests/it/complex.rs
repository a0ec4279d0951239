//! Complex numbers in the front end.

use jaxide_trace::{Array, DType, array, jit, scalar};
use num_complex::Complex;

fn numbers() -> Array {
    Array::from_slice(
        &[3],
        &[Complex::new(1f32, 2.0), Complex::new(3.0, -1.0), Complex::new(0.0, 0.5)],
    )
}

#[test]
fn complex_arrays_show_as_numpys() {
    let z = numbers();
    assert_eq!(z.to_string(), "[1.+2.j  3.-1.j  0.+0.5j]");
    assert_eq!(format!("{z:?}"), "Array([1.+2.j , 3.-1.j , 0.+0.5j], dtype=complex64)");
    assert_eq!(scalar(1.5).to_string(), "1.5");
    let one = Array::from_slice(&[], &[Complex::new(1f64, -2.0)]);
    assert_eq!(one.to_string(), "(1-2j)");
    assert_eq!(format!("{one:?}"), "Array(1.-2.j, dtype=complex128)");
}

#[test]
fn complex_numbers_beside_arrays_are_weak() {
    let i = Complex::new(0.0, 1.0);
    let x = array([1.0, 2.0]);
    assert_eq!((&x * i).dtype(), DType::C64);
    assert_eq!((&x * i).to_vec::<Complex<f32>>(), [Complex::new(0.0, 1.0), Complex::new(0.0, 2.0)]);
    assert_eq!((i + &x).to_string(), "[1.+1.j 2.+1.j]");
    assert_eq!((array([1, 2]) * i).dtype(), DType::C64);
    let wide = Array::from_slice(&[1], &[1f64]);
    assert_eq!((&wide * i).dtype(), DType::C128);
    assert_eq!((numbers() * 2).dtype(), DType::C64);
    assert_eq!((numbers() + wide).dtype(), DType::C128);
    assert_eq!(numbers().pow(2).to_string(), "[-3.  +4.j  8.  -6.j -0.25+0.j]");
}

#[test]
fn parts_and_conjugates_are_taken_apart() {
    let z = numbers();
    assert_eq!(z.real().to_vec::<f32>(), [1.0, 3.0, 0.0]);
    assert_eq!(z.imag().to_vec::<f32>(), [2.0, -1.0, 0.5]);
    assert_eq!((&z * z.conj()).real().to_vec::<f32>(), [5.0, 10.0, 0.25]);
    assert_eq!(z.abs().dtype(), DType::F32);
    let x = array([1.0, 2.0]);
    assert_eq!((x.real().dtype(), x.imag().to_vec::<f32>()), (DType::F32, vec![0.0, 0.0]));
    assert_eq!(x.conj().dtype(), DType::F32);
}

#[test]
fn complex_numbers_are_ordered_by_real_then_imaginary_part() {
    let z = numbers();
    assert_eq!(z.lt(Complex::new(1.0, 2.5)).to_vec::<bool>(), [true, false, true]);
    assert_eq!(z.eq(Complex::new(3.0, -1.0)).to_vec::<bool>(), [false, true, false]);
    assert_eq!(z.astype(DType::Bool).to_vec::<bool>(), [true, true, true]);
}

#[test]
fn jitted_functions_of_complex_arrays_give_what_they_give_eagerly() {
    let f = |z: &Array| (z * z.conj()).sqrt().real().sum() + (z.exp() / z).abs().sum();
    let z = numbers();
    assert_eq!(jit(f)(&z).to_vec::<f32>(), f(&z).to_vec::<f32>());
}
