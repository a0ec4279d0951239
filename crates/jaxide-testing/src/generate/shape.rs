//! Steps that move elements, and arrays from nothing.

use std::sync::Arc;

use jaxide_ir::{ArrayType, DType, Handle, Scalar, Value};
use jaxide_lax as lax;
use jaxide_lax::Val;

use super::{
    draft::{Draft, Kind, Rule, rule, small},
    recipe::Step,
    values::{Taste, special, tensor},
};

pub(super) static RULES: &[Rule] = &[
    rule("reshape", Kind::Exact, reshape),
    rule("transpose", Kind::Exact, transpose),
    rule("broadcast_in_dim", Kind::Exact, broadcast),
    rule("slice", Kind::Exact, slice),
    rule("pad", Kind::Exact, pad),
    rule("concatenate", Kind::Exact, concatenate),
    rule("rev", Kind::Exact, rev),
    rule("squeeze", Kind::Exact, squeeze),
    rule("split", Kind::Exact, split),
    rule("stack", Kind::Exact, stack),
    rule("tile", Kind::Exact, tile),
    rule("iota", Kind::Exact, iota),
    rule("constant", Kind::Exact, constant),
];

fn any(_: &ArrayType) -> bool {
    true
}

/// The subset of axes that the bits of a number say; of `0` all.
pub(super) fn axes(knob: u8, rank: usize) -> Vec<usize> {
    (0..rank).filter(|axis| knob == 0 || knob >> (axis % 8) & 1 == 1).collect()
}

/// Zeros of a type.
pub(super) fn zeros<'b>(draft: &Draft<'b>, ty: &ArrayType) -> Val<'b> {
    lax::broadcast_in_dim(&draft.int(ty.dtype, 0), &ty.shape, &[])
}

fn reshape(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], any)?;
    let mut sizes: Vec<usize> = x.ty().shape.to_vec();
    match step.knobs[0] % 3 {
        0 => sizes = vec![x.ty().size()],
        1 => sizes.insert(usize::from(step.knobs[1]) % (sizes.len() + 1), 1),
        _ => sizes.reverse(),
    }
    small(&sizes)?;
    draft.push(lax::reshape(&x, &sizes));
    Some(())
}

fn transpose(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 2)?;
    let rank = x.ty().rank();
    let mut permutation: Vec<usize> = (0..rank).rev().collect();
    permutation.rotate_left(usize::from(step.knobs[0]) % rank);
    if step.knobs[1] % 2 == 1 {
        permutation.swap(0, usize::from(step.knobs[2]) % rank);
    }
    draft.push(lax::transpose(&x, &permutation));
    Some(())
}

/// One new dimension, and dimensions of size 1 repeated.
fn broadcast(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], any)?;
    let size = [2, 3, 1, 5, 0, 17][usize::from(step.knobs[0]) % 6];
    let mut shape: Vec<usize> = x.ty().shape.to_vec();
    if step.knobs[2] % 2 == 1 {
        shape.iter_mut().filter(|dim| **dim == 1).for_each(|dim| *dim = size);
    }
    let at = usize::from(step.knobs[1]) % (shape.len() + 1);
    shape.insert(at, size);
    small(&shape)?;
    let kept: Vec<usize> = (0..shape.len()).filter(|axis| *axis != at).collect();
    draft.push(lax::broadcast_in_dim(&x, &shape, &kept));
    Some(())
}

fn slice(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let [low, high, stride, which] = step.knobs.map(usize::from);
    let shape = x.ty().shape;
    let (mut start, mut limit) = (vec![0; shape.len()], shape.to_vec());
    let mut strides = vec![1; shape.len()];
    for axis in axes(which as u8, shape.len()) {
        start[axis] = low % (shape[axis] + 1);
        limit[axis] -= high % (shape[axis] - start[axis] + 1);
        strides[axis] = 1 + stride % 3;
    }
    draft.push(lax::slice(&x, &start, &limit, Some(&strides)));
    Some(())
}

fn pad(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let ty = x.ty();
    let value = match step.picks[1] % 2 {
        0 => draft.literal(special(ty.dtype, step.picks[2])),
        _ => draft.take(step.picks[2], |value| *value == ArrayType::scalar(ty.dtype))?,
    };
    let [low, high, interior, which] = step.knobs;
    let mut config = vec![(0, 0, 0); ty.rank()];
    for axis in axes(which, ty.rank()) {
        let size = ty.shape[axis] as i64;
        let between = i64::from(interior % 3);
        // Cropping from one end may take everything but never more.
        let crop = |knob: u8| (i64::from(knob % 6) - 2).max(-(size / 2));
        config[axis] = (crop(low), crop(high), between);
    }
    let padded = |(size, (low, high, interior)): (&usize, &(i64, i64, i64))| {
        let size = *size as i64;
        (size + low + high + (size - 1).max(0) * interior).max(0) as usize
    };
    small(&ty.shape.iter().zip(&config).map(padded).collect::<Vec<_>>())?;
    draft.push(lax::pad(&x, &value, &config));
    Some(())
}

fn concatenate(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let ty = x.ty();
    let axis = usize::from(step.knobs[0]) % ty.rank();
    let fits = |other: &ArrayType| {
        other.dtype == ty.dtype
            && other.rank() == ty.rank()
            && (0..ty.rank()).all(|at| at == axis || other.shape[at] == ty.shape[at])
    };
    let y = draft.take(step.picks[1], fits)?;
    let z = draft.take(step.picks[2], fits)?;
    let parts = if step.knobs[1].is_multiple_of(2) { &[&x, &y][..] } else { &[&x, &y, &z] };
    let mut shape = ty.shape.clone();
    shape[axis] = parts.iter().map(|part| part.ty().shape[axis]).sum();
    small(&shape)?;
    draft.push(lax::concatenate(parts, axis));
    Some(())
}

fn rev(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    draft.push(lax::rev(&x, &axes(step.knobs[0], x.ty().rank())));
    Some(())
}

fn squeeze(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.shape.contains(&1))?;
    let shape = x.ty().shape;
    let ones: Vec<usize> = (0..shape.len()).filter(|axis| shape[*axis] == 1).collect();
    let kept = axes(step.knobs[0], ones.len());
    draft.push(lax::squeeze(&x, &kept.iter().map(|at| ones[*at]).collect::<Vec<_>>()));
    Some(())
}

fn split(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let axis = usize::from(step.knobs[0]) % x.ty().rank();
    let size = x.ty().shape[axis];
    let first = usize::from(step.knobs[1]) % (size + 1);
    lax::split(&x, &[first, size - first], axis).into_iter().for_each(|part| draft.push(part));
    Some(())
}

fn stack(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], any)?;
    let ty = x.ty();
    let y = draft.take(step.picks[1], |other| *other == ty)?;
    small(&[&[2], &ty.shape[..]].concat())?;
    draft.push(lax::stack(&[&x, &y], usize::from(step.knobs[0]) % (ty.rank() + 1)));
    Some(())
}

fn tile(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let shape = x.ty().shape;
    let mut reps = vec![1; shape.len()];
    reps[usize::from(step.knobs[0]) % shape.len()] = [2, 3, 0][usize::from(step.knobs[1] % 3)];
    small(&shape.iter().zip(&reps).map(|(size, rep)| size * rep).collect::<Vec<_>>())?;
    draft.push(lax::tile(&x, &reps));
    Some(())
}

/// A dtype that counts.
fn countable(knob: u8) -> DType {
    [DType::I32, DType::F32, DType::U8, DType::I64, DType::F64, DType::F16][usize::from(knob) % 6]
}

fn iota(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let like = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let shape = like.ty().shape;
    let axis = usize::from(step.knobs[1]) % shape.len();
    draft.push(lax::iota(draft.cx, countable(step.knobs[0]), &shape, axis));
    Some(())
}

/// Baked-in data, or a literal repeated. Only the outermost program has data of its own.
fn constant(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let like = draft.take(step.picks[0], any)?;
    let ty = like.ty();
    if draft.depth > 0 || step.knobs[0].is_multiple_of(2) {
        let value: Scalar = special(ty.dtype, step.knobs[1]);
        draft.push(lax::broadcast_in_dim(&draft.literal(value), &ty.shape, &[]));
        return Some(());
    }
    let data = tensor(&ty, step.knobs[1].into(), Taste::Tame);
    let var = draft.cx.borrow_mut().constant(Arc::new(data));
    draft.push(Val(Handle::new(draft.cx, var.into())));
    Some(())
}
