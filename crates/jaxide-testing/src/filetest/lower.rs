//! `lower`: lines that occur in order in the text of a target and stage.

use jaxide_ir::parse;

use super::{Complaint, Skips, TestFile, Verdict};

pub(super) fn run(file: &TestFile, _: &Skips) -> Verdict {
    let complain = |error: jaxide_ir::Diagnostic| Complaint::new(error.to_string());
    let jaxpr = parse(&file.program, &file.name, &crate::registry()).map_err(complain)?;
    let text = crate::lower_text(&jaxpr, &file.args).map_err(complain)?;
    let mut rest = &*text;
    for check in file.all("check") {
        match rest.find(&check.text) {
            Some(at) => rest = &rest[at + check.text.len()..],
            None => {
                let message = format!("line {}: {:?} is not in:\n{text}", check.line, check.text);
                return Err(Complaint::new(message));
            }
        }
    }
    Ok(())
}
