//! Shapes are integers.
use jaxide_trace::Array;

fn main() {
    let f = |x: &Array| x.reshape([2.0, 3.0]);
    let _ = f;
}
