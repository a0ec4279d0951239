//! Printing of values during a run.

use jaxide_ir::{
    ArrayType, Scalar,
    template::{Format, Template},
};

use super::{Failure, Input, Output, Words, routines};
use crate::{print, text};

routines! { rt_print => run }

fn run(mut words: Words<'_>, inputs: &[Input<'_>], _: &mut [Output<'_>]) -> Result<(), Failure> {
    let format = words.text();
    let names = words.optional(|words| words.tuple(Words::text)).unwrap_or_default();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.resize(inputs.len(), "");
    let template =
        Template::parse("debug_print", &format, &names).expect("the record has checked the text");
    print::line(&template.fill(|at, format| value(&inputs[at], format)));
    Ok(())
}

fn value(input: &Input<'_>, format: &Format) -> String {
    let ty = ArrayType::new(input.dtype(), input.shape());
    let bytes: &[u8] = input.elements();
    let plain = text::array(&ty, bytes, &text::PrintOptions::default());
    if format.is_plain() || ty.rank() > 0 {
        return plain;
    }
    format.number(Scalar::from_bytes(ty.dtype, bytes), &plain)
}
