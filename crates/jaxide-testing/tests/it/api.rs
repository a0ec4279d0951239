//! Random functions of arrays: what runs eagerly gives the same traced and compiled.

use std::sync::Arc;

use jaxide::backend;
use jaxide_ir::{Jaxpr, Result};
use jaxide_runtime::{Backend, CompileOptions, Executable};
use jaxide_testing::{generate::ApiRecipe, properties::same_arrays};
use jaxide_trace::{Array, jit, jit_with};
use proptest::prelude::*;

use crate::cases;

/// The CPU without contraction, which gives the bits of the interpreter.
struct Uncontracted;

impl Backend for Uncontracted {
    fn name(&self) -> &str {
        "uncontracted"
    }

    fn compile(&self, jaxpr: &Jaxpr, options: &CompileOptions) -> Result<Arc<dyn Executable>> {
        backend::cpu().compile(jaxpr, &CompileOptions { contract: false, ..options.clone() })
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn traced_functions_give_what_they_give_eagerly(recipe in ApiRecipe::strategy(12)) {
        let args = recipe.args();
        let f = jit(|args: &Vec<Array>| recipe.call(args));
        same_arrays(&recipe.call(&args), &f(&args)).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn compiled_functions_give_what_they_give_eagerly(recipe in ApiRecipe::strategy(12)) {
        let args = recipe.args();
        let f = jit_with(Arc::new(Uncontracted), |args: &Vec<Array>| recipe.call(args));
        let text = || f.lower(&args).as_text();
        let checked = same_arrays(&recipe.call(&args), &f(&args));
        checked.map_err(|error| TestCaseError::fail(format!("{error}\n{}", text())))?;
    }
}
