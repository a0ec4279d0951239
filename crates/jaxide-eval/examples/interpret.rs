//! The interpreter alone: a program as text, run on two arrays.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use jaxide_ir::{Result, parse};
use jaxide_runtime::Buffer;

const PROGRAM: &str = "{ lambda ; a:f32[3] b:f32[3]. let
    c:f32[] = pjit[
      name=sum_squared_error
      jaxpr={ lambda ; d:f32[3] e:f32[3]. let
          f:f32[3] = sub d e
          g:f32[3] = integer_pow[y=2] f
          h:f32[] = reduce_sum[axes=(0,)] g
        in (h,) }
    ] a b
  in (c,) }";

fn main() -> Result<()> {
    let jaxpr = parse(PROGRAM, "example", &jaxide_lax::registry())?;
    let a = Buffer::from_slice(&[3], &[1.0f32, 2.0, 3.0])?;
    let b = Buffer::from_slice(&[3], &[0.5f32, 2.0, 5.0])?;
    let results = jaxide_eval::run(&jaxpr, &[&a, &b])?;
    println!("{:?}", results[0].as_slice::<f32>());
    if let Err(error) = jaxide_eval::run(&jaxpr, &[&a]) {
        println!("{error}");
    }
    Ok(())
}
