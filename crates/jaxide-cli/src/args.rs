//! The command line's grammar.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jaxide_testing::engine::Engine;

/// A tracing JIT compiler for array programs.
#[derive(Parser)]
#[command(name = "jaxide", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run recorded programs and compare their results.
    Conformance(Conformance),
    /// Say what is installed and what the CPU offers, and test the compiler.
    Doctor,
    /// Print a program on its way to machine code.
    Lower(Lower),
    /// Run passes on a program and print it.
    Opt(Opt),
    /// Shrink a failing program to the smallest that fails in the same way, as a filetest.
    Reduce(Reduce),
    /// Run a program.
    Run(Run),
}

#[derive(Args)]
pub(crate) struct Run {
    /// A file with a program; `-` reads standard input.
    pub(crate) file: PathBuf,
    /// One value per input, in order, captured arrays first: a `.npy` file, or a type with numbers:
    /// `f32[3]=1,2,3`.
    #[arg(long = "arg", value_name = "FILE.npy|TYPE=NUMBERS")]
    pub(crate) args: Vec<String>,
    /// What runs the program.
    #[arg(long, default_value = "cpu")]
    pub(crate) engine: Engine,
    /// Write the results to PREFIX0.npy, PREFIX1.npy, ... instead of printing them.
    #[arg(long, value_name = "PREFIX")]
    pub(crate) save: Option<String>,
}

#[derive(Args)]
pub(crate) struct Reduce {
    /// A file with a program; `-` reads standard input.
    pub(crate) file: PathBuf,
    /// One value per input, as for `run`.
    #[arg(long = "arg", value_name = "FILE.npy|TYPE=NUMBERS")]
    pub(crate) args: Vec<String>,
    /// Random values for all inputs instead; 0 gives small whole numbers.
    #[arg(long, conflicts_with = "args", value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// The engine to compare with the interpreter, or to run before and after passes; with `eval`
    /// and no passes only its errors count.
    #[arg(long, default_value = "cpu")]
    pub(crate) engine: Engine,
    /// Compare the program with what these passes and pipelines make of it.
    #[arg(long, value_delimiter = ',')]
    pub(crate) passes: Vec<String>,
    /// Look for crashes and hangs alone: each candidate runs in a process of its own.
    #[arg(long)]
    pub(crate) crash: bool,
    /// Seconds that a candidate may take before it counts as hanging, with `--crash`.
    #[arg(long, default_value_t = 10, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    /// Only errors with this text count.
    #[arg(long, value_name = "TEXT", conflicts_with = "crash")]
    pub(crate) error: Option<String>,
}

#[derive(Args)]
pub(crate) struct Opt {
    /// A file with a program; `-` reads standard input.
    pub(crate) file: PathBuf,
    /// Passes and pipelines, comma-separated. Without it, those of the file's `# pipeline:` line,
    /// else `default`.
    #[arg(long, value_delimiter = ',')]
    pub(crate) passes: Option<Vec<String>>,
    /// Print the program after these passes as well, to standard error; `all` for every pass.
    #[arg(long, value_delimiter = ',', value_name = "PASSES")]
    pub(crate) print_after: Vec<String>,
    /// Stop after this pass.
    #[arg(long, value_name = "PASS")]
    pub(crate) stop_after: Option<String>,
    /// Print what each pass took and did, to standard error.
    #[arg(long)]
    pub(crate) timing: bool,
}

#[derive(Args)]
pub(crate) struct Lower {
    /// A file with a program; `-` reads standard input.
    pub(crate) file: PathBuf,
    /// The form to print.
    #[arg(long, value_enum)]
    pub(crate) to: Target,
    /// Print the MLIR module as it is after this MLIR pass.
    #[arg(long, value_name = "NAME")]
    pub(crate) pipeline_stage: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Target {
    /// The MLIR module.
    Mlir,
    /// LLVM IR after its passes.
    Llvm,
    /// Assembly of the host.
    Asm,
}

#[derive(Args)]
pub(crate) struct Conformance {
    /// Files of recorded programs, `.jsonl` or `.jsonl.gz`.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What runs the programs; all engines without it.
    #[arg(long)]
    pub(crate) engine: Option<Engine>,
    /// Only cases of this tier.
    #[arg(long, value_parser = ["P0", "P1", "P2", "gauge"], ignore_case = true)]
    pub(crate) tier: Option<String>,
    /// Only the case of this id.
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Only every N-th case of each file.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) every: u64,
    /// Write all results to this file as JSON; `-` for standard output.
    #[arg(long, value_name = "OUT")]
    pub(crate) json: Option<PathBuf>,
    /// Worker processes at a time; the number of CPUs without it.
    #[arg(long)]
    pub(crate) jobs: Option<usize>,
}
