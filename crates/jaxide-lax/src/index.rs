//! Dynamic indexing: dynamic_slice, dynamic_update_slice.
