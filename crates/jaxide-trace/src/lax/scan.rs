//! `scan` and `map`: a function along the leading axis.

use std::{panic::Location, sync::Arc};

use jaxide_ir::ArrayType;
use jaxide_lax::control::{SCAN, Scan, diag};

use super::{At, Body, Site, promote_weak, value_error, while_loop::check_carry};
use crate::{
    Array,
    error::{OrRaise, Result},
    func::FnInfo,
    trace::bind,
    tree::{Tree, rebuild, tree_leaves},
};

/// What [`scan_with`] does besides the plain scan.
#[derive(Clone, Copy, Debug)]
pub struct ScanOptions {
    /// Number of steps; needed where nothing is scanned over.
    pub length: Option<usize>,
    /// From the last slice to the first.
    pub reverse: bool,
    /// How many steps a compiler may unroll; never changes results.
    pub unroll: usize,
}

impl Default for ScanOptions {
    fn default() -> ScanOptions {
        ScanOptions { length: None, reverse: false, unroll: 1 }
    }
}

/// Runs `f(carry, x)` for each slice `x` of `xs` along the leading axis; returns the last carry and
/// the stacked second results.
///
/// ```
/// # use jaxide_trace::{array, lax, scalar};
/// let xs = array([1.0, 2.0, 3.0]);
/// let (sum, before) = lax::scan(|c, x| (c + x, c.clone()), scalar(0.0), &xs);
/// assert_eq!(sum.item::<f32>(), 6.0);
/// assert_eq!(before.to_vec::<f32>(), [0.0, 1.0, 3.0]);
/// ```
///
/// # Panics
/// With `TypeError` when `f` gives a carry of other types or structure than it takes, with `ValueError`
/// when the lengths of `xs` differ. A weak carry takes the dtype that `f` gives it.
#[track_caller]
pub fn scan<C: Tree, X: Tree, Y: Tree>(f: impl Fn(&C, &X) -> (C, Y), init: C, xs: &X) -> (C, Y) {
    let at = Location::caller();
    let info = FnInfo::of_val(&f, at);
    scan_named("scan", "c", &info, ScanOptions::default(), &f, init, xs, at).or_raise()
}

/// [`scan`] with a length, in reverse, or unrolled.
///
/// # Panics
/// As [`scan`], and when the length is not that of `xs`.
#[track_caller]
pub fn scan_with<C: Tree, X: Tree, Y: Tree>(
    options: ScanOptions,
    f: impl Fn(&C, &X) -> (C, Y),
    init: C,
    xs: &X,
) -> (C, Y) {
    let at = Location::caller();
    let info = FnInfo::of_val(&f, at);
    scan_named("scan", "c", &info, options, &f, init, xs, at).or_raise()
}

/// `f` of each slice of `xs` along the leading axis, stacked.
///
/// # Panics
/// With `ValueError` when the lengths of `xs` differ.
#[track_caller]
pub fn map<X: Tree, Y: Tree>(f: impl Fn(&X) -> Y, xs: &X) -> Y {
    let at = Location::caller();
    let info = FnInfo::of_val(&f, at);
    let step = |_: &(), x: &X| ((), f(x));
    scan_named("map", "c", &info, ScanOptions::default(), &step, (), xs, at).or_raise().1
}

#[allow(clippy::too_many_arguments, reason = "the arguments of scan and how messages call them")]
pub(super) fn scan_named<C: Tree, X: Tree, Y: Tree>(
    transform: &'static str,
    carry: &'static str,
    info: &FnInfo,
    options: ScanOptions,
    f: &dyn Fn(&C, &X) -> (C, Y),
    init: C,
    xs: &X,
    at: At,
) -> Result<(C, Y)> {
    let scanned = tree_leaves(xs);
    let length = length(&scanned, options.length, at)?;
    let site = Site { function: info, transform, scope: "scan/body", at };
    let slice = |ty: &ArrayType| ty.with_shape(&ty.shape[1..]);
    let trace = |init: &C| -> Result<Body<(C, Y)>> {
        site.trace(|guard| {
            let carry = site.inputs(guard, init, carry, ArrayType::clone);
            f(&carry, &site.inputs(guard, xs, "x", slice))
        })
    };
    let num_carry = tree_leaves(&init).len();
    let (mut body, mut init) = (trace(&init)?, init);
    let carry_types = |body: &Body<(C, Y)>| {
        let mut types = body.jaxpr.out_types();
        types.truncate(tree_leaves(&body.output.0).len());
        types
    };
    if let Some(promoted) = promote_weak(&init, &carry_types(&body)) {
        init = promoted;
        body = trace(&init)?;
    }
    check_carry("scan", carry, &init, &body.output.0, &carry_types(&body), at)?;
    let leaves = tree_leaves(&init);
    let operands: Vec<&Array> = body.captured.iter().chain(&leaves).chain(&scanned).collect();
    let spec = Scan {
        num_consts: body.captured.len(),
        num_carry,
        length,
        reverse: options.reverse,
        unroll: options.unroll,
        jaxpr: Arc::new(body.jaxpr),
    };
    let results = bind(&SCAN, spec.params(), &operands, at)?;
    Ok(rebuild(&body.output, results.into_iter().collect()))
}

/// The number of steps.
fn length(scanned: &[Array], given: Option<usize>, at: At) -> Result<usize> {
    let mut sizes = Vec::with_capacity(scanned.len());
    for array in scanned {
        match array.shape().first() {
            Some(size) => sizes.push(*size),
            None => return Err(value_error(diag::scan_no_axis(&array.to_string()), at)),
        }
    }
    match (given, sizes.first()) {
        (Some(length), _) if sizes.iter().any(|size| *size != length) => {
            Err(value_error(diag::scan_length_disagrees(length, &sizes), at))
        }
        (_, Some(first)) if sizes.iter().any(|size| size != first) => {
            Err(value_error(diag::scan_lengths(&sizes), at))
        }
        (Some(length), _) => Ok(length),
        (None, Some(first)) => Ok(*first),
        (None, None) => Err(value_error(diag::scan_no_length(), at)),
    }
}
