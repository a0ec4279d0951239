//! Reading and writing arrays: npy.
