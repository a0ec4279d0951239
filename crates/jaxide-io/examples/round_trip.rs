//! Writes arrays to a `.npy`, a `.npz` and a safetensors file and reads them back.

use jaxide_io::{load_npy, load_npz, load_safetensors, save_npy, save_npz, save_safetensors};
use jaxide_ir::Result;
use jaxide_trace::array;

fn main() -> Result<()> {
    let path = |end: &str| std::env::temp_dir().join(format!("jaxide-round-trip.{end}"));
    let x = array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    save_npy(path("npy"), &x)?;
    save_npz(path("npz"), [("x", &x)], true)?;
    save_safetensors(path("safetensors"), [("x", &x)], &[])?;
    for back in [
        load_npy(path("npy"))?,
        load_npz(path("npz"))?["x"].clone(),
        load_safetensors(path("safetensors"))?["x"].clone(),
    ] {
        assert_eq!(back.to_tensor(), x.to_tensor());
    }
    eprintln!("{x:?} came back from three files");
    Ok(())
}
