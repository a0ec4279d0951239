//! Values of `// run:` lines: a tuple of numbers and nested lists, typed by the program. A list of
//! one number with `*` repeats it: `[*1.5]` fills an array of any size.

use jaxide_ir::{ArrayType, DType, Scalar, TensorData};

/// Reads one value per type.
///
/// # Errors
/// What is not a number, or a count that does not fit.
pub fn parse_values(text: &str, types: &[ArrayType]) -> Result<Vec<TensorData>, String> {
    let inner = text.trim().strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let inner = inner.ok_or_else(|| format!("expected a tuple, got {text}"))?;
    let items = split_top(inner);
    if items.len() != types.len() {
        return Err(format!("expected {} values, got {}", types.len(), items.len()));
    }
    items.iter().zip(types).map(|(item, ty)| parse_value(item, ty)).collect()
}

fn parse_value(text: &str, ty: &ArrayType) -> Result<TensorData, String> {
    let numbers = text.replace(['[', ']'], " ").replace(',', " ");
    let words: Vec<&str> = numbers.split_whitespace().collect();
    let words = match words[..] {
        [one] if one.starts_with('*') => vec![&one[1..]; ty.size()],
        _ => words,
    };
    if words.len() != ty.size() {
        return Err(format!("expected {} numbers for {ty}, got {}", ty.size(), words.len()));
    }
    let scalars: Result<Vec<Scalar>, String> =
        words.iter().map(|word| parse_scalar(word, ty)).collect();
    let bytes: Vec<u8> = scalars?.iter().flat_map(|scalar| scalar.to_bytes()).collect();
    TensorData::from_bytes(ty.clone(), &bytes).map_err(|error| error.to_string())
}

fn parse_scalar(word: &str, ty: &ArrayType) -> Result<Scalar, String> {
    let dtype = ty.dtype;
    let bad = || format!("expected a value of {dtype}, got {word}");
    match word {
        "True" | "true" => Ok(Scalar::int(dtype, 1)),
        "False" | "false" => Ok(Scalar::int(dtype, 0)),
        _ if dtype.is_complex() => {
            complex_parts(word).map(|(re, im)| Scalar::complex(dtype, re, im)).ok_or_else(bad)
        }
        _ if dtype.is_inexact() => {
            word.parse().map(|value| Scalar::float(dtype, value)).map_err(|_| bad())
        }
        _ => word.parse().map(|value| Scalar::int(dtype, value)).map_err(|_| bad()),
    }
}

/// The parts of `1.0+2.0j`, of `2.0j`, or of a real number.
fn complex_parts(word: &str) -> Option<(f64, f64)> {
    let Some(parts) = word.strip_suffix('j') else { return Some((word.parse().ok()?, 0.0)) };
    let exponent = |at: usize| matches!(parts.as_bytes()[at - 1], b'e' | b'E');
    let sign = |(at, c): &(usize, char)| *at > 0 && matches!(c, '+' | '-') && !exponent(*at);
    match parts.char_indices().rev().find(sign) {
        Some((at, _)) => Some((parts[..at].parse().ok()?, parts[at..].parse().ok()?)),
        None => Some((0.0, parts.parse().ok()?)),
    }
}

/// Splits at commas outside brackets.
fn split_top(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        items.last_mut().expect("there is always an item").push(c);
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

/// The text that [`parse_values`] reads.
pub fn format_values(values: &[TensorData]) -> String {
    let items: Vec<String> = values.iter().map(format_value).collect();
    format!("({})", items.join(", "))
}

fn format_value(value: &TensorData) -> String {
    let mut scalars = value.iter().map(format_scalar);
    nest(&value.ty().shape, &mut scalars)
}

fn nest(shape: &[usize], scalars: &mut dyn Iterator<Item = String>) -> String {
    match shape {
        [] => scalars.next().unwrap_or_default(),
        [dim, rest @ ..] => {
            let items: Vec<String> = (0..*dim).map(|_| nest(rest, scalars)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

fn format_scalar(scalar: Scalar) -> String {
    if scalar.dtype().is_bool() {
        return if scalar.as_bool() == Some(true) { "True".into() } else { "False".into() };
    }
    let float = |value: f64| match scalar.dtype().part() {
        DType::F64 => format!("{value:?}"),
        _ => format!("{:?}", value as f32),
    };
    match scalar.as_int() {
        Some(int) => int.to_string(),
        None if scalar.dtype().is_complex() => {
            let (re, im) = (float(scalar.to_f64()), float(scalar.imag()));
            let sign = if im.starts_with('-') { "" } else { "+" };
            format!("{re}{sign}{im}j")
        }
        None => float(scalar.to_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back() {
        let types = [ArrayType::new(DType::F32, &[2, 2]), ArrayType::scalar(DType::Bool)];
        let text = "([[1.0, NaN], [-inf, -0.0]], True)";
        let values = parse_values(text, &types).unwrap();
        assert_eq!(format_values(&values), text);
    }

    #[test]
    fn complex_values_read_back() {
        let types = [ArrayType::new(DType::C64, &[4])];
        let text = "([1.0-2.5j, -0.0+1e-20j, NaN+infj, -inf-0.0j])";
        assert_eq!(format_values(&parse_values(text, &types).unwrap()), text);
        let short = parse_values("([2, 3j, -1e-3-2j, 0])", &types).unwrap();
        assert_eq!(
            format_values(&[short[0].clone()]),
            "([2.0+0.0j, 0.0+3.0j, -0.001-2.0j, 0.0+0.0j])"
        );
    }

    #[test]
    fn counts_must_fit() {
        let ty = [ArrayType::new(DType::I32, &[3])];
        assert_eq!(
            parse_values("([1, 2])", &ty).unwrap_err(),
            "expected 3 numbers for i32[3], got 2"
        );
        assert_eq!(parse_values("([*7])", &ty).unwrap()[0].as_slice::<i32>(), [7, 7, 7]);
        assert!(parse_values("([])", &[ArrayType::new(DType::I32, &[0])]).is_ok());
    }
}
