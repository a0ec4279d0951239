//! Arrays as NumPy shows them. `Display` is `[1. 2. 3.]`, `Debug` is `Array([1., 2., 3.],
//! dtype=float32)`; traced arrays show their type.

use std::fmt;

use super::{Array, Concrete, Repr};

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Concrete(concrete) => f.write_str(&text(concrete, " ", 0)),
            Repr::Traced(_) => fmt::Debug::fmt(self, f),
        }
    }
}

impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = self.aval();
        let weak = if ty.weak { ", weak_type=True" } else { "" };
        match &self.0 {
            Repr::Concrete(concrete) => {
                let text = text(concrete, ", ", "Array(".len());
                write!(f, "Array({text}, dtype={}{weak})", ty.dtype.numpy_name())
            }
            Repr::Traced(tracer) => write!(
                f,
                "Traced<ShapedArray({}{weak})>with<DynamicJaxprTrace(level={}/0)>",
                ty.numpy_text(),
                tracer.info.level
            ),
        }
    }
}

fn text(concrete: &Concrete, separator: &str, indent: usize) -> String {
    jaxide_runtime::text::array(concrete.buffer.ty(), concrete.buffer.bytes(), separator, indent)
}
