//! NumPy- and JAX-style functions composed from traced ops: jnp, random, nn.
