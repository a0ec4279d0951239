//! Tests of the interpreter from outside.

mod rules;
