//! Shapes, refusals and rules of convolutions.
