//! Contractions: dot_general.
