//! The interpreter against values known from JAX and from the definition of each op. Programs are
//! text; operands and results are written beside them.

mod control;
mod coverage;
mod elementwise;
mod engine;
mod index;
mod kernel;
mod reduce;
mod rules;
mod shape;
mod sweep;

use jaxide_ir::{Element, Jaxpr, parse};
use jaxide_runtime::Buffer;

/// The program of a text.
fn program(text: &str) -> Jaxpr {
    parse(text, "test", &jaxide_lax::registry()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A program of one equation: `result = op operands`.
fn equation(inputs: &str, result: &str, right: &str) -> Jaxpr {
    program(&format!("{{ lambda ; {inputs}. let\n  r:{result} = {right}\nin (r,) }}"))
}

/// Runs a program.
fn run(jaxpr: &Jaxpr, inputs: &[&Buffer]) -> Vec<Buffer> {
    jaxide_eval::run(jaxpr, inputs).unwrap_or_else(|error| panic!("{error}"))
}

/// A buffer of a shape.
fn array<T: Element>(shape: &[usize], data: &[T]) -> Buffer {
    Buffer::from_slice(shape, data).expect("the data fits the shape")
}

/// A vector.
fn vector<T: Element>(data: &[T]) -> Buffer {
    array(&[data.len()], data)
}

/// A rank-0 buffer.
fn scalar<T: Element>(value: T) -> Buffer {
    array(&[], &[value])
}

/// A bool vector.
fn bools(data: &[bool]) -> Buffer {
    let bytes: Vec<u8> = data.iter().map(|flag| u8::from(*flag)).collect();
    let ty = jaxide_ir::ArrayType::new(jaxide_ir::DType::Bool, &[data.len()]);
    Buffer::from_bytes(ty, &bytes).expect("one byte per flag")
}

/// The elements of the only result of an equation; floats by bits, so that NaN and -0 count.
fn evaluate<T: Element>(inputs: &str, result: &str, right: &str, operands: &[&Buffer]) -> Vec<T> {
    let outs = run(&equation(inputs, result, right), operands);
    assert_eq!(outs[0].ty().to_string(), result);
    outs[0].as_slice::<T>().to_vec()
}
