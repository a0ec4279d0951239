//! The threefry hash and its counters. Everything else about random numbers is composed of other
//! ops.

use jaxide_ir::{OpDef, Result};
use jaxide_lax::random::{IOTA_2X32_SHAPE, THREEFRY2X32};
use jaxide_runtime::Buffer;
use smallvec::{SmallVec, smallvec};

use crate::{
    Kernel, KernelCx, Results,
    elementwise::{Operand, spread},
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[
    (&IOTA_2X32_SHAPE, Kernel::Pure(eval_iota_2x32_shape)),
    (&THREEFRY2X32, Kernel::Pure(eval_threefry2x32)),
];

/// The high and the low words of 0, 1, 2, ...
fn eval_iota_2x32_shape(cx: &KernelCx<'_>, _: &[&Buffer]) -> Result<Results> {
    let (mut high, mut low) = (cx.out_buffer()?, cx.out_buffer()?);
    let words = high.as_mut_slice::<u32>().iter_mut().zip(low.as_mut_slice::<u32>());
    for (i, (high, low)) in words.enumerate() {
        (*high, *low) = ((i as u64 >> 32) as u32, i as u32);
    }
    Ok(smallvec![high, low])
}

fn eval_threefry2x32(cx: &KernelCx<'_>, inputs: &[&Buffer]) -> Result<Results> {
    let operands = spread(inputs, cx.out())?;
    let words: SmallVec<[Operand<'_, u32>; 4]> = operands.iter().map(|x| Operand::of(x)).collect();
    let (mut first, mut second) = (cx.out_buffer()?, cx.out_buffer()?);
    let outs = first.as_mut_slice::<u32>().iter_mut().zip(second.as_mut_slice::<u32>());
    for (i, (first, second)) in outs.enumerate() {
        let at = |operand: usize| words[operand].at(i);
        [*first, *second] = threefry2x32([at(0), at(1)], [at(2), at(3)]);
    }
    Ok(smallvec![first, second])
}

/// Rotations of the even and of the odd groups of four rounds.
const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];

/// Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3").
fn threefry2x32(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    let keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1BD1_1BDA];
    let mut x = [counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1])];
    for group in 0..5 {
        for rotation in ROTATIONS[group % 2] {
            x[0] = x[0].wrapping_add(x[1]);
            x[1] = x[1].rotate_left(rotation) ^ x[0];
        }
        x[0] = x[0].wrapping_add(keys[(group + 1) % 3]);
        x[1] = x[1].wrapping_add(keys[(group + 2) % 3]).wrapping_add(group as u32 + 1);
    }
    x
}
