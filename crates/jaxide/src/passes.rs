//! `jit(f).passes(..)`: a user's own pipeline in place of the default one.

use std::{panic::Location, sync::Arc};

use jaxide_ir::Loc;
use jaxide_passes::{Options, PassDef, Pipeline};
use jaxide_trace::{Error, Jitted, Params, Tree, raise};

use crate::backend::{PassBackend, default_backend};

/// Choosing the passes that run on a jitted function's program before its backend gets it.
pub trait Passes: Sized {
    /// Runs these passes and named pipelines, in order, in place of its backend's own pipeline.
    ///
    /// ```
    /// use jaxide::{Array, Passes, array, jit};
    /// let f = jit(|x: &Array| x + 0.0).passes(&["canonicalize", "cse"]);
    /// assert_eq!(f(&array([1.0])).to_vec::<f32>(), [1.0]);
    /// ```
    ///
    /// # Panics
    /// With `ValueError` when a name is no pass.
    #[track_caller]
    fn passes(self, names: &[&str]) -> Self {
        self.passes_with(names, &[])
    }

    /// The same, with passes of the user's own, which count first.
    ///
    /// # Panics
    /// With `ValueError` when a name is no pass.
    #[track_caller]
    fn passes_with(self, names: &[&str], own: &[&'static PassDef]) -> Self;
}

impl<P: Params, O: Tree> Passes for Jitted<'_, P, O> {
    #[track_caller]
    fn passes_with(self, names: &[&str], own: &[&'static PassDef]) -> Self {
        match Pipeline::new(names, own) {
            Ok(pipeline) => {
                let backend = self.backend().cloned().unwrap_or_else(default_backend);
                let inner = backend.without_passes().unwrap_or(backend);
                // A pass of the user's own is checked in release builds as well.
                let default = Options::default();
                let options = Options { verify: default.verify || !own.is_empty(), ..default };
                let backend = PassBackend::new(inner, pipeline, options);
                self.with_backend(Arc::new(backend))
            }
            Err(error) => raise(Error::Value(error.at(&Loc::rust(Location::caller())))),
        }
    }
}
