//! Backends with their array-level pipelines: where passes and engines are joined.

use std::sync::{Arc, OnceLock};

use jaxide_eval::EvalBackend;
use jaxide_ir::{Jaxpr, Result};
use jaxide_passes::{Options, PassManager, Pipeline};
use jaxide_runtime::{Backend, CompileOptions, Device, Executable};

/// The interpreter, with no passes before it.
pub fn eval() -> Arc<dyn Backend> {
    static EVAL: OnceLock<Arc<dyn Backend>> = OnceLock::new();
    EVAL.get_or_init(|| Arc::new(EvalBackend::default())).clone()
}

/// Compiled code for the CPU through MLIR, after the `default` pipeline.
#[cfg(feature = "mlir")]
pub fn cpu() -> Arc<dyn Backend> {
    static CPU: OnceLock<Arc<dyn Backend>> = OnceLock::new();
    let make = || -> Arc<dyn Backend> {
        let inner = Arc::new(jaxide_mlir::MlirBackend::default());
        Arc::new(PassBackend::new(inner, Pipeline::default_passes(), Options::default()))
    };
    CPU.get_or_init(make).clone()
}

/// What `jit` compiles with: `cpu` with the feature `mlir`, else `eval`.
pub fn default_backend() -> Arc<dyn Backend> {
    #[cfg(feature = "mlir")]
    return cpu();
    #[cfg(not(feature = "mlir"))]
    return eval();
}

/// The backend of a name, where this build has it.
pub fn by_name(name: &str) -> Option<Arc<dyn Backend>> {
    match name {
        "eval" => Some(eval()),
        #[cfg(feature = "mlir")]
        "cpu" => Some(cpu()),
        _ => None,
    }
}

/// A backend that runs a pass pipeline before it compiles.
pub struct PassBackend {
    name: String,
    inner: Arc<dyn Backend>,
    manager: PassManager,
}

impl PassBackend {
    /// Puts a pipeline before a backend. The name says both, since cache keys hold it.
    pub fn new(inner: Arc<dyn Backend>, pipeline: Pipeline, options: Options) -> PassBackend {
        let line = pipeline.line();
        let standard = line == Pipeline::default_passes().line();
        let name = if standard { inner.name().into() } else { format!("{}[{line}]", inner.name()) };
        PassBackend { name, inner, manager: PassManager::new(pipeline, options) }
    }
}

impl Backend for PassBackend {
    fn name(&self) -> &str {
        &self.name
    }

    fn device(&self) -> Device {
        self.inner.device()
    }

    fn without_passes(&self) -> Option<Arc<dyn Backend>> {
        Some(self.inner.clone())
    }

    fn compile(&self, jaxpr: &Jaxpr, options: &CompileOptions) -> Result<Arc<dyn Executable>> {
        let outcome = self.manager.run(&Arc::new(jaxpr.clone()))?;
        self.inner.compile(&outcome.jaxpr, options)
    }
}
