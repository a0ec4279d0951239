//! Inside `jit` a number is not known yet.
use jaxide_trace::{Array, jit};

fn main() {
    let _ = jit(|x: &Array| -> f32 { x.sum().item() });
}
