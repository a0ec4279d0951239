//! Procedural macros of jaxide.
