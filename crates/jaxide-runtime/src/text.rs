//! Arrays as NumPy shows them: `[1. 2. 3.]`.

use jaxide_ir::{ArrayType, DType, Scalar, py_repr};

/// Arrays with more elements are summarised.
const THRESHOLD: usize = 1000;
/// How many items a summary keeps at each end of a dimension.
const EDGE: usize = 3;
/// Significant digits beyond which floats are cut.
const PRECISION: usize = 8;

/// The text of a dense array given by its bytes. Elements of a row stand `separator` apart;
/// further lines are indented by `indent` columns, the width of what the text stands in, if any.
///
/// ```
/// use jaxide_runtime::{Buffer, text};
/// let x = Buffer::from_slice(&[3], &[1.0f32, 2.5, -3.0]).unwrap();
/// assert_eq!(text::array(x.ty(), x.bytes(), " ", 0), "[ 1.   2.5 -3. ]");
/// ```
pub fn array(ty: &ArrayType, bytes: &[u8], separator: &str, indent: usize) -> String {
    let width = ty.dtype.size();
    let element =
        |index: usize| Scalar::from_bytes(ty.dtype, &bytes[index * width..(index + 1) * width]);
    if ty.rank() == 0 {
        let number = element(0);
        // Python's own form, but NumPy's inside `Array(...)`.
        let cell = ty.dtype.is_complex() && indent > 0;
        return if cell { complexes(&[number]).remove(0) } else { scalar(number) };
    }
    let summary = ty.size() > THRESHOLD;
    let mut shown = Vec::new();
    visible(&ty.shape, &ty.strides(), 0, summary, &mut shown);
    let cells = column(&shown.into_iter().map(element).collect::<Vec<_>>());
    let mut layout = Layout { cells: cells.into_iter(), separator, summary };
    layout.dimension(&ty.shape, indent)
}

/// Positions of the elements that are shown.
fn visible(shape: &[usize], strides: &[usize], base: usize, summary: bool, out: &mut Vec<usize>) {
    let [size, rest @ ..] = shape else {
        out.push(base);
        return;
    };
    for index in indices(*size, summary) {
        visible(rest, &strides[1..], base + index * strides[0], summary, out);
    }
}

fn indices(size: usize, summary: bool) -> Vec<usize> {
    if summary && size > 2 * EDGE {
        (0..EDGE).chain(size - EDGE..size).collect()
    } else {
        (0..size).collect()
    }
}

struct Layout<'a> {
    cells: std::vec::IntoIter<String>,
    separator: &'a str,
    summary: bool,
}

impl Layout<'_> {
    fn dimension(&mut self, shape: &[usize], indent: usize) -> String {
        let [size, rest @ ..] = shape else {
            return self.cells.next().expect("one cell per shown element");
        };
        let mut items: Vec<String> =
            indices(*size, self.summary).iter().map(|_| self.dimension(rest, indent + 1)).collect();
        if items.len() < *size {
            items.insert(EDGE, "...".into());
        }
        let separator = if rest.is_empty() {
            self.separator.to_string()
        } else {
            let lines = "\n".repeat(rest.len());
            format!("{}{lines}{}", self.separator.trim_end(), " ".repeat(indent + 1))
        };
        format!("[{}]", items.join(&separator))
    }
}

/// One number alone, as Python prints it.
pub fn scalar(value: Scalar) -> String {
    let dtype = value.dtype();
    if dtype.is_bool() {
        return if value.as_bool() == Some(true) { "True".into() } else { "False".into() };
    }
    match value.as_int() {
        Some(int) => int.to_string(),
        None if dtype.is_complex() => py_repr::scalar(value),
        None => with_fraction(float(value), "0"),
    }
}

/// Cells of one width.
fn column(values: &[Scalar]) -> Vec<String> {
    let Some(first) = values.first() else { return Vec::new() };
    let cells: Vec<String> = if first.dtype().is_float() {
        floats(values)
    } else if first.dtype().is_complex() {
        return complexes(values);
    } else {
        values.iter().map(|value| scalar(*value)).collect()
    };
    aligned(cells)
}

/// Cells padded on the left to the widest one.
fn aligned(mut cells: Vec<String>) -> Vec<String> {
    let width = cells.iter().map(String::len).max().unwrap_or(0);
    for cell in &mut cells {
        *cell = format!("{cell:>width$}");
    }
    cells
}

/// Real and imaginary parts, each as a column of floats; the imaginary ones with their sign.
fn complexes(values: &[Scalar]) -> Vec<String> {
    let part = values.first().map_or(DType::F32, |value| value.dtype().part());
    let column = |of: fn(&Scalar) -> f64| {
        let parts: Vec<Scalar> = values.iter().map(|z| Scalar::float(part, of(z))).collect();
        floats(&parts)
    };
    let signed = |cell: String| if cell.starts_with('-') { cell } else { format!("+{cell}") };
    let re = aligned(column(|z| z.to_f64()));
    let im = aligned(column(|z| z.imag()).into_iter().map(signed).collect());
    let joined = |(re, im): (String, String)| {
        let digits = im.trim_end();
        format!("{re}{digits}j{}", &im[digits.len()..])
    };
    re.into_iter().zip(im).map(joined).collect()
}

fn floats(values: &[Scalar]) -> Vec<String> {
    let finite =
        values.iter().map(|value| value.to_f64().abs()).filter(|v| v.is_finite() && *v > 0.0);
    let (low, high) = finite.fold((f64::MAX, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
    if high >= 1e8 || high > 0.0 && (low < 1e-4 || high / low > 1000.0) {
        return values.iter().map(|value| scientific(*value)).collect();
    }
    let cells: Vec<String> = values.iter().map(|value| with_fraction(float(*value), "")).collect();
    let fraction = |cell: &String| cell.split_once('.').map_or(0, |(_, digits)| digits.len());
    let width = cells.iter().map(fraction).max().unwrap_or(0);
    let pad = |cell: String| {
        let missing = if cell.contains('.') { width - fraction(&cell) } else { 0 };
        format!("{cell}{}", " ".repeat(missing))
    };
    cells.into_iter().map(pad).collect()
}

/// The shortest digits that give the value back, at most [`PRECISION`] after the point.
fn float(value: Scalar) -> String {
    let v = value.to_f64();
    if !v.is_finite() {
        return non_finite(v);
    }
    let shortest = match value.dtype().size() {
        8 => v.to_string(),
        _ => (v as f32).to_string(),
    };
    match shortest.split_once('.') {
        Some((_, digits)) if digits.len() > PRECISION => {
            let cut = format!("{v:.PRECISION$}");
            cut.trim_end_matches('0').to_string()
        }
        _ => shortest,
    }
}

fn non_finite(v: f64) -> String {
    match v {
        _ if v.is_nan() => "nan".into(),
        f64::INFINITY => "inf".into(),
        _ => "-inf".into(),
    }
}

/// `1` becomes `1.` plus `zeros`.
fn with_fraction(text: String, zeros: &str) -> String {
    let number = text.chars().all(|c| c.is_ascii_digit() || c == '-');
    if number { format!("{text}.{zeros}") } else { text }
}

fn scientific(value: Scalar) -> String {
    let v = value.to_f64();
    if !v.is_finite() {
        return non_finite(v);
    }
    let text = if value.dtype().size() == 8 { format!("{v:e}") } else { format!("{:e}", v as f32) };
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = with_fraction(digits.chars().take(PRECISION + 2).collect(), "");
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}
