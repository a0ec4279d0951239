//! NumPy's `fft`: discrete Fourier transforms along axes, with NumPy's options, and what goes with
//! them. Integers become floats, and halves f32.

mod along;
mod frequencies;
mod transforms;

pub use along::{Along, Norm, along};
pub use frequencies::{fftfreq, fftfreq_of, fftshift, ifftshift, rfftfreq, rfftfreq_of};
pub use transforms::*;
