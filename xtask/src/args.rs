//! Reading the command line against the table of commands, and the help text made from it.

use crate::Outcome;
use std::collections::BTreeMap;

/// One row of the table of commands.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) flags: &'static [Flag],
    pub(crate) run: fn(&Args) -> Outcome,
}

/// One flag of a command; `value` names what follows it, if anything does.
pub(crate) struct Flag {
    name: &'static str,
    value: Option<&'static str>,
    doc: &'static str,
}

impl Flag {
    pub(crate) const fn switch(name: &'static str, doc: &'static str) -> Flag {
        Flag { name, value: None, doc }
    }

    pub(crate) const fn value(name: &'static str, value: &'static str, doc: &'static str) -> Flag {
        Flag { name, value: Some(value), doc }
    }
}

/// The flags that were given.
#[derive(Debug, Default)]
pub(crate) struct Args(BTreeMap<&'static str, String>);

impl Args {
    /// The command and its flags; no command when help was asked for.
    pub(crate) fn parse<'t>(
        table: &'t [Command],
        words: &[String],
    ) -> Result<(Option<&'t Command>, Args), String> {
        let Some((name, rest)) = words.split_first() else {
            return Err("no command given".to_owned());
        };
        if words.iter().any(|word| word == "--help" || word == "-h" || word == "help") {
            return Ok((None, Args::default()));
        }
        let command = table
            .iter()
            .find(|command| command.name == name)
            .ok_or_else(|| format!("unknown command `{name}`"))?;
        Ok((Some(command), Args::parse_flags(command, rest)?))
    }

    fn parse_flags(command: &Command, words: &[String]) -> Result<Args, String> {
        let mut found = BTreeMap::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let flag = command
                .flags
                .iter()
                .find(|flag| flag.name == word)
                .ok_or_else(|| format!("`{}` has no flag `{word}`", command.name))?;
            let value = match flag.value {
                None => String::new(),
                Some(what) => words.next().ok_or_else(|| format!("`{word}` needs {what}"))?.clone(),
            };
            found.insert(flag.name, value);
        }
        Ok(Args(found))
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.0.contains_key(flag)
    }

    pub(crate) fn get(&self, flag: &str) -> Option<&str> {
        self.0.get(flag).map(String::as_str)
    }
}

/// The help text: every command with its flags.
pub(crate) fn help(table: &[Command]) -> String {
    let mut text = "usage: cargo xtask COMMAND [FLAGS]\n\ncommands:\n".to_owned();
    for command in table {
        text += &format!("  {:<12}{}\n", command.name, command.doc);
        for flag in command.flags {
            let spelling = format!("{} {}", flag.name, flag.value.unwrap_or_default());
            text += &format!("    {spelling:<18}{}\n", flag.doc);
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Command] = &[Command {
        name: "bench",
        doc: "",
        flags: &[Flag::value("--save", "NAME", ""), Flag::switch("--quick", "")],
        run: |_| Ok(()),
    }];

    fn parse(line: &str) -> Result<Args, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Args::parse(TABLE, &words).map(|(_, args)| args)
    }

    #[test]
    fn flags_with_and_without_values_are_read() {
        let args = parse("bench --save a --quick").unwrap();
        assert_eq!(args.get("--save"), Some("a"));
        assert!(args.has("--quick"));
    }

    #[test]
    fn what_the_table_lacks_is_an_error() {
        assert_eq!(parse("").unwrap_err(), "no command given");
        assert_eq!(parse("brew").unwrap_err(), "unknown command `brew`");
        assert_eq!(parse("bench --slow").unwrap_err(), "`bench` has no flag `--slow`");
        assert_eq!(parse("bench --save").unwrap_err(), "`--save` needs NAME");
    }
}
