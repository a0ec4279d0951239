//! Compiles a program given as text for the host and runs it; with an argument, prints its kernels
//! and its MLIR as well: `cargo run -p jaxide-mlir --example run_program -- show`.

use std::io::Write;

use jaxide_ir::{PrintOptions, Result, parse, print};
use jaxide_mlir::MlirBackend;
use jaxide_runtime::{Backend, Buffer, CompileOptions, run_owned};

const PROGRAM: &str = "{ lambda ; a:f32[3] b:f32[3]. let
    c:f32[3] = sub a b
    d:f32[3] = integer_pow[y=2] c
    e:f32[] = reduce_sum[axes=(0,)] d
  in (e,) }";

fn main() -> Result<()> {
    let jaxpr = parse(PROGRAM, "example", &jaxide_lax::registry())?;
    let (backend, options) = (MlirBackend::new(), CompileOptions::default());
    let mut text = String::new();
    if std::env::args().nth(1).is_some() {
        text += &print(&backend.kernels(&jaxpr)?, PrintOptions::default());
        text += &format!("\n\n{}\n", backend.mlir_text(&jaxpr, &options)?);
    }
    let program = backend.compile(&jaxpr, &options)?;
    let a = Buffer::from_slice(&[3], &[1.0_f32, 2.0, 3.0])?;
    let b = Buffer::from_slice(&[3], &[1.0_f32, 0.0, 6.0])?;
    let outs = run_owned(&*program, &[&a, &b])?;
    text += &format!("sum of squared errors: {}", outs[0].as_slice::<f32>()[0]);
    // A closed pipe is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}
