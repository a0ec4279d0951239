//! Branches return one type.
use jaxide_trace::{Array, lax};

fn main() {
    let f = |x: &Array| lax::cond(x.lt(0.0), |x| x + 1.0, |x| (x.clone(), x.clone()), x);
    let _ = f;
}
