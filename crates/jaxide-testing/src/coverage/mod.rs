//! What is there and what is missing: which engine runs which op, which op has a filetest, and the
//! documents that are written from these facts and from the records.

mod jnp_status;
mod op_status;
mod pass_list;

use std::path::{Path, PathBuf};

use jaxide_eval::Interpreter;
use jaxide_ir::{DType, Lower, OpDef, TypeClass};
use jaxide_mlir::cpu::table::Rules;

use crate::engine::Engine;

/// One element type per class.
const DTYPES: [DType; 5] = [DType::Bool, DType::I32, DType::U32, DType::F32, DType::C64];

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The classes of element types of the op that the engine lacks, out of those of its record.
pub fn missing_classes(op: &'static OpDef, engine: Engine) -> Vec<TypeClass> {
    let classes = DTYPES.map(|dtype| (TypeClass::of(dtype), dtype));
    let takes = |class: &TypeClass| op.classes.is_empty() || op.classes.contains(class);
    let runs = |dtype: DType| match engine {
        Engine::Eval => eval_runs(op, dtype),
        Engine::Cpu => Rules::default().covers(op, dtype),
    };
    let missing = classes.into_iter().filter(|(class, dtype)| takes(class) && !runs(*dtype));
    missing.map(|(class, _)| class).collect()
}

/// True when the engine has the op for every class of its record.
pub fn covers(op: &'static OpDef, engine: Engine) -> bool {
    missing_classes(op, engine).is_empty()
}

fn eval_runs(op: &'static OpDef, dtype: DType) -> bool {
    match op.lower {
        Lower::Decompose(_) => true,
        Lower::Elementwise(_) => op.scalar_row(dtype).is_some(),
        _ => Interpreter::new().kernel(op).is_some(),
    }
}

/// Folders of filetests of ops.
const FOLDERS: [&str; 2] = ["filetests/ops", "filetests/control"];

/// The path of the op's filetests from the root, where there are any.
pub fn filetests(op: &OpDef) -> Option<String> {
    let paths = FOLDERS.map(|folder| format!("{folder}/{}", op.name));
    let paths = paths.into_iter().flat_map(|path| [path.clone(), format!("{path}.jaxpr")]);
    paths.into_iter().find(|path| root().join(path).exists())
}

/// A generated document.
pub struct Document {
    /// Its path from the root.
    pub path: &'static str,
    /// What it should hold.
    pub text: fn() -> String,
}

/// All generated documents.
pub static DOCUMENTS: &[Document] = &[
    Document { path: "docs/jnp-status.md", text: jnp_status::text },
    Document { path: "docs/op-status.md", text: op_status::text },
    Document { path: "docs/passes.md", text: pass_list::text },
];

const GENERATED: &str = "<!-- Written by `cargo xtask codegen`; do not edit. -->";
