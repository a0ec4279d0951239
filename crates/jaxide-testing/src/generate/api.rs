//! Random programs against the public API: operators and methods of `Array`, `jnp`, control flow with
//! closures. They promote and broadcast, which jaxprs do not. All ops are exact, so that a program
//! gives the same bits eagerly and compiled.

use jaxide_ir::DType;
use jaxide_numpy::jnp;
use jaxide_trace::{Array, lax};
use proptest::{collection::vec, prelude::*};

use super::{
    draft::small,
    recipe::{Family, Input, Recipe, Step, inputs, step},
    values::{Taste, tensor},
};

/// A function of arrays as numbers.
#[derive(Clone, Debug)]
pub struct ApiRecipe {
    /// The arguments.
    pub inputs: Vec<Input>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

impl ApiRecipe {
    /// Recipes with at most this many steps.
    pub fn strategy(steps: usize) -> impl Strategy<Value = ApiRecipe> {
        (vec(inputs(Family::Exact), 1..4), vec(step(), 0..=steps))
            .prop_map(|(inputs, steps)| ApiRecipe { inputs, steps })
    }

    /// The arguments.
    pub fn args(&self) -> Vec<Array> {
        let arg = |input: &Input| Array::from(tensor(&input.ty, input.seed, Taste::Wild));
        self.inputs.iter().map(arg).collect()
    }

    /// The function: eager on concrete arrays, recorded on traced ones.
    pub fn call(&self, args: &[Array]) -> Vec<Array> {
        let mut values = args.to_vec();
        run(&mut values, &self.steps);
        values.split_off(args.len())
    }

    /// The same, after operations on operands that need not fit, which raise typed errors.
    pub fn call_loosely(&self, args: &[Array]) -> Vec<Array> {
        let mut results = self.call(args);
        for step in &self.steps {
            let [Some(x), Some(y)] = [pick(args, step.picks[0]), pick(args, step.picks[1])] else {
                continue;
            };
            results.push(match step.knobs[2] % 16 {
                0 => x + y,
                1 => x.dot(y),
                2 => x.reshape([-1, i64::from(step.knobs[0] % 8)]),
                3 => x.max_over(i64::from(step.knobs[1]) - 2),
                4 => x << y,
                5 => jnp::concatenate(&[x, y], 0),
                _ => continue,
            });
        }
        results
    }

    /// Reads a recipe off bytes; any bytes will do.
    pub fn from_bytes(bytes: &[u8]) -> ApiRecipe {
        let Recipe { inputs, steps, .. } = Recipe::from_bytes(Family::Exact, bytes);
        ApiRecipe { inputs, steps }
    }
}

type Rule = fn(&[Array], &Step, &[Step]) -> Option<Array>;

/// The position decides what a recipe means. Rules from [`FIRST_NESTED`] on take steps into a body.
static RULES: &[Rule] = &[
    |v, s, _| binary(v, s, |x, y| x + y),
    |v, s, _| binary(v, s, |x, y| x - y),
    |v, s, _| binary(v, s, |x, y| x * y),
    |v, s, _| binary(v, s, |x, y| x / y),
    |v, s, _| ordered(v, s, |x, y| x.maximum(y)),
    |v, s, _| ordered(v, s, |x, y| x.lt(y)),
    |v, s, _| binary(v, s, |x, y| x.ne(y)),
    with_number,
    unary,
    where_,
    reshape,
    reduce,
    |v, s, _| Some(pick(v, s.picks[0])?.astype(dtype(s.knobs[0]))),
    |v, s, _| Some(pick(v, s.picks[0])?.t()),
    cond,
    fori_loop,
    scan,
];

const FIRST_NESTED: usize = 14;

fn run(values: &mut Vec<Array>, steps: &[Step]) {
    let mut rest = steps;
    while let [step, behind @ ..] = rest {
        let rule = usize::from(step.rule) % RULES.len();
        let taken = if rule < FIRST_NESTED { 0 } else { 1 + usize::from(step.knobs[3] % 4) };
        let (body, behind) = behind.split_at(taken.min(behind.len()));
        values.extend(RULES[rule](values, step, body));
        rest = behind;
    }
}

fn pick(values: &[Array], pick: u8) -> Option<&Array> {
    let at = usize::from(pick).checked_rem(values.len())?;
    values.iter().rev().nth(at)
}

fn dtype(knob: u8) -> DType {
    let dtypes = [DType::F32, DType::I32, DType::Bool, DType::F64, DType::I64, DType::U8];
    dtypes[usize::from(knob) % dtypes.len()]
}

/// The shape that two broadcast to, where they do and it is small.
fn broadcasts(x: &Array, y: &Array) -> Option<()> {
    let rank = x.ndim().max(y.ndim());
    let size =
        |of: &Array, at: usize| (at + of.ndim()).checked_sub(rank).map_or(1, |at| of.shape()[at]);
    let mut shape = Vec::new();
    for at in 0..rank {
        match (size(x, at), size(y, at)) {
            (a, b) if a == b || b == 1 => shape.push(a),
            (1, b) => shape.push(b),
            _ => return None,
        }
    }
    small(&shape)
}

/// Operators refuse bool, as JAX's do.
fn number(x: &Array) -> Array {
    if x.dtype().is_bool() { x.astype(DType::I32) } else { x.clone() }
}

fn binary(values: &[Array], step: &Step, f: fn(&Array, &Array) -> Array) -> Option<Array> {
    let (x, y) = (pick(values, step.picks[0])?, pick(values, step.picks[1])?);
    broadcasts(x, y)?;
    Some(f(&number(x), &number(y)))
}

/// For operations on numbers that have an order.
fn ordered(values: &[Array], step: &Step, f: fn(&Array, &Array) -> Array) -> Option<Array> {
    let complex = |at| pick(values, step.picks[at]).is_some_and(|x| x.dtype().is_complex());
    if complex(0) || complex(1) { None } else { binary(values, step, f) }
}

fn with_number(values: &[Array], step: &Step, _: &[Step]) -> Option<Array> {
    let x = number(pick(values, step.picks[0])?);
    let knob = i32::from(step.knobs[0]) - 3;
    Some(match step.knobs[1] % 6 {
        0 => x + 1,
        1 => x * 2.5,
        2 => knob - x,
        3 => x / knob,
        4 if !x.dtype().is_complex() => x.minimum(knob),
        _ => 0.5 * x,
    })
}

fn unary(values: &[Array], step: &Step, _: &[Step]) -> Option<Array> {
    let x = number(pick(values, step.picks[0])?);
    Some(match step.knobs[0] % 6 {
        _ if x.dtype().is_complex() => -x,
        0 => -x,
        1 => x.sign(),
        2 if x.dtype().is_unsigned_integer() => x,
        2 => x.abs(),
        3 => x.sqrt(),
        4 if x.dtype().is_float() => x.floor(),
        4 => !x,
        _ => x.logical_not(),
    })
}

fn where_(values: &[Array], step: &Step, _: &[Step]) -> Option<Array> {
    let [condition, x, y] = step.picks.map(|at| pick(values, at).cloned());
    let (condition, x, y) = (condition?, x?, y?);
    broadcasts(&x, &y)?;
    if condition.ndim() > 0 {
        broadcasts(&condition, &x)?;
        broadcasts(&condition, &y)?;
        // Three shapes that broadcast pairwise broadcast together, to the product at most.
        small(&[condition.size(), x.size().max(y.size())])?;
    }
    Some(jnp::where_(&condition, &x, &y))
}

fn reshape(values: &[Array], step: &Step, _: &[Step]) -> Option<Array> {
    let x = pick(values, step.picks[0])?;
    let mut shape = x.shape().to_vec();
    Some(match step.knobs[0] % 4 {
        0 => x.ravel(),
        1 => x.expand_dims(usize::from(step.knobs[1]) % (x.ndim() + 1)),
        2 => {
            shape.insert(0, usize::from(step.knobs[1] % 4));
            small(&shape)?;
            x.broadcast_to(shape)
        }
        _ => {
            shape.reverse();
            x.reshape(shape)
        }
    })
}

/// Sums and products of integers; extrema where there are elements.
fn reduce(values: &[Array], step: &Step, _: &[Step]) -> Option<Array> {
    let x = pick(values, step.picks[0])?;
    let axis = usize::from(step.knobs[1]).checked_rem(x.ndim())?;
    let (exact, ordered) = (!x.dtype().is_inexact(), !x.dtype().is_complex());
    match step.knobs[0] % 6 {
        0 if exact => Some(x.sum_over(axis)),
        1 if exact => Some(x.prod()),
        2 => Some(x.any_over(axis)),
        3 => Some(x.all()),
        4 if ordered && x.shape()[axis] > 0 => Some(x.max_over(axis)),
        _ if ordered && x.size() > 0 => Some(x.min()),
        _ => None,
    }
}

/// What the steps of a body make of a value, brought back to its type.
fn body(x: &Array, beside: &[Array], steps: &[Step]) -> Array {
    let mut values = [beside, std::slice::from_ref(x)].concat();
    run(&mut values, steps);
    let result = values.last().expect("x is there");
    let same = result.shape() == x.shape();
    let result = if same { result.clone() } else { x.clone() };
    result.astype(x.dtype())
}

fn strong(x: &Array) -> Array {
    if x.weak_type() { x.astype(x.dtype()) } else { x.clone() }
}

fn cond(values: &[Array], step: &Step, steps: &[Step]) -> Option<Array> {
    let x = strong(pick(values, step.picks[0])?);
    let beside = pick(values, step.picks[1])?.clone();
    let flag = values.iter().rev().find(|value| value.ndim() == 0)?;
    let (first, second) = steps.split_at(steps.len() / 2);
    let captured = [beside];
    Some(lax::cond(flag.ne(0), |x| body(x, &captured, first), |x| body(x, &captured, second), &x))
}

fn fori_loop(values: &[Array], step: &Step, steps: &[Step]) -> Option<Array> {
    let x = strong(pick(values, step.picks[0])?);
    let beside = pick(values, step.picks[1])?.clone();
    let limit = i32::from(step.knobs[0] % 4);
    let f = |i: &Array, x: &Array| body(x, &[beside.clone(), i.clone()], steps);
    Some(lax::fori_loop(0, limit, f, x))
}

fn scan(values: &[Array], step: &Step, steps: &[Step]) -> Option<Array> {
    let carry = strong(pick(values, step.picks[0])?);
    let xs = pick(values, step.picks[1])?;
    if xs.ndim() == 0 {
        return None;
    }
    let f = |carry: &Array, x: &Array| {
        let next = body(carry, std::slice::from_ref(x), steps);
        (next.clone(), body(x, &[next], steps))
    };
    let (carry, stacked) = lax::scan(f, carry, &strong(xs));
    Some(if step.knobs[0].is_multiple_of(2) { carry } else { stacked })
}
