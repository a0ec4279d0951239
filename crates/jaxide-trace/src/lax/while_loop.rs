//! `while_loop` and `fori_loop`.

use std::{panic::Location, sync::Arc};

use jaxide_ir::{ArrayType, DType};
use jaxide_lax::control::{WHILE, While, diag};

use super::{At, Body, ScanOptions, Site, mismatches, promote_weak, scan::scan_named, type_error};
use crate::{
    Array,
    array::binary,
    error::{OrRaise, Result},
    func::FnInfo,
    promote,
    trace::bind,
    tree::{Paths, Tree, rebuild, tree_leaves},
};

/// Runs `body_fun` on a carry as long as `cond_fun` of it holds.
///
/// ```
/// # use jaxide_trace::{lax, scalar};
/// let (_, y) = lax::while_loop(|(i, _)| i.lt(3), |(i, y)| (i + 1, y * 2.0), (scalar(0), scalar(1.0)));
/// assert_eq!(y.item::<f32>(), 8.0);
/// ```
///
/// # Panics
/// With `TypeError` when `cond_fun` gives no bool scalar, or `body_fun` a carry of other types or
/// structure than it takes. A weak carry takes the dtype that the body gives it.
#[track_caller]
pub fn while_loop<T: Tree>(
    cond_fun: impl Fn(&T) -> Array,
    body_fun: impl Fn(&T) -> T,
    init: T,
) -> T {
    let at = Location::caller();
    let functions = [FnInfo::of_val(&cond_fun, at), FnInfo::of_val(&body_fun, at)];
    let names = Names { op: "while_loop", carry: "c", functions: &functions };
    run(&names, &cond_fun, &body_fun, init, at).or_raise()
}

/// How messages call the loop, its carry and its functions.
struct Names<'a> {
    op: &'static str,
    carry: &'static str,
    functions: &'a [FnInfo; 2],
}

fn run<T: Tree>(
    names: &Names<'_>,
    cond_fun: &dyn Fn(&T) -> Array,
    body_fun: &dyn Fn(&T) -> T,
    init: T,
    at: At,
) -> Result<T> {
    let [cond_info, body_info] = names.functions;
    let cond_site = Site { function: cond_info, transform: names.op, scope: "while/cond", at };
    let body_site = Site { function: body_info, transform: names.op, scope: "while/body", at };
    let trace_cond = |init: &T| {
        cond_site.trace(|g| cond_fun(&cond_site.inputs(g, init, names.carry, ArrayType::clone)))
    };
    let trace_body = |init: &T| {
        body_site.trace(|g| body_fun(&body_site.inputs(g, init, names.carry, ArrayType::clone)))
    };
    let (mut cond, mut body, mut init) = (trace_cond(&init)?, trace_body(&init)?, init);
    if let Some(promoted) = promote_weak(&init, &body.jaxpr.out_types()) {
        init = promoted;
        (cond, body) = (trace_cond(&init)?, trace_body(&init)?);
    }
    check_predicate(&cond, at)?;
    check_carry(names.op, names.carry, &init, &body.output, &body.jaxpr.out_types(), at)?;
    let leaves = tree_leaves(&init);
    let operands: Vec<&Array> = cond.captured.iter().chain(&body.captured).chain(&leaves).collect();
    let spec = While {
        cond_nconsts: cond.captured.len(),
        body_nconsts: body.captured.len(),
        cond_jaxpr: Arc::new(cond.jaxpr),
        body_jaxpr: Arc::new(body.jaxpr),
    };
    let results = bind(&WHILE, spec.params(), &operands, at)?;
    Ok(rebuild(&body.output, results.into_iter().collect()))
}

fn check_predicate(cond: &Body<Array>, at: At) -> Result<()> {
    let types = cond.jaxpr.out_types();
    if types.iter().all(|ty| ty.dtype.is_bool() && ty.rank() == 0) {
        Ok(())
    } else {
        Err(type_error(diag::while_predicate(&types), at))
    }
}

/// The carry that a body returns has structure and types of the one that it takes.
pub(super) fn check_carry<T: Tree>(
    op: &str,
    name: &str,
    init: &T,
    output: &T,
    out_types: &[ArrayType],
    at: At,
) -> Result<()> {
    let paths = Paths::of(name, init);
    if let Some(path) = paths.first_difference(&Paths::of(name, output)) {
        let difference = format!(
            "The input carry {path} and the corresponding component of the carry output differ in \
             structure."
        );
        return Err(type_error(diag::carry_trees(op, &difference), at));
    }
    let in_types: Vec<ArrayType> =
        tree_leaves(init).iter().map(|leaf| leaf.aval().clone()).collect();
    let found = mismatches(&paths.leaves, &in_types, out_types);
    if found.is_empty() { Ok(()) } else { Err(type_error(diag::carry_types(op, &found), at)) }
}

/// Runs `body_fun(i, carry)` for `i` from `lower` to `upper - 1`. With known bounds it is a `scan`, with
/// traced ones a `while`.
///
/// ```
/// # use jaxide_trace::{lax, scalar};
/// assert_eq!(lax::fori_loop(0, 5, |i, x| x + i, scalar(0)).item::<i32>(), 10);
/// ```
///
/// # Panics
/// With `TypeError` when the bounds differ in type, or `body_fun` gives a carry of other types or
/// structure than it takes.
#[track_caller]
pub fn fori_loop<T: Tree>(
    lower: impl Into<Array>,
    upper: impl Into<Array>,
    body_fun: impl Fn(&Array, &T) -> T,
    init: T,
) -> T {
    let at = Location::caller();
    let (lower, upper) = bounds(lower.into(), upper.into(), at).or_raise();
    let info = FnInfo::of_val(&body_fun, at);
    if let (Some(low), Some(high)) = (host_int(&lower), host_int(&upper)) {
        let length = usize::try_from(high - low).unwrap_or(0);
        let start =
            Array::plain(jaxide_ir::Scalar::int(DType::I64, low), lower.dtype(), lower.weak_type());
        let step = |(i, carry): &(Array, T), _: &()| ((i + 1, body_fun(i, carry)), ());
        let options = ScanOptions { length: Some(length), ..ScanOptions::default() };
        let scanned =
            scan_named("scan", "loop_carry", &info, options, &step, (start, init), &(), at);
        return scanned.or_raise().0.1;
    }
    let functions = [info.clone(), info];
    let names = Names { op: "while_loop", carry: "loop_carry", functions: &functions };
    let cond_fun = |(i, upper, _): &(Array, Array, T)| binary::lt(i, upper);
    let body_fun = |(i, upper, carry): &(Array, Array, T)| {
        let next = i + 1;
        (next, upper.clone(), body_fun(i, carry))
    };
    run(&names, &cond_fun, &body_fun, (lower, upper, init), at).or_raise().2
}

/// Bounds of one dtype; a plain number takes the other's.
#[track_caller]
fn bounds(lower: Array, upper: Array, at: At) -> Result<(Array, Array)> {
    if lower.dtype() == upper.dtype() {
        return Ok((lower, upper));
    }
    if !lower.weak_type() && !upper.weak_type() {
        return Err(type_error(diag::fori_bounds(lower.aval(), upper.aval()), at));
    }
    let (dtype, weak) = promote::result_type_of(&[&lower, &upper]);
    Ok((promote::convert(&lower, dtype, weak), promote::convert(&upper, dtype, weak)))
}

/// The value of a known bound.
fn host_int(bound: &Array) -> Option<i128> {
    bound.only().map(crate::array::int)
}
