//! Arrays in and out: NumPy's `.npy` and `.npz`, safetensors, DLPack, `ndarray`.
//!
//! Files are read straight into the memory of the array; what lies in memory already is shared where
//! its layout allows. Deliberately not here: anything that computes.

mod buffer;
pub mod diag;
pub mod dlpack;
#[cfg(feature = "ndarray")]
pub mod ndarray;
pub mod npy;
mod npy_header;
pub mod npz;
pub mod safetensors;

pub use dlpack::{from_dlpack, to_dlpack};
#[cfg(feature = "ndarray")]
pub use ndarray::{from_ndarray, to_ndarray, view_ndarray};
pub use npy::{load_npy, read_npy, save_npy, write_npy};
pub use npz::{load_npz, read_npz, save_npz, write_npz};
pub use safetensors::{load_safetensors, save_safetensors};
