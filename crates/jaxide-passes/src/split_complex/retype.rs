//! Other element types: conversion, the same bits, counting.

use jaxide_ir::Result;
use jaxide_lax::{Val, shape};

use super::{
    Site, Splitter,
    rules::bind,
    value::{Value, zero},
};

/// A real operand gets an imaginary part of 0; a real result drops it.
pub(super) fn convert<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let dtype = site.outs[0].dtype;
    let params = site.call.params.clone().with("new_dtype", dtype.part());
    let part =
        |imaginary| Ok(bind(cx, site.call.op, params.clone(), &[operands[0].part(imaginary)])?[0]);
    let re = part(false)?;
    Ok(vec![match (operands[0].is_complex(), dtype.is_complex()) {
        (_, false) => Value::of(re),
        (true, true) => Value::complex(re, part(true)?),
        (false, true) => Value::complex(re, zero(cx.builder, &super::part_type(&site.outs[0]))),
    }])
}

/// A complex dtype has the bits of no other.
pub(super) fn bitcast<'b>(
    _: &mut Splitter<'_, 'b>,
    _: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    Ok(operands.to_vec())
}

/// Both parts are up to the engine.
pub(super) fn empty<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    _: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let ty = super::part_type(&site.outs[0]);
    let [re, im]: [Val<'b>; 2] = [0; 2].map(|_| shape::empty(cx.builder, ty.dtype, &ty.shape));
    Ok(vec![Value::complex(re.0, im.0)])
}

/// Counts in the real part.
pub(super) fn iota<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    _: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let ty = super::part_type(&site.outs[0]);
    let dimension = site.call.params.usize("dimension");
    let re: Val<'b> = shape::iota(cx.builder, ty.dtype, &ty.shape, dimension);
    Ok(vec![Value::complex(re.0, zero(cx.builder, &ty))])
}
