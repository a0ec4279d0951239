//! Writes an array to a `.npy` file and reads it back.

use jaxide_io::{load_npy, save_npy};
use jaxide_ir::{Result, TensorData};

fn main() -> Result<()> {
    let path = std::env::temp_dir().join("jaxide-npy-round-trip.npy");
    let data = TensorData::from_slice(&[2, 3], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    save_npy(&path, &data)?;
    let back = load_npy(&path)?;
    assert_eq!(back, data);
    eprintln!("{} came back from {}", back.ty(), path.display());
    Ok(())
}
