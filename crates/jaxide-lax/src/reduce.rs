//! Reductions, argmax, argmin, cumulative ops.
