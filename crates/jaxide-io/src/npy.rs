//! NumPy's `.npy` files: one array each, C or Fortran order, either endianness.
//!
//! The element types are a table; what it lacks (strings, records, bf16, which NumPy does not have)
//! is an error.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    path::Path,
};

use half::f16;
use jaxide_ir::{ArrayType, DType, Element, Result, TensorData};
use npyz::{NpyFile, Order, WriterBuilder};
use num_complex::Complex;

use crate::diag;

/// Reads an array from a file.
///
/// # Errors
/// When the file cannot be read, is malformed, or holds elements that no array has.
pub fn load_npy(path: &Path) -> Result<TensorData> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| diag::file(&name, &error))?;
    read_npy(&name, BufReader::new(file))
}

/// Writes an array to a file in C order.
///
/// # Errors
/// When the file cannot be written, or NumPy lacks the dtype.
pub fn save_npy(path: &Path, data: &TensorData) -> Result<()> {
    let name = path.display().to_string();
    let file = File::create(path).map_err(|error| diag::file(&name, &error))?;
    write_npy(&name, BufWriter::new(file), data)
}

type Read1 = fn(NpyFile<&mut dyn Read>, &[usize]) -> std::io::Result<TensorData>;
type Write1 = fn(&mut dyn Write, &TensorData) -> std::io::Result<()>;

/// Element types by the letter and size of NumPy's type string.
static TYPES: &[(&str, DType, Read1, Write1)] = &[
    ("b1", DType::Bool, read_bool, write_bool),
    ("i1", DType::I8, read_as::<i8>, write_as::<i8>),
    ("i2", DType::I16, read_as::<i16>, write_as::<i16>),
    ("i4", DType::I32, read_as::<i32>, write_as::<i32>),
    ("i8", DType::I64, read_as::<i64>, write_as::<i64>),
    ("u1", DType::U8, read_as::<u8>, write_as::<u8>),
    ("u2", DType::U16, read_as::<u16>, write_as::<u16>),
    ("u4", DType::U32, read_as::<u32>, write_as::<u32>),
    ("u8", DType::U64, read_as::<u64>, write_as::<u64>),
    ("f2", DType::F16, read_as::<f16>, write_as::<f16>),
    ("f4", DType::F32, read_as::<f32>, write_as::<f32>),
    ("f8", DType::F64, read_as::<f64>, write_as::<f64>),
    ("c8", DType::C64, read_as::<Complex<f32>>, write_as::<Complex<f32>>),
    ("c16", DType::C128, read_as::<Complex<f64>>, write_as::<Complex<f64>>),
];

/// Reads an array; `name` stands for the source in errors.
///
/// # Errors
/// As [`load_npy`].
pub fn read_npy(name: &str, mut reader: impl Read) -> Result<TensorData> {
    let reader: &mut dyn Read = &mut reader;
    let npy = NpyFile::new(reader).map_err(|error| diag::file(name, &error))?;
    let descr = npy.dtype().descr();
    let plain = descr.trim_matches('\'').trim_start_matches(['<', '>', '|', '=']);
    let row = TYPES.iter().find(|row| row.0 == plain);
    let (_, dtype, read, _) = row.ok_or_else(|| diag::element_type(name, &descr))?;
    let shape: Vec<usize> = npy.shape().iter().map(|dim| *dim as usize).collect();
    let fortran = npy.order() == Order::Fortran;
    let stored: Vec<usize> = if fortran { shape.iter().rev().copied().collect() } else { shape };
    let bytes = stored.iter().try_fold(dtype.size(), |all, dim| all.checked_mul(*dim));
    bytes.ok_or_else(|| diag::file(name, &"the shape is too large"))?;
    let data = read(npy, &stored).map_err(|error| diag::file(name, &error))?;
    Ok(if fortran { reverse_axes(&data) } else { data })
}

/// Writes an array in C order; `name` stands for the destination in errors.
///
/// # Errors
/// As [`save_npy`].
pub fn write_npy(name: &str, mut writer: impl Write, data: &TensorData) -> Result<()> {
    let dtype = data.ty().dtype;
    let row = TYPES.iter().find(|row| row.1 == dtype);
    let (.., write) = row.ok_or_else(|| diag::no_descr(name, dtype))?;
    let written = write(&mut writer, data).and_then(|()| writer.flush());
    written.map_err(|error| diag::file(name, &error))
}

fn read_as<T>(npy: NpyFile<&mut dyn Read>, shape: &[usize]) -> std::io::Result<TensorData>
where
    T: Element + npyz::Deserialize,
{
    let data = npy.into_vec::<T>()?;
    TensorData::from_slice(shape, &data).map_err(std::io::Error::other)
}

fn read_bool(npy: NpyFile<&mut dyn Read>, shape: &[usize]) -> std::io::Result<TensorData> {
    let data: Vec<u8> = npy.into_vec::<bool>()?.into_iter().map(u8::from).collect();
    let ty = ArrayType::new(DType::Bool, shape);
    TensorData::from_bytes(ty, &data).map_err(std::io::Error::other)
}

fn write_as<T>(writer: &mut dyn Write, data: &TensorData) -> std::io::Result<()>
where
    T: Element + npyz::AutoSerialize,
{
    write_all(writer, data, data.as_slice::<T>().iter().copied())
}

fn write_bool(writer: &mut dyn Write, data: &TensorData) -> std::io::Result<()> {
    write_all(writer, data, data.as_slice::<u8>().iter().map(|byte| *byte != 0))
}

fn write_all<T: npyz::AutoSerialize>(
    writer: &mut dyn Write,
    data: &TensorData,
    items: impl Iterator<Item = T>,
) -> std::io::Result<()> {
    let shape: Vec<u64> = data.ty().shape.iter().map(|dim| *dim as u64).collect();
    let options = npyz::WriteOptions::new().default_dtype();
    let mut npy = options.shape(&shape).writer(writer).begin_nd()?;
    npy.extend(items)?;
    npy.finish()
}

/// The array with its axes in reverse order, dense again.
fn reverse_axes(data: &TensorData) -> TensorData {
    let ty = data.ty();
    let shape: Vec<usize> = ty.shape.iter().rev().copied().collect();
    let strides: Vec<usize> = ty.strides().iter().rev().copied().collect();
    let mut result = TensorData::zeros(ArrayType::new(ty.dtype, &shape));
    let size = ty.dtype.size();
    for at in 0..ty.size() {
        let mut rest = at;
        let from: usize = (0..shape.len())
            .rev()
            .map(|axis| {
                let index = rest % shape[axis];
                rest /= shape[axis];
                index * strides[axis]
            })
            .sum();
        let element = &data.bytes()[from * size..][..size];
        result.bytes_mut()[at * size..][..size].copy_from_slice(element);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(data: &TensorData) -> TensorData {
        let mut bytes = Vec::new();
        write_npy("memory", &mut bytes, data).unwrap();
        read_npy("memory", &*bytes).unwrap()
    }

    #[test]
    fn every_numpy_dtype_and_rank_reads_back() {
        for (_, dtype, ..) in TYPES {
            for shape in [&[][..], &[3], &[2, 0], &[2, 3, 1]] {
                let mut data = TensorData::zeros(ArrayType::new(*dtype, shape));
                for (at, byte) in data.bytes_mut().iter_mut().enumerate() {
                    *byte = if dtype.is_bool() { at as u8 % 2 } else { at as u8 % 60 };
                }
                assert_eq!(round_trip(&data), data, "{}", data.ty());
            }
        }
    }

    #[test]
    fn fortran_order_is_turned_into_c_order() {
        let mut header = b"\x93NUMPY\x01\x00\x46\x00".to_vec();
        let text = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }";
        header.extend(format!("{text:<69}\n").bytes());
        for value in [1i16, 4, 2, 5, 3, 6] {
            header.extend(value.to_le_bytes());
        }
        let data = read_npy("memory", &*header).unwrap();
        assert_eq!(data.as_slice::<i16>(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn bad_files_are_errors() {
        assert!(read_npy("x.npy", &b"not an npy file"[..]).is_err());
        let mut bytes = Vec::new();
        write_npy("memory", &mut bytes, &TensorData::from_slice(&[4], &[1f32; 4]).unwrap())
            .unwrap();
        let error = read_npy("x.npy", &bytes[..bytes.len() - 2]).unwrap_err();
        assert!(error.to_string().starts_with("x.npy: "), "{error}");
        let bf16 = TensorData::zeros(ArrayType::new(DType::BF16, &[1]));
        assert!(write_npy("x.npy", Vec::new(), &bf16).is_err());
    }
}
