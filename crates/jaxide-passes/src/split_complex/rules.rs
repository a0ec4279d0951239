//! What each op does on real and imaginary parts. Elementwise ops bring their rule along in their
//! rows; composite ops have none.

use std::sync::Arc;

use jaxide_ir::{Handle, Jaxpr, OpDef, Param, Params, Result, Value as _, rules::DecomposeFn};
use jaxide_lax::{
    self as lax, Val,
    control::{self, scan::SCAN, while_loop::WHILE},
    elementwise::{
        self,
        complex::{Pair, algebra},
    },
    templates::broadcast_to,
};

use super::{
    Site, Splitter, expand, indexed, retype,
    value::{Value, flatten, regroup},
};

/// How an op with complex operands or results is rewritten.
#[derive(Clone, Copy)]
pub(super) enum SplitRule {
    /// By a function on parts.
    By(SplitByFn),
    /// By ops on complex arrays, which are rewritten in turn.
    Expand(DecomposeFn),
}

/// Operands to results.
pub(super) type SplitByFn =
    for<'b> fn(&mut Splitter<'_, 'b>, &Site<'_>, &[Value<'b>]) -> Result<Vec<Value<'b>>>;

pub(super) fn find(op: &OpDef) -> Option<SplitRule> {
    RULES.iter().find(|row| row.0 == op).map(|row| row.1)
}

pub(super) static RULES: &[(&OpDef, SplitRule)] = &[
    // Elements move alike in both parts, or are summed.
    (&lax::shape::BROADCAST_IN_DIM, SplitRule::By(alike)),
    (&lax::shape::CONCATENATE, SplitRule::By(alike)),
    (&lax::reduce::CUMSUM, SplitRule::By(alike)),
    (&lax::index::DYNAMIC_SLICE, SplitRule::By(alike)),
    (&lax::index::DYNAMIC_UPDATE_SLICE, SplitRule::By(alike)),
    (&lax::gather::GATHER, SplitRule::By(indexed::gather)),
    (&lax::shape::PAD, SplitRule::By(alike)),
    (&lax::reduce::REDUCE_SUM, SplitRule::By(alike)),
    (&lax::window::REDUCE_WINDOW_SUM, SplitRule::By(alike)),
    (&lax::shape::RESHAPE, SplitRule::By(alike)),
    (&lax::shape::REV, SplitRule::By(alike)),
    (&lax::scatter::SCATTER, SplitRule::By(indexed::scatter)),
    (&lax::scatter::SCATTER_ADD, SplitRule::By(indexed::scatter_sum)),
    (&lax::scatter::SCATTER_SUB, SplitRule::By(indexed::scatter_sum)),
    (&elementwise::SELECT_N, SplitRule::By(select_n)),
    (&lax::shape::SLICE, SplitRule::By(alike)),
    (&lax::shape::SPLIT, SplitRule::By(alike)),
    (&lax::shape::SQUEEZE, SplitRule::By(alike)),
    (&lax::shape::STACK, SplitRule::By(alike)),
    (&lax::shape::TILE, SplitRule::By(alike)),
    (&lax::shape::TRANSPOSE, SplitRule::By(alike)),
    (&lax::shape::UNSTACK, SplitRule::By(alike)),
    // Bilinear.
    (&lax::conv::CONV_GENERAL_DILATED, SplitRule::By(bilinear)),
    (&lax::dot::DOT_GENERAL, SplitRule::By(bilinear)),
    // Other element types.
    (&elementwise::BITCAST_CONVERT_TYPE, SplitRule::By(retype::bitcast)),
    (&elementwise::CONVERT_ELEMENT_TYPE, SplitRule::By(retype::convert)),
    (&lax::shape::EMPTY, SplitRule::By(retype::empty)),
    (&lax::shape::IOTA, SplitRule::By(retype::iota)),
    // Elementwise ops without rows.
    (&elementwise::CLAMP, SplitRule::By(clamp)),
    (&elementwise::INTEGER_POW, SplitRule::By(integer_pow)),
    // Parts side by side.
    (&lax::barrier::OPTIMIZATION_BARRIER, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &[]))),
    (&lax::sort::SORT, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &["num_keys"]))),
    (&lax::window::REDUCE_WINDOW, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &[]))),
    (&control::CLOSED_CALL, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &[]))),
    (&control::COND, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &[]))),
    (&control::PJIT, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &[]))),
    (&control::REMAT2, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &[]))),
    (&SCAN, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &["num_consts", "num_carry"]))),
    (&WHILE, SplitRule::By(|cx, at, x| side_by_side(cx, at, x, &["cond_nconsts", "body_nconsts"]))),
    (&control::CUSTOM_JVP_CALL, SplitRule::By(custom_call)),
    (&control::CUSTOM_VJP_CALL, SplitRule::By(custom_call)),
    // By products and comparisons of complex arrays.
    (&lax::reduce::CUMLOGSUMEXP, SplitRule::Expand(expand::cumlogsumexp)),
    (&lax::reduce::CUMMAX, SplitRule::Expand(expand::cummax)),
    (&lax::reduce::CUMMIN, SplitRule::Expand(expand::cummin)),
    (&lax::reduce::CUMPROD, SplitRule::Expand(expand::cumprod)),
    (&lax::reduce::REDUCE_MAX, SplitRule::Expand(expand::reduce_max)),
    (&lax::reduce::REDUCE_MIN, SplitRule::Expand(expand::reduce_min)),
    (&lax::reduce::REDUCE_PROD, SplitRule::Expand(expand::reduce_prod)),
    (&lax::window::REDUCE_WINDOW_MAX, SplitRule::Expand(expand::window_max)),
    (&lax::window::REDUCE_WINDOW_MIN, SplitRule::Expand(expand::window_min)),
    (&lax::scatter::SCATTER_MAX, SplitRule::Expand(indexed::scatter_max)),
    (&lax::scatter::SCATTER_MIN, SplitRule::Expand(indexed::scatter_min)),
    (&lax::scatter::SCATTER_MUL, SplitRule::Expand(indexed::scatter_mul)),
];

/// The results of an op on real operands.
pub(super) fn bind<'b>(
    cx: &Splitter<'_, 'b>,
    op: &'static OpDef,
    params: Params,
    operands: &[Handle<'b>],
) -> Result<Vec<Handle<'b>>> {
    let atoms: Vec<_> = operands.iter().map(Handle::atom).collect();
    let loc = cx.builder.borrow().loc();
    let vars = cx.builder.borrow_mut().bind(op, params, &atoms, loc)?;
    Ok(vars.into_iter().map(|var| Handle::new(cx.builder, var.into())).collect())
}

/// The op on the real parts, and on the imaginary ones; real operands take part in both.
fn alike<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    alike_with(cx, site, operands, [site.call.params, site.call.params])
}

/// The same with parameters for the real and for the imaginary parts.
pub(super) fn alike_with<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
    [for_re, for_im]: [&Params; 2],
) -> Result<Vec<Value<'b>>> {
    let parts = |imaginary| operands.iter().map(|x| x.part(imaginary)).collect::<Vec<_>>();
    let re = bind(cx, site.call.op, for_re.clone(), &parts(false))?;
    let im = bind(cx, site.call.op, for_im.clone(), &parts(true))?;
    Ok(re.into_iter().zip(im).map(|(re, im)| Value::complex(re, im)).collect())
}

/// The cases may be of rank 0 beside others.
fn select_n<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let spread = |value: &Value<'b>| {
        let part = |imaginary| broadcast_to(&Val(value.part(imaginary)), &site.outs[0].shape).0;
        if value.is_complex() { Value::complex(part(false), part(true)) } else { value.clone() }
    };
    let cases: Vec<Value<'b>> = operands.iter().map(spread).collect();
    alike(cx, site, &cases)
}

/// Products of parts: four, or two where an operand is real.
pub(super) fn bilinear<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let mut params = site.call.params.clone();
    let part = site.outs[0].dtype.part();
    let converts = operands.iter().any(|x| x.part(false).ty().dtype != part);
    if converts || !params.is_none("preferred_element_type") {
        params.set("preferred_element_type", part);
    }
    let product = |a: Handle<'b>, b: Handle<'b>| -> Result<Val<'b>> {
        Ok(Val(bind(cx, site.call.op, params.clone(), &[a, b])?[0]))
    };
    let (a, b) = (&operands[0], &operands[1]);
    let re = product(a.part(false), b.part(false))?;
    if a.is_complex() && b.is_complex() {
        let re = re - product(a.part(true), b.part(true))?;
        let im = product(a.part(false), b.part(true))? + product(a.part(true), b.part(false))?;
        return Ok(vec![Value::complex(re.0, im.0)]);
    }
    Ok(vec![Value::complex(re.0, product(a.part(true), b.part(true))?.0)])
}

/// One equation on the parts of all operands. `counts` names the parameters that tell how many
/// operands belong to the leading groups.
fn side_by_side<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
    counts: &[&'static str],
) -> Result<Vec<Value<'b>>> {
    let mut params = site.call.params.map_jaxprs(&mut |jaxpr| cx.cx.nested(jaxpr))?;
    let width = |value: &Value<'b>| 1 + usize::from(value.is_complex());
    let mut rest = operands;
    for name in counts {
        let (group, others) = rest.split_at(site.call.params.usize(name));
        params.set(name, group.iter().map(width).sum::<usize>());
        rest = others;
    }
    for (_, value) in params.iter_mut().filter(|(name, _)| PER_OPERAND.contains(name)) {
        let Param::Tuple(flags) = value else { continue };
        let each = flags.iter().zip(operands);
        *flags = each.flat_map(|(flag, x)| vec![flag.clone(); width(x)]).collect();
    }
    let results = bind(cx, site.call.op, params, &flatten(operands))?;
    Ok(regroup(results, site.outs))
}

/// Parameters with one item per operand.
const PER_OPERAND: [&str; 2] = ["donated_invars", "linear"];

/// A call of the program that the op runs; derivatives are no longer asked for.
fn custom_call<'b>(
    cx: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let body: &Arc<Jaxpr> = site.call.params.jaxpr("call_jaxpr");
    let params = Params::new().with("call_jaxpr", cx.cx.nested(body)?);
    let results = bind(cx, &control::CLOSED_CALL, params, &flatten(operands))?;
    Ok(regroup(results, site.outs))
}

fn clamp<'b>(
    _: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    let [low, x, high] = [0, 1, 2].map(|at| pair(&operands[at]));
    Ok(vec![spread(site, algebra::clamp(low, x, high))])
}

fn integer_pow<'b>(
    _: &mut Splitter<'_, 'b>,
    site: &Site<'_>,
    operands: &[Value<'b>],
) -> Result<Vec<Value<'b>>> {
    Ok(vec![spread(site, algebra::integer_pow(pair(&operands[0]), site.call.params.int("y")))])
}

fn pair<'b>(value: &Value<'b>) -> Pair<Val<'b>> {
    let (re, im) = value.parts();
    Pair::new(Val(re), Val(im))
}

/// The parts in the shape of the first result.
fn spread<'b>(site: &Site<'_>, pair: Pair<Val<'b>>) -> Value<'b> {
    let [re, im] = [pair.re, pair.im].map(|part| broadcast_to(&part, &site.outs[0].shape).0);
    Value::complex(re, im)
}
