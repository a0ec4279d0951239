//! Writes a small program with the functions of `lax`, prints it, and says what its ops do. Run it with `cargo run -p jaxide-lax --example program`.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::cell::RefCell;

use jaxide_ir::{ArrayType, DType, Handle, JaxprBuilder, PrintOptions, print};
use jaxide_lax::{DotDims, Val, dot_general, reduce_sum, tanh};

fn main() {
    let types = [ArrayType::new(DType::F32, &[2, 3]), ArrayType::new(DType::F32, &[3])];
    let (builder, inputs) = JaxprBuilder::with_inputs(&types);
    let builder = RefCell::new(builder);
    let [w, x] = [0, 1].map(|i| Val(Handle::new(&builder, inputs[i].into())));

    let hidden = tanh(&dot_general(&w, &x, &DotDims::matmul(2), None));
    let loss = reduce_sum(&(hidden * hidden), &[0]);

    let result = loss.0.atom();
    let jaxpr = builder.into_inner().finish(vec![result]);
    println!("{}", print(&jaxpr, PrintOptions::default()));
    for eqn in &jaxpr.eqns {
        println!("{}: {}", eqn.op.name, eqn.op.summary);
    }
}
