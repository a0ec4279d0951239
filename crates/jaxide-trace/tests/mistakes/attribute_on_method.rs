//! Methods have no place for a static cache.
use jaxide_trace::jit;

struct Model;

impl Model {
    #[jit(crate = jaxide_trace)]
    fn f(&self, x: &jaxide_trace::Array) -> jaxide_trace::Array {
        x.clone()
    }
}

fn main() {}
