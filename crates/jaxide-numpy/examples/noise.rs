//! Random numbers, selection and tracing with `jnp` and `random`, on the reference engine. Run it
//! with `cargo run -p jaxide-numpy --example noise`.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use jaxide_numpy::{jnp, random};
use jaxide_trace::{Array, jit, make_jaxpr};

/// Normal numbers, with a 0 for each beyond 1.
fn small_noise(key: &Array) -> Array {
    let noise = random::normal(key, [6]);
    jnp::where_(noise.abs().gt(1.0), 0.0, &noise)
}

fn main() {
    let [first, second] = random::split_into(&random::PRNGKey(8));
    println!("{}", small_noise(&first));
    println!("{}", jit(small_noise)(&second));
    let relu = |x: &Array| jnp::where_(x.gt(0.0), x, jnp::zeros_like(x));
    println!("{}", make_jaxpr(relu)(&jnp::arange(3.0)));
}
