//! `cargo xtask tidy`: the rules of the code base that neither rustc nor clippy knows. One check is one
//! file and one row below. A check only reports; what is tolerated stands in `xtask/exempt.txt`, which
//! may only shrink: an exemption that is no longer needed is an error.

mod blobs;
mod code;
mod codes;
mod edges;
mod exempt;
mod headers;
pub(crate) mod links;
mod llvm_free;
mod ops;
mod passes;
mod readmes;
mod sizes;
pub(crate) mod tree;
mod unsafety;
mod words;

use crate::Outcome;
use crate::args::Args;
use tree::Tree;

/// One broken rule.
pub(crate) struct Finding {
    /// What an exemption names: a path, `path:function`, or a name.
    pub(crate) subject: String,
    /// The whole line for a person, with the place.
    pub(crate) text: String,
}

impl Finding {
    fn new(subject: impl Into<String>, text: impl Into<String>) -> Finding {
        Finding { subject: subject.into(), text: text.into() }
    }
}

struct Check {
    name: &'static str,
    run: fn(&Tree) -> Vec<Finding>,
    /// What to do about a finding.
    fix: &'static str,
}

const CHECKS: &[Check] = &[
    Check { name: "blobs", run: blobs::check, fix: "keep large data out of the repository" },
    Check {
        name: "code",
        run: code::check,
        fix: "finish the code, or return the text instead of printing it",
    },
    Check {
        name: "codes",
        run: codes::check,
        fix: "write the section: what the user did and what to do instead",
    },
    Check {
        name: "edges",
        run: edges::check,
        fix: "move the code to a crate that may depend on it; if the edge is right, change the \
              table of docs/ARCHITECTURE.md in the same commit and say why",
    },
    Check { name: "headers", run: headers::check, fix: "say in `//!` what is in the file" },
    Check { name: "links", run: links::check, fix: "correct the link" },
    Check {
        name: "llvm-free",
        run: llvm_free::check,
        fix: "put the dependency behind the feature `mlir` of the crate `jaxide`",
    },
    Check {
        name: "ops",
        run: ops::check,
        fix: "write filetests/ops/OP.jaxpr or filetests/control/OP.jaxpr",
    },
    Check {
        name: "passes",
        run: passes::check,
        fix: "give each pass a folder filetests/passes/NAME with at least one file",
    },
    Check {
        name: "readmes",
        run: readmes::check,
        fix: "write it: what the crate does and an example that uses it alone",
    },
    Check {
        name: "sizes",
        run: sizes::check,
        fix: "split it; a giant match is a missing table, a long function is several",
    },
    Check {
        name: "unsafe",
        run: unsafety::check,
        fix: "move the code to jaxide-runtime, jaxide-mlir or jaxide-io, and \
              `#![forbid(unsafe_code)]` the rest",
    },
    Check {
        name: "words",
        run: words::check,
        fix: "name no folder of one machine and no registry's host; use a relative path or \
              `std::env::temp_dir()`",
    },
];

pub(crate) fn tidy(_args: &Args) -> Outcome {
    check()
}

/// Runs every check; an error lists all that they found.
pub(crate) fn check() -> Outcome {
    let tree = Tree::read()?;
    let mut exemptions = exempt::Exemptions::read(&tree, CHECKS.iter().map(|check| check.name))?;
    let mut report = Vec::new();
    for check in CHECKS {
        let mut found = (check.run)(&tree);
        found.retain(|finding| !exemptions.covers(check.name, &finding.subject));
        if !found.is_empty() {
            report.extend(found.into_iter().map(|finding| finding.text));
            report.push(format!("  [{}] to fix: {}\n", check.name, check.fix));
        }
    }
    report.extend(exemptions.unused());
    if report.is_empty() { Ok(()) } else { Err(format!("tidy\n{}", report.join("\n").trim_end())) }
}
