//! Tests of the control dialect.
