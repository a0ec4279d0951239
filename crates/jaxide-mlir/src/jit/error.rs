//! What can go wrong between an MLIR module and a callable function, with LLVM's own words.
//!
//! Nothing here decides what to do about a failure: the backend turns a [`JitError`] into a `Diagnostic`.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

/// The step that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JitErrorKind {
    /// MLIR text did not parse.
    Parse,
    /// The module that came in breaks a rule of its dialects.
    MlirVerify,
    /// The pass list names a pass or an option that does not exist.
    Pipeline,
    /// An MLIR pass failed.
    MlirPass,
    /// The entry function is missing or does not take pointers alone.
    Entry,
    /// What the passes left cannot be translated to LLVM IR.
    Translation,
    /// The LLVM IR breaks a rule of LLVM.
    LlvmVerify,
    /// The list of LLVM passes is malformed, or a pass failed.
    LlvmPass,
    /// The code generator reported an error.
    Codegen,
    /// LLVM gave up; without the handler it would have ended the process.
    LlvmFatal,
    /// The object cannot be linked: a symbol is missing, for example.
    Link,
    /// Rust code panicked on the compile thread.
    Panic,
    /// There is no code generator for this machine, or the object was made for another one.
    Target,
    /// The compile thread could not be started.
    Thread,
    /// A stage name that [`Compiler::dump`](super::Compiler::dump) does not know.
    Stage,
}

impl JitErrorKind {
    /// The name that messages and reproducers use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parse => "mlir-parse",
            Self::MlirVerify => "mlir-verify",
            Self::Pipeline => "mlir-pipeline",
            Self::MlirPass => "mlir-pass",
            Self::Entry => "entry",
            Self::Translation => "translation",
            Self::LlvmVerify => "llvm-verify",
            Self::LlvmPass => "llvm-pass",
            Self::Codegen => "codegen",
            Self::LlvmFatal => "llvm-fatal",
            Self::Link => "link",
            Self::Panic => "panic",
            Self::Target => "target",
            Self::Thread => "thread",
            Self::Stage => "stage",
        }
    }
}

/// How bad a compiler's remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The reason of a failure.
    Error,
    /// Something odd that did not stop the compiler.
    Warning,
    /// Additional to the remark before it.
    Note,
    /// Information about an optimisation.
    Remark,
}

impl Severity {
    const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Remark => "remark",
        }
    }
}

/// One remark of MLIR or LLVM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompilerRemark {
    /// How bad it is.
    pub severity: Severity,
    /// Where, as MLIR prints a location; empty if LLVM gave none.
    pub location: String,
    /// The compiler's words.
    pub message: String,
}

impl Display for CompilerRemark {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        write!(formatter, "{}: {}", self.severity.name(), self.message)?;
        if !self.location.is_empty() {
            write!(formatter, " at {}", self.location)?;
        }
        Ok(())
    }
}

/// A failed compilation.
#[derive(Clone, Debug)]
pub struct JitError {
    /// The step that failed.
    pub kind: JitErrorKind,
    /// What failed, in one line.
    pub message: String,
    /// What MLIR and LLVM said, in order.
    pub remarks: Vec<CompilerRemark>,
    /// A file with the module and its pass pipeline, if there was a module and the file could be written.
    pub reproducer: Option<PathBuf>,
}

impl JitError {
    /// An error without remarks and without a reproducer.
    pub fn new(kind: JitErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), remarks: Vec::new(), reproducer: None }
    }
}

impl Display for JitError {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        write!(formatter, "{}: {}", self.kind.name(), self.message)?;
        for remark in &self.remarks {
            write!(formatter, "\n  {remark}")?;
        }
        if let Some(path) = &self.reproducer {
            write!(formatter, "\n  reproducer: {}", path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for JitError {}
