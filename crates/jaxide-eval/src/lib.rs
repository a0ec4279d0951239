//! The reference interpreter of jaxide.
