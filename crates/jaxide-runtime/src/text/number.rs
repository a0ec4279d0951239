//! Numbers as NumPy shows them, alone and in columns: the shortest digits that give the value back,
//! cut at the precision.

use half::f16;
use jaxide_ir::{DType, Scalar};

use super::PrintOptions;

/// One number alone, as Python prints NumPy's scalars.
pub fn scalar(value: Scalar) -> String {
    let dtype = value.dtype();
    if dtype.is_bool() {
        return if value.as_bool() == Some(true) { "True".into() } else { "False".into() };
    }
    match value.as_int() {
        Some(int) => int.to_string(),
        None if dtype.is_complex() => complex_scalar(value),
        None if dtype == DType::BF16 => general(value.to_f64()),
        None => {
            let text = float_scalar(value.to_f64(), dtype);
            let whole = text.chars().all(|c| c.is_ascii_digit() || c == '-');
            if whole { text + ".0" } else { text }
        }
    }
}

/// `(1+2j)`, and `2j` where the real part is the positive zero.
fn complex_scalar(value: Scalar) -> String {
    let part = value.dtype().part();
    let (re, im) = (value.to_f64(), value.imag());
    let text = float_scalar(im, part);
    if re == 0.0 && re.is_sign_positive() {
        return format!("{text}j");
    }
    let plus = if text.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{text}j)", float_scalar(re, part))
}

/// Without a point for whole numbers.
fn float_scalar(v: f64, dtype: DType) -> String {
    if !v.is_finite() {
        return non_finite(v);
    }
    let limit = if dtype == DType::F64 { 1e16 } else { exponent_limit(dtype) };
    if v != 0.0 && !(1e-4..limit).contains(&v.abs()) {
        let (mantissa, exponent) = shortest_scientific(v, dtype);
        return format!("{mantissa}e{}", exponent_text(exponent, 2));
    }
    shortest_positional(v, dtype)
}

/// C's `%g`, as bf16 prints: 6 significant digits.
fn general(v: f64) -> String {
    if !v.is_finite() {
        return non_finite(v);
    }
    let text = format!("{v:.5e}");
    let (mantissa, exponent) = text.split_once('e').expect("`{:e}` prints an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` prints a decimal exponent");
    let bare = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        let digits = (5 - exponent).max(0) as usize;
        return bare(&format!("{v:.digits$}"));
    }
    format!("{}e{}", bare(mantissa), exponent_text(exponent, 2))
}

/// Cells of one width, but for bf16; `inside` an array a bool has room for both words.
pub(super) fn column(values: &[Scalar], options: &PrintOptions, inside: bool) -> Vec<String> {
    let Some(dtype) = values.first().map(|value| value.dtype()) else { return Vec::new() };
    let parts = |of: fn(&Scalar) -> f64| values.iter().map(of).collect::<Vec<f64>>();
    match dtype {
        DType::BF16 => values.iter().map(|value| scalar(*value)).collect(),
        DType::Bool => {
            let width = if inside { "False".len() } else { 0 };
            values.iter().map(|value| format!("{:>width$}", scalar(*value))).collect()
        }
        _ if dtype.is_float() => Floats::cells(&parts(|z| z.to_f64()), dtype, options, false),
        _ if dtype.is_complex() => {
            let part = dtype.part();
            let re = Floats::cells(&parts(|z| z.to_f64()), part, options, false);
            let im = Floats::cells(&parts(|z| z.imag()), part, options, true);
            re.into_iter().zip(im).map(|(re, im)| re + &with_unit(&im)).collect()
        }
        _ => {
            let cells: Vec<String> = values.iter().map(|value| scalar(*value)).collect();
            let width = cells.iter().map(String::len).max().unwrap_or(0);
            cells.into_iter().map(|cell| format!("{cell:>width$}")).collect()
        }
    }
}

/// The `j` stands behind the digits, before the blanks.
fn with_unit(cell: &str) -> String {
    let digits = cell.trim_end();
    format!("{digits}j{}", &cell[digits.len()..])
}

/// How NumPy lays out a column of floats.
struct Floats {
    dtype: DType,
    /// Whether positive numbers have a sign.
    plus: bool,
    /// The digits of all exponents, where there are any.
    exponent: Option<usize>,
    precision: usize,
    left: usize,
    right: usize,
}

impl Floats {
    fn cells(values: &[f64], dtype: DType, options: &PrintOptions, plus: bool) -> Vec<String> {
        let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let scientific = Floats::needs_exponents(&finite, dtype, options.suppress);
        let precision = options.precision;
        let mut layout = Floats { dtype, plus, exponent: None, precision, left: 0, right: 0 };
        let parts: Vec<(String, String, i32)> = finite
            .iter()
            .map(|v| if scientific { layout.scientific(*v, 0) } else { layout.positional(*v) })
            .collect();
        layout.left = parts.iter().map(|(whole, ..)| whole.len()).max().unwrap_or(0);
        layout.right = parts.iter().map(|(_, digits, _)| digits.len()).max().unwrap_or(0);
        if scientific {
            let digits = parts.iter().map(|(.., exponent)| exponent_text(*exponent, 2).len() - 1);
            let digits = digits.max().unwrap_or(2);
            layout.precision = layout.right;
            layout.exponent = Some(digits);
            layout.right += digits + 2;
        }
        if finite.len() < values.len() {
            let negative = plus || values.contains(&f64::NEG_INFINITY);
            let widest = "inf".len() + usize::from(negative);
            layout.left = layout.left.max(widest.saturating_sub(layout.right + 1));
        }
        values.iter().map(|v| layout.cell(*v)).collect()
    }

    /// True for large numbers, small ones, and those of very different magnitude.
    fn needs_exponents(finite: &[f64], dtype: DType, suppress: bool) -> bool {
        let magnitudes = finite.iter().map(|v| v.abs()).filter(|v| *v != 0.0);
        let (low, high) =
            magnitudes.fold((f64::INFINITY, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
        let small = Scalar::float(dtype, 1e-4).to_f64();
        let ratio = || Scalar::float(dtype, high / low).to_f64();
        high > 0.0
            && (high >= exponent_limit(dtype) || !suppress && (low < small || ratio() > 1000.0))
    }

    fn cell(&self, v: f64) -> String {
        if !v.is_finite() {
            let sign = if self.plus && (v.is_nan() || v >= 0.0) { "+" } else { "" };
            let width = self.left + self.right + 1;
            return format!("{:>width$}", format!("{sign}{}", non_finite(v)));
        }
        let left = self.left;
        match self.exponent {
            Some(size) => {
                let (whole, digits, exponent) = self.scientific(v, self.precision);
                format!("{whole:>left$}.{digits}e{}", exponent_text(exponent, size))
            }
            None => {
                let (whole, digits, _) = self.positional(v);
                format!("{whole:>left$}.{digits:<right$}", right = self.right)
            }
        }
    }

    /// The signed digits before the point and those after it, without zeros at the end.
    fn positional(&self, v: f64) -> (String, String, i32) {
        let text = shortest_positional(v, self.dtype);
        let (whole, digits) = text.split_once('.').unwrap_or((&text, ""));
        if digits.len() <= self.precision {
            return (self.signed(whole), digits.trim_end_matches('0').to_owned(), 0);
        }
        let text = format!("{v:.*}", self.precision);
        let (whole, digits) = text.split_once('.').unwrap_or((&text, ""));
        (self.signed(whole), digits.trim_end_matches('0').to_owned(), 0)
    }

    /// The same of the mantissa, with at least so many digits after the point, and the exponent.
    fn scientific(&self, v: f64, least: usize) -> (String, String, i32) {
        let (mantissa, exponent) = shortest_scientific(v, self.dtype);
        let (whole, digits) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
        if (least..=self.precision).contains(&digits.len()) {
            return (self.signed(whole), digits.to_owned(), exponent);
        }
        let wanted = if digits.len() < least { least } else { self.precision };
        let text = format!("{v:.wanted$e}");
        let (mantissa, exponent) = text.split_once('e').expect("`{:e}` prints an exponent");
        let (whole, digits) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = if least == 0 { digits.trim_end_matches('0') } else { digits };
        let exponent = exponent.parse().expect("`{:e}` prints a decimal exponent");
        (self.signed(whole), digits.to_owned(), exponent)
    }

    fn signed(&self, whole: &str) -> String {
        if self.plus && !whole.starts_with('-') { format!("+{whole}") } else { whole.to_owned() }
    }
}

/// From here on numbers have exponents: where whole numbers are no longer told apart, at most 1e8.
fn exponent_limit(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => 1e3,
        DType::F32 => 1e6,
        _ => 1e8,
    }
}

fn non_finite(v: f64) -> String {
    match v {
        _ if v.is_nan() => "nan".into(),
        f64::INFINITY => "inf".into(),
        _ => "-inf".into(),
    }
}

/// Sign and digits, at least so many.
fn exponent_text(exponent: i32, size: usize) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{:0>size$}", exponent.unsigned_abs())
}

fn shortest_positional(v: f64, dtype: DType) -> String {
    match dtype {
        DType::F64 => v.to_string(),
        DType::F16 => shortest_half(v).to_string(),
        _ => (v as f32).to_string(),
    }
}

fn shortest_scientific(v: f64, dtype: DType) -> (String, i32) {
    let text = match dtype {
        DType::F64 => format!("{v:e}"),
        DType::F16 => format!("{:e}", shortest_half(v)),
        _ => format!("{:e}", v as f32),
    };
    let (mantissa, exponent) = text.split_once('e').expect("`{:e}` prints an exponent");
    (mantissa.to_owned(), exponent.parse().expect("`{:e}` prints a decimal exponent"))
}

/// The number of fewest digits that rounds to a half.
fn shortest_half(v: f64) -> f64 {
    let rounded = (0..6).map(|digits| format!("{v:.digits$e}"));
    let numbers = rounded.map(|text| text.parse::<f64>().expect("a printed number parses"));
    numbers.into_iter().find(|number| f16::from_f64(*number) == f16::from_f64(v)).unwrap_or(v)
}
