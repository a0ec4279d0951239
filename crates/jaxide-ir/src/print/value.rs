//! Parameters as text.

use super::{Doc, GenericDoc, Printer};
use crate::{Eqn, Param, ParamDef, Record, py_repr};

impl Printer {
    /// The parameters in brackets: on one line, or one a line.
    pub(super) fn params(&mut self, eqn: &Eqn) -> Doc {
        let declared = eqn.op.params.iter();
        let declared = declared.filter_map(|def| shown(def, eqn.params.get(def.name)?));
        // Only a broken equation has others; they print so that the report of it shows them.
        let others = eqn.params.iter().filter(|(name, _)| eqn.op.param(name).is_none());
        let shown: Vec<(&'static str, &Param)> = declared.chain(others).collect();
        if shown.is_empty() {
            return Doc::text("");
        }
        let docs = shown
            .into_iter()
            .map(|(name, value)| Doc::cat(vec![Doc::text(format!("{name}=")), self.value(value)]))
            .collect();
        bracketed("[", docs, "]")
    }

    fn value(&mut self, value: &Param) -> Doc {
        match value {
            Param::Jaxpr(jaxpr) => match self.names.hoisted(jaxpr) {
                Some(name) => Doc::text(name.to_string()),
                None => self.jaxpr(jaxpr),
            },
            Param::Tuple(items) if is_branches(items) => {
                let docs = items.iter().map(|item| self.value(item)).collect();
                bracketed("(", docs, ")")
            }
            Param::Tuple(items) => {
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.items("(", items, close)
            }
            Param::List(items) => self.items("[", items, "]"),
            Param::Record(record) => self.record(record),
            other => Doc::text(leaf(other)),
        }
    }

    fn items(&mut self, open: &'static str, items: &[Param], close: &'static str) -> Doc {
        let docs = items.iter().map(|item| self.value(item)).collect();
        let items = Doc::join(|| Doc::text(", "), docs);
        Doc::cat(vec![Doc::text(open), items, Doc::text(close)])
    }

    fn record(&mut self, record: &Record) -> Doc {
        let fields = record.def.fields.iter().zip(&record.fields);
        let docs = fields
            .filter_map(|(def, value)| shown(def, value))
            .map(|(name, value)| Doc::cat(vec![Doc::text(format!("{name}=")), self.field(value)]))
            .collect();
        let fields = Doc::join(|| Doc::text(", "), docs);
        Doc::cat(vec![Doc::text(format!("{}(", record.def.name)), fields, Doc::text(")")])
    }

    /// JAX prints a program in a record as if it stood alone: with names and lines of its own.
    fn field(&mut self, value: &Param) -> Doc {
        match value {
            Param::Jaxpr(jaxpr) if !self.options.literal_types => {
                Doc::text(super::print(jaxpr, self.options))
            }
            other => self.value(other),
        }
    }
}

fn shown<'a>(def: &ParamDef, value: &'a Param) -> Option<(&'static str, &'a Param)> {
    let hidden = !def.show_default && def.default.as_ref() == Some(value);
    (!hidden).then_some((def.name, value))
}

/// Jaxprs in a tuple stand apart by white space alone, each on its line where they do not fit.
fn is_branches(items: &[Param]) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(item, Param::Jaxpr(_)))
}

fn bracketed(open: &'static str, docs: Vec<Doc>, close: &'static str) -> Doc {
    let items = GenericDoc::join(|| Doc::brk(" "), docs);
    let inside = Doc::cat(vec![Doc::text(open), Doc::brk(""), items]).nest(2);
    Doc::cat(vec![inside, Doc::brk(""), Doc::text(close)]).group()
}

fn leaf(value: &Param) -> String {
    match value {
        Param::Bool(true) => "True".into(),
        Param::Bool(false) => "False".into(),
        Param::Int(value) => value.to_string(),
        Param::Float(value) => py_repr::float(*value),
        Param::DType(value) => value.numpy_name().into(),
        Param::Symbol(value) => value.to_string(),
        Param::Str(value) => string(value),
        Param::Ext(value) => value.print(),
        _ => "None".into(),
    }
}

/// A text as it is where that reads back, else in quotes.
fn string(text: &str) -> String {
    if is_plain(text) { text.into() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let mut depth = 0i64;
    for c in text.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            '_' | '.' | '-' => {}
            _ if c.is_ascii_alphanumeric() => {}
            _ => return false,
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !text.is_empty() && text != "None"
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
