//! NumPy's functions under their own names, as JAX has them in `jax.numpy`.

pub use jaxide_numpy::jnp::*;
