//! Ops that only move elements, as maps from a result's index to an operand's.

use jaxide_ir::{ArrayType, Atom, Eqn, Jaxpr, Lower, Mlir, OpDef};

use crate::{Combine, Expr, Guard, IndexMap, Input, delinearize, linearize};

/// What the grouping knows of an equation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    /// A scalar op at each element.
    Elementwise,
    /// Moves elements.
    Layout,
    /// Joins elements over axes.
    Reduce(Combine),
    /// Anything else, rank 0 included: stays as it is.
    Other,
}

const REDUCTIONS: [(&str, Combine); 7] = [
    ("reduce_sum", Combine::Add),
    ("reduce_prod", Combine::Mul),
    ("reduce_max", Combine::Max),
    ("reduce_min", Combine::Min),
    ("reduce_and", Combine::And),
    ("reduce_or", Combine::Or),
    ("reduce_xor", Combine::Xor),
];

const LAYOUTS: [&str; 10] = [
    "broadcast_in_dim",
    "transpose",
    "slice",
    "rev",
    "squeeze",
    "expand_dims",
    "reshape",
    "iota",
    "pad",
    "split",
];

/// True for ops that only move elements and become index maps.
pub fn is_layout(op: &OpDef) -> bool {
    LAYOUTS.contains(&op.name)
}

/// The kind of an equation.
pub(super) fn kind(jaxpr: &Jaxpr, eqn: &Eqn) -> Kind {
    let Some(first) = eqn.outputs.first() else { return Kind::Other };
    if let Some(row) = REDUCTIONS.iter().find(|row| row.0 == eqn.op.name) {
        let scalar = jaxpr.ty(eqn.inputs[0]).rank() == 0;
        return if scalar { Kind::Other } else { Kind::Reduce(row.1) };
    }
    if !eqn.effects().is_pure() || jaxpr.vars[*first].rank() == 0 {
        return Kind::Other;
    }
    if is_layout(eqn.op) {
        let literal_pad = eqn.op.name != "pad" || exact_fill(eqn.inputs[1]).is_some();
        return if literal_pad { Kind::Layout } else { Kind::Other };
    }
    let elementwise = eqn.op.is_elementwise() && eqn.outputs.len() == 1;
    if elementwise && !changes_width(jaxpr, eqn) { Kind::Elementwise } else { Kind::Other }
}

/// A `bitcast_convert_type` to elements of another size: another view of the same memory.
fn changes_width(jaxpr: &Jaxpr, eqn: &Eqn) -> bool {
    eqn.op == &jaxide_lax::elementwise::BITCAST_CONVERT_TYPE
        && jaxpr.ty(eqn.inputs[0]).dtype.size() != jaxpr.vars[eqn.outputs[0]].dtype.size()
}

/// The map of an operand of an elementwise op whose result is read at `at`: dimensions of size 1
/// are repeated.
pub(super) fn operand_map(operand: &ArrayType, out: &ArrayType, at: &IndexMap) -> IndexMap {
    if operand.rank() == 0 {
        return IndexMap::default();
    }
    let repeated = |axis: usize| operand.shape[axis] == 1 && out.shape[axis] != 1;
    let pick = |(axis, expr): (usize, &Expr)| match repeated(axis) {
        true => Expr::default(),
        false => expr.clone(),
    };
    IndexMap { exprs: at.exprs.iter().enumerate().map(pick).collect(), ..at.clone() }
}

/// True for equations whose result has the elements of the first operand in the same order, so
/// that a materialised one is only another type for the same memory.
pub(super) fn is_view(jaxpr: &Jaxpr, eqn: &Eqn) -> bool {
    let Some(operand) = eqn.inputs.first().and_then(|atom| atom.var()) else { return false };
    match eqn.op.name {
        "reshape" => eqn.params.is_none("dimensions"),
        "squeeze" | "expand_dims" => true,
        "broadcast_in_dim" => {
            let (from, to) = (&jaxpr.vars[operand], &jaxpr.vars[eqn.outputs[0]]);
            from.rank() > 0 && from.size() == to.size()
        }
        _ => false,
    }
}

/// Where an element of a result of a layout op comes from: `Input::Read` of the first operand, or
/// an index. `None` where no map says it, or the map needs quotients.
pub(super) fn source(
    jaxpr: &Jaxpr,
    eqn: &Eqn,
    result: usize,
    at: &IndexMap,
    domain: &[usize],
) -> Option<Input> {
    if eqn.op.name == "iota" {
        let expr = at.exprs[eqn.params.usize("dimension")].clone();
        return at.is_total().then_some(Input::Iota(expr));
    }
    let operand = jaxpr.ty(eqn.inputs[0]);
    let out = &jaxpr.vars[eqn.outputs[result]];
    let mut map = at.clone();
    if operand.rank() == 0 && !at.is_total() {
        return None;
    }
    map.exprs = match eqn.op.name {
        "pad" => return pad(eqn, &operand, at).map(Input::Read),
        "broadcast_in_dim" => broadcast(eqn, &operand, out, &at.exprs),
        "transpose" => transpose(eqn, &at.exprs),
        "slice" => slice(eqn, &at.exprs),
        "rev" => reverse(eqn, out, &at.exprs),
        "split" => split(eqn, result, &at.exprs),
        "reshape" if !eqn.params.is_none("dimensions") && operand.size() > 0 => {
            map.exprs = permuted_reshape(eqn, &operand, out, &at.exprs, domain);
            return Some(Input::Read(map));
        }
        _ if operand.size() == 0 => vec![Expr::default(); operand.rank()],
        _ => delinearize(&linearize(&at.exprs, &out.shape, domain), &operand.shape, domain),
    };
    map.exprs.iter().all(Expr::is_affine).then_some(Input::Read(map))
}

fn broadcast(eqn: &Eqn, operand: &ArrayType, out: &ArrayType, at: &[Expr]) -> Vec<Expr> {
    let dims = eqn.params.usizes("broadcast_dimensions");
    let pick = |(axis, dim): (usize, &usize)| {
        let stretched = operand.shape[axis] == 1 && out.shape[*dim] != 1;
        if stretched { Expr::default() } else { at[*dim].clone() }
    };
    dims.iter().enumerate().map(pick).collect()
}

fn transpose(eqn: &Eqn, at: &[Expr]) -> Vec<Expr> {
    let mut exprs = vec![Expr::default(); at.len()];
    for (result_dim, operand_dim) in eqn.params.usizes("permutation").into_iter().enumerate() {
        exprs[operand_dim] = at[result_dim].clone();
    }
    exprs
}

/// A reshape of the transposed operand; quotients are allowed, as nothing else expresses it.
fn permuted_reshape(
    eqn: &Eqn,
    operand: &ArrayType,
    out: &ArrayType,
    at: &[Expr],
    domain: &[usize],
) -> Vec<Expr> {
    let dims = eqn.params.usizes("dimensions");
    let shape: Vec<usize> = dims.iter().map(|dim| operand.shape[*dim]).collect();
    let index = delinearize(&linearize(at, &out.shape, domain), &shape, domain);
    let mut exprs = vec![Expr::default(); operand.rank()];
    for (dim, expr) in dims.into_iter().zip(index) {
        exprs[dim] = expr;
    }
    exprs
}

fn slice(eqn: &Eqn, at: &[Expr]) -> Vec<Expr> {
    let starts = eqn.params.ints("start_indices");
    let strides =
        if eqn.params.is_none("strides") { vec![1; at.len()] } else { eqn.params.ints("strides") };
    let moved = |axis: usize| at[axis].times(strides[axis]).offset(starts[axis]);
    (0..at.len()).map(moved).collect()
}

fn reverse(eqn: &Eqn, out: &ArrayType, at: &[Expr]) -> Vec<Expr> {
    let dims = eqn.params.usizes("dimensions");
    let turned = |axis: usize| match dims.contains(&axis) {
        true => at[axis].times(-1).offset(out.shape[axis] as i64 - 1),
        false => at[axis].clone(),
    };
    (0..at.len()).map(turned).collect()
}

fn split(eqn: &Eqn, result: usize, at: &[Expr]) -> Vec<Expr> {
    let axis = eqn.params.usize("axis");
    let start: i64 = eqn.params.ints("sizes")[..result].iter().sum();
    let mut exprs = at.to_vec();
    exprs[axis] = exprs[axis].clone().offset(start);
    exprs
}

/// Padding without interior, with a literal fill.
fn pad(eqn: &Eqn, operand: &ArrayType, at: &IndexMap) -> Option<IndexMap> {
    let fill = exact_fill(eqn.inputs[1])?;
    if !at.is_total() || operand.size() == 0 {
        return None;
    }
    let mut map = IndexMap { fill, ..IndexMap::default() };
    for (axis, config) in eqn.params.items("padding_config").iter().enumerate() {
        let config: Vec<i64> =
            config.as_items("padding_config").iter().map(|i| i.as_int("padding_config")).collect();
        let [low, high, 0] = config[..] else { return None };
        let expr = at.exprs[axis].clone().offset(-low);
        if low > 0 || high > 0 {
            let high = operand.shape[axis] as i64;
            map.guards.push(Guard { expr: expr.clone(), low: 0, high });
        }
        map.exprs.push(expr);
    }
    // Where nothing is padded the fill must not tell the map from another one.
    if map.is_total() {
        map.fill = 0.0;
    }
    Some(map)
}

/// The value of a literal that f64 holds exactly.
fn exact_fill(atom: Atom) -> Option<f64> {
    let value = atom.scalar()?;
    let exact = !value.dtype().is_complex()
        && value.as_int().is_none_or(|int| int.unsigned_abs() <= 1 << 53)
        && !value.to_f64().is_nan();
    exact.then(|| value.to_f64())
}

/// True for scalar ops of a few cycles.
pub(super) fn is_cheap(jaxpr: &Jaxpr, eqn: &Eqn) -> bool {
    const NAMED: [&str; 4] = ["convert_element_type", "select_n", "not", "neg"];
    let dtype = eqn.inputs.first().map(|atom| jaxpr.ty(*atom).dtype);
    match (eqn.op.lower, dtype.and_then(|dtype| eqn.op.scalar_row(dtype))) {
        (Lower::Elementwise(_), Some(row)) => match row.mlir {
            Mlir::Op(name) => name.starts_with("arith.") && !name.starts_with("arith.div"),
            Mlir::CmpF(_) | Mlir::CmpI(_) => true,
            Mlir::By(..) | Mlir::Custom => NAMED.contains(&eqn.op.name),
        },
        _ => NAMED.contains(&eqn.op.name),
    }
}
