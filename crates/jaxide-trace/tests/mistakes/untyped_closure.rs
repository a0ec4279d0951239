//! A closure needs the types of its parameters; `jit_fn!` supplies them.
use jaxide_trace::jit;

fn main() {
    let _ = jit(|x, y| x - y);
}
