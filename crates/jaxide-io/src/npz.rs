//! NumPy's `.npz` archives: named arrays, each a `.npy` file in a zip archive, stored or deflated.

use std::{
    io::{Read, Seek, Write},
    path::Path,
};

use indexmap::IndexMap;
use jaxide_ir::Result;
use jaxide_trace::Array;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{buffer, diag, npy};

/// Reads all arrays of an archive, in its order, by their names.
///
/// ```no_run
/// let arrays = jaxide_io::load_npz("weights.npz")?;
/// println!("{:?}", arrays["w"].shape());
/// # Ok::<(), jaxide_ir::Diagnostic>(())
/// ```
///
/// # Errors
/// When the file cannot be read, is no zip archive, or an entry is no array.
pub fn load_npz(path: impl AsRef<Path>) -> Result<IndexMap<String, Array>> {
    let (reader, name, _) = buffer::open(path.as_ref())?;
    read_npz(&name, reader)
}

/// Reads all arrays of an archive; `name` stands for the source in errors.
///
/// # Errors
/// As [`load_npz`].
pub fn read_npz(name: &str, reader: impl Read + Seek) -> Result<IndexMap<String, Array>> {
    let mut archive = ZipArchive::new(reader).map_err(|error| diag::file(name, &error))?;
    let mut arrays = IndexMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| diag::file(name, &error))?;
        let file = entry.name().map_err(|error| diag::file(name, &error))?.into_owned();
        let full = format!("{name}: {file}");
        let key = file.strip_suffix(".npy").unwrap_or(&file).to_string();
        let size = entry.size();
        arrays.insert(key, npy::read(&full, &mut entry, Some(size))?);
    }
    Ok(arrays)
}

/// Writes named arrays to an archive, deflated if asked, as `numpy.savez_compressed` does. A file of
/// that name is replaced once the new one is whole.
///
/// # Errors
/// For traced arrays, when the file cannot be written, two names are equal, or NumPy lacks a dtype.
pub fn save_npz<'a>(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
    compress: bool,
) -> Result<()> {
    let name = path.as_ref().display().to_string();
    buffer::replace(path.as_ref(), |writer| write_npz(&name, writer, arrays, compress))
}

/// Writes named arrays as an archive; `name` stands for the destination in errors.
///
/// # Errors
/// As [`save_npz`].
pub fn write_npz<'a>(
    name: &str,
    writer: impl Write + Seek,
    arrays: impl IntoIterator<Item = (&'a str, &'a Array)>,
    compress: bool,
) -> Result<()> {
    let method = if compress { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    // Sizes are not known when an entry begins, so that all entries may be large.
    let options = SimpleFileOptions::default().compression_method(method).large_file(true);
    let mut archive = ZipWriter::new(writer);
    for (key, array) in arrays {
        let entry = format!("{key}.npy");
        archive.start_file(&entry, options).map_err(|error| diag::file(name, &error))?;
        npy::write_npy(&format!("{name}: {entry}"), &mut archive, array)?;
    }
    archive.finish().map(|_| ()).map_err(|error| diag::file(name, &error))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn archives_read_back_stored_and_deflated() {
        let (w, b) = (Array::from_slice(&[2, 2], &[1f32, 2., 3., 4.]), jaxide_trace::array([1, 2]));
        for compress in [false, true] {
            let mut file = Cursor::new(Vec::new());
            write_npz("memory", &mut file, [("w", &w), ("layer/b", &b)], compress).unwrap();
            let back = read_npz("memory", file).unwrap();
            assert_eq!(back.keys().collect::<Vec<_>>(), ["w", "layer/b"]);
            assert_eq!(back["w"].to_tensor(), w.to_tensor());
            assert_eq!(back["layer/b"].to_tensor(), b.to_tensor());
        }
    }

    #[test]
    fn bad_archives_are_errors() {
        assert!(read_npz("x.npz", Cursor::new(b"PK no zip")).is_err());
        let mut file = Cursor::new(Vec::new());
        let x = jaxide_trace::array([1]);
        assert!(write_npz("x.npz", &mut file, [("a", &x), ("a", &x)], false).is_err());
    }
}
