//! On the left stand `f64` and `i32` only; the array may stand there instead.
use jaxide_trace::Array;

fn main() {
    let f = |x: &Array, lr: f32| lr * x;
    let _ = f;
}
