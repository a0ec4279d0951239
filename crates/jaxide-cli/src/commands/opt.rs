//! `jaxide opt`: passes on a program. Also replays the reproducers that the pass manager writes.

use std::{process::ExitCode, sync::Arc};

use jaxide_ir::{Result, parse, verify};
use jaxide_passes::{Options, Outcome, PassManager, Pipeline};
use jaxide_testing::{extra_passes, registry};

use crate::{args::Opt, input::read_text};

pub(crate) fn main(args: &Opt) -> Result<ExitCode> {
    let registry = registry();
    let text = read_text(&args.file)?;
    let names = names(args, &text);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let pipeline = Pipeline::new(&names, extra_passes())?;
    let jaxpr = parse(&text, &args.file.display().to_string(), &registry)?;
    verify(&jaxpr, Some(&registry))?;
    let mut options = Options { verify: true, registry: Some(registry), ..Options::default() };
    options.print_after.extend(args.print_after.iter().cloned());
    options.stop_after = args.stop_after.clone();
    known(options.print_after.iter().filter(|name| *name != "all").chain(&options.stop_after))?;
    let outcome = PassManager::new(pipeline, options).run(&Arc::new(jaxpr))?;
    if args.timing {
        print_timing(&outcome);
    }
    crate::say!("{}", outcome.jaxpr);
    Ok(ExitCode::SUCCESS)
}

/// The passes asked for: by flag, by the file's `# pipeline:` line, or the default pipeline.
fn names(args: &Opt, text: &str) -> Vec<String> {
    if let Some(passes) = &args.passes {
        return passes.clone();
    }
    let line = text.lines().find_map(|line| line.strip_prefix("# pipeline:"));
    let names = line.unwrap_or("default").split(',');
    names.map(|name| name.trim().to_owned()).collect()
}

/// Names in flags that choose among the passes.
fn known<'a>(names: impl Iterator<Item = &'a String>) -> Result<()> {
    let names: Vec<&str> = names.map(String::as_str).collect();
    Pipeline::new(&names, extra_passes()).map(drop)
}

fn print_timing(outcome: &Outcome) {
    for record in &outcome.records {
        let changed = if record.changed { "changed" } else { "-" };
        let micros = record.duration.as_secs_f64() * 1e6;
        eprintln!("{:<20} {micros:>10.1} us  {:>6} eqns  {changed}", record.name, record.eqns);
    }
}
