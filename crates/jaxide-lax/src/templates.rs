//! Templates that fill the common fields of op records.
