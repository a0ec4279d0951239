//! A tiny engine over the runtime alone: an executable that doubles an array.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use jaxide_ir::{ArrayType, DType, Diagnostic};
use jaxide_runtime::{Arg, Buffer, Executable, run_owned};

struct Double(Vec<ArrayType>);

impl Executable for Double {
    fn run(&self, args: &mut [Arg<'_>], outs: &mut [Buffer]) -> Result<(), Diagnostic> {
        let x = args[0].buffer().as_slice::<f32>();
        for (out, x) in outs[0].as_mut_slice::<f32>().iter_mut().zip(x) {
            *out = 2.0 * x;
        }
        Ok(())
    }

    fn in_types(&self) -> &[ArrayType] {
        &self.0
    }

    fn out_types(&self) -> &[ArrayType] {
        &self.0
    }

    fn name(&self) -> &str {
        "double"
    }
}

fn main() -> Result<(), Diagnostic> {
    let exe = Double(vec![ArrayType::new(DType::F32, &[3])]);
    let x = Buffer::from_slice(&[3], &[1.0f32, 2.0, 3.0])?;
    let y = run_owned(&exe, &[&x])?;
    println!("{:?}", y[0].as_slice::<f32>());
    let wrong = Buffer::from_slice(&[2], &[1.0f32, 2.0])?;
    if let Err(error) = run_owned(&exe, &[&wrong]) {
        println!("{error}");
    }
    Ok(())
}
