//! `verify`: violations are reported at the lines that say so.

use jaxide_ir::{parse, verify};

use super::{Complaint, Skips, TestFile, Verdict};

pub(super) fn run(file: &TestFile, _: &Skips) -> Verdict {
    let registry = crate::registry();
    let checked = parse(&file.program, &file.name, &registry)
        .and_then(|jaxpr| verify(&jaxpr, Some(&registry)));
    let Err(error) = checked else {
        let wanted = file.all("error").count();
        let message = format!("expected {wanted} errors, the program is valid");
        return if wanted == 0 { Ok(()) } else { Err(Complaint::new(message)) };
    };
    let text = error.to_string();
    for wanted in file.all("error") {
        let line = error.loc().position().map(|(_, line, _)| line as usize);
        if !text.contains(&wanted.text) {
            return Err(Complaint::new(format!("expected {:?}, got:\n{text}", wanted.text)));
        }
        if line.is_some_and(|line| line != wanted.line) {
            return Err(Complaint::new(format!("expected at line {}, got:\n{text}", wanted.line)));
        }
    }
    match file.all("error").next() {
        None => Err(Complaint::new(format!("expected a valid program, got:\n{text}"))),
        Some(_) => Ok(()),
    }
}
