//! Filetests: one file is an input program, an expectation, and the engines that it runs on.
//!
//! The first line says what is tested: `// test: KIND ARGS`. The program is jaxpr text; lines that
//! start with `//` are the runner's, and so is what follows ` // ` on a line of the program.
//!
//! | kind | meaning |
//! |---|---|
//! | `print` | the program prints as `// expect:` says, or as itself; both parse back to it |
//! | `verify` | each `// error: TEXT` at the end of a line is reported for that line |
//! | `error` | the whole diagnostic is as `// expect:` says |
//! | `pass NAMES` | the passes, comma-separated, make what `// expect:` says |
//! | `run ENGINES` | each `// run: (args) == (results)` or `~=` holds on each engine, each `// fails: (args) with MESSAGE` too |
//! | `lower TARGET` | each `// check: TEXT` occurs in order in the text for the target |
//!
//! With `UPDATE_EXPECT=1` expectations are rewritten from what happened.

mod error;
mod file;
mod lower;
mod pass;
mod print;
mod run;
mod values;
mod verify;

use std::{fs, path::Path};

pub use file::{Directive, TestFile};
pub use run::Skips;
pub use values::{format_values, parse_values};

/// What a runner finds: nothing to complain of, or what is wrong and the blessed file.
pub type Verdict = Result<(), Complaint>;

/// A failed expectation.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// What differs.
    pub message: String,
    /// The file as it would pass, where that can be written down.
    pub blessed: Option<String>,
}

impl Complaint {
    /// A complaint that no blessing settles.
    pub fn new(message: impl Into<String>) -> Complaint {
        Complaint { message: message.into(), blessed: None }
    }
}

type Runner = fn(&TestFile, &Skips) -> Verdict;

static KINDS: &[(&str, Runner)] = &[
    ("error", error::run),
    ("lower", lower::run),
    ("pass", pass::run),
    ("print", print::run),
    ("run", run::run),
    ("verify", verify::run),
];

/// Runs one file; rewrites it when `UPDATE_EXPECT` is set.
///
/// # Errors
/// What differs, in words, with the command that blesses it.
pub fn run_path(path: &Path, skips: &Skips) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let file = TestFile::parse(&path.display().to_string(), &text)?;
    let runner = KINDS.iter().find(|(kind, _)| *kind == file.kind);
    let (_, runner) = runner.ok_or_else(|| format!("unknown kind of test: {}", file.kind))?;
    let Err(complaint) = runner(&file, skips) else { return Ok(()) };
    match complaint.blessed {
        Some(blessed) if std::env::var_os("UPDATE_EXPECT").is_some() => {
            fs::write(path, blessed).map_err(|e| format!("{}: {e}", path.display()))
        }
        Some(_) => Err(format!("{}\nUPDATE_EXPECT=1 accepts it", complaint.message)),
        None => Err(complaint.message),
    }
}

/// Compares an `// expect:` block with what came out.
fn expect(file: &TestFile, got: &str) -> Verdict {
    if file.expect.as_deref().map(str::trim_end) == Some(got.trim_end()) {
        return Ok(());
    }
    let expected = file.expect.clone().unwrap_or_default();
    Err(Complaint {
        message: format!("expected:\n{}\n\ngot:\n{}", expected.trim_end(), got.trim_end()),
        blessed: Some(file.with_expect(got)),
    })
}
