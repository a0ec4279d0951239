//! The file that a failed compilation leaves behind: the module as it came in, and what was done to it.
//!
//! `mlir-opt --run-reproducer FILE` replays the MLIR half.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use melior::ir::operation::OperationRef;
use melior::ir::{Module, Operation};
use mlir_sys::{MlirOperation, mlirOperationClone};

use super::error::JitErrorKind;
use super::pipeline::CompileOptions;

/// A copy of a module, kept because the passes change the original.
pub(super) struct Snapshot {
    operation: MlirOperation,
    options: CompileOptions,
}

impl Snapshot {
    /// Copies a module. The copy must be dropped before the module's context.
    pub(super) fn take(module: &Module, options: &CompileOptions) -> Self {
        // SAFETY: the operation is alive, and the copy is owned by the snapshot.
        let operation = unsafe { mlirOperationClone(module.as_operation().to_raw()) };
        Self { operation, options: options.clone() }
    }

    /// Writes the file and returns its path, or `None` if it cannot be written.
    pub(super) fn write(&self, kind: JitErrorKind, message: &str) -> Option<PathBuf> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("jaxide-{}-{count}.mlir", std::process::id()));
        let mut file = File::create_new(&path).ok()?;
        file.write_all(self.text(kind, message).as_bytes()).ok()?;
        Some(path)
    }

    fn text(&self, kind: JitErrorKind, message: &str) -> String {
        // SAFETY: the copy lives as long as the snapshot.
        let operation = unsafe { OperationRef::from_raw(self.operation) };
        let message = message.replace('\n', "\n// ");
        let CompileOptions { entry, llvm_passes, codegen, .. } = &self.options;
        format!(
            "// {}: {message}\n// entry: {entry}\n// LLVM passes: {llvm_passes}\n// code generation: {codegen:?}\n\
             {operation}\n\
             {{-#\n  external_resources: {{\n    mlir_reproducer: {{\n      pipeline: \"{}\",\n      \
             disable_threading: true,\n      verify_each: true\n    }}\n  }}\n#-}}\n",
            kind.name(),
            self.options.mlir_pipeline(),
        )
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // SAFETY: the snapshot owns the copy; melior's type destroys it.
        drop(unsafe { Operation::from_raw(self.operation) });
    }
}
