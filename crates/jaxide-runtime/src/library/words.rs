//! Parameters of an op as 64-bit words, in declared order: a bool is 0 or 1, an integer itself, a
//! float its bits, an enumerator its position in the declared list, a dtype its position among all
//! dtypes, a text its number of bytes and these, eight a word. An optional value follows its presence, a tuple its length.

use jaxide_ir::{DType, OpDef, Param, ParamKind, Params};

/// The words of checked parameters of an op.
///
/// # Panics
/// When a parameter is of a kind that no library op has: records, programs.
pub fn encode(op: &OpDef, params: &Params) -> Vec<i64> {
    let mut words = Vec::new();
    for def in op.params {
        let value = params.get(def.name).expect("checked parameters are complete");
        encode_value(&mut words, &def.kind, value);
    }
    words
}

fn encode_value(words: &mut Vec<i64>, kind: &ParamKind, value: &Param) {
    match (kind, value) {
        (ParamKind::Optional(_), Param::None) => words.push(0),
        (ParamKind::Optional(kind), value) => {
            words.push(1);
            encode_value(words, kind, value);
        }
        (
            ParamKind::Tuple(kind) | ParamKind::List(kind),
            Param::Tuple(items) | Param::List(items),
        ) => {
            words.push(items.len() as i64);
            items.iter().for_each(|item| encode_value(words, kind, item));
        }
        (ParamKind::TupleOf(kinds), Param::Tuple(items)) => {
            kinds.iter().zip(items).for_each(|(kind, item)| encode_value(words, kind, item));
        }
        (ParamKind::Symbol(allowed), Param::Symbol(symbol)) => {
            let at = allowed.iter().position(|name| *name == &**symbol);
            words.push(at.expect("checked enumerators are declared") as i64);
        }
        (_, Param::Bool(value)) => words.push(i64::from(*value)),
        (_, Param::Int(value)) => words.push(*value),
        (_, Param::Float(value)) => words.push(value.to_bits() as i64),
        (_, Param::DType(value)) => words.push(dtype_word(*value)),
        (_, Param::Str(text)) => encode_text(words, text),
        _ => panic!("library ops have no parameters of this kind: {}", kind.describe()),
    }
}

fn encode_text(words: &mut Vec<i64>, text: &str) {
    words.push(text.len() as i64);
    words.extend(text.as_bytes().chunks(8).map(|chunk| {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        i64::from_le_bytes(bytes)
    }));
}

/// The word that stands for a dtype.
pub(super) fn dtype_word(dtype: DType) -> i64 {
    dtype as i64
}

/// The dtype that a word stands for.
pub(super) fn dtype_of(word: i64) -> DType {
    DType::all().find(|dtype| dtype_word(*dtype) == word).expect("the word is that of a dtype")
}

/// Parameters to be read in declared order.
///
/// Each reader panics when there is no word left, or it is none of the kind: the op's record and
/// its routine disagree.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a>(&'a [i64]);

impl<'a> Words<'a> {
    /// Parameters from their words.
    pub fn new(words: &'a [i64]) -> Words<'a> {
        Words(words)
    }

    /// The next integer, or position of an enumerator.
    pub fn int(&mut self) -> i64 {
        let (first, rest) = self.0.split_first().expect("the record declares this parameter");
        self.0 = rest;
        *first
    }

    /// The next count or axis.
    pub fn usize(&mut self) -> usize {
        usize::try_from(self.int()).expect("the record refuses negative counts")
    }

    /// The next bool.
    pub fn bool(&mut self) -> bool {
        self.int() != 0
    }

    /// The next float.
    pub fn float(&mut self) -> f64 {
        f64::from_bits(self.int() as u64)
    }

    /// The next dtype.
    pub fn dtype(&mut self) -> DType {
        dtype_of(self.int())
    }

    /// The next text.
    pub fn text(&mut self) -> String {
        let len = self.usize();
        let bytes: Vec<u8> =
            (0..len.div_ceil(8)).flat_map(|_| self.int().to_le_bytes()).take(len).collect();
        String::from_utf8(bytes).expect("the words are those of a text")
    }

    /// The next optional value.
    pub fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.bool().then(|| read(self))
    }

    /// The next tuple.
    pub fn tuple<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.usize();
        (0..count).map(|_| read(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaxide_ir::ParamDef;

    #[test]
    fn parameters_are_read_as_they_were_written() {
        static INTS: ParamKind = ParamKind::Int;
        static DEFS: &[ParamDef] = &[
            ParamDef::required("flag", ParamKind::Bool),
            ParamDef::required("lengths", ParamKind::Tuple(&INTS)),
            ParamDef::required("range", ParamKind::Optional(&INTS)),
            ParamDef::required("other", ParamKind::Optional(&INTS)),
            ParamDef::required("kind", ParamKind::Symbol(&["A", "B"])),
            ParamDef::required("alpha", ParamKind::Float),
            ParamDef::required("dtype", ParamKind::DType),
        ];
        let params = Params::new()
            .with("flag", true)
            .with("lengths", [3usize, 4])
            .with("range", Param::None)
            .with("other", 7usize)
            .with("kind", Param::Symbol("B".into()))
            .with("alpha", -0.5)
            .with("dtype", DType::F64);
        let mut written = Vec::new();
        for (def, (_, value)) in DEFS.iter().zip(params.iter()) {
            encode_value(&mut written, &def.kind, value);
        }
        let mut words = Words::new(&written);
        assert!(words.bool());
        assert_eq!(words.tuple(Words::usize), [3, 4]);
        assert_eq!(words.optional(Words::int), None);
        assert_eq!(words.optional(Words::int), Some(7));
        assert_eq!((words.int(), words.float(), words.dtype()), (1, -0.5, DType::F64));
        assert!(words.0.is_empty());
    }
}
