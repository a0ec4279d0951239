//! Tests that see more than one engine.

mod engines;
