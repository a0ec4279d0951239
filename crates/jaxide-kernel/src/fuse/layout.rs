//! Ops that only move elements, as maps from a result's index to an operand's.

use jaxide_ir::{ArrayType, Atom, Eqn, Jaxpr, Lower, Mlir, OpDef};
use jaxide_lax::{
    elementwise::{BITCAST_CONVERT_TYPE, CONVERT_ELEMENT_TYPE, NEG, NOT, SELECT_N},
    reduce as lax_reduce,
    shape::{BROADCAST_IN_DIM, IOTA, PAD, RESHAPE, REV, SLICE, SPLIT, SQUEEZE, TRANSPOSE},
};

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

static REDUCTIONS: &[(&OpDef, Combine)] = &[
    (&lax_reduce::REDUCE_AND, Combine::And),
    (&lax_reduce::REDUCE_MAX, Combine::Max),
    (&lax_reduce::REDUCE_MIN, Combine::Min),
    (&lax_reduce::REDUCE_OR, Combine::Or),
    (&lax_reduce::REDUCE_PROD, Combine::Mul),
    (&lax_reduce::REDUCE_SUM, Combine::Add),
    (&lax_reduce::REDUCE_XOR, Combine::Xor),
];

/// Where an element of an op's result comes from. `None` where no map says it.
type SourceFn = fn(&Place<'_>) -> Option<Input>;

static LAYOUTS: &[(&OpDef, SourceFn)] = &[
    (&BROADCAST_IN_DIM, broadcast),
    (&IOTA, iota),
    (&PAD, pad),
    (&RESHAPE, reshape),
    (&REV, reverse),
    (&SLICE, slice),
    (&SPLIT, split),
    (&SQUEEZE, same_order),
    (&TRANSPOSE, transpose),
];

/// How a reduction joins elements; `None` for other ops.
pub fn reduction(op: &OpDef) -> Option<Combine> {
    REDUCTIONS.iter().find(|row| row.0 == op).map(|row| row.1)
}

/// True for ops that only move elements and become index maps.
pub fn is_layout(op: &OpDef) -> bool {
    LAYOUTS.iter().any(|row| row.0 == op)
}

/// The kind of an equation.
pub(super) fn kind(jaxpr: &Jaxpr, eqn: &Eqn) -> Kind {
    let Some(first) = eqn.outputs.first() else { return Kind::Other };
    // Engines have no complex arithmetic; what is left on complex arrays only moves memory.
    let complex = |atom: Atom| jaxpr.ty(atom).dtype.is_complex();
    if complex((*first).into()) || eqn.inputs.iter().any(|atom| complex(*atom)) {
        return Kind::Other;
    }
    if let Some(combine) = reduction(eqn.op) {
        let scalar = jaxpr.ty(eqn.inputs[0]).rank() == 0;
        return if scalar { Kind::Other } else { Kind::Reduce(combine) };
    }
    if !eqn.effects().is_pure() || jaxpr.vars[*first].rank() == 0 {
        return Kind::Other;
    }
    if is_layout(eqn.op) {
        let literal_pad = eqn.op != &PAD || exact_fill(eqn.inputs[1]).is_some();
        return if literal_pad { Kind::Layout } else { Kind::Other };
    }
    let elementwise = eqn.op.is_elementwise() && eqn.outputs.len() == 1;
    if elementwise && !changes_width(jaxpr, eqn) { Kind::Elementwise } else { Kind::Other }
}

/// A `bitcast_convert_type` to elements of another size: another view of the same memory.
fn changes_width(jaxpr: &Jaxpr, eqn: &Eqn) -> bool {
    eqn.op == &BITCAST_CONVERT_TYPE
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
    if eqn.op == &BROADCAST_IN_DIM {
        let (from, to) = (&jaxpr.vars[operand], &jaxpr.vars[eqn.outputs[0]]);
        return from.rank() > 0 && from.size() == to.size();
    }
    eqn.op == &SQUEEZE || (eqn.op == &RESHAPE && eqn.params.is_none("dimensions"))
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
    let is_scalar = eqn.inputs.first().is_some_and(|atom| jaxpr.ty(*atom).rank() == 0);
    if is_scalar && !at.is_total() {
        return None;
    }
    let row = LAYOUTS.iter().find(|row| row.0 == eqn.op)?;
    (row.1)(&Place { jaxpr, eqn, result, at, domain })
}

/// An element of a result of a layout op, in a kernel.
struct Place<'a> {
    jaxpr: &'a Jaxpr,
    eqn: &'a Eqn,
    /// Which of the results.
    result: usize,
    /// The index of the element.
    at: &'a IndexMap,
    /// Sizes of the kernel's dimensions.
    domain: &'a [usize],
}

impl Place<'_> {
    fn operand(&self) -> ArrayType {
        self.jaxpr.ty(self.eqn.inputs[0])
    }

    fn out(&self) -> &ArrayType {
        &self.jaxpr.vars[self.eqn.outputs[self.result]]
    }

    fn read(&self, exprs: Vec<Expr>) -> Input {
        Input::Read(IndexMap { exprs, ..self.at.clone() })
    }

    fn read_affine(&self, exprs: Vec<Expr>) -> Option<Input> {
        exprs.iter().all(Expr::is_affine).then(|| self.read(exprs))
    }
}

fn iota(place: &Place<'_>) -> Option<Input> {
    let expr = &place.at.exprs[place.eqn.params.usize("dimension")];
    place.at.is_total().then(|| Input::Iota(expr.clone()))
}

fn broadcast(place: &Place<'_>) -> Option<Input> {
    let (operand, out) = (place.operand(), place.out());
    let dims = place.eqn.params.usizes("broadcast_dimensions");
    let pick = |(axis, dim): (usize, &usize)| {
        let stretched = operand.shape[axis] == 1 && out.shape[*dim] != 1;
        if stretched { Expr::default() } else { place.at.exprs[*dim].clone() }
    };
    place.read_affine(dims.iter().enumerate().map(pick).collect())
}

fn transpose(place: &Place<'_>) -> Option<Input> {
    let at = &place.at.exprs;
    let mut exprs = vec![Expr::default(); at.len()];
    let permutation = place.eqn.params.usizes("permutation");
    for (result_dim, operand_dim) in permutation.into_iter().enumerate() {
        exprs[operand_dim] = at[result_dim].clone();
    }
    place.read_affine(exprs)
}

fn reshape(place: &Place<'_>) -> Option<Input> {
    let permuted = !place.eqn.params.is_none("dimensions") && place.operand().size() > 0;
    if permuted { Some(permuted_reshape(place)) } else { same_order(place) }
}

/// The operand's elements in their order, under another shape.
fn same_order(place: &Place<'_>) -> Option<Input> {
    let operand = place.operand();
    if operand.size() == 0 {
        return place.read_affine(vec![Expr::default(); operand.rank()]);
    }
    let index = linearize(&place.at.exprs, &place.out().shape, place.domain);
    place.read_affine(delinearize(&index, &operand.shape, place.domain))
}

/// A reshape of the transposed operand; quotients are allowed, as nothing else expresses it.
fn permuted_reshape(place: &Place<'_>) -> Input {
    let operand = place.operand();
    let dims = place.eqn.params.usizes("dimensions");
    let shape: Vec<usize> = dims.iter().map(|dim| operand.shape[*dim]).collect();
    let index = linearize(&place.at.exprs, &place.out().shape, place.domain);
    let index = delinearize(&index, &shape, place.domain);
    let mut exprs = vec![Expr::default(); operand.rank()];
    for (dim, expr) in dims.into_iter().zip(index) {
        exprs[dim] = expr;
    }
    place.read(exprs)
}

fn slice(place: &Place<'_>) -> Option<Input> {
    let (at, params) = (&place.at.exprs, &place.eqn.params);
    let starts = params.ints("start_indices");
    let strides =
        if params.is_none("strides") { vec![1; at.len()] } else { params.ints("strides") };
    let moved = |axis: usize| at[axis].times(strides[axis]).offset(starts[axis]);
    place.read_affine((0..at.len()).map(moved).collect())
}

fn reverse(place: &Place<'_>) -> Option<Input> {
    let (at, out) = (&place.at.exprs, place.out());
    let dims = place.eqn.params.usizes("dimensions");
    let turned = |axis: usize| match dims.contains(&axis) {
        true => at[axis].times(-1).offset(out.shape[axis] as i64 - 1),
        false => at[axis].clone(),
    };
    place.read_affine((0..at.len()).map(turned).collect())
}

fn split(place: &Place<'_>) -> Option<Input> {
    let params = &place.eqn.params;
    let axis = params.usize("axis");
    let start: i64 = params.ints("sizes")[..place.result].iter().sum();
    let mut exprs = place.at.exprs.clone();
    exprs[axis] = exprs[axis].clone().offset(start);
    place.read_affine(exprs)
}

/// Padding without interior, with a literal fill.
fn pad(place: &Place<'_>) -> Option<Input> {
    let (eqn, at, operand) = (place.eqn, place.at, place.operand());
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
    Some(Input::Read(map))
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
    static CHEAP: [&OpDef; 4] = [&CONVERT_ELEMENT_TYPE, &NEG, &NOT, &SELECT_N];
    let dtype = eqn.inputs.first().map(|atom| jaxpr.ty(*atom).dtype);
    match (eqn.op.lower, dtype.and_then(|dtype| eqn.op.scalar_row(dtype))) {
        (Lower::Elementwise(_), Some(row)) => match row.mlir {
            Mlir::Op(name) => name.starts_with("arith.") && !name.starts_with("arith.div"),
            Mlir::CmpF(_) | Mlir::CmpI(_) => true,
            Mlir::By(..) | Mlir::Custom | Mlir::Split(_) => CHEAP.contains(&eqn.op),
        },
        _ => CHEAP.contains(&eqn.op),
    }
}
