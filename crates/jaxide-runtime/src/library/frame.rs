//! The call frame of compiled code: one array of 64-bit words that holds everything but the status.
//!
//! Word 0 is the number of words; then come the number of parameter words and these; the number of
//! operands and of results; and for each array, operands first, its address, the position of its
//! dtype, its rank and its sizes.

use jaxide_ir::{ArrayType, OpDef, Params};
use smallvec::SmallVec;

use super::{
    Failure, Run,
    arrays::{Input, Output, byte_count},
    call,
    words::{dtype_of, dtype_word, encode},
};

/// A word of a frame, for whoever writes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// A constant.
    Value(i64),
    /// The address of an operand.
    Input(usize),
    /// The address of a result.
    Output(usize),
}

/// The frame of a call of a library op.
pub fn layout(op: &OpDef, params: &Params, ins: &[ArrayType], outs: &[ArrayType]) -> Vec<Word> {
    let params = encode(op, params);
    let mut words = vec![Word::Value(0), Word::Value(params.len() as i64)];
    words.extend(params.into_iter().map(Word::Value));
    words.extend([Word::Value(ins.len() as i64), Word::Value(outs.len() as i64)]);
    let ins = ins.iter().enumerate().map(|(at, ty)| (Word::Input(at), ty));
    let outs = outs.iter().enumerate().map(|(at, ty)| (Word::Output(at), ty));
    for (address, ty) in ins.chain(outs) {
        words.push(address);
        words.push(Word::Value(dtype_word(ty.dtype)));
        words.push(Word::Value(ty.rank() as i64));
        words.extend(ty.shape.iter().map(|size| Word::Value(*size as i64)));
    }
    words[0] = Word::Value(words.len() as i64);
    words
}

/// Reads a frame word by word.
struct Reader<'a>(&'a [i64]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> &'a [i64] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn count(&mut self) -> usize {
        self.take(1)[0] as usize
    }

    /// Address, dtype, sizes and bytes of an array.
    fn array(&mut self) -> (*mut u8, jaxide_ir::DType, &'a [usize], usize) {
        let address = self.take(1)[0] as usize;
        let dtype = dtype_of(self.take(1)[0]);
        let rank = self.count();
        let shape: &[usize] = bytemuck::cast_slice(self.take(rank));
        let bytes = byte_count(dtype, shape);
        // An empty array may have any address.
        let address = if bytes == 0 { 64 } else { address };
        (std::ptr::with_exposed_provenance_mut(address), dtype, shape, bytes)
    }
}

/// Runs a routine for compiled code and notes a failure unless one is noted; no panic leaves it.
///
/// # Safety
/// `frame` points to words as [`layout`] lays them out; the arrays in it are alive and aligned to
/// their elements, nobody else uses results or writes to operands during the call, and no result
/// overlaps another array; `status` may be read and written.
pub unsafe fn enter(frame: *const i64, status: *mut i32, run: Run) {
    // SAFETY: the first word is the number of words, by the caller's promise.
    let words = unsafe { std::slice::from_raw_parts(frame, *frame as usize) };
    let body = || {
        // SAFETY: the caller's promise about arrays.
        unsafe { call_frame(words, run) }
    };
    let result = std::panic::catch_unwind(body).unwrap_or(Err(Failure::Panicked));
    // SAFETY: the caller's promise about the status.
    let first = || unsafe { status.read() } == 0;
    if let Err(failure) = result
        && first()
    {
        // SAFETY: as above.
        unsafe { status.write(failure.status()) }
    }
}

/// # Safety
/// That of [`enter`].
unsafe fn call_frame(words: &[i64], run: Run) -> Result<(), Failure> {
    let mut reader = Reader(&words[1..]);
    let count = reader.count();
    let params = reader.take(count);
    let (ins, outs) = (reader.count(), reader.count());
    let mut inputs: SmallVec<[Input<'_>; 4]> = SmallVec::new();
    let mut outputs: SmallVec<[Output<'_>; 4]> = SmallVec::new();
    for _ in 0..ins {
        let (address, dtype, shape, bytes) = reader.array();
        // SAFETY: an array of the frame, which nobody writes to.
        let bytes = unsafe { std::slice::from_raw_parts(address, bytes) };
        inputs.push(Input { dtype, shape, bytes });
    }
    for _ in 0..outs {
        let (address, dtype, shape, bytes) = reader.array();
        // SAFETY: an array of the frame, which nobody else uses.
        let bytes = unsafe { std::slice::from_raw_parts_mut(address, bytes) };
        outputs.push(Output { dtype, shape, bytes });
    }
    call(run, params, &inputs, &mut outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(
        _: super::super::Words<'_>,
        ins: &[Input<'_>],
        outs: &mut [Output<'_>],
    ) -> Result<(), Failure> {
        let x = ins[0].elements::<f64>();
        assert_eq!((ins[0].matrix(), outs[0].shape()), ((1, 2), ins[0].shape()));
        assert!(x[0] >= 0.0, "a defect for the test below");
        outs[0].elements::<f64>().iter_mut().zip(x).for_each(|(out, x)| *out = 2.0 * x);
        Ok(())
    }

    fn run(x: [f64; 2]) -> ([f64; 2], i32) {
        let mut out = [0.0; 2];
        let (x, to) = (x.as_ptr().expose_provenance(), out.as_mut_ptr().expose_provenance());
        let dtype = dtype_word(jaxide_ir::DType::F64);
        let frame = [14, 0, 1, 1, x as i64, dtype, 2, 1, 2, to as i64, dtype, 2, 1, 2];
        let mut status = 0;
        // SAFETY: the frame is one of `layout`, and its arrays are those above.
        unsafe { enter(frame.as_ptr(), &raw mut status, double) };
        (out, status)
    }

    #[test]
    fn a_frame_carries_arrays_in_and_results_and_failures_out() {
        assert_eq!(run([1.0, 2.5]), ([2.0, 5.0], 0));
        let (out, status) = run([-1.0, 2.5]);
        assert!(out[0].is_nan() && out[1].is_nan());
        assert_eq!(Failure::from_status(status), Some(Failure::Panicked));
    }
}
