//! Routines on 16-bit floats: they compute in f32, between widened operands and rounded results.

use half::{bf16, f16};
use jaxide_ir::{DType, Element};

use crate::library::{Failure, Input, Output, Run, Words, arrays::byte_count, workspace};

/// Runs `run`, on f32 where the operands are of 16 bits. All operands and results are of one dtype.
pub(super) fn widened(
    run: Run,
    words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
) -> Result<(), Failure> {
    match inputs[0].dtype() {
        DType::F16 => through_f32(run, words, inputs, outputs, (f16::to_f32, f16::from_f32)),
        DType::BF16 => through_f32(run, words, inputs, outputs, (bf16::to_f32, bf16::from_f32)),
        _ => run(words, inputs, outputs),
    }
}

/// How a half is widened, and how a float is rounded to a half.
type Conversions<H> = (fn(H) -> f32, fn(f32) -> H);

/// Runs `run` on f32, given how a half is widened and how a float is rounded.
fn through_f32<H: Element>(
    run: Run,
    words: Words<'_>,
    inputs: &[Input<'_>],
    outputs: &mut [Output<'_>],
    (widen, round): Conversions<H>,
) -> Result<(), Failure> {
    let mut wide_inputs = Vec::new();
    for input in inputs {
        let halves = input.elements::<H>();
        let mut wide = workspace(halves.len(), 0.0f32)?;
        wide.iter_mut().zip(halves).for_each(|(wide, half)| *wide = widen(*half));
        wide_inputs.push(wide);
    }
    let mut wide_outputs = Vec::new();
    for output in outputs.iter() {
        let count = byte_count(DType::F32, output.shape) / size_of::<f32>();
        wide_outputs.push(workspace(count, 0.0f32)?);
    }
    let operands: Vec<Input<'_>> = inputs
        .iter()
        .zip(&wide_inputs)
        .map(|(input, wide)| Input::new(input.shape(), wide))
        .collect();
    let mut results: Vec<Output<'_>> = outputs
        .iter()
        .zip(&mut wide_outputs)
        .map(|(output, wide)| Output::new(output.shape, wide))
        .collect();
    run(words, &operands, &mut results)?;
    for (output, wide) in outputs.iter_mut().zip(&wide_outputs) {
        output.elements::<H>().iter_mut().zip(wide).for_each(|(half, wide)| *half = round(*wide));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds 1 to each element of an f32 array.
    fn increment(_: Words<'_>, from: &[Input<'_>], to: &mut [Output<'_>]) -> Result<(), Failure> {
        let elements = to[0].elements::<f32>().iter_mut().zip(from[0].elements::<f32>());
        elements.for_each(|(to, from)| *to = from + 1.0);
        Ok(())
    }

    #[test]
    fn results_are_rounded_to_the_nearest_half() {
        let (from, mut to) = ([f16::from_f32(2048.0), f16::NAN, f16::MAX], [f16::ZERO; 3]);
        let mut out = [Output::new(&[3], &mut to)];
        widened(increment, Words::new(&[]), &[Input::new(&[3], &from)], &mut out).unwrap();
        assert_eq!(to[0], f16::from_f32(2048.0));
        assert!(to[1].is_nan());
        assert_eq!(to[2], f16::MAX);
        let (from, mut to) = ([bf16::ONE], [bf16::ZERO]);
        let mut out = [Output::new(&[1], &mut to)];
        widened(increment, Words::new(&[]), &[Input::new(&[1], &from)], &mut out).unwrap();
        assert_eq!(to[0], bf16::from_f32(2.0));
    }
}
