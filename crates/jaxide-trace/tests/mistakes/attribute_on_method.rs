//! Methods have no place for a static cache.
use jaxide_trace::{Array, jit};

struct Model;

impl Model {
    #[jit(crate = jaxide_trace)]
    fn f(&self, x: &Array) -> Array {
        x.clone()
    }
}

fn main() {}
