//! The intermediate representation of jaxide: types, op records, jaxprs, text.
