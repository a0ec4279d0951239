//! The floors: how many cases of a suite must pass on an engine, and the failures that are known,
//! with reasons. Both are text files in the repository; floors may only rise, lists only shrink.

use std::collections::HashMap;

use super::{Status, SuiteReport};

/// One line of a floor file: `suite engine tier passed`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Floor {
    /// The file's name without extension.
    pub suite: String,
    /// The engine.
    pub engine: String,
    /// The tier.
    pub tier: String,
    /// Cases that pass at least.
    pub passed: usize,
}

/// Reads floor lines; `#` starts a comment.
///
/// # Errors
/// A line of another form, with its number.
pub fn parse_floors(text: &str) -> Result<Vec<Floor>, String> {
    let lines = text.lines().enumerate().map(|(at, line)| (at, content(line)));
    lines.filter(|(_, line)| !line.is_empty()).map(|(at, line)| parse_floor(at, line)).collect()
}

fn parse_floor(at: usize, line: &str) -> Result<Floor, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [suite, engine, tier, passed] = words[..] else {
        return Err(format!("line {}: expected suite, engine, tier, count", at + 1));
    };
    let passed = passed.parse().map_err(|_| format!("line {}: bad count {passed}", at + 1))?;
    let own = str::to_owned;
    Ok(Floor { suite: own(suite), engine: own(engine), tier: own(tier), passed })
}

/// Known failures by case id: `id engine|* reason`.
///
/// # Errors
/// A line without reason, with its number.
pub fn parse_known(text: &str) -> Result<HashMap<(String, String), String>, String> {
    let mut known = HashMap::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at, content(line))) {
        let mut words = line.splitn(3, char::is_whitespace);
        match (words.next(), words.next(), words.next()) {
            (Some(""), ..) | (None, ..) => {}
            (Some(id), Some(engine), Some(reason)) if !reason.trim().is_empty() => {
                known.insert((id.to_owned(), engine.to_owned()), reason.trim().to_owned());
            }
            _ => return Err(format!("line {}: expected id, engine, reason", at + 1)),
        }
    }
    Ok(known)
}

/// Cases that failed or crashed and are not on the list of known failures.
pub fn unexplained<'a>(
    report: &'a SuiteReport,
    known: &'a HashMap<(String, String), String>,
) -> impl Iterator<Item = &'a super::CaseReport> {
    let listed = |id: &str| {
        [report.engine.as_str(), "*"]
            .iter()
            .any(|engine| known.contains_key(&(id.to_owned(), (*engine).to_owned())))
    };
    report.cases.iter().filter(move |case| {
        matches!(case.status, Status::Failed | Status::Crashed) && !listed(&case.id)
    })
}

fn content(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_parse_and_name_the_bad_line() {
        let floors = parse_floors("# why\nlax_test eval P0 12\n").unwrap();
        assert_eq!(floors[0].passed, 12);
        assert_eq!(
            parse_floors("\nlax_test eval").unwrap_err(),
            "line 2: expected suite, engine, tier, count"
        );
    }

    #[test]
    fn a_known_failure_needs_a_reason() {
        assert!(parse_known("abc * wrong rounding of a tie\n").is_ok());
        assert!(parse_known("abc *\n").is_err());
    }
}
