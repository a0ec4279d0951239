//! Programs and values from the command line.

use std::{fs, io::Read, path::Path};

use jaxide_ir::{ArrayType, DType, Jaxpr, Result, TensorData, parse};
use jaxide_testing::{filetest::parse_values, registry};

use crate::diag;

/// The text of a file; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let name = path.display().to_string();
    if name != "-" {
        return fs::read_to_string(path).map_err(|error| diag::file(&name, &error));
    }
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map(|_| text).map_err(|error| diag::file("standard input", &error))
}

/// The program of a file. Directives of filetests, lines that begin with `//`, count as empty.
pub(crate) fn read_program(path: &Path) -> Result<Jaxpr> {
    let text = read_text(path)?;
    let lines = text.lines().map(|line| if line.starts_with("//") { "" } else { line });
    parse(&lines.collect::<Vec<_>>().join("\n"), &path.display().to_string(), &registry())
}

/// The value of one `--arg`: a `.npy` file or `TYPE=NUMBERS`.
pub(crate) fn read_argument(text: &str) -> Result<TensorData> {
    let Some((ty, numbers)) = text.split_once('=') else {
        return Ok(jaxide_io::load_npy(text)?.to_tensor());
    };
    let ty = parse_type(ty).ok_or_else(|| diag::argument(text, &format!("no type: {ty}")))?;
    let list = format!("([{numbers}])");
    let values = parse_values(&list, &[ty]).map_err(|error| diag::argument(text, &error))?;
    values.into_iter().next().ok_or_else(|| diag::argument(text, "no value"))
}

/// `f32[2,3]`, `f32[]` or `f32`.
fn parse_type(text: &str) -> Option<ArrayType> {
    let (dtype, dims) = text.split_once('[').unwrap_or((text, "]"));
    let dtype = DType::from_name(dtype)?;
    let dims = dims.strip_suffix(']')?.split(',').filter(|dim| !dim.trim().is_empty());
    let shape: Vec<usize> = dims.map(|dim| dim.trim().parse().ok()).collect::<Option<_>>()?;
    let bytes = shape.iter().try_fold(dtype.size(), |all, dim: &usize| all.checked_mul(*dim));
    bytes.map(|_| ArrayType::new(dtype, &shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_numbers_make_arrays() {
        let data = read_argument("f32[3]=1,2.5,-inf").unwrap();
        assert_eq!(data.as_slice::<f32>(), [1.0, 2.5, f32::NEG_INFINITY]);
        assert_eq!(read_argument("i32=7").unwrap().as_slice::<i32>(), [7]);
        assert_eq!(read_argument("bool[2]=True,False").unwrap().as_slice::<u8>(), [1, 0]);
        assert_eq!(read_argument("f32[0]=").unwrap().ty().size(), 0);
    }

    #[test]
    fn bad_arguments_say_what_is_wrong() {
        for text in ["f32[3]=1,2", "f99=1", "f32[x]=1", "i32=1.5", "f32[99999999999,99999999999]="]
        {
            assert!(read_argument(text).is_err(), "{text}");
        }
    }
}
