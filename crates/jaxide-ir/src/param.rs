//! Parameters of equations: values, their declared kinds, and the checked map that an equation
//! holds. Printing and parsing them is the text modules' work.

use std::{any::Any, fmt, sync::Arc};

use indexmap::IndexMap;

use crate::{DType, Jaxpr, Result, diag};

/// A parameter value.
#[derive(Clone, Debug)]
pub enum Param {
    /// Absent value of an optional parameter.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A dtype, printed by its NumPy name.
    DType(DType),
    /// An enumerator such as `GatherScatterMode.CLIP`.
    Symbol(Arc<str>),
    /// A name or text.
    Str(Arc<str>),
    /// `(a, b)`.
    Tuple(Vec<Param>),
    /// `[a, b]`.
    List(Vec<Param>),
    /// `Name(key=value, ...)`.
    Record(Arc<Record>),
    /// A nested program, shared by all equations that hold it.
    Jaxpr(Arc<Jaxpr>),
    /// A kind of a dialect's own.
    Ext(Arc<dyn ParamExt>),
}

/// A structured parameter value with named fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// The record's declaration.
    pub def: &'static RecordDef,
    /// One value per declared field, in declaration order.
    pub fields: Vec<Param>,
}

impl Record {
    /// The value of a field.
    ///
    /// # Panics
    /// When the record does not declare the field.
    pub fn field(&self, name: &str) -> &Param {
        let at = self.def.fields.iter().position(|field| field.name == name);
        &self.fields[at.unwrap_or_else(|| panic!("{} has no field {name}", self.def.name))]
    }
}

/// The declaration of a record parameter.
#[derive(Debug)]
pub struct RecordDef {
    /// The printed name: `GatherDimensionNumbers`.
    pub name: &'static str,
    /// The fields in printed order.
    pub fields: &'static [ParamDef],
}

impl PartialEq for RecordDef {
    fn eq(&self, other: &RecordDef) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A parameter value of a dialect's own kind. Its text must parse back through the
/// [`ParamKind::Ext`] parser of the same parameter.
pub trait ParamExt: fmt::Debug + Send + Sync {
    /// The text. Brackets, braces and quotes balance and there is no `#`; outside of brackets
    /// there is no comma and no `word=`, where the value would end.
    fn print(&self) -> String;
    /// Equality with a value of any kind.
    fn equals(&self, other: &dyn ParamExt) -> bool;
    /// For downcasts.
    fn as_any(&self) -> &dyn Any;
}

impl PartialEq for Param {
    fn eq(&self, other: &Param) -> bool {
        match (self, other) {
            (Param::None, Param::None) => true,
            (Param::Bool(a), Param::Bool(b)) => a == b,
            (Param::Int(a), Param::Int(b)) => a == b,
            (Param::Float(a), Param::Float(b)) => a.to_bits() == b.to_bits(),
            (Param::DType(a), Param::DType(b)) => a == b,
            (Param::Symbol(a), Param::Symbol(b)) | (Param::Str(a), Param::Str(b)) => a == b,
            (Param::Tuple(a), Param::Tuple(b)) | (Param::List(a), Param::List(b)) => a == b,
            (Param::Record(a), Param::Record(b)) => a == b,
            (Param::Jaxpr(a), Param::Jaxpr(b)) => Arc::ptr_eq(a, b) || a == b,
            (Param::Ext(a), Param::Ext(b)) => a.equals(&**b),
            _ => false,
        }
    }
}

/// What a parameter may hold. Text is read by this kind, never guessed from its spelling.
#[derive(Debug)]
pub enum ParamKind {
    /// [`Param::Bool`].
    Bool,
    /// [`Param::Int`].
    Int,
    /// [`Param::Float`].
    Float,
    /// [`Param::DType`].
    DType,
    /// [`Param::Symbol`], one of the listed enumerators, or any where the list is empty.
    Symbol(&'static [&'static str]),
    /// [`Param::Str`].
    Str,
    /// [`Param::Tuple`] of any length, all items of one kind.
    Tuple(&'static ParamKind),
    /// [`Param::List`] of any length, all items of one kind.
    List(&'static ParamKind),
    /// [`Param::Tuple`] of fixed length with a kind per item.
    TupleOf(&'static [ParamKind]),
    /// [`Param::Record`].
    Record(&'static RecordDef),
    /// [`Param::Jaxpr`].
    Jaxpr,
    /// [`Param::None`] or the kind.
    Optional(&'static ParamKind),
    /// [`Param::Ext`]; the function parses the balanced text of one value.
    Ext(fn(&str) -> Result<Arc<dyn ParamExt>>),
}

impl ParamKind {
    /// True when the value is of this kind.
    pub fn admits(&self, value: &Param) -> bool {
        match (self, value) {
            (ParamKind::Optional(_), Param::None) => true,
            (ParamKind::Optional(kind), value) => kind.admits(value),
            (ParamKind::Symbol(allowed), Param::Symbol(symbol)) => {
                allowed.is_empty() || allowed.contains(&&**symbol)
            }
            (ParamKind::Tuple(kind), Param::Tuple(items))
            | (ParamKind::List(kind), Param::List(items)) => {
                items.iter().all(|item| kind.admits(item))
            }
            (ParamKind::TupleOf(kinds), Param::Tuple(items)) => {
                kinds.len() == items.len() && kinds.iter().zip(items).all(|(k, i)| k.admits(i))
            }
            (ParamKind::Record(def), Param::Record(record)) => record.def == *def,
            (ParamKind::Bool, Param::Bool(_))
            | (ParamKind::Int, Param::Int(_))
            | (ParamKind::Float, Param::Float(_))
            | (ParamKind::DType, Param::DType(_))
            | (ParamKind::Str, Param::Str(_))
            | (ParamKind::Jaxpr, Param::Jaxpr(_))
            | (ParamKind::Ext(_), Param::Ext(_)) => true,
            _ => false,
        }
    }

    /// The kind in words, for errors.
    pub fn describe(&self) -> String {
        match self {
            ParamKind::Bool => "True or False".into(),
            ParamKind::Int => "an integer".into(),
            ParamKind::Float => "a number".into(),
            ParamKind::DType => "a dtype".into(),
            ParamKind::Symbol([]) => "a name".into(),
            ParamKind::Symbol(allowed) => format!("one of {}", allowed.join(", ")),
            ParamKind::Str => "a text".into(),
            ParamKind::Tuple(kind) => format!("a tuple, each item {}", kind.describe()),
            ParamKind::List(kind) => format!("a list, each item {}", kind.describe()),
            ParamKind::TupleOf(kinds) => format!("a tuple of {} items", kinds.len()),
            ParamKind::Record(def) => format!("{}(...)", def.name),
            ParamKind::Jaxpr => "a jaxpr".into(),
            ParamKind::Optional(kind) => format!("None or {}", kind.describe()),
            ParamKind::Ext(_) => "a value of the dialect's own kind".into(),
        }
    }
}

/// The declaration of one parameter of an op or field of a record.
#[derive(Debug)]
pub struct ParamDef {
    /// The name, as printed.
    pub name: &'static str,
    /// What it may hold.
    pub kind: ParamKind,
    /// The value where it is left out; `None` makes it required.
    pub default: Option<Param>,
    /// Whether a value equal to the default is printed all the same.
    pub show_default: bool,
}

impl ParamDef {
    /// A parameter that must be given.
    pub const fn required(name: &'static str, kind: ParamKind) -> ParamDef {
        ParamDef { name, kind, default: None, show_default: true }
    }

    /// A parameter that is not printed when it has its default.
    pub const fn optional(name: &'static str, kind: ParamKind, default: Param) -> ParamDef {
        ParamDef { name, kind, default: Some(default), show_default: false }
    }

    /// A parameter that may be left out in text but is always printed.
    pub const fn shown(name: &'static str, kind: ParamKind, default: Param) -> ParamDef {
        ParamDef { name, kind, default: Some(default), show_default: true }
    }
}

/// The parameters of one equation, by name.
///
/// The accessors take names and kinds that the op declares; [`Params::check`], which the builder
/// and the parser run, has made sure of them.
#[derive(Clone, Debug, Default)]
pub struct Params(IndexMap<&'static str, Param>);

impl Params {
    /// No parameters.
    pub fn new() -> Params {
        Params::default()
    }

    /// The same with one more parameter.
    ///
    /// ```
    /// # use jaxide_ir::Params;
    /// let p = Params::new().with("axes", [0usize, 1]).with("keepdims", false);
    /// assert_eq!(p.usizes("axes"), [0, 1]);
    /// ```
    pub fn with(mut self, name: &'static str, value: impl Into<Param>) -> Params {
        self.set(name, value);
        self
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &'static str, value: impl Into<Param>) {
        self.0.insert(name, value.into());
    }

    /// A parameter by name, where present.
    pub fn get(&self, name: &str) -> Option<&Param> {
        self.0.get(name)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Param)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Names and values in order, values changeable.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Param)> {
        self.0.iter_mut().map(|(name, value)| (*name, value))
    }

    /// All nested jaxprs, in order, those inside tuples included.
    pub fn jaxprs(&self) -> Vec<&Arc<Jaxpr>> {
        let mut found = Vec::new();
        self.0.values().for_each(|value| collect_jaxprs(value, &mut found));
        found
    }

    /// The same parameters with each nested jaxpr replaced by `f` of it, in the order of
    /// [`Params::jaxprs`].
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map_jaxprs(
        &self,
        f: &mut dyn FnMut(&Arc<Jaxpr>) -> Result<Arc<Jaxpr>>,
    ) -> Result<Params> {
        let mut mapped = self.clone();
        for value in mapped.0.values_mut() {
            map_jaxprs(value, f)?;
        }
        Ok(mapped)
    }

    /// Puts the parameters into declared order, fills in defaults, checks kinds.
    ///
    /// # Errors
    /// A missing, unknown or ill-typed parameter.
    pub fn check(mut self, op: &str, defs: &'static [ParamDef]) -> Result<Params> {
        let mut checked = Params::new();
        for def in defs {
            let value = match (self.0.swap_remove(def.name), &def.default) {
                (Some(value), _) => value,
                (None, Some(default)) => default.clone(),
                (None, None) => {
                    return Err(diag::param(op, def.name, &def.kind.describe(), "nothing"));
                }
            };
            if !def.kind.admits(&value) {
                let got = crate::param::brief(&value);
                return Err(diag::param(op, def.name, &def.kind.describe(), &got));
            }
            checked.0.insert(def.name, value);
        }
        match self.0.keys().next() {
            Some(name) => Err(diag::unknown_param(op, name)),
            None => Ok(checked),
        }
    }

    fn expect(&self, name: &str) -> &Param {
        self.get(name).unwrap_or_else(|| panic!("checked parameters have {name}"))
    }

    /// True when the parameter is absent or `None`.
    pub fn is_none(&self, name: &str) -> bool {
        matches!(self.get(name), None | Some(Param::None))
    }

    /// The value of a bool parameter.
    pub fn bool(&self, name: &str) -> bool {
        if let Param::Bool(value) = self.expect(name) { *value } else { wrong(name, "a bool") }
    }

    /// The value of an integer parameter.
    pub fn int(&self, name: &str) -> i64 {
        if let Param::Int(value) = self.expect(name) { *value } else { wrong(name, "an integer") }
    }

    /// The value of an integer parameter that is a count or an axis.
    pub fn usize(&self, name: &str) -> usize {
        usize::try_from(self.int(name)).unwrap_or_else(|_| wrong(name, "a count"))
    }

    /// The value of a dtype parameter.
    pub fn dtype(&self, name: &str) -> DType {
        if let Param::DType(value) = self.expect(name) { *value } else { wrong(name, "a dtype") }
    }

    /// The value of a text or symbol parameter.
    pub fn str(&self, name: &str) -> &str {
        match self.expect(name) {
            Param::Str(value) | Param::Symbol(value) => value,
            _ => wrong(name, "a text"),
        }
    }

    /// The nested jaxpr of a parameter.
    pub fn jaxpr(&self, name: &str) -> &Arc<Jaxpr> {
        if let Param::Jaxpr(value) = self.expect(name) { value } else { wrong(name, "a jaxpr") }
    }

    /// The items of a tuple or list parameter.
    pub fn items(&self, name: &str) -> &[Param] {
        match self.expect(name) {
            Param::Tuple(items) | Param::List(items) => items,
            _ => wrong(name, "a tuple"),
        }
    }

    /// The integers of a tuple or list parameter.
    pub fn ints(&self, name: &str) -> Vec<i64> {
        self.items(name).iter().map(|item| item.as_int(name)).collect()
    }

    /// The integers of a tuple or list parameter that are counts or axes. Negative values, which
    /// the rules of ops refuse, come out as `usize::MAX`, which no rank or size reaches.
    pub fn usizes(&self, name: &str) -> Vec<usize> {
        self.ints(name).into_iter().map(|i| usize::try_from(i).unwrap_or(usize::MAX)).collect()
    }

    /// The floats of a tuple or list parameter.
    pub fn floats(&self, name: &str) -> Vec<f64> {
        self.items(name).iter().map(|item| item.as_float(name)).collect()
    }
}

impl Param {
    /// The integer of an item of the parameter `name`.
    ///
    /// # Panics
    /// When it is no integer; checked parameters are.
    pub fn as_int(&self, name: &str) -> i64 {
        if let Param::Int(value) = self { *value } else { wrong(name, "integers") }
    }

    /// The float of an item of the parameter `name`.
    ///
    /// # Panics
    /// When it is no float; checked parameters are.
    pub fn as_float(&self, name: &str) -> f64 {
        if let Param::Float(value) = self { *value } else { wrong(name, "floats") }
    }

    /// The items of a tuple or list inside the parameter `name`.
    ///
    /// # Panics
    /// When it is neither; checked parameters are.
    pub fn as_items(&self, name: &str) -> &[Param] {
        match self {
            Param::Tuple(items) | Param::List(items) => items,
            _ => wrong(name, "tuples"),
        }
    }
}

/// Equality that ignores order.
impl PartialEq for Params {
    fn eq(&self, other: &Params) -> bool {
        self.0 == other.0
    }
}

fn wrong(name: &str, expected: &str) -> ! {
    panic!("checked parameter {name} is {expected}")
}

/// A short text of a value for errors.
pub(crate) fn brief(value: &Param) -> String {
    match value {
        Param::None => "None".into(),
        Param::Bool(true) => "True".into(),
        Param::Bool(false) => "False".into(),
        Param::Int(value) => value.to_string(),
        Param::Float(value) => value.to_string(),
        Param::DType(value) => value.numpy_name().into(),
        Param::Symbol(value) | Param::Str(value) => value.to_string(),
        Param::Tuple(items) => format!("a tuple of {} items", items.len()),
        Param::List(items) => format!("a list of {} items", items.len()),
        Param::Record(record) => record.def.name.into(),
        Param::Jaxpr(_) => "a jaxpr".into(),
        Param::Ext(value) => value.print(),
    }
}

fn collect_jaxprs<'a>(value: &'a Param, found: &mut Vec<&'a Arc<Jaxpr>>) {
    match value {
        Param::Jaxpr(jaxpr) => found.push(jaxpr),
        Param::Tuple(items) | Param::List(items) => {
            items.iter().for_each(|item| collect_jaxprs(item, found));
        }
        Param::Record(record) => {
            record.fields.iter().for_each(|field| collect_jaxprs(field, found));
        }
        _ => {}
    }
}

fn map_jaxprs(
    value: &mut Param,
    f: &mut dyn FnMut(&Arc<Jaxpr>) -> Result<Arc<Jaxpr>>,
) -> Result<()> {
    match value {
        Param::Jaxpr(jaxpr) => *jaxpr = f(jaxpr)?,
        Param::Tuple(items) | Param::List(items) => {
            for item in items {
                map_jaxprs(item, f)?;
            }
        }
        Param::Record(record) => {
            let mut fields = record.fields.clone();
            for field in &mut fields {
                map_jaxprs(field, f)?;
            }
            *record = Arc::new(Record { def: record.def, fields });
        }
        _ => {}
    }
    Ok(())
}

macro_rules! from {
    ($($ty:ty: $value:ident => $param:expr),* $(,)?) => {$(
        impl From<$ty> for Param {
            fn from($value: $ty) -> Param { $param }
        }
    )*};
}

from! {
    bool: v => Param::Bool(v),
    i32: v => Param::Int(v.into()),
    i64: v => Param::Int(v),
    usize: v => Param::Int(v as i64),
    f64: v => Param::Float(v),
    DType: v => Param::DType(v),
    &str: v => Param::Str(v.into()),
    Arc<str>: v => Param::Str(v),
    Arc<Jaxpr>: v => Param::Jaxpr(v),
    Record: v => Param::Record(Arc::new(v)),
    Vec<Param>: v => Param::Tuple(v),
    &[usize]: v => Param::Tuple(v.iter().map(|i| Param::from(*i)).collect()),
    &[i64]: v => Param::Tuple(v.iter().map(|i| Param::from(*i)).collect()),
    &[f64]: v => Param::Tuple(v.iter().map(|x| Param::from(*x)).collect()),
    Vec<usize>: v => v.as_slice().into(),
    Vec<i64>: v => v.as_slice().into(),
    Vec<f64>: v => v.as_slice().into(),
}

impl<const N: usize> From<[usize; N]> for Param {
    fn from(items: [usize; N]) -> Param {
        items.as_slice().into()
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Param {
        value.map_or(Param::None, Into::into)
    }
}
