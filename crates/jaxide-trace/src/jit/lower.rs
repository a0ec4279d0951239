//! Programs before and after compilation, for those who want to look at them.

use std::{fmt, panic::Location, sync::Arc};

use jaxide_ir::Jaxpr;
use jaxide_lax::check::Checks;
use jaxide_runtime::{Backend, Buffer, Executable, run_owned};

use super::program::compile;
use crate::{
    Array, diag,
    error::{Error, Result},
    func::FnInfo,
    trace::leaked,
};

/// A traced program before compilation. `Display` prints it.
#[derive(Clone)]
pub struct Lowered {
    pub(super) jaxpr: Arc<Jaxpr>,
    pub(super) captured: Vec<Array>,
    pub(super) info: FnInfo,
    pub(super) backend: Option<Arc<dyn Backend>>,
    pub(super) checks: Checks,
}

impl Lowered {
    /// The program; arrays that the function captured are its first inputs.
    pub fn jaxpr(&self) -> &Arc<Jaxpr> {
        &self.jaxpr
    }

    /// The arrays that the function captured.
    pub fn captured(&self) -> &[Array] {
        &self.captured
    }

    /// The program as text.
    pub fn as_text(&self) -> String {
        self.jaxpr.to_string()
    }

    /// The compiled program.
    ///
    /// # Errors
    /// What the backend refuses; and when the function has no backend.
    pub fn compile(&self) -> Result<Compiled> {
        let Some(backend) = &self.backend else {
            return Err(Error::Value(diag::no_backend(&self.info.name)));
        };
        let compiled = compile(&self.jaxpr, self.checks, &self.info, &**backend);
        let executable = compiled.map_err(Error::Engine)?;
        Ok(Compiled { executable, captured: self.captured.clone() })
    }
}

impl fmt::Display for Lowered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.jaxpr, f)
    }
}

/// A compiled program for one signature. It is called with the traced leaves of the arguments.
#[derive(Clone)]
pub struct Compiled {
    executable: Arc<dyn Executable>,
    captured: Vec<Array>,
}

impl Compiled {
    /// The executable; captured arrays are its first arguments.
    pub fn executable(&self) -> &Arc<dyn Executable> {
        &self.executable
    }

    /// Runs the program on the leaves of the arguments.
    ///
    /// # Errors
    /// When types or number of the arguments are not those that it was compiled for.
    #[track_caller]
    pub fn call(&self, args: &[&Array]) -> Result<Vec<Array>> {
        let at = Location::caller();
        let mut buffers: Vec<&Buffer> = Vec::with_capacity(args.len() + self.captured.len());
        for arg in self.captured.iter().chain(args.iter().copied()) {
            match arg.concrete() {
                Ok(concrete) => buffers.push(&concrete.buffer),
                Err(tracer) => return Err(leaked(tracer, at)),
            }
        }
        let results = run_owned(&*self.executable, &buffers).map_err(Error::engine)?;
        Ok(results.into_iter().map(Array::from_buffer).collect())
    }
}
