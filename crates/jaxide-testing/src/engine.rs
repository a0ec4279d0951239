//! The engines that run one corpus.

use std::{fmt, str::FromStr, sync::Arc};

use jaxide::backend;
use jaxide_ir::{Code, Diagnostic, Jaxpr, Result, TensorData};
use jaxide_runtime::{Backend, Buffer, CompileOptions, run_owned};

/// An engine by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Engine {
    /// The interpreter.
    Eval,
    /// Compiled code for the CPU.
    Cpu,
}

impl Engine {
    /// All engines.
    pub const ALL: [Engine; 2] = [Engine::Eval, Engine::Cpu];

    /// The backend, with its usual pipeline.
    pub fn backend(self) -> Arc<dyn Backend> {
        match self {
            Engine::Eval => backend::eval(),
            Engine::Cpu => backend::cpu(),
        }
    }

    /// Compiles and runs a program on host data, captured arrays first.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn run(self, jaxpr: &Jaxpr, args: &[TensorData]) -> Result<Vec<TensorData>> {
        let program = self.backend().compile(jaxpr, &CompileOptions::default())?;
        let buffers: Vec<Buffer> = args.iter().map(Buffer::from_tensor).collect::<Result<_>>()?;
        let outputs = run_owned(&*program, &buffers.iter().collect::<Vec<_>>())?;
        Ok(outputs.iter().map(Buffer::to_tensor).collect())
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Eval => "eval",
            Engine::Cpu => "cpu",
        })
    }
}

impl FromStr for Engine {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Engine, String> {
        let found = Engine::ALL.into_iter().find(|engine| engine.to_string() == name);
        found.ok_or_else(|| format!("expected engine eval or cpu, got {name}"))
    }
}

/// Codes of diagnostics that say that an op is not there, as opposed to wrong.
static UNSUPPORTED: &[Code] = &[Code("J0203"), jaxide_runtime::diag::UNSUPPORTED];

/// The op that a diagnostic reports as unsupported.
pub fn unsupported_op(error: &Diagnostic) -> Option<String> {
    if !UNSUPPORTED.contains(&error.code()) {
        return None;
    }
    let name = error.message().split("unsupported op ").nth(1)?;
    Some(name.split([' ', ':', ',']).next()?.to_owned())
}
