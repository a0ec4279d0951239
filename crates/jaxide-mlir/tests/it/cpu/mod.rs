//! Programs as text, compiled and run; expected values are written down or computed here.

mod backend;
mod kernels;

use jaxide_ir::{TensorData, parse};
use jaxide_mlir::MlirBackend;
use jaxide_runtime::{Backend, Buffer, CompileOptions, run_owned};

/// Compiles and runs a program on the engine `cpu`.
pub(crate) fn run(text: &str, args: &[TensorData]) -> Vec<TensorData> {
    let registry = jaxide_lax::registry();
    let jaxpr = parse(text, "test", &registry).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let exe = MlirBackend::new()
        .compile(&jaxpr, &CompileOptions::default())
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let args: Vec<Buffer> =
        args.iter().map(|arg| Buffer::from_tensor(arg).expect("memory")).collect();
    let outs = run_owned(&*exe, &args.iter().collect::<Vec<_>>()).expect("the program runs");
    outs.iter().map(Buffer::to_tensor).collect()
}

/// A tensor of f32.
pub(crate) fn f32s(shape: &[usize], values: &[f32]) -> TensorData {
    TensorData::from_slice(shape, values).expect("one value per element")
}

/// A tensor of i32.
pub(crate) fn i32s(shape: &[usize], values: &[i32]) -> TensorData {
    TensorData::from_slice(shape, values).expect("one value per element")
}
