//! `jaxide doctor`: what is installed, what the CPU offers, and a self-test of both engines.

use std::{env, process::ExitCode, time::Instant};

use jaxide_ir::{Result, TensorData, parse};
use jaxide_testing::{engine::Engine, registry};

/// A sum of squares: an elementwise chain and a reduction, the least that exercises the compiler.
const PROGRAM: &str = "{ lambda ; a:f32[4]. let
    b:f32[4] = mul a a
    c:f32[] = reduce_sum[axes=(0,)] b
  in (c,) }";

pub(crate) fn main() -> Result<ExitCode> {
    crate::say!(
        "jaxide {} on {} {}",
        env!("CARGO_PKG_VERSION"),
        env::consts::OS,
        env::consts::ARCH
    );
    for (name, value) in jaxide_mlir::jit::host_description() {
        crate::say!("{name:<14} {value}");
    }
    let mut healthy = true;
    for engine in Engine::ALL {
        healthy &= self_test(engine)?;
    }
    crate::say!("{}", if healthy { "all is well" } else { "something is wrong: see above" });
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn self_test(engine: Engine) -> Result<bool> {
    let jaxpr = parse(PROGRAM, "self-test", &registry())?;
    let input = TensorData::from_slice(&[4], &[1.0f32, 2.0, 3.0, 4.0])?;
    let start = Instant::now();
    let (right, text) = match engine.run(&jaxpr, &[input]) {
        Ok(results) => {
            let got = results[0].get(0).to_f64();
            (got == 30.0, format!("sum of squares of 1, 2, 3, 4 is {got}, expected 30"))
        }
        Err(error) => (false, error.to_string()),
    };
    let verdict = if right { "ok" } else { "WRONG" };
    crate::say!(
        "engine {engine:<7} {verdict}: {text} ({:.1} ms)",
        start.elapsed().as_secs_f64() * 1e3
    );
    Ok(right)
}
