//! Starting other programs from the root of the checkout, and saying how to repeat one that failed.

use crate::Outcome;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// The root of the checkout. Cargo names this package's folder to the programs it runs.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    Path::new(&here).parent().expect("xtask lies in the root of the checkout").to_owned()
}

/// Set once every program of the workspace has been built in this run.
static BUILT: AtomicBool = AtomicBool::new(false);

/// Says that every program of the workspace has been built.
pub(crate) fn workspace_is_built() {
    BUILT.store(true, Ordering::Relaxed);
}

/// The program that `cargo run -q -p PACKAGE [--bin NAME | --example NAME] [-- ARGUMENTS]` runs, and
/// its arguments. For one package alone cargo would choose other features of the dependencies and
/// compile them, LLVM's bindings among them, once more.
fn already_built(words: &[&str]) -> Option<Command> {
    let ["cargo", "run", "-q", "-p", package, rest @ ..] = words else { return None };
    let (name, folder, arguments) = match rest {
        ["--example", name, rest @ ..] => (*name, "debug/examples", rest),
        ["--bin", name, rest @ ..] => (*name, "debug", rest),
        rest => (package.strip_suffix("-cli").unwrap_or(package), "debug", rest),
    };
    let file = crate::metadata::target_folder().ok()?.join(folder).join(name);
    let mut command = Command::new(file);
    command.args(arguments.strip_prefix(&["--"]).unwrap_or(arguments)).current_dir(root());
    Some(command)
}

/// A program that will run in the root of the checkout.
pub(crate) fn program(words: &[&str]) -> Command {
    if BUILT.load(Ordering::Relaxed)
        && let Some(command) = already_built(words)
    {
        return command;
    }
    let (name, arguments) = words.split_first().expect("a program has a name");
    if *name == "cargo" {
        return cargo(arguments);
    }
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// The cargo that started this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(arguments).current_dir(root());
    // A variable of the user's replaces the flags of the configuration, the run path of LLVM among
    // them, so the loader needs another way to LLVM.
    if ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"].iter().any(|name| std::env::var_os(name).is_some())
    {
        command.env(LIBRARY_PATH, library_path());
    }
    command
}

const LIBRARY_PATH: &str =
    if cfg!(target_os = "macos") { "DYLD_FALLBACK_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };

fn library_path() -> OsString {
    let mut folders = vec![root().join(".llvm/lib")];
    if let Some(old) = std::env::var_os(LIBRARY_PATH) {
        folders.extend(std::env::split_paths(&old));
    }
    std::env::join_paths(folders).unwrap_or_default()
}

/// Runs a command with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{status}\nto repeat: {}", spell(command))),
        Err(problem) => Err(format!("cannot start `{}`: {problem}", spell(command))),
    }
}

/// Runs a command and gives what it printed on standard output; the rest stays on the terminal.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|problem| format!("cannot start `{}`: {problem}", spell(command)))?;
    if !output.status.success() {
        return Err(format!("{}\nto repeat: {}", output.status, spell(command)));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| format!("`{}` printed something that is not text", spell(command)))
}

/// Whether the command starts and succeeds; it prints nothing.
pub(crate) fn works(words: &[&str]) -> bool {
    let mut command = program(words);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The command as one would type it, with the variables that were set for it.
pub(crate) fn spell(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        let value = quote(&value?.to_string_lossy());
        Some(format!("{}={value}", name.to_string_lossy()))
    });
    let program = Path::new(command.get_program());
    // Cargo names itself by its full path; a person types the short name.
    let name = if program.file_stem().is_some_and(|stem| stem == "cargo") {
        "cargo".to_owned()
    } else {
        quote(&program.to_string_lossy())
    };
    let arguments = command.get_args().map(|argument| quote(&argument.to_string_lossy()));
    variables.chain([name]).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_spelled_as_it_is_typed() {
        let mut command = Command::new("/opt/bin/cargo");
        command.args(["test", "--", "a b"]).env("UPDATE_EXPECT", "1");
        assert_eq!(spell(&command), "UPDATE_EXPECT=1 cargo test -- 'a b'");
    }

    #[test]
    fn a_missing_program_does_not_work() {
        assert!(!works(&["no-such-program-of-jaxide"]));
    }

    fn words(line: &str) -> Option<Vec<String>> {
        let command = already_built(&line.split(' ').collect::<Vec<_>>())?;
        let name = command.get_program().to_string_lossy().into_owned();
        let tail = name.rsplit_once("/debug/").map(|(_, tail)| tail.to_owned());
        let arguments = command.get_args().map(|word| word.to_string_lossy().into_owned());
        Some(tail.into_iter().chain(arguments).collect())
    }

    #[test]
    fn cargo_run_is_the_program_with_its_arguments() {
        let run = "cargo run -q -p jaxide-cli -- opt a.jaxpr --passes dce";
        assert_eq!(words(run).unwrap(), ["jaxide", "opt", "a.jaxpr", "--passes", "dce"]);
        assert_eq!(words("cargo run -q -p jaxide --example sse").unwrap(), ["examples/sse"]);
        assert_eq!(words("cargo run -q -p x --bin y -- --check").unwrap(), ["y", "--check"]);
        assert_eq!(words("cargo test"), None);
    }
}
