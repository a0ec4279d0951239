//! Where an equation comes from: the user's source line or a line of program text, and the name
//! stack around it.

use std::{fmt, panic::Location, sync::Arc};

/// A source location with the names of the functions being traced around it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Loc {
    site: Site,
    scope: Option<Arc<str>>,
    unchecked: bool,
}

#[derive(Clone, Default, PartialEq, Eq)]
enum Site {
    #[default]
    Unknown,
    Rust(&'static Location<'static>),
    Text(Arc<str>, u32, u32),
}

impl Loc {
    /// No location.
    pub fn unknown() -> Loc {
        Loc::default()
    }

    /// The line of the caller of the calling `#[track_caller]` function.
    #[track_caller]
    pub fn caller() -> Loc {
        Loc::rust(Location::caller())
    }

    /// A line of Rust source.
    pub fn rust(location: &'static Location<'static>) -> Loc {
        Loc { site: Site::Rust(location), ..Loc::default() }
    }

    /// A line of program text; line and column count from 1.
    pub fn text(file: Arc<str>, line: u32, column: u32) -> Loc {
        Loc { site: Site::Text(file, line, column), ..Loc::default() }
    }

    /// The same place inside a named scope such as `jit(f)/jit(g)`.
    pub fn with_scope(mut self, scope: Option<Arc<str>>) -> Loc {
        self.scope = scope;
        self
    }

    /// The name stack, outermost first, joined by `/`.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The same place, where checked runs report nothing: what happens there is meant, or is itself
    /// part of a check.
    pub fn unchecked(mut self) -> Loc {
        self.unchecked = true;
        self
    }

    /// True where checked runs report nothing.
    pub fn is_unchecked(&self) -> bool {
        self.unchecked
    }

    /// True when nothing is known.
    pub fn is_unknown(&self) -> bool {
        self.site == Site::Unknown
    }

    /// File, line and column, where known. Line and column count from 1.
    pub fn position(&self) -> Option<(&str, u32, u32)> {
        match &self.site {
            Site::Unknown => None,
            Site::Rust(at) => Some((at.file(), at.line(), at.column())),
            Site::Text(file, line, column) => Some((file, *line, *column)),
        }
    }
}

impl fmt::Display for Loc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position() {
            None => f.write_str("<unknown>"),
            Some((file, line, column)) => write!(f, "{file}:{line}:{column}"),
        }
    }
}

impl fmt::Debug for Loc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
