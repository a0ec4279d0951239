//! Reductions and cumulative ops that join complex elements by an op that is not linear: trees of
//! that op on halves, and steps of doubled distance.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{ArrayType, Call, Handle, JaxprBuilder, Result, Scalar, Value};
use jaxide_lax::{
    Val, broadcast_in_dim, concatenate, convert_element_type, exp, is_finite, log, max, min, mul,
    real, reshape, rev, select_n, slice,
    templates::zeros_like,
    transpose,
    window::{Window, bind_reduce_window},
};

/// An op on two arrays of one type.
type Join<'b> = fn(&Val<'b>, &Val<'b>) -> Val<'b>;

pub(super) fn reduce_prod<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    reduce(call, x, 1.0, mul)
}

pub(super) fn reduce_max<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    reduce(call, x, f64::NEG_INFINITY, max)
}

pub(super) fn reduce_min<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    reduce(call, x, f64::INFINITY, min)
}

pub(super) fn cumprod<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    running(call, x, mul)
}

pub(super) fn cummax<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    running(call, x, max)
}

pub(super) fn cummin<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    running(call, x, min)
}

pub(super) fn cumlogsumexp<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    running(call, x, log_add_exp)
}

/// `log(exp(a) + exp(b))` without overflow: the greater real part is taken out.
fn log_add_exp<'b>(a: &Val<'b>, b: &Val<'b>) -> Val<'b> {
    let most = max(&real(a), &real(b));
    let most = select_n(&is_finite(&most), &[&zeros_like(&most), &most]);
    let most = convert_element_type(&most, a.ty().dtype);
    log(&(exp(&(*a - most)) + exp(&(*b - most)))) + most
}

pub(super) fn window_max<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    window(call, x, f64::NEG_INFINITY, |a, b| max(a, b))
}

pub(super) fn window_min<'b>(call: &Call<'_>, x: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    window(call, x, f64::INFINITY, |a, b| min(a, b))
}

/// The same as a program on two elements.
fn window<'b>(
    call: &Call<'_>,
    operands: &[Handle<'b>],
    unit: f64,
    join: for<'c> fn(&Val<'c>, &Val<'c>) -> Val<'c>,
) -> Result<Vec<Handle<'b>>> {
    let x = operands[0];
    let scalar = ArrayType::scalar(x.ty().dtype);
    let (builder, vars) = JaxprBuilder::with_inputs(&[scalar.clone(), scalar]);
    let builder = RefCell::new(builder);
    let [a, b] = [0, 1].map(|at| Val(Handle::new(&builder, vars[at].into())));
    let out = join(&a, &b).0.atom();
    let body = Arc::new(builder.into_inner().finish(vec![out]));
    let unit = Handle::literal(x.cx(), Scalar::complex(x.ty().dtype, unit, 0.0));
    Ok(bind_reduce_window(x.cx(), body, &Window::of(call.params), &[&x, &unit]).into_vec())
}

/// The elements along the parameter `axes` joined, those of no axis `unit`.
fn reduce<'b>(
    call: &Call<'_>,
    operands: &[Handle<'b>],
    unit: f64,
    join: Join<'b>,
) -> Result<Vec<Handle<'b>>> {
    let x = Val(operands[0]);
    let (ty, axes) = (x.ty(), call.params.usizes("axes"));
    let kept: Vec<usize> = (0..ty.rank()).filter(|axis| !axes.contains(axis)).collect();
    let order: Vec<usize> = axes.iter().chain(&kept).copied().collect();
    let rest: Vec<usize> = kept.iter().map(|axis| ty.shape[*axis]).collect();
    let count: usize = axes.iter().map(|axis| ty.shape[*axis]).product();
    if count == 0 {
        let unit = Val::literal(x.cx(), Scalar::complex(ty.dtype, unit, 0.0));
        return Ok(vec![broadcast_in_dim(&unit, &rest, &[]).0]);
    }
    let mut x = reshape(&transpose(&x, &order), &[&[count], &rest[..]].concat());
    let mut left = count;
    while left > 1 {
        let half = left / 2;
        let joined = join(&between(&x, 0, 0, half), &between(&x, 0, half, 2 * half));
        x = match left % 2 {
            0 => joined,
            _ => concatenate(&[&joined, &between(&x, 0, 2 * half, left)], 0),
        };
        left -= half;
    }
    Ok(vec![reshape(&x, &rest).0])
}

/// Each element joined with all before it along the parameter `axis`.
fn running<'b>(
    call: &Call<'_>,
    operands: &[Handle<'b>],
    join: Join<'b>,
) -> Result<Vec<Handle<'b>>> {
    let (axis, reverse) = (call.params.usize("axis"), call.params.bool("reverse"));
    let turned = |x: Val<'b>| if reverse { rev(&x, &[axis]) } else { x };
    let mut x = turned(Val(operands[0]));
    let size = x.ty().shape[axis];
    let mut distance = 1;
    while distance < size {
        let joined =
            join(&between(&x, axis, 0, size - distance), &between(&x, axis, distance, size));
        x = concatenate(&[&between(&x, axis, 0, distance), &joined], axis);
        distance *= 2;
    }
    Ok(vec![turned(x).0])
}

/// The elements from `start` up to `limit` along an axis.
fn between<'b>(x: &Val<'b>, axis: usize, start: usize, limit: usize) -> Val<'b> {
    let mut limits = x.ty().shape.to_vec();
    let mut starts = vec![0; limits.len()];
    (starts[axis], limits[axis]) = (start, limit);
    slice(x, &starts, &limits, None)
}
