//! Random bits: threefry2x32.
