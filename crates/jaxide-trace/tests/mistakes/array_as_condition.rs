//! The element-wise comparison is no condition.
use jaxide_trace::Array;

fn main() {
    let f = |x: &Array| if x.lt(0.0) { -x } else { x.clone() };
    let _ = f;
}
