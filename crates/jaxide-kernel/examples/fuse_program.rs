//! Forms kernels from a program given as text, and prints them with the reasons for what stayed
//! apart: `cargo run -p jaxide-kernel --example fuse_program`.

use std::io::Write;

use jaxide_ir::{PrintOptions, Result, parse, print};
use jaxide_kernel::{fuse, fuse::refusals, normalise};

const PROGRAM: &str = "{ lambda ; a:f32[8,16]. let
    b:f32[8,16] = exp a
    c:f32[16,8] = transpose[permutation=(1, 0)] b
    d:f32[16] = reduce_sum[axes=(1,)] c
  in (d,) }";

fn main() -> Result<()> {
    let jaxpr = normalise(&parse(PROGRAM, "example", &jaxide_lax::registry())?)?;
    let mut text = print(&fuse(&jaxpr)?, PrintOptions::default());
    for refusal in refusals(&jaxpr) {
        text += &format!("\n# {refusal}");
    }
    // A closed pipe is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}
