//! Operators on owned arrays take them.
use jaxide_trace::Array;

fn main() {
    let f = |a: &Array, b: &Array| {
        let e = a - b;
        (e * e).sum()
    };
    let _ = f;
}
