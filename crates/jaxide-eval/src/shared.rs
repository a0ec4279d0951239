//! Values while a program runs: borrowed from the caller, or owned and counted.

use std::{ops::Deref, sync::Arc};

use jaxide_ir::Result;
use jaxide_runtime::Buffer;

/// A buffer that several places may hold.
#[derive(Clone, Debug)]
pub enum Shared<'a> {
    /// The caller's.
    Borrowed(&'a Buffer),
    /// The program's own.
    Owned(Arc<Buffer>),
}

impl<'a> Shared<'a> {
    /// A value that nobody else holds yet.
    pub fn new(buffer: Buffer) -> Shared<'a> {
        Shared::Owned(Arc::new(buffer))
    }

    /// The buffer itself; a copy where somebody else holds it too.
    ///
    /// # Errors
    /// When there is no memory for the copy.
    pub fn into_buffer(self) -> Result<Buffer> {
        match self {
            Shared::Borrowed(buffer) => buffer.try_clone(),
            Shared::Owned(buffer) => Arc::try_unwrap(buffer).or_else(|shared| shared.try_clone()),
        }
    }
}

impl Deref for Shared<'_> {
    type Target = Buffer;

    fn deref(&self) -> &Buffer {
        match self {
            Shared::Borrowed(buffer) => buffer,
            Shared::Owned(buffer) => buffer,
        }
    }
}
