//! `print`: text, program, text again.

use jaxide_ir::{parse, same_program};
use jaxide_lax::registry;

use super::{Complaint, Skips, TestFile, Verdict, expect};

pub(super) fn run(file: &TestFile, _: &Skips) -> Verdict {
    let complain = |error: jaxide_ir::Diagnostic| Complaint::new(error.to_string());
    let jaxpr = parse(&file.program, &file.name, &registry()).map_err(complain)?;
    let text = jaxpr.to_string();
    let again = parse(&text, "printed text", &registry()).map_err(complain)?;
    if !same_program(&jaxpr, &again) {
        return Err(Complaint::new(format!("does not parse back to itself:\n{text}")));
    }
    match &file.expect {
        Some(_) => expect(file, &text),
        None if text.trim() == file.program.trim() => Ok(()),
        None => Err(Complaint::new(format!("prints differently:\n{text}"))),
    }
}
