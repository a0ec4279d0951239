//! Bytes of files into buffers and back.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    path::Path,
};

use jaxide_ir::{ArrayType, Result};
use jaxide_runtime::Buffer;
use jaxide_trace::Array;

use crate::diag;

/// A file for reading, its name in errors, and its size.
pub(crate) fn open(path: &Path) -> Result<(BufReader<File>, String, u64)> {
    let name = path.display().to_string();
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (size, file) = opened.map_err(|error| diag::file(&name, &error))?;
    Ok((BufReader::new(file), name, size))
}

/// Writes a file whole or not at all: into a file beside, which then takes the name.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> Result<()> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| diag::file(&name, &error);
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = Path::new(&beside);
    let written = File::create(beside).map_err(failed).and_then(|file| {
        let mut writer = BufWriter::new(file);
        write(&mut writer)?;
        writer.flush().map_err(failed)?;
        std::fs::rename(beside, path).map_err(failed)
    });
    if written.is_err() {
        // The first error is the one to report; a part that cannot be removed changes nothing.
        let _ = std::fs::remove_file(beside);
    }
    written
}

/// The next elements of a reader, little-endian. `available` bounds what the source can hold, so
/// that a header that lies about its shape allocates nothing.
pub(crate) fn read(
    name: &str,
    reader: &mut dyn Read,
    ty: ArrayType,
    available: Option<u64>,
) -> Result<Buffer> {
    let bytes = jaxide_runtime::checked_bytes(&ty)? as u64;
    if let Some(available) = available
        && bytes > available
    {
        return Err(diag::truncated(name, &ty, available));
    }
    let mut buffer = Buffer::recycled(ty)?;
    reader.read_exact(buffer.bytes_mut()).map_err(|error| diag::file(name, &error))?;
    check_bools(name, &buffer)?;
    Ok(buffer)
}

/// Checks that a bool array holds zeros and ones only.
pub(crate) fn check_bools(name: &str, buffer: &Buffer) -> Result<()> {
    let odd = || buffer.bytes().iter().find(|byte| **byte > 1);
    match buffer.ty().dtype.is_bool().then(odd).flatten() {
        Some(byte) => Err(diag::bool_byte(name, *byte)),
        None => Ok(()),
    }
}

/// The buffer of a concrete array; `what` names the function in the error for traced ones.
#[track_caller]
pub(crate) fn concrete<'a>(what: &str, x: &'a Array) -> Result<&'a Buffer> {
    x.buffer().ok_or_else(|| diag::traced(what, x))
}

/// An array whose element at each index lies `strides` elements apart in `bytes`, dense again.
pub(crate) fn gather(ty: ArrayType, bytes: &[u8], strides: &[usize]) -> Result<Buffer> {
    let size = ty.dtype.size();
    let shape = ty.shape.clone();
    let mut out = Buffer::recycled(ty)?;
    let mut index = vec![0; shape.len()];
    for element in out.bytes_mut().chunks_exact_mut(size) {
        let from: usize = index.iter().zip(strides).map(|(index, stride)| index * stride).sum();
        element.copy_from_slice(&bytes[from * size..][..size]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    Ok(out)
}
