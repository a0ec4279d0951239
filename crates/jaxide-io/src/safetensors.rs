//! safetensors files: named arrays and text metadata. Tensors are read one by one, straight into
//! their memory.

use std::{
    collections::HashMap,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use indexmap::IndexMap;
use jaxide_ir::{ArrayType, DType, Result};
use jaxide_runtime::Buffer;
use jaxide_trace::Array;
use safetensors::{Dtype, View, tensor::Metadata};

use crate::{buffer, diag};

/// Element types by their names in the format. Those of 8 bits and fewer that the format has beside
/// have no dtype here.
static TYPES: [(Dtype, DType); 14] = [
    (Dtype::BOOL, DType::Bool),
    (Dtype::I8, DType::I8),
    (Dtype::I16, DType::I16),
    (Dtype::I32, DType::I32),
    (Dtype::I64, DType::I64),
    (Dtype::U8, DType::U8),
    (Dtype::U16, DType::U16),
    (Dtype::U32, DType::U32),
    (Dtype::U64, DType::U64),
    (Dtype::BF16, DType::BF16),
    (Dtype::F16, DType::F16),
    (Dtype::F32, DType::F32),
    (Dtype::F64, DType::F64),
    (Dtype::C64, DType::C64),
];

/// Headers beyond this size are refused, as the format asks.
const MAX_HEADER: u64 = 100_000_000;

/// Reads all arrays of a file, in the order of their bytes, by their names.
///
/// ```no_run
/// let arrays = jaxide_io::load_safetensors("model.safetensors")?;
/// # Ok::<(), jaxide_ir::Diagnostic>(())
/// ```
///
/// # Errors
/// When the file cannot be read, is malformed, or holds elements that no array has.
pub fn load_safetensors(path: impl AsRef<Path>) -> Result<IndexMap<String, Array>> {
    let (mut reader, name, size) = buffer::open(path.as_ref())?;
    let (start, metadata) = header(&name, &mut reader, size)?;
    let mut arrays = IndexMap::new();
    for key in metadata.offset_keys() {
        let info = metadata.info(&key).expect("a key of the metadata");
        let full = format!("{name}: {key}");
        let row = TYPES.iter().find(|row| row.0 == info.dtype);
        let dtype = row.ok_or_else(|| diag::element_type(&full, &format!("{:?}", info.dtype)))?.1;
        let (from, to) = info.data_offsets;
        reader
            .seek(SeekFrom::Start(start + from as u64))
            .map_err(|error| diag::file(&full, &error))?;
        let ty = ArrayType::new(dtype, &info.shape);
        let data = buffer::read(&full, &mut reader, ty, Some((to - from) as u64))?;
        arrays.insert(key, data.into());
    }
    Ok(arrays)
}

/// The header of a file, checked against its size, and where its tensors start.
fn header(name: &str, reader: &mut (impl Read + Seek), size: u64) -> Result<(u64, Metadata)> {
    let failed = |error: &dyn std::fmt::Display| diag::file(name, error);
    let mut length = [0; 8];
    reader.read_exact(&mut length).map_err(|error| failed(&error))?;
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER.min(size.saturating_sub(8)) {
        return Err(failed(&format!("the header cannot have {length} bytes")));
    }
    let mut text = vec![0; length as usize];
    reader.read_exact(&mut text).map_err(|error| failed(&error))?;
    let metadata: Metadata = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
    let start = 8 + length;
    let expected = u128::from(start) + metadata.data_len() as u128;
    if expected != u128::from(size) {
        return Err(failed(&format!("expected {expected} bytes by the header, got {size}")));
    }
    Ok((start, metadata))
}

struct Tensor<'a> {
    dtype: Dtype,
    data: &'a Buffer,
}

impl View for Tensor<'_> {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.data.ty().shape
    }

    fn data(&self) -> std::borrow::Cow<'_, [u8]> {
        self.data.bytes().into()
    }

    fn data_len(&self) -> usize {
        self.data.bytes().len()
    }
}

/// Writes named arrays and text metadata to a file. A file of that name is replaced once the new one
/// is whole.
///
/// # Errors
/// For traced arrays, when the file cannot be written, or the format lacks a dtype.
pub fn save_safetensors<'a>(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
    metadata: &[(&str, &str)],
) -> Result<()> {
    let name = path.as_ref().display().to_string();
    let mut tensors = IndexMap::new();
    for (key, array) in arrays {
        let data = buffer::concrete("save_safetensors", array)?;
        let row = TYPES.iter().find(|row| row.1 == data.ty().dtype);
        let (dtype, _) = row.ok_or_else(|| diag::no_safetensors_type(&name, data.ty().dtype))?;
        if tensors.insert(key, Tensor { dtype: *dtype, data }).is_some() {
            return Err(diag::file(&name, &format!("two arrays have the name {key}")));
        }
    }
    let pairs: HashMap<String, String> =
        metadata.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    let metadata = (!pairs.is_empty()).then_some(pairs);
    let bytes = safetensors::serialize(tensors, metadata);
    let bytes = bytes.map_err(|error| diag::file(&name, &error))?;
    buffer::replace(path.as_ref(), |writer| {
        std::io::Write::write_all(writer, &bytes).map_err(|error| diag::file(&name, &error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("jaxide-{name}-{}.safetensors", std::process::id()))
    }

    #[test]
    fn every_dtype_of_the_format_reads_back() {
        let path = path("dtypes");
        let arrays: Vec<(String, Array)> = TYPES
            .iter()
            .map(|(_, dtype)| {
                let mut data = Buffer::zeros(ArrayType::new(*dtype, &[2, 3])).unwrap();
                data.bytes_mut().iter_mut().step_by(2).for_each(|byte| *byte = 1);
                (dtype.to_string(), data.into())
            })
            .collect();
        let pairs = arrays.iter().map(|(name, array)| (name.as_str(), array));
        save_safetensors(&path, pairs, &[("format", "jaxide")]).unwrap();
        let back = load_safetensors(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        for (name, array) in &arrays {
            assert_eq!(back[name].to_tensor(), array.to_tensor(), "{name}");
        }
    }

    #[test]
    fn bad_files_are_errors_and_allocate_nothing() {
        let path = path("bad");
        let huge = br#"{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}"#;
        let mut lying = (huge.len() as u64).to_le_bytes().to_vec();
        lying.extend(huge);
        let most = br#"{"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,18446744073709551615]}}"#;
        let mut wrapping = (most.len() as u64).to_le_bytes().to_vec();
        wrapping.extend(most);
        for bytes in [&b"short"[..], &[255; 16], &lying, &wrapping] {
            std::fs::write(&path, bytes).unwrap();
            let error = load_safetensors(&path).unwrap_err();
            assert!(error.to_string().contains("jaxide-bad"), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
    }
}
