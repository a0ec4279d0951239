//! `jaxide run`: a program on values.

use std::{path::PathBuf, process::ExitCode};

use jaxide_ir::{Result, TensorData};
use jaxide_testing::filetest::format_values;

use crate::{
    args::Run,
    diag,
    input::{read_argument, read_program},
};

pub(crate) fn main(args: &Run) -> Result<ExitCode> {
    let jaxpr = read_program(&args.file)?;
    let values: Vec<TensorData> =
        args.args.iter().map(|arg| read_argument(arg)).collect::<Result<_>>()?;
    if values.len() != jaxpr.inputs.len() {
        return Err(diag::argument_count(jaxpr.inputs.len(), values.len()));
    }
    let results = args.engine.run(&jaxpr, &values)?;
    match &args.save {
        Some(prefix) => save(prefix, &results)?,
        None => print(&results),
    }
    Ok(ExitCode::SUCCESS)
}

fn print(results: &[TensorData]) {
    for result in results {
        let text = format_values(std::slice::from_ref(result));
        crate::say!("{} = {}", result.ty(), &text[1..text.len() - 1]);
    }
}

fn save(prefix: &str, results: &[TensorData]) -> Result<()> {
    for (at, result) in results.iter().enumerate() {
        let path = PathBuf::from(format!("{prefix}{at}.npy"));
        jaxide_io::save_npy(&path, &result.into())?;
        crate::say!("{} -> {}", result.ty(), path.display());
    }
    Ok(())
}
