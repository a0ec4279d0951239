//! Buffers, devices, executables and the compile-time-free half of jaxide.
