//! `jaxide reduce`: the smallest program that still fails, as a filetest.

use std::{env, io::IsTerminal, path::Path, process::ExitCode, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget};
use jaxide_ir::{Result, TensorData};
use jaxide_passes::Pipeline;
use jaxide_testing::{
    extra_passes,
    reduce::{
        Case, Child, Failure, Reduced, UNREADABLE, WORKER_FLAG, between_engines, between_passes,
        reduce, serve,
    },
};

use crate::{
    args::Reduce,
    diag,
    input::{read_argument, read_program},
};

/// Serves when this process was started as a worker.
pub(crate) fn serve_if_worker() -> Option<ExitCode> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [flag, file, engine, passes] = &words[..] else { return None };
    if flag != WORKER_FLAG {
        return None;
    }
    Some(match serve(Path::new(file), engine, passes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(UNREADABLE)
        }
    })
}

pub(crate) fn main(args: &Reduce) -> Result<ExitCode> {
    let case = case(args)?;
    let names: Vec<&str> = args.passes.iter().map(String::as_str).collect();
    let pipeline = Pipeline::new(&names, extra_passes())?;
    // Candidates may panic, which counts as one way to fail and need not be told each time.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let child = Child {
        program: env::current_exe().map_err(|error| diag::file("this program", &error))?,
        engine: args.engine,
        passes: args.passes.clone(),
        limit: Duration::from_secs(args.limit),
    };
    let mut broken = None;
    let mut oracle = |case: &Case| {
        let failure = if args.crash {
            child.run(case).unwrap_or_else(|error| {
                broken = Some(error);
                None
            })
        } else if names.is_empty() {
            between_engines(case, args.engine)
        } else {
            between_passes(case, &pipeline, args.engine)
        };
        failure.filter(|failure| wanted(args, failure))
    };
    let bar = progress_bar();
    let reduced = reduce(case, &mut oracle, &mut |best, tried| {
        bar.set_message(format!("{} equations, {tried} tried", best.jaxpr.total_eqns()));
        bar.tick();
    });
    bar.finish_and_clear();
    std::panic::set_hook(hook);
    if let Some(error) = broken {
        return Err(error);
    }
    print(&reduced?);
    Ok(ExitCode::SUCCESS)
}

fn case(args: &Reduce) -> Result<Case> {
    let jaxpr = read_program(&args.file)?;
    if let Some(seed) = args.seed {
        return Case::random(jaxpr, seed);
    }
    let values: Vec<TensorData> =
        args.args.iter().map(|arg| read_argument(arg)).collect::<Result<_>>()?;
    if values.len() != jaxpr.inputs.len() {
        return Err(diag::reduce_argument_count(jaxpr.inputs.len(), values.len()));
    }
    Case::new(jaxpr, values)
}

fn wanted(args: &Reduce, failure: &Failure) -> bool {
    args.error.as_ref().is_none_or(|text| match failure {
        Failure::Error { text: got, .. } => got.contains(text),
        _ => false,
    })
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}

fn print(reduced: &Reduced) {
    let equations = reduced.case.jaxpr.total_eqns();
    eprintln!("{equations} equations left, {} candidates tried", reduced.tried);
    crate::say!("{}", reduced.case.filetest(&reduced.failure).trim_end());
}
