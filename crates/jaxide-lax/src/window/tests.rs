//! Shapes, refusals and rules of windowed ops.
