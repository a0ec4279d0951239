//! Runs one program on both engines and compares the results, as filetests and recorded programs
//! do. Run it with `cargo run -p jaxide-testing --example compare`.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use jaxide_ir::{DType, Result, TensorData, parse};
use jaxide_testing::{
    compare::{Tolerance, difference},
    engine::Engine,
    filetest::format_values,
    registry,
};

fn main() -> Result<()> {
    let text = "{ lambda ; a:f32[4]. let
    b:f32[4] = exp a
    c:f32[] = reduce_sum[axes=(0,)] b
  in (b, c) }";
    let jaxpr = parse(text, "example", &registry())?;
    let args = [TensorData::from_slice(&[4], &[0.0f32, 1.0, 2.0, 3.0])?];
    let expected = Engine::Eval.run(&jaxpr, &args)?;
    let got = Engine::Cpu.run(&jaxpr, &args)?;
    println!("eval: {}\ncpu:  {}", format_values(&expected), format_values(&got));
    for (expected, got) in expected.iter().zip(&got) {
        let tolerance = Tolerance::recorded(DType::F32, 1.0);
        println!("{}", difference(expected, got, tolerance).unwrap_or_else(|| "equal".into()));
    }
    Ok(())
}
