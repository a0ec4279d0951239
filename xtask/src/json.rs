//! A reader of JSON, enough for what `cargo metadata` prints. It accepts every JSON text; numbers are
//! kept as they are spelled, since nobody here computes with them. Writing is not here.

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole text.
    pub(crate) fn parse(text: &str) -> Result<Json, String> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0, depth: 0 };
        let value = reader.value()?;
        match reader.peek() {
            None => Ok(value),
            Some(_) => Err(reader.expected("the end")),
        }
    }

    /// The member of a map, `Null` where there is none.
    pub(crate) fn get(&self, key: &str) -> &Json {
        match self {
            Json::Map(members) => {
                members.iter().find(|(name, _)| name == key).map_or(&Json::Null, |(_, value)| value)
            }
            _ => &Json::Null,
        }
    }

    /// The text of a string, `None` for other values.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list, none for other values.
    pub(crate) fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }
}

const MAX_DEPTH: usize = 128;

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    /// The next byte that is not white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn expected(&self, what: &str) -> String {
        format!("JSON, byte {}: expected {what}", self.at)
    }

    fn take(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() != Some(byte) {
            return Err(self.expected(&format!("`{}`", char::from(byte))));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self) -> Result<Json, String> {
        match self.peek() {
            Some(b'{') => self.nested(|reader| {
                reader.sequence(b'{', b'}', |reader| {
                    let key = reader.string()?;
                    reader.take(b':')?;
                    Ok((key, reader.value()?))
                })
            }),
            Some(b'[') => self.nested(|reader| reader.sequence(b'[', b']', Reader::value)),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Ok(Json::Number(self.word())),
            _ => match self.word().as_str() {
                "null" => Ok(Json::Null),
                "true" => Ok(Json::Bool(true)),
                "false" => Ok(Json::Bool(false)),
                _ => Err(self.expected("a value")),
            },
        }
    }

    fn nested<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<Vec<T>, String>,
    ) -> Result<Json, String>
    where
        Json: From<Vec<T>>,
    {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.expected("less nesting"));
        }
        let items = read(self)?;
        self.depth -= 1;
        Ok(Json::from(items))
    }

    fn sequence<T>(
        &mut self,
        open: u8,
        close: u8,
        item: impl Fn(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        self.take(open)?;
        let mut items = Vec::new();
        if self.peek() != Some(close) {
            items.push(item(self)?);
            while self.peek() == Some(b',') {
                self.at += 1;
                items.push(item(self)?);
            }
        }
        self.take(close)?;
        Ok(items)
    }

    /// A number or one of the words null, true and false.
    fn word(&mut self) -> String {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = self.bytes[self.at..].iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        String::from_utf8_lossy(&self.bytes[self.at - length..self.at]).into_owned()
    }

    fn string(&mut self) -> Result<String, String> {
        self.take(b'"')?;
        let mut text = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at).ok_or_else(|| self.expected("`\"`"))?;
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => {
                    let c = self.escape()?;
                    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => text.push(byte),
            }
        }
        String::from_utf8(text).map_err(|_| self.expected("UTF-8"))
    }

    fn escape(&mut self) -> Result<char, String> {
        let byte = *self.bytes.get(self.at).ok_or_else(|| self.expected("an escape"))?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(char::from(byte)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.code_point(),
            _ => Err(self.expected("an escape")),
        }
    }

    fn code_point(&mut self) -> Result<char, String> {
        let first = self.code_unit()?;
        // The second half of a pair of surrogates follows as another escape.
        if (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let second = self.code_unit()?;
            let units = [first, second];
            return char::decode_utf16(units)
                .next()
                .and_then(Result::ok)
                .ok_or_else(|| self.expected("a pair of surrogates"));
        }
        char::from_u32(u32::from(first)).ok_or_else(|| self.expected("a code point"))
    }

    fn code_unit(&mut self) -> Result<u16, String> {
        let unit = self
            .bytes
            .get(self.at..self.at + 4)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.expected("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::List(items)
    }
}

impl From<Vec<(String, Json)>> for Json {
    fn from(members: Vec<(String, Json)>) -> Json {
        Json::Map(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let value = Json::parse(r#" {"a": [1, -2.5e3, true, false, null], "b": {}, "c": []} "#);
        let list = ["1", "-2.5e3"].map(|digits| Json::Number(digits.to_owned()));
        let value = value.unwrap();
        assert_eq!(value.get("a").items()[..2], list);
        assert_eq!(value.get("a").items()[2..], [Json::Bool(true), Json::Bool(false), Json::Null]);
        assert_eq!(value.get("b"), &Json::Map(Vec::new()));
        assert_eq!(value.get("none"), &Json::Null);
    }

    #[test]
    fn escapes_are_decoded() {
        let value = Json::parse(r#""\"\\\n\u00e9\ud83d\ude00é""#).unwrap();
        assert_eq!(value.text(), Some("\"\\\né😀é"));
    }

    #[test]
    fn errors_say_where_and_what() {
        let error = |text: &str| Json::parse(text).unwrap_err();
        assert_eq!(error("[1, 2"), "JSON, byte 5: expected `]`");
        assert_eq!(error("{\"a\" 1}"), "JSON, byte 5: expected `:`");
        assert_eq!(error("[] x"), "JSON, byte 3: expected the end");
        assert_eq!(error("\"abc"), "JSON, byte 4: expected `\"`");
        assert_eq!(error(r#""\ud800""#), "JSON, byte 7: expected a code point");
        assert_eq!(error(r#""\u12"#), "JSON, byte 3: expected four hexadecimal digits");
        assert!(error(&"[".repeat(1000)).contains("less nesting"));
        assert!(error("nul").contains("a value"));
    }
}
