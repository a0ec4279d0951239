//! `pass`: a pipeline on a program, verified after each pass.

use std::sync::Arc;

use jaxide_ir::parse;
use jaxide_passes::{Options, PassManager, Pipeline};

use super::{Complaint, Skips, TestFile, Verdict, expect};

pub(super) fn run(file: &TestFile, _: &Skips) -> Verdict {
    let complain = |error: jaxide_ir::Diagnostic| Complaint::new(error.to_string());
    let registry = crate::registry();
    let names: Vec<&str> = file.args.iter().flat_map(|arg| arg.split(',')).collect();
    let pipeline = Pipeline::new(&names, crate::extra_passes()).map_err(complain)?;
    // Checks carry the place of what they are about: it must not depend on where the file lies.
    let jaxpr = parse(&file.program, "FILE", &registry).map_err(complain)?;
    let options = Options {
        verify: true,
        registry: Some(registry),
        reproducer_dir: None,
        ..Options::default()
    };
    let outcome = PassManager::new(pipeline, options).run(&Arc::new(jaxpr)).map_err(complain)?;
    expect(file, &outcome.jaxpr.to_string())
}
