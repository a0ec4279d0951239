//! Filetests, program generators, conformance and comparison rules of jaxide.
