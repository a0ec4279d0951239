//! MLIR contexts: one registry a process, dialects loaded on demand, remarks collected.
//!
//! `load_all_available_dialects` is not called: it costs more than compiling a small kernel.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

use melior::Context;
use melior::diagnostic::{Diagnostic, DiagnosticSeverity};
use melior::dialect::DialectRegistry;
use melior::utility::{register_all_dialects, register_all_llvm_translations, register_all_passes};

use super::error::{CompilerRemark, Severity};

/// The dialects that lowerings build ops of: an op of a dialect that is not loaded cannot be built.
/// The passes load what they need by themselves.
const DIALECTS: [&str; 12] = [
    "affine", "arith", "cf", "func", "index", "linalg", "llvm", "math", "memref", "scf", "ub",
    "vector",
];

/// Where the remarks of one compile thread go.
pub(super) type Remarks = Rc<RefCell<Vec<CompilerRemark>>>;

struct Registry(DialectRegistry);

// SAFETY: the registry is filled before it is shared, and contexts only read it (`appendTo` is const in MLIR).
unsafe impl Sync for Registry {}
// SAFETY: it belongs to no thread; it is never dropped, since it lives in a static.
unsafe impl Send for Registry {}

fn registry() -> &'static DialectRegistry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    let registry = REGISTRY.get_or_init(|| {
        let registry = DialectRegistry::new();
        register_all_dialects(&registry);
        register_all_passes();
        Registry(registry)
    });
    &registry.0
}

/// A context in which every dialect is known, the ones in `DIALECTS` are loaded, and remarks go to `remarks`.
pub(super) fn new_context(remarks: &Remarks) -> Context {
    let context = Context::new_with_registry(registry(), false);
    register_all_llvm_translations(&context);
    for dialect in DIALECTS {
        context.get_or_load_dialect(dialect);
    }
    let remarks = Rc::clone(remarks);
    context.attach_diagnostic_handler(move |diagnostic| {
        record(&diagnostic, &mut remarks.borrow_mut());
        true
    });
    context
}

fn record(diagnostic: &Diagnostic, remarks: &mut Vec<CompilerRemark>) {
    let severity = match diagnostic.severity() {
        DiagnosticSeverity::Error => Severity::Error,
        DiagnosticSeverity::Warning => Severity::Warning,
        DiagnosticSeverity::Note => Severity::Note,
        DiagnosticSeverity::Remark => Severity::Remark,
    };
    let location = diagnostic.location().to_string();
    remarks.push(CompilerRemark { severity, location, message: diagnostic.to_string() });
    for index in 0..diagnostic.note_count() {
        if let Ok(note) = diagnostic.note(index) {
            record(&note, remarks);
        }
    }
}
