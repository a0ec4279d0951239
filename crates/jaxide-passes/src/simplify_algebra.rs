//! Algebraic identities that hold for every IEEE value, NaN, infinities and signed zero included,
//! and for wrapping integers. `x + 0.0` and `x * 0.0` are no such identities; `x + -0.0` is.

use jaxide_ir::{Atom, DType, Eqn, IntType, Jaxpr, OpDef, Params, Result, Scalar};
use jaxide_lax::{
    elementwise::{
        ADD, AND, DIV, MAX, MIN, MUL, NEG, NOT, OR, POW, SELECT_N, SHIFT_LEFT,
        SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL, SUB, XOR,
    },
    shape::{BROADCAST_IN_DIM, RESHAPE, REV, TRANSPOSE},
};

use crate::{
    PassCx, PassDef, Rewriter,
    rewrite::{Change, LocalRule},
};

/// Algebraic simplification.
pub static SIMPLIFY_ALGEBRA: PassDef = PassDef {
    name: "simplify-algebra",
    doc: "Apply identities that hold for every IEEE value and integer.",
    run,
};

static RULES: &[(&OpDef, LocalRule)] = &[
    (&ADD, neutral_right),
    (&AND, lattice),
    (&BROADCAST_IN_DIM, broadcast_of_broadcast),
    (&DIV, neutral_right),
    (&MAX, lattice),
    (&MIN, lattice),
    (&MUL, product),
    (&NEG, involution),
    (&NOT, involution),
    (&OR, lattice),
    (&POW, power),
    (&RESHAPE, reshape_of_reshape),
    (&REV, reverse_of_reverse),
    (&SELECT_N, equal_cases),
    (&SHIFT_LEFT, neutral_right),
    (&SHIFT_RIGHT_ARITHMETIC, neutral_right),
    (&SHIFT_RIGHT_LOGICAL, neutral_right),
    (&SUB, difference),
    (&TRANSPOSE, transpose_of_transpose),
    (&XOR, difference),
];

type OfDType = fn(DType) -> Scalar;

/// The right operand that leaves the left one as it is. Literals of commutative ops stand right
/// after `canonicalize`.
static NEUTRAL: &[(&OpDef, OfDType)] = &[
    (
        &ADD,
        |dtype| if dtype.is_integer() { Scalar::zero(dtype) } else { Scalar::float(dtype, -0.0) },
    ),
    (&AND, all_ones),
    (&DIV, Scalar::one),
    (&MAX, least),
    (&MIN, greatest),
    (&MUL, Scalar::one),
    (&OR, Scalar::zero),
    (&POW, Scalar::one),
    (&SHIFT_LEFT, Scalar::zero),
    (&SHIFT_RIGHT_ARITHMETIC, Scalar::zero),
    (&SHIFT_RIGHT_LOGICAL, Scalar::zero),
    (&SUB, Scalar::zero),
    (&XOR, Scalar::zero),
];

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let jaxpr = nested.as_ref().unwrap_or(jaxpr);
    let mut rewriter = Rewriter::new(jaxpr);
    for eqn in &jaxpr.eqns {
        rewriter.apply(eqn, RULES)?;
    }
    Ok(rewriter.finish().or(nested))
}

fn all_ones(dtype: DType) -> Scalar {
    Scalar::int(dtype, if dtype.is_bool() { 1 } else { -1 })
}

fn least(dtype: DType) -> Scalar {
    if dtype.is_inexact() {
        return Scalar::float(dtype, f64::NEG_INFINITY);
    }
    Scalar::int(dtype, IntType::of(dtype).min())
}

fn greatest(dtype: DType) -> Scalar {
    if dtype.is_inexact() {
        return Scalar::float(dtype, f64::INFINITY);
    }
    Scalar::int(dtype, IntType::of(dtype).max())
}

fn neutral_right(_: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let right = inputs[1].scalar()?;
    // A complex neutral element has signed zeros in two parts; leave it alone.
    let (_, neutral) = NEUTRAL.iter().find(|(op, _)| *op == eqn.op)?;
    let neutral = !right.dtype().is_complex() && right == neutral(right.dtype());
    neutral.then(|| Change::Atom(inputs[0]))
}

/// `op(x, x)` is `x`.
fn lattice(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let same = inputs[0] == inputs[1];
    same.then(|| Change::Atom(inputs[0])).or_else(|| neutral_right(rewriter, eqn, inputs))
}

fn product(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let zero = inputs[1].scalar().is_some_and(|s| s.as_int() == Some(0));
    let absorbed = zero.then(|| filled(rewriter, eqn, inputs[1]));
    absorbed.or_else(|| neutral_right(rewriter, eqn, inputs))
}

/// `pow(x, 2.0)` is `x * x`, which is its correctly rounded value for every `x`.
fn power(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let two = |s: Scalar| s.dtype().is_float() && s.to_f64() == 2.0;
    let square = inputs[1].scalar().is_some_and(two);
    let product = square.then(|| Change::Eqn(&MUL, Params::new(), vec![inputs[0]; 2]));
    product.or_else(|| neutral_right(rewriter, eqn, inputs))
}

/// `x - x` and `x ^ x` of integers are zero.
fn difference(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let dtype = rewriter.out_type(eqn).dtype;
    if inputs[0] == inputs[1] && !dtype.is_inexact() {
        return Some(filled(rewriter, eqn, Atom::literal(Scalar::zero(dtype))));
    }
    neutral_right(rewriter, eqn, inputs)
}

/// A value of the equation's result type with `scalar` in each place.
fn filled(rewriter: &Rewriter<'_>, eqn: &Eqn, scalar: Atom) -> Change {
    let shape = &rewriter.out_type(eqn).shape;
    if shape.is_empty() {
        return Change::Atom(scalar);
    }
    let params =
        Params::new().with("shape", shape.as_slice()).with("broadcast_dimensions", [0usize; 0]);
    Change::Eqn(&BROADCAST_IN_DIM, params, vec![scalar])
}

/// The equation of the same op that defines the operand.
fn inner<'r>(rewriter: &'r Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<&'r Eqn> {
    rewriter.builder.definition(inputs[0]).filter(|inner| inner.op == eqn.op)
}

fn involution(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    Some(Change::Atom(inner(rewriter, eqn, inputs)?.inputs[0]))
}

fn equal_cases(_: &Rewriter<'_>, _: &Eqn, inputs: &[Atom]) -> Option<Change> {
    inputs[1..].iter().all(|case| *case == inputs[1]).then(|| Change::Atom(inputs[1]))
}

fn reverse_of_reverse(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let inner = inner(rewriter, eqn, inputs)?;
    (inner.params == eqn.params).then(|| Change::Atom(inner.inputs[0]))
}

fn reshape_of_reshape(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let inner = inner(rewriter, eqn, inputs)?;
    let plain = inner.params.is_none("dimensions") && eqn.params.is_none("dimensions");
    plain.then(|| Change::Eqn(eqn.op, eqn.params.clone(), inner.inputs.to_vec()))
}

fn transpose_of_transpose(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let inner = inner(rewriter, eqn, inputs)?;
    let first = inner.params.usizes("permutation");
    let both: Vec<usize> = eqn.params.usizes("permutation").iter().map(|at| first[*at]).collect();
    let params = eqn.params.clone().with("permutation", both);
    Some(Change::Eqn(eqn.op, params, inner.inputs.to_vec()))
}

fn broadcast_of_broadcast(rewriter: &Rewriter<'_>, eqn: &Eqn, inputs: &[Atom]) -> Option<Change> {
    let inner = inner(rewriter, eqn, inputs)?;
    let outer_dims = eqn.params.usizes("broadcast_dimensions");
    let first = inner.params.usizes("broadcast_dimensions");
    let both: Vec<usize> = first.iter().map(|at| outer_dims[*at]).collect();
    let params = eqn.params.clone().with("broadcast_dimensions", both);
    Some(Change::Eqn(eqn.op, params, inner.inputs.to_vec()))
}
