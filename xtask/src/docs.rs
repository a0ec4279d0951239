//! `cargo xtask docs`: all links of all documents resolve, and what a document quotes is true. A line
//! before a code block says where the block comes from:
//!
//! * `<!-- run: COMMAND -->`: the block is what the command prints, run from the root of the checkout;
//! * `<!-- run, output varies: COMMAND -->`: the command must succeed, its text depends on the machine;
//! * `<!-- file: PATH -->`: the block stands in that file, word for word.
//!
//! Without `--check`, blocks after `run` are rewritten. Commands run without a shell.

use crate::Outcome;
use crate::args::Args;
use crate::process::{capture, program, root};
use crate::tidy::{links, tree::Tree};
use std::fs;

pub(crate) fn docs(args: &Args) -> Outcome {
    check(args.has("--check"))
}

/// Checks all documents; where `only` is false, stale output is replaced.
pub(crate) fn check(only: bool) -> Outcome {
    let tree = Tree::read()?;
    let mut problems: Vec<String> =
        links::check(&tree).into_iter().map(|finding| finding.text).collect();
    for (path, text) in tree.texts_with_end(".md") {
        let fresh = refresh(text, |quote| resolve(quote, path, &mut problems));
        if fresh == *text {
            continue;
        }
        if only {
            problems.push(format!("{path}: quoted output is out of date; run `cargo xtask docs`"));
        } else {
            fs::write(root().join(path), fresh).map_err(|e| format!("{path}: {e}"))?;
            println!("docs: refreshed {path}");
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// A code block with a line before it that says where it comes from.
struct Quote<'t> {
    origin: &'t str,
    body: &'t str,
}

/// What the block should hold; as it is where nothing better is known.
fn resolve(quote: &Quote, path: &str, problems: &mut Vec<String>) -> String {
    let fresh = if let Some(file) = quote.origin.strip_prefix("file: ") {
        match fs::read_to_string(root().join(file)) {
            Ok(text) if text.contains(quote.body) => Ok(quote.body.to_owned()),
            Ok(_) => Err(format!("{path}: a block is not, or no longer, in {file}")),
            Err(problem) => Err(format!("{path}: {file}: {problem}")),
        }
    } else if let Some(command) = quote.origin.strip_prefix("run: ") {
        output_of(command)
    } else if let Some(command) = quote.origin.strip_prefix("run, output varies: ") {
        output_of(command).map(|_| quote.body.to_owned())
    } else {
        return quote.body.to_owned();
    };
    fresh.unwrap_or_else(|problem| {
        problems.push(problem);
        quote.body.to_owned()
    })
}

fn output_of(command: &str) -> Result<String, String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    if words.is_empty() {
        return Err("an empty command".to_owned());
    }
    let mut command = program(&words);
    let text = capture(&mut command)?;
    let lines = text.lines().map(|line| format!("{}\n", line.trim_end()));
    Ok(lines.collect())
}

/// The text with the body of each quoting block replaced.
fn refresh(text: &str, mut resolve: impl FnMut(&Quote) -> String) -> String {
    let mut fresh = String::new();
    let mut rest = text;
    while let Some((before, origin, body, after)) = next_quote(rest) {
        fresh += before;
        fresh += &resolve(&Quote { origin, body });
        rest = after;
    }
    fresh + rest
}

/// Splits at the body of the next block that follows a comment of one line.
fn next_quote(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0;
    loop {
        let comment = from + text[from..].find("<!-- ")?;
        let end = comment + text[comment..].find(" -->\n")?;
        let fence = end + " -->\n".len();
        from = fence;
        if !text[fence..].starts_with("```") || text[comment..end].contains('\n') {
            continue;
        }
        let start = fence + text[fence..].find('\n')? + 1;
        let stop = start + text[start..].find("```")?;
        let origin = &text[comment + "<!-- ".len()..end];
        return Some((&text[..start], origin, &text[start..stop], &text[stop..]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_after_a_comment_are_refreshed() {
        let text = "a <!-- note -->\n\n```\nkeep\n```\n<!-- run: x -->\n```text\nold\n```\nend\n";
        let fresh = refresh(text, |quote| {
            assert_eq!((quote.origin, quote.body), ("run: x", "old\n"));
            "new\n".to_owned()
        });
        assert_eq!(fresh, text.replace("old", "new"));
    }

    #[test]
    fn a_block_that_is_not_in_its_file_is_a_problem() {
        let mut problems = Vec::new();
        let quote = Quote { origin: "file: xtask/Cargo.toml", body: "no such line\n" };
        assert_eq!(resolve(&quote, "a.md", &mut problems), "no such line\n");
        assert_eq!(problems, ["a.md: a block is not, or no longer, in xtask/Cargo.toml"]);
    }

    #[test]
    fn output_loses_trailing_blanks() {
        assert_eq!(output_of("printf a\\x20\\n\\nb").unwrap(), "a\n\nb\n");
    }
}
