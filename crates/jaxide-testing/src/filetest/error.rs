//! `error`: the whole text of a diagnostic, of parsing or of the verifier. The path of the file
//! prints as `FILE`.

use jaxide_ir::{parse, verify};

use super::{Complaint, Skips, TestFile, Verdict, expect};

pub(super) fn run(file: &TestFile, _: &Skips) -> Verdict {
    let registry = crate::registry();
    let checked =
        parse(&file.program, "FILE", &registry).and_then(|jaxpr| verify(&jaxpr, Some(&registry)));
    match checked {
        Ok(()) => Err(Complaint::new("expected an error, the program is valid")),
        Err(error) => expect(file, &error.to_string()),
    }
}
