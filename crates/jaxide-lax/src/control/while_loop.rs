//! The op of this name: its record and all its rules.
