//! Filters a signal eagerly, on the interpreter and compiled, and shows the program before and
//! after the pass.

use std::sync::Arc;

use jaxide::{Array, Passes, array, config, jit, make_jaxpr};
use jaxide_eval::EvalBackend;
use jaxide_passes::{Options, PassManager, Pipeline};
use own_dialect::{MERGE_FILTERS, copysign, cpu, interpreter, moving_average};

/// Smooths twice; the sign is that of the middle of each window.
fn smooth(x: &Array) -> Array {
    let middle = jaxide::lax::slice(x, &[2], &[x.len() - 2], None);
    copysign(&moving_average(&moving_average(x, 3), 3), &middle)
}

fn main() -> jaxide_ir::Result<()> {
    let x = array([0.0, 1.0, 9.0, 1.0, -2.0, -1.0, 0.0]);
    let names = ["merge-filters", "default"];

    println!("eager     {}", config::interpreter(&interpreter(), || smooth(&x)));
    let eval = Arc::new(EvalBackend { interpreter: interpreter() });
    println!("eval      {}", jit(smooth).with_backend(eval)(&x));
    let compiled = jit(smooth).with_backend(Arc::new(cpu()));
    println!("compiled  {}", compiled.passes_with(&names, &[&MERGE_FILTERS])(&x));

    let traced = make_jaxpr(smooth)(&x);
    let pipeline = Pipeline::new(&names, &[&MERGE_FILTERS])?;
    let after =
        PassManager::new(pipeline, Options::default()).run(&Arc::new(traced.jaxpr.clone()))?;
    println!("\n{traced}\n\n# {}\n{}", names.join(", "), after.jaxpr);
    Ok(())
}
