//! Ops that move elements: broadcast_in_dim, reshape, transpose, slice, pad, concatenate and their like.
