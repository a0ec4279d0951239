//! The text of index maps: `(d0, d1 * 2 + 1)`, `(d0 + -1) where (0 <= d0 + -1 < 4) else 0.0`,
//! `iota(d0)`, and tuples of these, as parameters of kernel ops.

use std::{any::Any, fmt, sync::Arc};

use jaxide_ir::{ParamExt, Result};

use crate::{Expr, Guard, IndexMap, Input, Leaf, diag};

/// The parameter value that holds the inputs of a kernel, or its results' maps as reads.
#[derive(Clone, PartialEq, Debug)]
pub struct Maps(pub Vec<Input>);

impl ParamExt for Maps {
    fn print(&self) -> String {
        let items: Vec<String> = self.0.iter().map(Input::to_string).collect();
        if let [item] = &items[..] {
            format!("({item},)")
        } else {
            format!("({})", items.join(", "))
        }
    }

    fn equals(&self, other: &dyn ParamExt) -> bool {
        other.as_any().downcast_ref::<Maps>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Reads what [`Maps`] prints.
///
/// # Errors
/// Where the text is something else.
pub fn parse_maps(text: &str) -> Result<Arc<dyn ParamExt>> {
    let mut parser = Parser { rest: text.trim() };
    let maps = parser.tuple(Parser::input)?;
    parser.end()?;
    Ok(Arc::new(Maps(maps)))
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Read(map) => map.fmt(f),
            Input::Iota(expr) => write!(f, "iota({expr})"),
        }
    }
}

impl fmt::Display for IndexMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exprs: Vec<String> = self.exprs.iter().map(Expr::to_string).collect();
        match &exprs[..] {
            [expr] => write!(f, "({expr},)")?,
            _ => write!(f, "({})", exprs.join(", "))?,
        }
        if self.is_total() {
            return Ok(());
        }
        let guards: Vec<String> =
            self.guards.iter().map(|g| format!("{} <= {} < {}", g.low, g.expr, g.high)).collect();
        write!(f, " where ({}) else {:?}", guards.join(", "), self.fill)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (leaf, coef)) in self.terms.iter().enumerate() {
            let plus = if at == 0 { "" } else { " + " };
            match coef {
                1 => write!(f, "{plus}{leaf}")?,
                _ => write!(f, "{plus}{leaf} * {coef}")?,
            }
        }
        match (self.terms.is_empty(), self.constant) {
            (true, constant) => write!(f, "{constant}"),
            (false, 0) => Ok(()),
            (false, constant) => write!(f, " + {constant}"),
        }
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leaf::Dim(dim) => write!(f, "d{dim}"),
            Leaf::Quot { inner, div: 1, modulus } => write!(f, "(({inner}) mod {modulus})"),
            Leaf::Quot { inner, div, modulus: 0 } => write!(f, "(({inner}) floordiv {div})"),
            Leaf::Quot { inner, div, modulus } => {
                write!(f, "(({inner}) floordiv {div} mod {modulus})")
            }
        }
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(diag::map_text(token, self.rest)) }
    }

    fn end(&mut self) -> Result<()> {
        let rest = self.rest.trim();
        if rest.is_empty() { Ok(()) } else { Err(diag::map_text("the end", rest)) }
    }

    /// `(a, b)`, with or without a comma before the bracket.
    fn tuple<T>(&mut self, item: fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.expect("(")?;
        let mut items = Vec::new();
        while !self.eat(")") {
            items.push(item(self)?);
            if !self.eat(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(items)
    }

    fn input(&mut self) -> Result<Input> {
        if self.eat("iota(") {
            let expr = self.expr()?;
            self.expect(")")?;
            return Ok(Input::Iota(expr));
        }
        Ok(Input::Read(self.map()?))
    }

    fn map(&mut self) -> Result<IndexMap> {
        let mut map = IndexMap::new(self.tuple(Parser::expr)?);
        if self.eat("where") {
            map.guards = self.tuple(Parser::guard)?;
            self.expect("else")?;
            map.fill = self.float()?;
        }
        Ok(map)
    }

    fn guard(&mut self) -> Result<Guard> {
        let low = self.int()?;
        self.expect("<=")?;
        let expr = self.expr()?;
        self.expect("<")?;
        Ok(Guard { expr, low, high: self.int()? })
    }

    fn expr(&mut self) -> Result<Expr> {
        let mut sum = self.term()?;
        while self.eat("+") {
            sum = sum.plus(&self.term()?);
        }
        Ok(sum)
    }

    fn term(&mut self) -> Result<Expr> {
        self.rest = self.rest.trim_start();
        let factor = match self.rest.chars().next() {
            Some('d') => {
                self.expect("d")?;
                Expr::dim(self.int()? as usize)
            }
            Some('(') => self.quotient()?,
            _ => return Ok(Expr::constant(self.int()?)),
        };
        if self.eat("*") { Ok(factor.times(self.int()?)) } else { Ok(factor) }
    }

    /// `((inner) floordiv a mod b)`.
    fn quotient(&mut self) -> Result<Expr> {
        self.expect("(")?;
        self.expect("(")?;
        let inner = Box::new(self.expr()?);
        self.expect(")")?;
        let div = if self.eat("floordiv") { self.positive()? } else { 1 };
        let modulus = if self.eat("mod") { self.positive()? } else { 0 };
        self.expect(")")?;
        Ok(Expr { constant: 0, terms: vec![(Leaf::Quot { inner, div, modulus }, 1)] })
    }

    fn positive(&mut self) -> Result<i64> {
        let before = self.rest;
        match self.int()? {
            value if value > 0 => Ok(value),
            _ => Err(diag::map_text("a positive integer", before)),
        }
    }

    fn int(&mut self) -> Result<i64> {
        let text = self.word("-0123456789");
        text.parse().map_err(|_| diag::map_text("an integer", text))
    }

    fn float(&mut self) -> Result<f64> {
        let text = self.word("+-.0123456789einfNaE");
        text.parse().map_err(|_| diag::map_text("a number", text))
    }

    fn word(&mut self, letters: &str) -> &'t str {
        self.rest = self.rest.trim_start();
        let len = self.rest.find(|c| !letters.contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(len);
        self.rest = rest;
        word
    }
}
