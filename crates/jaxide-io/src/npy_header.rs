//! The header of a `.npy` file: a Python dictionary with the element type, the order and the shape.
//! The format is NumPy's, `numpy.lib.format`, versions 1 to 3.

use std::io::Read;

use jaxide_ir::Result;

use crate::diag;

/// No header of an array that can exist is longer.
const MAX_LENGTH: usize = 1 << 20;

/// What a header says.
#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    /// The element type as it is written, a list for records.
    pub(crate) descr: String,
    pub(crate) fortran: bool,
    pub(crate) shape: Vec<usize>,
}

/// Reads up to where the elements begin.
///
/// # Errors
/// When it is no header, or one of an unknown version.
pub(crate) fn read(name: &str, reader: &mut dyn Read) -> Result<Header> {
    let failed = |error: &dyn std::fmt::Display| diag::file(name, error);
    let mut start = [0; 8];
    reader.read_exact(&mut start).map_err(|error| failed(&error))?;
    if !start.starts_with(b"\x93NUMPY") {
        return Err(failed(&"expected the magic string of an npy file"));
    }
    let mut length = [0; 4];
    let digits = match start[6] {
        1 => &mut length[..2],
        2 | 3 => &mut length[..],
        version => return Err(failed(&format!("npy version {version} is not known"))),
    };
    reader.read_exact(digits).map_err(|error| failed(&error))?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_LENGTH {
        return Err(failed(&format!("the header cannot have {length} bytes")));
    }
    let mut text = vec![0; length];
    reader.read_exact(&mut text).map_err(|error| failed(&error))?;
    let text = String::from_utf8_lossy(&text);
    parse(&text).ok_or_else(|| {
        let shown: String = text.trim().chars().take(100).collect();
        failed(&format!("expected a header with descr, fortran_order and shape, got {shown}"))
    })
}

fn parse(text: &str) -> Option<Header> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim_start();
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    while !rest.is_empty() {
        let (key, after) = quoted(rest)?;
        rest = after.trim_start().strip_prefix(':')?.trim_start();
        match key {
            "descr" if rest.starts_with('[') => {
                // Fields of a record; the keys of an array come after them.
                let end = rest.rfind(']')? + 1;
                descr = Some(&rest[..end]);
                rest = &rest[end..];
            }
            "descr" => {
                let (value, after) = quoted(rest)?;
                descr = Some(value);
                rest = after;
            }
            "fortran_order" => {
                let value = rest.starts_with("True");
                rest = rest.strip_prefix(if value { "True" } else { "False" })?;
                fortran = Some(value);
            }
            "shape" => {
                let (sizes, after) = rest.strip_prefix('(')?.split_once(')')?;
                let sizes = sizes.split(',').map(str::trim).filter(|size| !size.is_empty());
                // Python 2 wrote an L behind long integers.
                let sizes = sizes.map(|size| size.trim_end_matches('L').parse().ok());
                shape = Some(sizes.collect::<Option<Vec<usize>>>()?);
                rest = after;
            }
            _ => return None,
        }
        rest = rest.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(Header { descr: descr?.to_owned(), fortran: fortran?, shape: shape? })
}

/// The string that a text begins with, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_any_order_and_quotes_of_both_kinds() {
        let header = parse("{\"shape\": (3L, 4), 'fortran_order': True, 'descr':'<f4'}  \n");
        let expected = Header { descr: "<f4".into(), fortran: true, shape: vec![3, 4] };
        assert_eq!(header, Some(expected));
        let record = "{'descr': [('a', '<f4'), ('b', '<i2', (2,))], 'fortran_order': False, \
                      'shape': (), }";
        assert_eq!(parse(record).unwrap().descr, "[('a', '<f4'), ('b', '<i2', (2,))]");
    }

    #[test]
    fn other_texts_are_no_headers() {
        let deep = format!("{{'descr': {}", "(".repeat(60_000));
        for text in [
            "",
            "{}",
            "{'descr': '<f4'",
            "{'descr': '<f4', 'fortran_order': 1, 'shape': ()}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': 3}",
            "{'é: 3}",
            &deep,
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_and_versions_are_checked_before_they_are_used() {
        let read = |bytes: &[u8]| read("x.npy", &mut &*bytes).unwrap_err().to_string();
        assert!(
            read(b"\x93NUMPY\x02\x00\xff\xff\xff\xff").contains("cannot have 4294967295 bytes")
        );
        assert!(read(b"\x93NUMPY\x09\x00\x00\x00").contains("npy version 9 is not known"));
        assert!(read(b"\x93NUMPY\x01\x00\x10\x00{'descr'").contains("x.npy"));
    }
}
