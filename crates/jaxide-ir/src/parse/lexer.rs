//! Program text to tokens. Which tokens may follow which is not known here: a name in angle
//! brackets or with dots is one token because no place of the grammar wants its parts.

use crate::{Diagnostic, Loc, Result, diag};
use std::sync::Arc;

/// What a token is; its text is a slice of the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name, dots and inner hyphens included: `scatter-add`, `GatherScatterMode.CLIP`.
    Word,
    /// A number with sign, exponent and `j`; also `-inf`.
    Number,
    /// Text in quotes.
    Quoted,
    /// Text in balanced angle brackets: `<lambda>`, `<FftType.RFFT: 2>`.
    Angle,
    /// One other character.
    Punct(char),
    /// The end of the text.
    End,
}

/// The longest text in angle brackets, so that unbalanced ones do not cost quadratic time.
const MAX_ANGLE: usize = 1000;

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: u32,
    pub(super) column: u32,
    /// First token of its line.
    pub(super) first: bool,
}

/// The tokens of a text, [`Kind::End`] last.
pub(super) fn tokens(text: &str, file: &Arc<str>) -> Result<Vec<Token>> {
    let mut lexer = Lexer { text, at: 0, line: 1, column: 1 };
    let mut tokens: Vec<Token> = Vec::new();
    loop {
        lexer.skip_blank();
        let (start, line, column) = (lexer.at, lexer.line, lexer.column);
        let kind = lexer.token().map_err(|e| e.at(&Loc::text(file.clone(), line, column)))?;
        let first = tokens.last().is_none_or(|last| last.line < line);
        tokens.push(Token { kind, start, end: lexer.at, line, column, first });
        if kind == Kind::End {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        self.column = self.column.saturating_add(1);
        if c == '\n' {
            self.line = self.line.saturating_add(1);
            self.column = 1;
        }
        Some(c)
    }

    fn bump_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&keep) {
            self.bump();
        }
    }

    fn skip_blank(&mut self) {
        loop {
            self.bump_while(char::is_whitespace);
            if self.peek() != Some('#') {
                return;
            }
            self.bump_while(|c| c != '\n');
        }
    }

    fn token(&mut self) -> Result<Kind> {
        let Some(c) = self.peek() else { return Ok(Kind::End) };
        match c {
            'a'..='z' | 'A'..='Z' | '_' => Ok(self.word()),
            '0'..='9' => Ok(self.number()),
            '-' | '+' if self.starts_number() => Ok(self.number()),
            '"' | '\'' => self.quoted(),
            '<' => Ok(self.angle()),
            _ => {
                self.bump();
                Ok(Kind::Punct(c))
            }
        }
    }

    fn word(&mut self) -> Kind {
        self.bump_while(is_word);
        while matches!(self.peek(), Some('.' | '-')) && self.second().is_some_and(starts_word) {
            self.bump();
            self.bump_while(is_word);
        }
        Kind::Word
    }

    /// True at a sign before a digit, `inf` or `nan`.
    fn starts_number(&self) -> bool {
        let rest = &self.rest()[1..];
        rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with("inf")
            || rest.starts_with("nan")
    }

    /// Takes letters too, so that a malformed number is one token with one error.
    fn number(&mut self) -> Kind {
        let mut last = self.bump();
        while let Some(c) = self.peek() {
            let exponent = matches!(c, '+' | '-') && matches!(last, Some('e' | 'E'));
            if !is_word(c) && c != '.' && !exponent {
                break;
            }
            last = self.bump();
        }
        Kind::Number
    }

    fn quoted(&mut self) -> Result<Kind> {
        let quote = self.bump();
        loop {
            match self.bump() {
                None | Some('\n') => return Err(unterminated()),
                Some('\\') => {
                    self.bump();
                }
                c if c == quote => return Ok(Kind::Quoted),
                Some(_) => {}
            }
        }
    }

    /// Text in angle brackets, if they close on the same line and not too far away.
    fn angle(&mut self) -> Kind {
        let mut depth = 0usize;
        for (at, c) in self.rest().char_indices().take(MAX_ANGLE) {
            match c {
                '<' => depth += 1,
                '>' => depth -= 1,
                '\n' => break,
                _ => {}
            }
            if depth == 0 {
                let end = self.at + at + 1;
                while self.at < end {
                    self.bump();
                }
                return Kind::Angle;
            }
        }
        self.bump();
        Kind::Punct('<')
    }
}

fn unterminated() -> Diagnostic {
    diag::syntax("a closing quote", "the end of the line")
}

fn starts_word(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let tokens = tokens(text, &"t".into()).expect("the text has tokens");
        tokens.iter().map(|token| (token.kind, &text[token.start..token.end])).collect()
    }

    #[test]
    fn names_and_numbers_are_single_tokens() {
        let words = ["scatter-add", "np.int64", "f_", "_"];
        for word in words {
            assert_eq!(kinds(word)[0], (Kind::Word, word));
        }
        for number in ["-1", "1e-05", "-9.99e-09", "2j", "-inf", "1.5e+20"] {
            assert_eq!(kinds(number)[0], (Kind::Number, number));
        }
        for angle in ["<lambda>", "<FftType.RFFT: 2>", "<function f.<locals>.g at 0x1>"] {
            assert_eq!(kinds(angle)[0], (Kind::Angle, angle));
        }
    }

    #[test]
    fn comments_and_blanks_vanish() {
        assert_eq!(kinds("# all\n  a # b < c\n"), [(Kind::Word, "a"), (Kind::End, "")]);
    }

    #[test]
    fn tokens_know_line_and_column() {
        let tokens = tokens("a b\n  é c", &"t".into()).expect("the text has tokens");
        let places: Vec<_> = tokens.iter().map(|t| (t.line, t.column, t.first)).collect();
        assert_eq!(places[..4], [(1, 1, true), (1, 3, false), (2, 3, true), (2, 5, false)]);
    }
}
