//! `run`: values in, values out, on each engine; `prints` lines say what the run before them prints,
//! `fails` lines which error a run ends with.

use std::sync::Mutex;

use jaxide_ir::{Jaxpr, TensorData, parse};
use jaxide_runtime::print::captured;

use super::{Complaint, Directive, TestFile, Verdict, format_values, parse_values};
use crate::{
    compare::{Tolerance, difference},
    engine::{Engine, unsupported_op},
};

/// Files that an engine could not run because it lacks an op, for the count at the end.
#[derive(Default)]
pub struct Skips(Mutex<Vec<String>>);

impl Skips {
    fn add(&self, text: String) {
        self.0.lock().expect("no test panics while it adds a line").push(text);
    }

    /// What was skipped, sorted.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.0.lock().expect("no test panics while it adds a line").clone();
        lines.sort();
        lines
    }
}

pub(super) fn run(file: &TestFile, skips: &Skips) -> Verdict {
    let jaxpr = parse(&file.program, &file.name, &crate::registry())
        .map_err(|error| Complaint::new(error.to_string()))?;
    if file.all("run").next().is_none() {
        return Err(Complaint::new("a run test needs a `// run:` line"));
    }
    for engine in &file.args {
        let engine: Engine = engine.parse().map_err(Complaint::new)?;
        for directive in file.all("run") {
            run_line(file, &jaxpr, engine, directive, skips)?;
        }
        for directive in file.all("fails") {
            fails_line(&jaxpr, engine, directive)?;
        }
    }
    Ok(())
}

fn run_line(
    file: &TestFile,
    jaxpr: &Jaxpr,
    engine: Engine,
    directive: &Directive,
    skips: &Skips,
) -> Verdict {
    let line = Line::parse(&directive.text).map_err(Complaint::new)?;
    let args = parse_values(line.args, &jaxpr.in_types()).map_err(Complaint::new)?;
    let (results, printed) = captured(|| engine.run(jaxpr, &args));
    let results = match results {
        Ok(results) => results,
        Err(error) => match unsupported_op(&error) {
            Some(op) => {
                skips.add(format!("{}: {engine} lacks {op}", file.name));
                return Ok(());
            }
            None => return Err(Complaint::new(format!("{engine}: {error}"))),
        },
    };
    let expected = parse_values(line.results, &jaxpr.out_types());
    let complaint = match &expected {
        Ok(expected) => line.differs(expected, &results),
        Err(error) => Some(error.clone()),
    };
    let Some(complaint) = complaint else {
        return check_printed(file, directive, &printed)
            .map_err(|text| Complaint::new(format!("line {}: {engine}: {text}", directive.line)));
    };
    let new = format!("// run: {} {} {}{}", line.args, line.op, format_values(&results), line.tail);
    Err(Complaint {
        message: format!("line {}: {engine}: {complaint}", directive.line),
        blessed: Some(file.with_line(directive.line, &new)),
    })
}

/// `(args) with MESSAGE`.
fn fails_line(jaxpr: &Jaxpr, engine: Engine, directive: &Directive) -> Verdict {
    let split = directive.text.split_once(" with ");
    let (args, expected) = split.ok_or_else(|| Complaint::new("expected `(args) with MESSAGE`"))?;
    let args = parse_values(args.trim(), &jaxpr.in_types()).map_err(Complaint::new)?;
    let got = match engine.run(jaxpr, &args) {
        Ok(_) => "no error".to_owned(),
        Err(error) if error.message() == expected.trim() => return Ok(()),
        Err(error) => error.message().to_owned(),
    };
    let place = format!("line {}: {engine}", directive.line);
    Err(Complaint::new(format!("{place}: expected to fail with {expected:?}, got {got:?}")))
}

/// Compares what a run printed with the `// prints:` lines between its own line and the next one.
fn check_printed(file: &TestFile, run: &Directive, printed: &[String]) -> Result<(), String> {
    let next = file.all("run").map(|other| other.line).find(|line| *line > run.line);
    let own = |line: usize| line > run.line && next.is_none_or(|next| line < next);
    let expected = file.all("prints").filter(|wanted| own(wanted.line));
    let expected: Vec<&str> = expected.map(|wanted| &*wanted.text).collect();
    if expected == printed {
        return Ok(());
    }
    Err(format!("expected to print {expected:?}, got {printed:?}"))
}

/// `(args) == (results)` or `(args) ~= (results) rtol=1e-4`.
struct Line<'a> {
    args: &'a str,
    op: &'a str,
    results: &'a str,
    tail: &'a str,
    rtol: f64,
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Result<Line<'a>, String> {
        let split = |op: &'a str| text.split_once(op).map(|(args, rest)| (args, op, rest));
        let (args, op, rest) =
            split("==").or_else(|| split("~=")).ok_or("expected `(args) == (results)`")?;
        let end = rest.rfind(')').ok_or("results stand in parentheses")? + 1;
        let (results, tail) = rest.split_at(end);
        let rtol = match tail.trim().strip_prefix("rtol=") {
            Some(number) => number.parse().map_err(|_| format!("bad rtol {number}"))?,
            None => 1e-6,
        };
        Ok(Line { args: args.trim(), op, results: results.trim(), tail, rtol })
    }

    fn differs(&self, expected: &[TensorData], got: &[TensorData]) -> Option<String> {
        let (rtol, atol) = if self.op == "==" { (0.0, 0.0) } else { (self.rtol, self.rtol) };
        let tolerance = Tolerance { rtol, atol };
        let mut pairs = expected.iter().zip(got).enumerate();
        pairs.find_map(|(at, (expected, got))| {
            difference(expected, got, tolerance).map(|text| format!("result {at}: {text}"))
        })
    }
}
