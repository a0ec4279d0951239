//! The pass manager of jaxide and its passes on array programs.
