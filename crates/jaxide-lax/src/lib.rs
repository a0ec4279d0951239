//! The lax and control dialects of jaxide: one record per op, one typed function per op.
