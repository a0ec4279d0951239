//! Which ops a program may use.

use crate::OpDef;

/// A named list of ops with what its text accepts from elsewhere.
#[derive(Debug)]
pub struct Dialect {
    /// The name; ops of dialects other than the array dialects carry it as prefix.
    pub name: &'static str,
    /// The ops, in alphabetical order.
    pub ops: &'static [&'static OpDef],
    /// Other spellings that text may use: (spelling, op name).
    pub aliases: &'static [(&'static str, &'static str)],
    /// Parameters of other versions that text may have and that carry no meaning here:
    /// (op name or `*`, parameter).
    pub ignored_params: &'static [(&'static str, &'static str)],
    /// Parameters under other names in text: (op name, spelling, parameter).
    pub renamed_params: &'static [(&'static str, &'static str, &'static str)],
    /// Parameters of other versions that other ops express.
    pub readings: &'static [Reading],
}

/// A parameter that text may have and the op has not: the dtype to which the op converts its operands
/// before it computes. Such an equation is read as conversions and the op.
#[derive(Debug)]
pub struct Reading {
    /// The op.
    pub op: &'static str,
    /// The parameter, a dtype or `None`. The dtype is that of the result in the text.
    pub param: &'static str,
    /// The op that converts one operand.
    pub convert: &'static OpDef,
    /// Its parameter that names the dtype.
    pub dtype: &'static str,
}

/// The dialects that a program may use.
#[derive(Clone, Default, Debug)]
pub struct Registry {
    dialects: Vec<&'static Dialect>,
}

impl Registry {
    /// A registry of dialects; where names clash the first counts.
    pub fn new(dialects: &[&'static Dialect]) -> Registry {
        Registry { dialects: dialects.to_vec() }
    }

    /// The same with one more dialect.
    pub fn with(mut self, dialect: &'static Dialect) -> Registry {
        self.dialects.push(dialect);
        self
    }

    /// The dialects in order.
    pub fn dialects(&self) -> &[&'static Dialect] {
        &self.dialects
    }

    /// The op of a name, without aliases.
    pub fn find(&self, name: &str) -> Option<&'static OpDef> {
        self.ops().find(|op| op.name == name)
    }

    /// All ops.
    pub fn ops(&self) -> impl Iterator<Item = &'static OpDef> + '_ {
        self.dialects.iter().flat_map(|dialect| dialect.ops.iter().copied())
    }
}
