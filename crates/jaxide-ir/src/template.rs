//! Texts with places for values, as printing during a run takes them: `x = {}`, `{name}`,
//! `{0:>8.3}`. Braces are doubled to stand for themselves.
//!
//! Deliberately not here: how whole arrays look.

use crate::{Diagnostic, Result, Scalar, diag};

/// A text whose places are matched with values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A part of a [`Template`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A value.
    Place {
        /// Which one, among all.
        value: usize,
        /// How it is written.
        format: Format,
    },
}

/// How a number is written: `[<^>][+][0][width][.precision][d|f|e]`, as in Python and Rust. The
/// default is as the value is printed by itself.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Format {
    align: Option<char>,
    plus: bool,
    zeros: bool,
    width: usize,
    precision: Option<usize>,
    form: Option<char>,
}

impl Template {
    /// Reads a text for values of these names, an empty name for one that only its position
    /// among those without name tells.
    ///
    /// # Errors
    /// A brace without partner, a place without value, a value without place, an unknown format.
    ///
    /// ```
    /// use jaxide_ir::template::Template;
    /// let template = Template::parse("print", "{} of {all}", &["", "all"]).unwrap();
    /// assert_eq!(template.fill(|value, _| (value + 1).to_string()), "1 of 2");
    /// ```
    pub fn parse(op: &str, text: &str, names: &[&str]) -> Result<Template> {
        let mut reader = Reader { op, names, next: 0, used: vec![false; names.len()] };
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if after.starts_with(brace) {
                plain.push_str(brace);
                rest = &after[1..];
                continue;
            }
            let end = after.find('}').filter(|_| brace == "{");
            let Some(end) = end else { return Err(diag::template_brace(op, text)) };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(reader.place(&after[..end])?);
            rest = &after[end + 1..];
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        reader.check_used()?;
        Ok(Template { pieces })
    }

    /// The parts in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text with values in their places.
    pub fn fill(&self, mut value: impl FnMut(usize, &Format) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Place { value: at, format } => value(*at, format),
        };
        self.pieces.iter().map(piece).collect()
    }
}

struct Reader<'a> {
    op: &'a str,
    names: &'a [&'a str],
    next: usize,
    used: Vec<bool>,
}

impl Reader<'_> {
    fn place(&mut self, inside: &str) -> Result<Piece> {
        let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
        let missing = || diag::template_place(self.op, inside);
        let value = match name.parse::<usize>() {
            Ok(position) => self.unnamed(position),
            Err(_) if name.is_empty() => {
                self.next += 1;
                self.unnamed(self.next - 1)
            }
            Err(_) => self.names.iter().position(|known| *known == name),
        };
        let value = value.ok_or_else(missing)?;
        self.used[value] = true;
        let unknown = || diag::template_format(self.op, format);
        Ok(Piece::Place { value, format: Format::parse(format).ok_or_else(unknown)? })
    }

    fn unnamed(&self, position: usize) -> Option<usize> {
        let unnamed = self.names.iter().enumerate().filter(|(_, name)| name.is_empty());
        unnamed.map(|(at, _)| at).nth(position)
    }

    fn check_used(&self) -> Result<()> {
        let unused = self.used.iter().position(|used| !used);
        unused.map_or(Ok(()), |at| Err(unused_value(self.op, at, self.names[at])))
    }
}

fn unused_value(op: &str, at: usize, name: &str) -> Diagnostic {
    let value = if name.is_empty() { format!("value {at}") } else { format!("value {name}") };
    diag::template_value(op, &value)
}

impl Format {
    /// True when nothing is asked for.
    pub fn is_plain(&self) -> bool {
        *self == Format::default()
    }

    fn parse(text: &str) -> Option<Format> {
        let mut format = Format::default();
        let mut rest = text;
        let mut take = |of: &[char]| {
            let c = rest.chars().next().filter(|c| of.contains(c))?;
            rest = &rest[1..];
            Some(c)
        };
        format.align = take(&['<', '^', '>']);
        format.plus = take(&['+']).is_some();
        format.zeros = take(&['0']).is_some();
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (width, after) = rest.split_at(digits(rest));
        format.width = if width.is_empty() { 0 } else { bounded(width)? };
        rest = after;
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = after.split_at(digits(after));
            (format.precision, rest) = (Some(bounded(precision)?), after);
        }
        match rest {
            "" => {}
            "d" | "f" | "e" => format.form = rest.chars().next(),
            _ => return None,
        }
        Some(format)
    }

    /// A number, where `plain` is what it looks like by itself.
    pub fn number(&self, value: Scalar, plain: &str) -> String {
        let x = value.to_f64();
        let digits = match (self.form, self.precision, value.as_int()) {
            (Some('e'), precision, _) => exponent(x, precision.unwrap_or(6)),
            (Some('f'), precision, _) => format!("{x:.*}", precision.unwrap_or(6)),
            (_, Some(precision), None) => format!("{x:.precision$}"),
            _ => plain.to_owned(),
        };
        let digits = digits.replace("NaN", "nan");
        let plus = if self.plus && !digits.starts_with('-') { "+" } else { "" };
        self.padded(&format!("{plus}{digits}"))
    }

    fn padded(&self, text: &str) -> String {
        let width = self.width;
        match self.align {
            Some('<') => format!("{text:<width$}"),
            Some('^') => format!("{text:^width$}"),
            None if self.zeros => {
                let sign = text.len() - text.trim_start_matches(['+', '-']).len();
                let (sign, digits) = text.split_at(sign);
                format!("{sign}{digits:0>width$}", width = width.saturating_sub(sign.len()))
            }
            _ => format!("{text:>width$}"),
        }
    }
}

/// A width or precision that a line can have.
fn bounded(digits: &str) -> Option<usize> {
    digits.parse().ok().filter(|count| *count <= 1000)
}

/// As Python writes it: a sign and at least two digits.
fn exponent(x: f64, precision: usize) -> String {
    let text = format!("{x:.precision$e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let sign = if exponent.starts_with('-') { '-' } else { '+' };
    format!("{digits}e{sign}{:0>2}", exponent.trim_start_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DType;

    fn number(format: &str, value: f64) -> String {
        let scalar = Scalar::float(DType::F64, value);
        Format::parse(format).expect("a format").number(scalar, &value.to_string())
    }

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        assert_eq!(number(".2f", 1.0 / 3.0), "0.33");
        assert_eq!(number("8.3", -2.5), "  -2.500");
        assert_eq!(number("08.3f", -2.5), "-002.500");
        assert_eq!(number("<6", 1.5), "1.5   ");
        assert_eq!(number("^+7.1", 1.5), " +1.5  ");
        assert_eq!(number(".2e", 12345.0), "1.23e+04");
        assert_eq!(number(".1f", f64::NAN), "nan");
    }

    #[test]
    fn places_are_found_by_position_and_name() {
        let template = Template::parse("p", "{1} {a:3} {{}} {0}!", &["", "a", ""]).expect("valid");
        assert_eq!(template.fill(|at, _| at.to_string()), "2 1 {} 0!");
    }

    #[test]
    fn what_does_not_match_is_refused() {
        let refused = |text, names: &[&str]| {
            Template::parse("p", text, names).unwrap_err().message().to_owned()
        };
        assert_eq!(refused("{}", &[]), "p: expected a value for {}, got none");
        assert_eq!(refused("x", &["x"]), "p: expected a place for value x in the text, got none");
        assert_eq!(refused("{", &[]), "p: expected paired braces, got \"{\"");
        assert_eq!(refused("}", &[]), "p: expected paired braces, got \"}\"");
        assert_eq!(
            refused("{:x}", &[""]),
            "p: expected a format [<^>][+][0][width][.precision][d|f|e], got x"
        );
    }
}
