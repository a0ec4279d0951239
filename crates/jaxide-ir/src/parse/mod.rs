//! Program text to programs.
//!
//! Accepted: what [`crate::print()`] prints, what JAX 0.4.35 and 0.10 print, and the form of recorded
//! programs. Names of ops and parameters of other versions are mapped or dropped by the tables of
//! the dialects alone; parameter values are read by their declared kind. Constvars become captured
//! inputs, since text holds no data.
//!
//! | file | reads |
//! |---|---|
//! | `lexer` | tokens |
//! | `program` | jaxprs, equations, operands |
//! | `value` | parameters |
//! | `number` | spellings of numbers |
//! | `resolve` | dtypes of untyped literals, 64-bit names in 32-bit programs |

mod lexer;
mod number;
mod program;
mod resolve;
mod value;

use std::{collections::HashMap, sync::Arc};

use lexer::{Kind, Token};

use crate::{Diagnostic, Jaxpr, Loc, OpDef, Registry, Result, diag};

/// How deep jaxprs and parameter values may nest.
const MAX_DEPTH: usize = 100;

/// Reads a program. `file` names the text in locations and errors.
///
/// # Errors
/// The first mistake, with line and column. An op that the registry lacks is
/// [`diag::unsupported_op`].
pub fn parse(text: &str, file: &str, registry: &Registry) -> Result<Jaxpr> {
    let file: Arc<str> = file.into();
    let tokens = lexer::tokens(text, &file)?;
    let mut parser = Parser {
        text,
        file,
        tokens,
        at: 0,
        depth: 0,
        registry,
        ops: op_names(registry),
        shared: HashMap::new(),
    };
    parser.whole_text()
}

/// Ops by every name that text may use; the first dialect counts.
fn op_names(registry: &Registry) -> HashMap<&'static str, &'static OpDef> {
    let mut names = HashMap::new();
    for op in registry.ops() {
        names.entry(op.name).or_insert(op);
    }
    for (alias, name) in registry.dialects().iter().flat_map(|dialect| dialect.aliases) {
        if let Some(op) = registry.find(name) {
            names.entry(alias).or_insert(op);
        }
    }
    names
}

struct Parser<'a> {
    text: &'a str,
    file: Arc<str>,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    registry: &'a Registry,
    ops: HashMap<&'static str, &'static OpDef>,
    /// The jaxprs of `let NAME = ... in`, read where they are first used.
    shared: HashMap<&'a str, Shared>,
}

enum Shared {
    /// Not read yet; the token at which it starts.
    At(usize),
    /// Being read.
    Open,
    Read(Arc<Jaxpr>),
}

impl<'a> Parser<'a> {
    fn whole_text(&mut self) -> Result<Jaxpr> {
        let jaxpr = self.program()?;
        if self.peek().kind != Kind::End {
            return Err(self.expected("the end of the text"));
        }
        Ok(jaxpr)
    }

    /// A jaxpr after the shared ones that it names.
    fn program(&mut self) -> Result<Jaxpr> {
        let mut names = Vec::new();
        while self.word() == Some("let") {
            names.push(self.shared_definition()?);
        }
        let jaxpr = self.jaxpr()?;
        for name in names {
            self.shared_jaxpr(name)?;
        }
        Ok(jaxpr)
    }

    /// Notes where the jaxpr of a `let` starts and skips it: it may refer to later ones.
    fn shared_definition(&mut self) -> Result<&'a str> {
        self.at += 1;
        if self.peek().kind != Kind::Word {
            return Err(self.expected("a name"));
        }
        let name = self.slice();
        if self.shared.contains_key(name) {
            return Err(self.here(diag::defined_twice("jaxpr", name)));
        }
        self.at += 1;
        self.punct('=')?;
        self.shared.insert(name, Shared::At(self.at));
        self.skip_braces()?;
        self.keyword("in")?;
        Ok(name)
    }

    fn skip_braces(&mut self) -> Result<()> {
        let mut open = 0usize;
        loop {
            match self.peek().kind {
                Kind::Punct('{') => open += 1,
                Kind::Punct('}') if open > 0 => open -= 1,
                _ if open == 0 => return Err(self.expected("`{`")),
                Kind::End => return Err(self.expected("`}`")),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
    }

    /// The jaxpr that a `let` names.
    fn shared_jaxpr(&mut self, name: &str) -> Result<Arc<Jaxpr>> {
        let Some((name, shared)) = self.shared.get_key_value(name) else {
            return Err(self.here(diag::undefined("jaxpr", name)));
        };
        let (name, start) = match shared {
            Shared::Read(jaxpr) => return Ok(jaxpr.clone()),
            Shared::Open => return Err(self.expected(&format!("no cycle through {name}"))),
            Shared::At(start) => (*name, *start),
        };
        self.shared.insert(name, Shared::Open);
        let back = std::mem::replace(&mut self.at, start);
        let jaxpr = Arc::new(self.jaxpr()?);
        self.at = back;
        self.shared.insert(name, Shared::Read(jaxpr.clone()));
        Ok(jaxpr)
    }

    /// The next token; [`Kind::End`] for ever after the last.
    fn peek(&self) -> Token {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Token {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    fn text_of(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The text of the next token.
    fn slice(&self) -> &'a str {
        self.text_of(self.peek())
    }

    /// The next token's text if it is a word.
    fn word(&self) -> Option<&'a str> {
        (self.peek().kind == Kind::Word).then(|| self.slice())
    }

    fn is_punct(&self, c: char) -> bool {
        self.peek().kind == Kind::Punct(c)
    }

    /// Takes the character if it is next.
    fn take(&mut self, c: char) -> bool {
        let taken = self.is_punct(c);
        self.at += usize::from(taken);
        taken
    }

    fn punct(&mut self, c: char) -> Result<()> {
        if self.take(c) { Ok(()) } else { Err(self.expected(&format!("`{c}`"))) }
    }

    fn keyword(&mut self, word: &str) -> Result<()> {
        if self.word() != Some(word) {
            return Err(self.expected(&format!("`{word}`")));
        }
        self.at += 1;
        Ok(())
    }

    /// Runs `read` one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            let what = format!("more than {MAX_DEPTH} levels of nesting");
            return Err(self.here(diag::text_limit(&what)));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn loc(&self, token: Token) -> Loc {
        Loc::text(self.file.clone(), token.line, token.column)
    }

    /// An error at the next token.
    fn here(&self, error: Diagnostic) -> Diagnostic {
        error.at(&self.loc(self.peek()))
    }

    /// The error of finding the next token where something else should be.
    fn expected(&self, what: &str) -> Diagnostic {
        let got = match self.peek().kind {
            Kind::End => "the end of the text".into(),
            _ => format!("`{}`", self.slice().chars().take(40).collect::<String>()),
        };
        self.here(diag::syntax(what, &got))
    }
}
