//! Counters of random numbers. The hash itself is a recipe of elementwise ops.

use jaxide_ir::{DType, Result};

use super::program::{OpCall, ProgramCx, Slot};
use crate::emit::{Elem, Ty};

/// `iota_2x32_shape`: the numbers 0, 1, .. as high and low words.
///
/// # Errors
/// None.
pub fn iota_2x32_shape(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let word = Ty { elem: Elem::Int(32), lanes: 0 };
    let size = call.out_types[0].size();
    if call.out_types[0].rank() == 0 {
        let zero = cx.e.int(word, 0);
        return Ok(vec![Slot::Scalar(zero); 2]);
    }
    let outs = [cx.out(call, 0), cx.out(call, 1)];
    let loops = cx.begin_loops(&[size]);
    let number = loops.indices[0];
    let half = cx.e.index(32);
    let high = cx.i64_op("arith.shrui", number, half);
    for (out, value) in outs.iter().zip([high, number]) {
        let value = cx.e.op("arith.trunci", &[value], word, &[]);
        cx.store(value, out.ptr, DType::U32, number);
    }
    cx.end_loops(loops);
    Ok(outs.map(Slot::Array).to_vec())
}
