//! The parts of a filetest: directives, program text, expectation.

/// A line for the runner: `// NAME: TEXT`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// `run`, `check`, `error`.
    pub name: String,
    /// What follows.
    pub text: String,
    /// The line in the file, from 1.
    pub line: usize,
}

/// A filetest, taken apart. Line numbers of the program are those of the file.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// The file's name for locations.
    pub name: String,
    /// The whole text.
    pub source: String,
    /// The kind of test.
    pub kind: String,
    /// What follows the kind.
    pub args: Vec<String>,
    /// The program, with the runner's lines blanked.
    pub program: String,
    /// All directives but `test` and `expect`.
    pub directives: Vec<Directive>,
    /// The lines after `// expect:`, without their `// `.
    pub expect: Option<String>,
}

impl TestFile {
    /// Takes a file apart.
    ///
    /// # Errors
    /// When the first line is no `// test:` line.
    pub fn parse(name: &str, source: &str) -> Result<TestFile, String> {
        let first = source.lines().next().unwrap_or_default();
        let head =
            first.strip_prefix("// test:").ok_or("the first line must be `// test: KIND`")?;
        let mut words = head.split_whitespace().map(str::to_owned);
        let kind = words.next().ok_or("`// test:` names no kind")?;
        let mut file = TestFile {
            name: name.to_owned(),
            source: source.to_owned(),
            kind,
            args: words.collect(),
            program: String::new(),
            directives: Vec::new(),
            expect: None,
        };
        for (at, line) in source.lines().enumerate().skip(1) {
            file.program.push('\n');
            file.line(at + 1, line);
        }
        Ok(file)
    }

    fn line(&mut self, number: usize, line: &str) {
        if let Some(expect) = &mut self.expect {
            if let Some(text) = line.strip_prefix("//") {
                expect.push_str(text.strip_prefix(' ').unwrap_or(text));
                expect.push('\n');
            }
            return;
        }
        if line.trim_end() == "// expect:" {
            self.expect = Some(String::new());
            return;
        }
        let (program, comment) = match line.find("//") {
            Some(at) => (&line[..at], Some(&line[at + 2..])),
            None => (line, None),
        };
        self.program.push_str(program);
        if let Some((name, text)) = comment.and_then(|comment| comment.split_once(':')) {
            let (name, text) = (name.trim().to_owned(), text.trim().to_owned());
            self.directives.push(Directive { name, text, line: number });
        }
    }

    /// The directives of a name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        self.directives.iter().filter(move |directive| directive.name == name)
    }

    /// The file with its expectation replaced.
    pub fn with_expect(&self, expect: &str) -> String {
        let body = self.source.lines().take_while(|line| line.trim_end() != "// expect:");
        let mut text: String = body.map(|line| format!("{line}\n")).collect();
        text.push_str("// expect:\n");
        for line in expect.trim_end().lines() {
            text.push_str(format!("// {line}").trim_end());
            text.push('\n');
        }
        text
    }

    /// The file with one line replaced; lines count from 1.
    pub fn with_line(&self, number: usize, new: &str) -> String {
        let lines = self.source.lines().enumerate();
        let line =
            |(at, line): (usize, &str)| format!("{}\n", if at + 1 == number { new } else { line });
        lines.map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_line_numbers() {
        let source = "// test: pass dce,cse\n{ lambda ; a:f32[]. let  in (a,) } // error: no\n// expect:\n// x\n";
        let file = TestFile::parse("t", source).unwrap();
        assert_eq!((&*file.kind, &*file.args), ("pass", &["dce,cse".to_owned()][..]));
        assert_eq!(
            file.program.lines().nth(1).unwrap().trim_end(),
            "{ lambda ; a:f32[]. let  in (a,) }"
        );
        let error = Directive { name: "error".into(), text: "no".into(), line: 2 };
        assert_eq!(file.directives, [error]);
        assert_eq!(file.expect.as_deref(), Some("x\n"));
        assert_eq!(file.with_expect("y"), source.replace("// x", "// y"));
    }
}
