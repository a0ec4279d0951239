//! NumPy's `.npy` files: one array each, C or Fortran order, either endianness.
//!
//! The element types are a table; what it lacks (strings, records, bf16, which NumPy does not have)
//! is an error.

use std::{
    io::{Read, Write},
    path::Path,
};

use jaxide_ir::{ArrayType, DType, Result};
use jaxide_runtime::Buffer;
use jaxide_trace::Array;

use crate::{buffer, diag, npy_header};

/// Element types by the letter and size of NumPy's type string.
static TYPES: [(&str, DType); 14] = [
    ("b1", DType::Bool),
    ("i1", DType::I8),
    ("i2", DType::I16),
    ("i4", DType::I32),
    ("i8", DType::I64),
    ("u1", DType::U8),
    ("u2", DType::U16),
    ("u4", DType::U32),
    ("u8", DType::U64),
    ("f2", DType::F16),
    ("f4", DType::F32),
    ("f8", DType::F64),
    ("c8", DType::C64),
    ("c16", DType::C128),
];

/// Reads an array from a file.
///
/// ```no_run
/// let x = jaxide_io::load_npy("in.npy")?;
/// # Ok::<(), jaxide_ir::Diagnostic>(())
/// ```
///
/// # Errors
/// When the file cannot be read, is malformed, or holds elements that no array has.
pub fn load_npy(path: impl AsRef<Path>) -> Result<Array> {
    let (mut reader, name, size) = buffer::open(path.as_ref())?;
    read(&name, &mut reader, Some(size))
}

/// Writes an array to a file in C order. A file of that name is replaced once the new one is whole.
///
/// # Errors
/// For traced arrays, when the file cannot be written, or NumPy lacks the dtype.
pub fn save_npy(path: impl AsRef<Path>, x: &Array) -> Result<()> {
    let name = path.as_ref().display().to_string();
    buffer::replace(path.as_ref(), |writer| write_npy(&name, writer, x))
}

/// Reads an array; `name` stands for the source in errors.
///
/// # Errors
/// As [`load_npy`].
pub fn read_npy(name: &str, mut reader: impl Read) -> Result<Array> {
    read(name, &mut reader, None)
}

pub(crate) fn read(name: &str, reader: &mut dyn Read, available: Option<u64>) -> Result<Array> {
    let npy_header::Header { descr: text, fortran, shape } = npy_header::read(name, reader)?;
    let plain = text.trim_start_matches(['<', '>', '|', '=']);
    let row = TYPES.iter().find(|row| row.0 == plain);
    let dtype = row.ok_or_else(|| diag::element_type(name, &text))?.1;
    let stored: Vec<usize> =
        if fortran { shape.iter().rev().copied().collect() } else { shape.clone() };
    let mut data = buffer::read(name, reader, ArrayType::new(dtype, &stored), available)?;
    if text.starts_with('>') {
        swap_bytes(&mut data);
    }
    if fortran && shape.len() > 1 {
        let strides: Vec<usize> = data.ty().strides().iter().rev().copied().collect();
        data = buffer::gather(ArrayType::new(dtype, &shape), data.bytes(), &strides)?;
    }
    Ok(data.into())
}

/// Big-endian elements to little-endian ones; the parts of a complex number each.
fn swap_bytes(data: &mut Buffer) {
    let dtype = data.ty().dtype;
    let part = if dtype.is_complex() { dtype.size() / 2 } else { dtype.size() };
    data.bytes_mut().chunks_exact_mut(part).for_each(<[u8]>::reverse);
}

/// Writes an array in C order; `name` stands for the destination in errors.
///
/// # Errors
/// As [`save_npy`].
pub fn write_npy(name: &str, mut writer: impl Write, x: &Array) -> Result<()> {
    let data = buffer::concrete("save_npy", x)?;
    let dtype = data.ty().dtype;
    let row = TYPES.iter().find(|row| row.1 == dtype);
    let (descr, _) = row.ok_or_else(|| diag::no_descr(name, dtype))?;
    let header = header(descr, &data.ty().shape);
    let written = writer.write_all(&header).and_then(|()| writer.write_all(data.bytes()));
    written.and_then(|()| writer.flush()).map_err(|error| diag::file(name, &error))
}

/// The header of format version 1.0 or 2.0, padded so that the elements start at a multiple of 64
/// (NumPy's documentation of `numpy.lib.format`).
fn header(descr: &str, shape: &[usize]) -> Vec<u8> {
    let dims: String = shape.iter().map(|dim| format!("{dim}, ")).collect();
    let dims = if shape.len() == 1 { dims.trim_end() } else { dims.trim_end_matches(", ") };
    let order = if descr.ends_with('1') { '|' } else { '<' };
    let text =
        format!("{{'descr': '{order}{descr}', 'fortran_order': False, 'shape': ({dims}), }}");
    let long = text.len() + 64 > usize::from(u16::MAX);
    let start = if long { 12 } else { 10 };
    let length = (start + text.len() + 1).next_multiple_of(64) - start;
    let mut header = b"\x93NUMPY".to_vec();
    header.extend([if long { 2 } else { 1 }, 0]);
    header.extend_from_slice(&(length as u32).to_le_bytes()[..start - 8]);
    header.extend(text.bytes());
    header.resize(start + length - 1, b' ');
    header.push(b'\n');
    header
}

#[cfg(test)]
mod tests {
    use num_complex::Complex;

    use super::*;

    fn round_trip(x: &Array) -> Array {
        let mut bytes = Vec::new();
        write_npy("memory", &mut bytes, x).unwrap();
        read_npy("memory", &*bytes).unwrap()
    }

    #[test]
    fn every_numpy_dtype_and_rank_reads_back() {
        for (_, dtype) in TYPES {
            for shape in [&[][..], &[3], &[2, 0], &[2, 3, 1], &[1; 40]] {
                let mut data = Buffer::zeros(ArrayType::new(dtype, shape)).unwrap();
                for (at, byte) in data.bytes_mut().iter_mut().enumerate() {
                    *byte = if dtype.is_bool() { at as u8 % 2 } else { at as u8 % 60 };
                }
                let data = Array::from(data);
                assert_eq!(round_trip(&data).to_tensor(), data.to_tensor());
            }
        }
    }

    #[test]
    fn elements_start_at_a_multiple_of_64() {
        for rank in [0, 1, 2, 8, 30_000] {
            let header = header("f4", &vec![1; rank]);
            assert_eq!(header.len() % 64, 0, "{rank}");
            assert_eq!(header.last(), Some(&b'\n'));
        }
    }

    fn file(dict: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00\x46\x00".to_vec();
        bytes.extend(format!("{dict:<69}\n").bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn fortran_order_is_turned_into_c_order() {
        let data: Vec<u8> = [1i16, 4, 2, 5, 3, 6].iter().flat_map(|v| v.to_le_bytes()).collect();
        let dict = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }";
        let x = read_npy("memory", &*file(dict, &data)).unwrap();
        assert_eq!(x.to_vec::<i16>(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn big_endian_elements_are_swapped() {
        let data: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|v| v.to_be_bytes()).collect();
        let dict = "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }";
        let x = read_npy("memory", &*file(dict, &data)).unwrap();
        assert_eq!(x.to_vec::<f32>(), [1.5, -2.0]);
        let dict = "{'descr': '>c8', 'fortran_order': False, 'shape': (), }";
        let x = read_npy("memory", &*file(dict, &data)).unwrap();
        assert_eq!(x.to_vec::<Complex<f32>>(), [Complex::new(1.5, -2.0)]);
    }

    #[test]
    fn bad_files_are_errors() {
        assert!(read_npy("x.npy", &b"not an npy file"[..]).is_err());
        let mut bytes = Vec::new();
        write_npy("memory", &mut bytes, &Array::from_slice(&[4], &[1f32; 4])).unwrap();
        let error = read_npy("x.npy", &bytes[..bytes.len() - 2]).unwrap_err();
        assert!(error.to_string().starts_with("x.npy: "), "{error}");
        let bf16 = Array::from(Buffer::zeros(ArrayType::new(DType::BF16, &[1])).unwrap());
        assert!(write_npy("x.npy", Vec::new(), &bf16).is_err());
        let dict = "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }";
        let error = read_npy("x.npy", &*file(dict, &[1, 7])).unwrap_err();
        assert!(error.to_string().contains("0 or 1"), "{error}");
    }

    #[test]
    fn a_shape_beyond_memory_is_an_error() {
        for dims in ["1099511627776, 1099511627776", "0, 1099511627776, 1099511627776"] {
            let dict = format!("{{'descr': '<f8', 'fortran_order': True, 'shape': ({dims})}}");
            let mut bytes = b"\x93NUMPY\x01\x00\x80\x00".to_vec();
            bytes.extend(format!("{dict:<127}\n").bytes());
            assert!(read_npy("x.npy", &*bytes).is_err(), "{dims}");
        }
    }

    #[test]
    fn a_shape_beyond_the_file_allocates_nothing() {
        let dict = "{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,), }";
        let path = std::env::temp_dir().join(format!("jaxide-lying-{}.npy", std::process::id()));
        std::fs::write(&path, file(dict, &[0; 8])).unwrap();
        let error = load_npy(&path).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert!(error.to_string().contains("f64[1099511627776]"), "{error}");
    }
}
