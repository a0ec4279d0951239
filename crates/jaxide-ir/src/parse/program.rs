//! Jaxprs, equations, types and operands.

use std::collections::HashMap;

use super::{
    Kind, Parser, Token,
    number::Number,
    resolve::{self, Operand},
};
use crate::{
    ArrayType, Atom, DType, Jaxpr, JaxprBuilder, Literal, OpDef, Result, Shape, Var, diag,
};

/// One jaxpr being read. Nested ones have scopes of their own, so names may be reused.
#[derive(Default)]
struct Scope<'a> {
    builder: JaxprBuilder,
    names: HashMap<&'a str, Var>,
}

/// `a:f32[3]`, or `_:f32[3]` for what has no name.
pub(super) struct Binder<'a> {
    pub(super) name: &'a str,
    pub(super) ty: ArrayType,
    token: Token,
}

impl<'a> Parser<'a> {
    /// `{ lambda a:f32[]; b:f32[]. let ... in (c,) }`
    pub(super) fn jaxpr(&mut self) -> Result<Jaxpr> {
        self.nested(Self::jaxpr_here)
    }

    fn jaxpr_here(&mut self) -> Result<Jaxpr> {
        let mut scope = Scope::default();
        self.punct('{')?;
        self.keyword("lambda")?;
        for binder in self.binders()? {
            let var = scope.builder.captured(binder.ty.clone());
            self.define(&mut scope, &binder, var)?;
        }
        self.punct(';')?;
        for binder in self.binders()? {
            let var = scope.builder.input(binder.ty.clone());
            self.define(&mut scope, &binder, var)?;
        }
        self.punct('.')?;
        self.keyword("let")?;
        while self.take(';') || !self.at_results() {
            self.equation(&mut scope)?;
        }
        self.keyword("in")?;
        let outputs = self.results(&mut scope)?;
        self.punct('}')?;
        Ok(scope.builder.finish(outputs))
    }

    /// `in (`: since variables are named by letters, `in` alone can be one.
    fn at_results(&self) -> bool {
        self.word() == Some("in") && self.peek_at(1).kind == Kind::Punct('(')
    }

    fn binders(&mut self) -> Result<Vec<Binder<'a>>> {
        let mut binders = Vec::new();
        while self.peek().kind == Kind::Word && self.peek_at(1).kind == Kind::Punct(':') {
            let token = self.peek();
            self.at += 2;
            binders.push(Binder { name: self.text_of(token), ty: self.array_type()?, token });
        }
        Ok(binders)
    }

    fn define(&self, scope: &mut Scope<'a>, binder: &Binder<'a>, var: Var) -> Result<()> {
        if binder.name != "_" && scope.names.insert(binder.name, var).is_some() {
            let error = diag::defined_twice("variable", binder.name);
            return Err(error.at(&self.loc(binder.token)));
        }
        Ok(())
    }

    /// `f32[2,3]`
    fn array_type(&mut self) -> Result<ArrayType> {
        let start = self.peek();
        let dtype = self.short_dtype()?;
        self.punct('[')?;
        let mut shape = Shape::new();
        while !self.take(']') {
            if !shape.is_empty() {
                self.punct(',')?;
            }
            let Ok(size) = self.slice().parse() else { return Err(self.expected("a size")) };
            self.at += 1;
            shape.push(size);
        }
        let fits = |bytes: usize| isize::try_from(bytes).is_ok();
        let bytes = shape.iter().try_fold(dtype.size(), |bytes, size| bytes.checked_mul(*size));
        if !bytes.is_some_and(fits) {
            let error = diag::text_limit("an array does not fit the address space");
            return Err(error.at(&self.loc(start)));
        }
        Ok(ArrayType::new(dtype, &shape))
    }

    fn short_dtype(&mut self) -> Result<DType> {
        let Some(name) = self.word() else { return Err(self.expected("a type")) };
        let Some(dtype) = DType::from_name(name) else {
            let next = self.peek_at(1);
            let suffix = if next.kind == Kind::Angle { self.text_of(next) } else { "" };
            return Err(self.here(diag::unsupported_dtype(&format!("{name}{suffix}"))));
        };
        self.at += 1;
        Ok(dtype)
    }

    /// `c:f32[3] = op[key=value] a b`, without `c:f32[3] =` where there are no results.
    fn equation(&mut self, scope: &mut Scope<'a>) -> Result<()> {
        let start = self.peek();
        let binders = self.binders()?;
        if !binders.is_empty() {
            self.punct('=')?;
        }
        if self.word().is_some() && self.peek_at(1).kind == Kind::Punct('=') {
            self.at += 1;
            return Err(self.expected("`:` and a type"));
        }
        let op = self.op()?;
        let (params, reading) = self.params(op)?;
        let operands = self.operands(scope, start)?;
        let loc = self.loc(start);
        let types: Vec<&ArrayType> = binders.iter().map(|binder| &binder.ty).collect();
        let operands = match reading {
            Some(reading) => {
                resolve::converted(reading, &operands, &types, &mut scope.builder, &loc)?
            }
            None => operands,
        };
        let bound = resolve::bind(op, params, &operands, &types, &scope.builder, &loc)?;
        let vars = scope.builder.push(op, bound.params, &bound.inputs, bound.types, loc);
        for (binder, var) in binders.iter().zip(vars) {
            self.define(scope, binder, var)?;
        }
        Ok(())
    }

    fn op(&mut self) -> Result<&'static OpDef> {
        let Some(name) = self.word() else { return Err(self.expected("an equation or `in (`")) };
        let Some(op) = self.ops.get(name) else {
            return Err(self.here(diag::unsupported_op(name)));
        };
        self.at += 1;
        Ok(op)
    }

    /// The operands of the equation that starts at `start`. They end at `;`, at `in (`, at the
    /// next equation's binder or brackets, and at a line that is not indented deeper.
    fn operands(&mut self, scope: &Scope<'a>, start: Token) -> Result<Vec<Operand>> {
        let mut operands = Vec::new();
        loop {
            let token = self.peek();
            if token.first && start.first && token.column <= start.column || self.at_results() {
                return Ok(operands);
            }
            let next = self.peek_at(1).kind;
            let operand = match token.kind {
                Kind::Punct(';') => return Ok(operands),
                Kind::Word if matches!(next, Kind::Punct('[' | '=')) => return Ok(operands),
                Kind::Word if next == Kind::Punct(':') && Number::read(self.slice()).is_none() => {
                    return Ok(operands);
                }
                _ => self.operand(scope)?,
            };
            operands.push(operand);
        }
    }

    /// A variable, or a literal with or without its type.
    fn operand(&mut self, scope: &Scope<'a>) -> Result<Operand> {
        let typed = self.peek_at(1).kind == Kind::Punct(':');
        if let Some(name) = self.word()
            && !typed
            && let Some(var) = scope.names.get(name)
        {
            self.at += 1;
            return Ok(Operand::Atom(Atom::Var(*var)));
        }
        let start = self.peek();
        let number = self.number()?;
        if !self.take(':') {
            return Ok(Operand::Number(number));
        }
        let ty = self.array_type()?;
        match number.scalar(ty.dtype) {
            Some(value) if ty.rank() == 0 => {
                Ok(Operand::Atom(Atom::Literal(Literal { value, weak: false })))
            }
            _ => {
                let text = self.text_of(start);
                Err(diag::syntax(&format!("a literal of type {ty}"), text).at(&self.loc(start)))
            }
        }
    }

    fn number(&mut self) -> Result<Number> {
        let token = self.peek();
        let number = match token.kind {
            Kind::Punct('(') => self.parenthesised(),
            Kind::Word | Kind::Number => Number::read(self.slice()).map(|number| (number, 1)),
            _ => None,
        };
        match (number, token.kind) {
            (Some((number, tokens)), _) => {
                self.at += tokens;
                Ok(number)
            }
            (None, Kind::Word) => Err(self.here(diag::undefined("variable", self.slice()))),
            _ => Err(self.expected("a variable or a number")),
        }
    }

    /// A complex number in parentheses, and its number of tokens.
    fn parenthesised(&self) -> Option<(Number, usize)> {
        let start = self.peek();
        (1..=3).find_map(|ahead| {
            let end = self.peek_at(ahead);
            let closes = end.kind == Kind::Punct(')');
            let number = closes.then(|| Number::read(&self.text[start.start..end.end]))??;
            Some((number, ahead + 1))
        })
    }

    /// `(a, b)`, `(a,)` or `()`. An untyped number takes the default dtype of its spelling.
    fn results(&mut self, scope: &mut Scope<'a>) -> Result<Vec<Atom>> {
        self.punct('(')?;
        let mut outputs = Vec::new();
        while !self.take(')') {
            let atom = match self.operand(scope)? {
                Operand::Atom(atom) => atom,
                Operand::Number(number) => self.default_literal(number)?,
            };
            outputs.push(atom);
            if !self.is_punct(')') {
                self.punct(',')?;
            }
        }
        Ok(outputs)
    }

    fn default_literal(&self, number: Number) -> Result<Atom> {
        let dtype = number.default_dtype();
        let scalar = number.scalar(dtype);
        scalar.map(Atom::literal).ok_or_else(|| self.expected(&format!("{dtype} before this")))
    }
}
