//! Arrays as NumPy and JAX show them: `[1. 2. 3.]` and `Array([1., 2., 3.], dtype=float32)`, with
//! NumPy's printing options. `golden/array_text.json` holds what NumPy and JAX print.

mod number;

use jaxide_ir::{ArrayType, Scalar};

pub use number::scalar;

/// NumPy's printing options, with its defaults.
///
/// ```
/// use jaxide_runtime::{Buffer, text::{self, PrintOptions}};
/// let x = Buffer::from_slice(&[2], &[0.123456f32, 2.0]).unwrap();
/// let short = PrintOptions { precision: 2, ..PrintOptions::default() };
/// assert_eq!(text::array(x.ty(), x.bytes(), &short), "[0.12 2.  ]");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrintOptions {
    /// Digits after the point; fewer where fewer tell a number from its neighbours.
    pub precision: usize,
    /// Arrays with more elements are summarised with `...`.
    pub threshold: usize,
    /// How many items a summary keeps at each end of a dimension.
    pub edgeitems: usize,
    /// Lines are broken before this many columns, where elements allow it.
    pub linewidth: usize,
    /// Whether small numbers show as 0 instead of sending the array to exponents.
    pub suppress: bool,
}

impl Default for PrintOptions {
    fn default() -> PrintOptions {
        PrintOptions { precision: 8, threshold: 1000, edgeitems: 3, linewidth: 75, suppress: false }
    }
}

/// NumPy's `str`: the text of a dense array given by its bytes. Rank 0 is a Python number.
///
/// ```
/// use jaxide_runtime::{Buffer, text};
/// let x = Buffer::from_slice(&[3], &[1.0f32, 2.5, -3.0]).unwrap();
/// assert_eq!(text::array(x.ty(), x.bytes(), &text::PrintOptions::default()), "[ 1.   2.5 -3. ]");
/// ```
pub fn array(ty: &ArrayType, bytes: &[u8], options: &PrintOptions) -> String {
    if ty.rank() == 0 {
        scalar(Scalar::from_bytes(ty.dtype, bytes))
    } else {
        cells(ty, bytes, options, " ", "")
    }
}

/// JAX's `repr`: with commas and the dtype.
///
/// ```
/// use jaxide_runtime::{Buffer, text};
/// let x = Buffer::from_slice(&[2], &[1.0f32, 2.5]).unwrap();
/// let text = text::debug(x.ty(), x.bytes(), &text::PrintOptions::default());
/// assert_eq!(text, "Array([1. , 2.5], dtype=float32)");
/// ```
pub fn debug(ty: &ArrayType, bytes: &[u8], options: &PrintOptions) -> String {
    const PREFIX: &str = "Array(";
    let weak = if ty.weak { ", weak_type=True" } else { "" };
    let dtype = format!("dtype={}{weak}", ty.dtype.numpy_name());
    let text = if ty.size() == 0 {
        format!("[], shape={}", tuple(&ty.shape))
    } else {
        let inner = PrintOptions { linewidth: options.linewidth.saturating_sub(1), ..*options };
        cells(ty, bytes, &inner, ", ", PREFIX)
    };
    // JAX counts so, and so it pads.
    let full = last_line(&text).len() + dtype.len() + 4 > options.linewidth;
    let separator = " ".repeat(if full { PREFIX.len() } else { 1 });
    format!("{PREFIX}{text},{separator}{dtype})")
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

fn tuple(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// NumPy's `array2string`: elements of a row stand `separator` apart; further lines are indented by
/// the width of `prefix`, which the text is to stand behind.
fn cells(
    ty: &ArrayType,
    bytes: &[u8],
    options: &PrintOptions,
    separator: &str,
    prefix: &str,
) -> String {
    if ty.size() == 0 {
        return "[]".to_owned();
    }
    let width = ty.dtype.size();
    let element =
        |index: usize| Scalar::from_bytes(ty.dtype, &bytes[index * width..(index + 1) * width]);
    let edge = (ty.size() > options.threshold).then_some(options.edgeitems);
    let mut shown = Vec::new();
    visible(&ty.shape, &ty.strides(), 0, edge, &mut shown);
    let shown: Vec<Scalar> = shown.into_iter().map(element).collect();
    let cells = number::column(&shown, options, ty.rank() > 0);
    let mut layout = Layout { cells: cells.into_iter(), separator, edge };
    layout.dimension(
        &ty.shape,
        &" ".repeat(prefix.len() + 1),
        isize::try_from(options.linewidth).unwrap_or(isize::MAX),
    )
}

/// Positions of the elements that are shown.
fn visible(
    shape: &[usize],
    strides: &[usize],
    base: usize,
    edge: Option<usize>,
    out: &mut Vec<usize>,
) {
    let [size, rest @ ..] = shape else {
        out.push(base);
        return;
    };
    for index in indices(*size, edge) {
        visible(rest, &strides[1..], base + index * strides[0], edge, out);
    }
}

fn indices(size: usize, edge: Option<usize>) -> Vec<usize> {
    match edge {
        Some(edge) if size > edge.saturating_mul(2) => (0..edge).chain(size - edge..size).collect(),
        _ => (0..size).collect(),
    }
}

struct Layout<'a> {
    cells: std::vec::IntoIter<String>,
    separator: &'a str,
    edge: Option<usize>,
}

impl Layout<'_> {
    /// The text of the dimensions that are left; `indent` is what further lines begin with, `width`
    /// how long lines may be.
    fn dimension(&mut self, shape: &[usize], indent: &str, width: isize) -> String {
        let [size, rest @ ..] = shape else {
            return self.cells.next().expect("one cell per shown element");
        };
        let deeper = format!("{indent} ");
        let shown = indices(*size, self.edge);
        let mut items: Vec<String> =
            shown.iter().map(|_| self.dimension(rest, &deeper, width - 1)).collect();
        if items.len() < *size {
            items.insert(items.len() / 2, "...".into());
        }
        let separator = self.separator.trim_end();
        let text = if rest.is_empty() {
            self.row(&items, indent, width - separator.len().max(1) as isize)
        } else {
            let between = format!("{separator}{}{indent}", "\n".repeat(rest.len()));
            items.join(&between)
        };
        format!("[{text}]")
    }

    /// The last dimension, broken into lines.
    fn row(&self, items: &[String], indent: &str, width: isize) -> String {
        let mut text = String::new();
        let mut line = indent.to_owned();
        for (at, item) in items.iter().enumerate() {
            let length = (line.chars().count() + item.chars().count()) as isize;
            if length > width && line.len() > indent.len() {
                text.push_str(line.trim_end());
                text.push('\n');
                line = indent.to_owned();
            }
            line.push_str(item);
            if at + 1 < items.len() {
                line.push_str(self.separator);
            }
        }
        (text + &line)[indent.len()..].to_owned()
    }
}
