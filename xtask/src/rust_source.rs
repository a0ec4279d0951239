//! Just enough knowledge of Rust's tokens to search code without being fooled by comments and strings.
//! This is no parser: it knows no types, no macros and no paths.

/// The text with every comment and the inside of every string and character blanked out; lines and
/// columns (in bytes) stay as they are.
pub(crate) fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (skip, length) = token(&bytes[at..]);
        if skip {
            let blank = code[at..at + length].iter_mut().filter(|byte| **byte != b'\n');
            blank.for_each(|byte| *byte = b' ');
        }
        at += length;
    }
    String::from_utf8(code).expect("whole tokens were blanked, byte by byte")
}

/// Whether what starts here is to be blanked, and how long it is.
fn token(rest: &[u8]) -> (bool, usize) {
    let length = match rest {
        [b'/', b'/', ..] => rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => string(rest),
        [b'\'', ..] => character(rest),
        [b'r', b'"' | b'#', ..] => raw_string(rest),
        [b'b' | b'c', b'r', b'"' | b'#', ..] => 1 + raw_string(&rest[1..]),
        [first, ..] if is_word(*first) => {
            return (false, rest.iter().take_while(|byte| is_word(**byte)).count());
        }
        _ => 0,
    };
    if length > 1 { (true, length) } else { (false, 1) }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// A character literal; a lifetime has length 1 here.
fn character(rest: &[u8]) -> usize {
    match rest {
        [_, b'\\', _, tail @ ..] => {
            tail.iter().position(|&byte| byte == b'\'').map_or(rest.len(), |end| end + 4)
        }
        [_, _, b'\'', ..] => 3,
        [_, first, ..] if *first >= 0x80 => {
            let end = rest[1..].iter().take(5).position(|&byte| byte == b'\'');
            end.map_or(1, |end| end + 2)
        }
        _ => 1,
    }
}

/// A raw string from its `r` on, 0 where it is a raw name such as `r#type`.
fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|&&byte| byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = &rest[hashes + 2..];
    let end = body.windows(close.len()).position(|window| window == close);
    end.map_or(rest.len(), |end| hashes + 2 + end + close.len())
}

/// Where the word stands alone in code: not as a part of a longer name.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].bytes().next_back().is_some_and(is_word);
        let after = line[at + word.len()..].bytes().next().is_some_and(is_word);
        let open = word.bytes().next_back().is_some_and(is_word);
        !(before || open && after)
    })
}

/// The functions of a text that `code_only` made: name, first line (from 1), number of lines.
pub(crate) fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if at > 0 && is_word(code.as_bytes()[at - 1]) {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| is_name(*c)).collect();
        if let Some(end) = body_end(&code[at..]).filter(|_| !name.is_empty()) {
            let line = code[..at].matches('\n').count() + 1;
            found.push((name, line, code[at..at + end].matches('\n').count() + 1));
        }
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the function that starts here; `None` where it has no body.
fn body_end(code: &str) -> Option<usize> {
    let (mut braces, mut others) = (0, 0);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' | b'[' => others += 1,
            b')' | b']' => others -= 1,
            b'{' => braces += 1,
            b'}' => braces -= 1,
            b';' if braces == 0 && others == 0 => return None,
            _ => continue,
        }
        if byte == b'}' && braces == 0 && others == 0 {
            return Some(at);
        }
    }
    None
}

/// The part before the first `#[cfg(test)]`.
pub(crate) fn before_tests(text: &str) -> &str {
    &text[..text.find("#[cfg(test)]").unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_blanked() {
        let text =
            "a /* x /* y */ */ b \"unsafe \\\" {\" c '{' d '\\'' e r#\"}\" \"# f // {\ng 'a: h";
        let code = code_only(text);
        assert_eq!(code.split_whitespace().collect::<String>(), "abcdefg'a:h");
        assert_eq!(code.len(), text.len());
        assert_eq!(code_only("let r#type = b'\\n'; br\"{\" '\u{e9}' \u{e9}"), {
            "let r#type = b    ;            \u{e9}".to_owned()
        });
    }

    #[test]
    fn words_stand_alone() {
        assert!(has_word("x unsafe {", "unsafe"));
        assert!(!has_word("forbid(unsafe_code)", "unsafe"));
        assert!(has_word("println!()", "println!"));
        assert!(!has_word("eprintln!()", "println!"));
    }

    #[test]
    fn functions_are_measured_to_their_last_brace() {
        let code = "fn a();\nfn b(x: [u8; 2]) -> T {\n  if c { d }\n}\nlet f: fn (x);\n";
        assert_eq!(functions(code), [("b".to_owned(), 2, 3)]);
    }
}
