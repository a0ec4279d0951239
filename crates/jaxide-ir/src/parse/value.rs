//! Parameters, each by its declared kind.

use std::sync::Arc;

use super::{Kind, Parser, number};
use crate::{
    DType, OpDef, Param, ParamDef, ParamKind, Params, Reading, Record, RecordDef, Result, diag,
};

/// What a parameter name in text means.
enum Key {
    Declared(&'static ParamDef),
    Read(&'static Reading),
    Ignored,
    Unknown,
}

impl<'a> Parser<'a> {
    /// `[key=value key=value]`, or nothing. With the parameters comes how the equation is read where
    /// they ask for more than the op does.
    pub(super) fn params(
        &mut self,
        op: &'static OpDef,
    ) -> Result<(Params, Option<&'static Reading>)> {
        let (mut params, mut reading) = (Params::new(), None);
        if !self.take('[') {
            return Ok((params, reading));
        }
        while !self.take(']') {
            let Some(name) = self.word() else { return Err(self.expected("a parameter or `]`")) };
            match self.key(op, name) {
                Key::Declared(def) if params.get(def.name).is_some() => {
                    return Err(self.here(diag::defined_twice("parameter", name)));
                }
                Key::Declared(def) => {
                    self.assignment()?;
                    params.set(def.name, self.value(&def.kind)?);
                }
                Key::Read(found) => {
                    self.assignment()?;
                    reading = (self.skip_value()? != "None").then_some(found).or(reading);
                }
                Key::Ignored => {
                    self.assignment()?;
                    self.skip_value()?;
                }
                Key::Unknown => {
                    return Err(self.here(diag::unknown_param(op.name, name)));
                }
            }
            self.take(',');
        }
        Ok((params, reading))
    }

    fn key(&self, op: &'static OpDef, name: &str) -> Key {
        if let Some(def) = op.param(name) {
            return Key::Declared(def);
        }
        let dialects = self.registry.dialects();
        let mut renamed = dialects.iter().flat_map(|dialect| dialect.renamed_params);
        let renamed = renamed.find(|(of, spelling, _)| *of == op.name && *spelling == name);
        if let Some(def) = renamed.and_then(|(_, _, param)| op.param(param)) {
            return Key::Declared(def);
        }
        let mut readings = dialects.iter().flat_map(|dialect| dialect.readings);
        if let Some(reading) = readings.find(|row| row.op == op.name && row.param == name) {
            return Key::Read(reading);
        }
        let mut ignored = dialects.iter().flat_map(|dialect| dialect.ignored_params);
        match ignored.any(|(of, param)| (*of == op.name || *of == "*") && *param == name) {
            true => Key::Ignored,
            false => Key::Unknown,
        }
    }

    /// The name that was looked at, and `=`.
    fn assignment(&mut self) -> Result<()> {
        self.at += 1;
        self.punct('=')
    }

    fn value(&mut self, kind: &'static ParamKind) -> Result<Param> {
        self.nested(|parser| parser.value_here(kind))
    }

    fn value_here(&mut self, kind: &'static ParamKind) -> Result<Param> {
        match kind {
            ParamKind::Optional(_) if self.word() == Some("None") => {
                self.at += 1;
                Ok(Param::None)
            }
            ParamKind::Optional(kind) => self.value(kind),
            // JAX prints one enumerator for a tuple of equal or of one: `precision=X.HIGHEST`.
            ParamKind::Tuple(kind @ ParamKind::Symbol(_)) if self.word().is_some() => {
                Ok(Param::Tuple(vec![self.value(kind)?]))
            }
            ParamKind::Tuple(kind) => Ok(Param::Tuple(self.items(&mut |_| Some(*kind))?)),
            ParamKind::List(kind) => Ok(Param::List(self.items(&mut |_| Some(*kind))?)),
            ParamKind::TupleOf(kinds) => {
                let items = self.items(&mut |at| kinds.get(at))?;
                match items.len() == kinds.len() {
                    true => Ok(Param::Tuple(items)),
                    false => Err(self.expected(&format!("{} before this", kind.describe()))),
                }
            }
            ParamKind::Record(def) => self.record(def),
            ParamKind::Jaxpr if self.is_punct('{') => Ok(Param::Jaxpr(Arc::new(self.jaxpr()?))),
            ParamKind::Jaxpr if self.word() == Some("let") => self.program_apart(),
            ParamKind::Jaxpr => self.jaxpr_name(),
            ParamKind::Ext(read) => {
                let start = self.peek();
                let text = self.skip_value()?;
                let value = read(text).map_err(|error| error.at(&self.loc(start)))?;
                Ok(Param::Ext(value))
            }
            leaf => self.leaf(leaf),
        }
    }

    /// `let name = {...} in {...}` inside a record, where JAX prints a program as if it stood alone.
    fn program_apart(&mut self) -> Result<Param> {
        let outer = std::mem::take(&mut self.shared);
        let program = self.program();
        self.shared = outer;
        Ok(Param::Jaxpr(Arc::new(program?)))
    }

    fn jaxpr_name(&mut self) -> Result<Param> {
        let Some(name) = self.word() else { return Err(self.expected("a jaxpr")) };
        let jaxpr = self.shared_jaxpr(name)?;
        self.at += 1;
        Ok(Param::Jaxpr(jaxpr))
    }

    /// Items in parentheses or brackets; jaxprs stand side by side without commas.
    fn items(
        &mut self,
        kind: &mut dyn FnMut(usize) -> Option<&'static ParamKind>,
    ) -> Result<Vec<Param>> {
        let close = match self.peek().kind {
            Kind::Punct('(') => ')',
            Kind::Punct('[') => ']',
            _ => return Err(self.expected("a tuple")),
        };
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(close) {
            let Some(kind) = kind(items.len()) else {
                return Err(self.expected(&format!("`{close}`")));
            };
            items.push(self.value(kind)?);
            if !self.is_punct(close) && !self.take(',') && !matches!(kind, ParamKind::Jaxpr) {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
        Ok(items)
    }

    /// `Name(field=value, ...)`, fields in any order.
    fn record(&mut self, def: &'static RecordDef) -> Result<Param> {
        self.keyword(def.name)?;
        self.punct('(')?;
        let mut fields: Vec<Option<Param>> = vec![None; def.fields.len()];
        while !self.take(')') {
            let name = self.slice();
            let Some(at) = def.fields.iter().position(|field| field.name == name) else {
                return Err(self.expected(&format!("a field of {}", def.name)));
            };
            self.assignment()?;
            fields[at] = Some(self.value(&def.fields[at].kind)?);
            if !self.is_punct(')') {
                self.punct(',')?;
            }
        }
        let with_default = |(value, field): (Option<Param>, &ParamDef)| {
            value.or_else(|| field.default.clone()).ok_or(field.name)
        };
        let missing =
            |name: &str| self.expected(&format!("field {name} of {} before this", def.name));
        let fields = fields.into_iter().zip(def.fields).map(with_default);
        let fields: Vec<Param> =
            fields.map(|field| field.map_err(missing)).collect::<Result<_>>()?;
        Ok(Record { def, fields }.into())
    }

    fn leaf(&mut self, kind: &'static ParamKind) -> Result<Param> {
        let wrapped = self.unwrap_numpy();
        let value = match kind {
            ParamKind::Bool => self.bool(),
            ParamKind::Int => enumerator_value(self.slice()).parse().ok().map(Param::Int),
            ParamKind::Float => number::float(self.slice()).map(Param::Float),
            ParamKind::DType => DType::from_name(self.slice()).map(Param::DType),
            ParamKind::Symbol([]) => {
                return self.bare_text().map(|text| Param::Symbol(text.into()));
            }
            ParamKind::Symbol(allowed) => {
                enumerator(self.slice(), allowed).map(|symbol| Param::Symbol(symbol.into()))
            }
            ParamKind::Str if self.peek().kind == Kind::Quoted => {
                unquoted(self.slice()).map(|text| Param::Str(text.into()))
            }
            ParamKind::Str => return self.bare_text().map(|text| Param::Str(text.into())),
            _ => None,
        };
        let Some(value) = value else { return Err(self.expected(&kind.describe())) };
        self.at += 1;
        if wrapped {
            self.punct(')')?;
        }
        Ok(value)
    }

    /// Takes the `np.int64(` of a NumPy scalar, which JAX prints now and then.
    fn unwrap_numpy(&mut self) -> bool {
        let wrapped = self.word().is_some_and(|word| word.starts_with("np."))
            && self.peek_at(1).kind == Kind::Punct('(');
        if wrapped {
            self.at += 2;
        }
        wrapped
    }

    fn bool(&self) -> Option<Param> {
        match self.slice() {
            "True" => Some(Param::Bool(true)),
            "False" => Some(Param::Bool(false)),
            _ => None,
        }
    }

    /// Text without quotes: up to white space, a comma or the end of the brackets around it.
    fn bare_text(&mut self) -> Result<&'a str> {
        let start = self.peek();
        let mut open = 0usize;
        let mut end = start.start;
        loop {
            let token = self.peek();
            let ends = matches!(token.kind, Kind::Punct(',' | ')' | ']' | '}'));
            let apart = token.start > end;
            if token.kind == Kind::End || open == 0 && (ends || apart) {
                break;
            }
            match token.kind {
                Kind::Punct('(' | '[' | '{') => open += 1,
                Kind::Punct(')' | ']' | '}') => open -= 1,
                _ => {}
            }
            end = token.end;
            self.at += 1;
        }
        match &self.text[start.start..end] {
            "" => Err(self.expected("a text")),
            text => Ok(text),
        }
    }

    /// Takes one value of any kind: up to a comma, a closing bracket or the next `key=`. Returns
    /// its text.
    fn skip_value(&mut self) -> Result<&'a str> {
        let start = self.peek().start;
        let mut end = start;
        let mut open = 0usize;
        loop {
            let token = self.peek();
            let assigns = token.kind == Kind::Word
                && self.peek_at(1).kind == Kind::Punct('=')
                && self.peek_at(2).kind != Kind::Punct('=');
            let ends = matches!(token.kind, Kind::Punct(',' | ')' | ']' | '}')) || assigns;
            if open == 0 && ends && end > start {
                return Ok(&self.text[start..end]);
            }
            match token.kind {
                Kind::Punct('(' | '[' | '{') => open += 1,
                Kind::Punct(')' | ']' | '}') if open > 0 => open -= 1,
                Kind::Punct(')' | ']' | '}') | Kind::End => return Err(self.expected("a value")),
                _ => {}
            }
            end = token.end;
            self.at += 1;
        }
    }
}

/// The number of `<FftType.RFFT: 2>`; other text as it is.
fn enumerator_value(text: &str) -> &str {
    let inside = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    inside.and_then(|text| text.rsplit_once(": ")).map_or(text, |(_, value)| value)
}

/// The enumerator that text names: in full, by its last part, as `<Class.NAME: 2>`, or by its
/// position.
fn enumerator(text: &str, allowed: &'static [&'static str]) -> Option<&'static str> {
    if let Ok(position) = text.parse::<usize>() {
        return allowed.get(position).copied();
    }
    let inside = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let name = inside.split_once(": ").map_or(inside, |(name, _)| name);
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let full = allowed.iter().find(|symbol| **symbol == name);
    full.or_else(|| allowed.iter().find(|symbol| last(symbol) == last(name))).copied()
}

/// The text of a JSON string, or of a Python string in single quotes.
fn unquoted(quoted: &str) -> Option<String> {
    let mut chars = quoted[1..quoted.len() - 1].chars();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next()? {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
            }
            c => text.push(c),
        }
    }
    Some(text)
}
