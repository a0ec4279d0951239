//! Diagnostics: what a user did wrong, where, and what was expected. Constructors of this crate's
//! mistakes are here, one function a mistake; other crates have their own such file.

use std::fmt;

use crate::{ArrayType, DType, Loc};

/// The result of everything that can meet a user's mistake.
pub type Result<T> = std::result::Result<T, Diagnostic>;

/// A stable code with a section in `docs/errors.md`: J01xx types and shapes, J02xx text,
/// J03xx tracing, J04xx engines, J05xx passes, J06xx files, J09xx bugs of jaxide.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Code(pub &'static str);

/// One error: code, message, the user's line, notes.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic(Box<Parts>);

#[derive(Clone, PartialEq, Debug)]
struct Parts {
    code: Code,
    message: String,
    loc: Loc,
    notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic without location. Call this only from a crate's `diag` file.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        let parts = Parts { code, message: message.into(), loc: Loc::unknown(), notes: vec![] };
        Diagnostic(Box::new(parts))
    }

    /// Sets the location unless one is known already: the innermost place is the useful one.
    pub fn at(mut self, loc: &Loc) -> Diagnostic {
        if self.0.loc.is_unknown() {
            self.0.loc = loc.clone();
        }
        self
    }

    /// Appends a note: a hint, a type, the other side of a mismatch.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.0.notes.push(note.into());
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The message, without location and notes.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it happened.
    pub fn loc(&self) -> &Loc {
        &self.0.loc
    }

    /// The notes, in order.
    pub fn notes(&self) -> &[String] {
        &self.0.notes
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.message)?;
        for note in &self.0.notes {
            write!(f, "\n  {}", note.replace('\n', "\n  "))?;
        }
        if !self.0.loc.is_unknown() {
            write!(f, "\n  --> {}", self.0.loc)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// Wrong number of operands.
pub fn arity(op: &str, expected: &str, got: usize) -> Diagnostic {
    Diagnostic::new(Code("J0101"), format!("{op}: expected {expected} operands, got {got}"))
}

/// An operand's dtype is not one that the op takes.
pub fn operand_dtype(op: &str, position: usize, expected: &str, got: DType) -> Diagnostic {
    let message = format!("{op}: operand {position}: expected {expected}, got {got}");
    Diagnostic::new(Code("J0102"), message)
}

/// Operands that must have one dtype differ.
pub fn dtype_mismatch(op: &str, expected: DType, got: DType) -> Diagnostic {
    let message = format!("{op}: operands must have one dtype, expected {expected}, got {got}");
    Diagnostic::new(Code("J0103"), message)
}

/// Operands that must have one shape differ.
pub fn shape_mismatch(op: &str, expected: &ArrayType, got: &ArrayType) -> Diagnostic {
    let message = format!("{op}: operands must have one shape, expected {expected}, got {got}");
    Diagnostic::new(Code("J0104"), message)
}

/// A parameter is missing, unknown, or of the wrong kind.
pub fn param(op: &str, name: &str, expected: &str, got: &str) -> Diagnostic {
    let message = format!("{op}: parameter {name}: expected {expected}, got {got}");
    Diagnostic::new(Code("J0105"), message)
}

/// A parameter that the op does not have.
pub fn unknown_param(op: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code("J0105"), format!("{op}: there is no parameter {name}"))
}

/// A rule of an op rejects its operands or parameters.
pub fn invalid(op: &str, message: impl fmt::Display) -> Diagnostic {
    Diagnostic::new(Code("J0106"), format!("{op}: {message}"))
}

/// A text for printing has a brace without partner.
pub fn template_brace(op: &str, text: &str) -> Diagnostic {
    invalid(op, format!("expected paired braces, got {text:?}"))
}

/// A text for printing has a place that no value is for.
pub fn template_place(op: &str, place: &str) -> Diagnostic {
    invalid(op, format!("expected a value for {{{place}}}, got none"))
}

/// A text for printing has no place for a value.
pub fn template_value(op: &str, value: &str) -> Diagnostic {
    invalid(op, format!("expected a place for {value} in the text, got none"))
}

/// A place of a text for printing has an unknown format.
pub fn template_format(op: &str, format: &str) -> Diagnostic {
    invalid(op, format!("expected a format [<^>][+][0][width][.precision][d|f|e], got {format}"))
}

/// Data of the wrong length for its type.
pub fn tensor_size(ty: &ArrayType, got: usize) -> Diagnostic {
    let message = format!("data for {ty} has the wrong size: got {got} bytes");
    Diagnostic::new(Code("J0107"), message)
}

/// Text that does not follow the grammar.
pub fn syntax(expected: &str, got: &str) -> Diagnostic {
    Diagnostic::new(Code("J0201"), format!("expected {expected}, got {got}"))
}

/// A name in text that nothing defines.
pub fn undefined(what: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code("J0202"), format!("undefined {what} {name}"))
}

/// An op that no dialect of the registry has. [`unsupported_op_name`] reads the name back.
pub fn unsupported_op(name: &str) -> Diagnostic {
    Diagnostic::new(Code("J0203"), format!("{UNSUPPORTED_OP}{name}"))
}

const UNSUPPORTED_OP: &str = "unsupported op ";

/// The op's name when the diagnostic is [`unsupported_op`].
pub fn unsupported_op_name(error: &Diagnostic) -> Option<&str> {
    let is_it = error.code() == Code("J0203");
    is_it.then(|| error.message().strip_prefix(UNSUPPORTED_OP)).flatten()
}

/// A dtype in text that the IR does not have.
pub fn unsupported_dtype(name: &str) -> Diagnostic {
    Diagnostic::new(Code("J0204"), format!("unsupported dtype {name}"))
}

/// Result types in text that do not follow from the operands.
pub fn binder_types(op: &str, expected: &str, got: &str) -> Diagnostic {
    Diagnostic::new(Code("J0205"), format!("{op}: expected results {expected}, got {got}"))
}

/// Text beyond a limit of the parser.
pub fn text_limit(what: &str) -> Diagnostic {
    Diagnostic::new(Code("J0206"), format!("program text is too large: {what}"))
}

/// A name in text that is defined twice in one scope.
pub fn defined_twice(what: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code("J0207"), format!("{what} {name} is defined twice"))
}

/// A program that breaks rules of the IR; the program with the violations in it is a note.
pub fn invalid_program(violations: usize) -> Diagnostic {
    let plural = if violations == 1 { "" } else { "s" };
    let message = format!("the program is not valid: {violations} error{plural}");
    Diagnostic::new(Code("J0208"), message)
}

/// A bug of jaxide, not of the user.
pub fn bug(message: impl fmt::Display) -> Diagnostic {
    Diagnostic::new(Code("J0901"), format!("bug in jaxide: {message}"))
        .note("please report it with the program that shows it")
}
