//! A compiled program as plain data.
//!
//! Nothing here reads or writes a file: a cache stores the fields.

use std::fmt::{self, Debug, Formatter};

/// Machine code of one program, and what it takes to link it.
#[derive(Clone, PartialEq, Eq)]
pub struct CompiledObject {
    /// The object file.
    pub bytes: Vec<u8>,
    /// The symbol of the entry point.
    pub entry: String,
    /// How many pointers the entry point takes.
    pub arguments: usize,
    /// The functions that the module declares and does not define, sorted. Calls that the code generator adds by itself
    /// (memcpy, expf) are not among them.
    pub needed_symbols: Vec<String>,
    /// The triple that the code was generated for.
    pub triple: String,
    /// The CPU that the code was generated for.
    pub cpu: String,
    /// The CPU features that the code may use.
    pub features: String,
}

impl Debug for CompiledObject {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        let Self { bytes, entry, arguments, needed_symbols, triple, cpu, features: _ } = self;
        formatter
            .debug_struct("CompiledObject")
            .field("bytes", &bytes.len())
            .field("entry", entry)
            .field("arguments", arguments)
            .field("needed_symbols", needed_symbols)
            .field("triple", triple)
            .field("cpu", cpu)
            .finish_non_exhaustive()
    }
}
