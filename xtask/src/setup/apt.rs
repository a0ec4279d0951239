//! Installing what is missing from Debian's packages, when this user may and the packages exist.

use super::prefix::missing_packages;
use crate::process::{program, run, works};

/// Installs the packages of LLVM 22 that are missing. `false`: this way is not open here.
pub(super) fn install_missing() -> Result<bool, String> {
    if !install(&missing_packages())? {
        return Ok(false);
    }
    match missing_packages().as_slice() {
        [] => Ok(true),
        still => Err(format!("apt installed {}, but they are not usable", still.join(" "))),
    }
}

/// Installs packages. `false`: this user may not, or apt has not all of them.
pub(super) fn install(packages: &[&str]) -> Result<bool, String> {
    let Some(sudo) = right_to_install() else {
        return Ok(false);
    };
    if !have_candidates(packages) {
        println!("setup: apt-get update");
        let update = [&sudo, &["apt-get", "update", "-q"][..]].concat();
        // Where the lists cannot be fetched, the candidates decide.
        if run(&mut program(&update)).is_err() || !have_candidates(packages) {
            println!("setup: apt cannot install {}", packages.join(" "));
            return Ok(false);
        }
    }
    println!("setup: apt-get install {}", packages.join(" "));
    let command = ["apt-get", "install", "-y", "-q", "--no-install-recommends"];
    let environment = ["env", "DEBIAN_FRONTEND=noninteractive"];
    run(&mut program(&[&sudo, &environment[..], &command, packages].concat()))?;
    Ok(true)
}

/// The words before `apt-get`; `None` when there is no apt or no right to use it.
fn right_to_install() -> Option<Vec<&'static str>> {
    if !works(&["apt-get", "--version"]) {
        return None;
    }
    let is_root = program(&["id", "-u"]).output().is_ok_and(|user| user.stdout == b"0\n");
    match is_root {
        true => Some(Vec::new()),
        false => works(&["sudo", "-n", "true"]).then(|| vec!["sudo", "-n"]),
    }
}

fn have_candidates(packages: &[&str]) -> bool {
    let policy =
        program(&[&["apt-cache", "policy"], packages].concat()).env("LC_ALL", "C").output();
    let text = policy.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.is_ok_and(|text| candidates(&text) == packages.len())
}

/// How many packages of `apt-cache policy`'s answer can be installed.
fn candidates(policy: &str) -> usize {
    let lines = policy.lines().filter_map(|line| line.trim().strip_prefix("Candidate: "));
    lines.filter(|version| *version != "(none)").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_without_a_candidate_do_not_count() {
        let text = "g++:\n  Installed: (none)\n  Candidate: 4:12.2.0-3\n\
                    llvm-22-dev:\n  Installed: (none)\n  Candidate: (none)\n";
        assert_eq!(candidates(text), 1);
    }
}
