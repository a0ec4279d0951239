//! The one integration test binary of jaxide-kernel.

mod exprs;
mod groups;
