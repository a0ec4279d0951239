//! The file format of recorded programs: one JSON object a line, gzip or plain.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;
use jaxide_ir::{ArrayType, DType, Diagnostic, Result, TensorData};
use serde::Deserialize;

/// One recorded program with its values.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// 16 hex digits, unique over all files.
    pub id: String,
    /// Where it was recorded.
    pub source: String,
    /// `P0`, `P1`, `P2` or `gauge`.
    pub tier: String,
    /// Number of equations, nested ones included.
    pub eqns: usize,
    /// The program text.
    pub jaxpr: String,
    /// Values of the constvars.
    pub consts: Vec<Tensor>,
    /// Values of the inputs.
    pub inputs: Vec<Tensor>,
    /// Expected results.
    pub outputs: Vec<Tensor>,
}

/// A recorded array: base64 of its row-major little-endian bytes.
#[derive(Clone, Debug, Deserialize)]
pub struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data: String,
}

impl Tensor {
    /// The decoded array.
    ///
    /// # Errors
    /// An unknown dtype, bad base64, or data of the wrong length.
    pub fn decode(&self) -> Result<TensorData> {
        let dtype = DType::from_name(&self.dtype)
            .ok_or_else(|| bad(&format!("unknown dtype {}", self.dtype)))?;
        let bytes = STANDARD.decode(&self.data).map_err(|error| bad(&error.to_string()))?;
        TensorData::from_bytes(ArrayType::new(dtype, &self.shape), &bytes)
    }
}

/// Reads all cases of a `.jsonl` or `.jsonl.gz` file.
///
/// # Errors
/// When the file cannot be read or a line is no case; the message names file and line.
pub fn read(path: &Path) -> Result<Vec<Case>> {
    let name = path.display();
    let file = File::open(path).map_err(|error| bad(&format!("{name}: {error}")))?;
    let gzip = path.extension().is_some_and(|ext| ext == "gz");
    let reader: Box<dyn Read> = if gzip { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut cases = Vec::new();
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let at = |error: &dyn std::fmt::Display| bad(&format!("{name}:{}: {error}", number + 1));
        let line = line.map_err(|error| at(&error))?;
        if !line.trim().is_empty() {
            cases.push(serde_json::from_str(&line).map_err(|error| at(&error))?);
        }
    }
    Ok(cases)
}

fn bad(message: &str) -> Diagnostic {
    crate::diag::bad_case(message)
}
