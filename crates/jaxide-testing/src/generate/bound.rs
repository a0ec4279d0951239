//! Error bounds that run along with the values: how far two engines may differ at each element of
//! each result.
//!
//! Every value carries a bound on the distance between what two correct engines may hold. An op that
//! rounds freely adds [`ULPS`] units in the last place of its result. Through an elementwise op the
//! operands' bounds go by evaluating it, with the interpreter, at the corners of the box that they span;
//! twice the greatest distance counts, since the functions are nearly linear on boxes that small. Where
//! they are not (a pole inside the box, a long arc of a sine) the bound is infinite. Sums, products and
//! contractions have the textbook bounds for any order of summation; ops that move elements move bounds.
//!
//! Ops that jump never see a value with a bound above 0: the generator keeps them apart.

use jaxide_ir::{
    ArrayType, Atom, DType, Eqn, Jaxpr, Lower, OpDef, Params, Result, Scalar, TensorData, Var,
};
use jaxide_lax::{
    control::call_body,
    conv::CONV_GENERAL_DILATED,
    dot::DOT_GENERAL,
    elementwise::{COS, DIV, INTEGER_POW, POW, RSQRT, SIN, TAN},
    reduce::{
        CUMLOGSUMEXP, CUMMAX, CUMMIN, CUMPROD, CUMSUM, REDUCE_MAX, REDUCE_MIN, REDUCE_PROD,
        REDUCE_SUM,
    },
    window::{REDUCE_WINDOW_MAX, REDUCE_WINDOW_MIN, REDUCE_WINDOW_SUM},
};
use jaxide_runtime::Buffer;
use std::collections::HashMap;

use super::elementwise::rounds;

/// How many units in the last place an op may be off, both engines together.
const ULPS: f64 = 8.0;

/// A value, and a bound on its error per element.
#[derive(Clone)]
struct Tracked {
    data: TensorData,
    errors: Vec<f64>,
}

/// For each element of each result, how far two engines may differ.
///
/// # Errors
/// What the interpreter refuses.
pub fn bounds(jaxpr: &Jaxpr, args: &[TensorData]) -> Result<Vec<Vec<f64>>> {
    let args: Vec<Tracked> = args.iter().cloned().map(Tracked::exact).collect();
    Ok(run(jaxpr, &args)?.into_iter().map(|result| result.errors).collect())
}

fn run(jaxpr: &Jaxpr, args: &[Tracked]) -> Result<Vec<Tracked>> {
    let mut values: HashMap<Var, Tracked> =
        jaxpr.inputs.iter().copied().zip(args.iter().cloned()).collect();
    for (var, data) in &jaxpr.consts {
        values.insert(*var, Tracked::exact((**data).clone()));
    }
    let get = |values: &HashMap<Var, Tracked>, atom: &Atom| match atom {
        Atom::Var(var) => values[var].clone(),
        Atom::Literal(literal) => Tracked::exact(TensorData::scalar(literal.value)),
    };
    for eqn in &jaxpr.eqns {
        let operands: Vec<Tracked> = eqn.inputs.iter().map(|atom| get(&values, atom)).collect();
        for (var, value) in eqn.outputs.iter().zip(step(eqn, &operands)?) {
            values.insert(*var, value);
        }
    }
    Ok(jaxpr.outputs.iter().map(|atom| get(&values, atom)).collect())
}

impl Tracked {
    fn exact(data: TensorData) -> Tracked {
        let errors = vec![0.0; data.ty().size()];
        Tracked { data, errors }
    }

    fn is_exact(&self) -> bool {
        self.errors.iter().all(|error| *error == 0.0)
    }

    /// The value moved by its error times `sign`.
    fn moved(&self, sign: f64) -> TensorData {
        let dtype = self.data.ty().dtype;
        map(
            &self.data,
            dtype,
            |at, x| if self.errors[at] == 0.0 { x } else { x + sign * self.errors[at] },
        )
    }

    /// Errors in f64 where the operand is a float; the operand itself elsewhere.
    fn errors_or_data(&self) -> TensorData {
        if !self.data.ty().dtype.is_float() {
            return self.data.clone();
        }
        map(&self.data, DType::F64, |at, _| self.errors[at])
    }

    fn magnitudes(&self) -> TensorData {
        map(&self.data, DType::F64, |_, x| x.abs())
    }
}

/// An array of the same shape, element by element. Values that do not change keep their bits.
fn map(data: &TensorData, dtype: DType, f: impl Fn(usize, f64) -> f64) -> TensorData {
    let elements = data.iter().enumerate().map(|(at, x)| Scalar::float(dtype, f(at, x.to_f64())));
    let bytes: Vec<u8> = elements.flat_map(Scalar::to_bytes).collect();
    TensorData::from_bytes(ArrayType::new(dtype, &data.ty().shape), &bytes)
        .expect("one element per place")
}

fn floats(data: &TensorData) -> Vec<f64> {
    data.iter().map(Scalar::to_f64).collect()
}

fn apply(op: &'static OpDef, params: &Params, operands: &[TensorData]) -> Result<Vec<TensorData>> {
    let buffers: Vec<Buffer> = operands.iter().map(Buffer::from_tensor).collect::<Result<_>>()?;
    let results = jaxide_eval::apply(op, params, &buffers.iter().collect::<Vec<_>>())?;
    Ok(results.iter().map(Buffer::to_tensor).collect())
}

fn step(eqn: &Eqn, operands: &[Tracked]) -> Result<Vec<Tracked>> {
    if let Some(body) = call_body(eqn.op, &eqn.params) {
        return run(body, operands);
    }
    let data: Vec<TensorData> = operands.iter().map(|operand| operand.data.clone()).collect();
    let results = apply(eqn.op, &eqn.params, &data)?;
    if operands.iter().all(Tracked::is_exact) && !rounds(eqn.op, data.first().map(TensorData::ty)) {
        return Ok(results.into_iter().map(Tracked::exact).collect());
    }
    let rule = COMBINING.iter().find(|(op, _)| *op == eqn.op).map(|(_, rule)| *rule);
    let errors = match rule {
        Some(rule) => rule(eqn, operands, &results)?,
        None if moves(eqn.op) => moving(eqn.op, &eqn.params, operands)?,
        None => corners(eqn, operands, &results[0])?,
    };
    let clean =
        |error: &mut f64| *error = if error.is_nan() { f64::INFINITY } else { error.max(0.0) };
    let pair = |(data, mut errors): (TensorData, Vec<f64>)| {
        errors.iter_mut().for_each(clean);
        Tracked { data, errors }
    };
    Ok(results.into_iter().zip(errors).map(pair).collect())
}

/// Ops whose results are elements of their operands.
fn moves(op: &OpDef) -> bool {
    let composed = ["select_n", "split", "stack", "tile", "unstack"];
    matches!(op.lower, Lower::Structured) || composed.contains(&op.name)
}

type BoundFn = fn(&Eqn, &[Tracked], &[TensorData]) -> Result<Vec<Vec<f64>>>;

static COMBINING: &[(&OpDef, BoundFn)] = &[
    (&CONV_GENERAL_DILATED, contraction),
    (&CUMLOGSUMEXP, log_sum_exp),
    (&CUMMAX, |eqn, operands, _| moving(&CUMMAX, &eqn.params, operands)),
    (&CUMMIN, |eqn, operands, _| moving(&CUMMAX, &eqn.params, operands)),
    (&CUMPROD, product),
    (&CUMSUM, sum),
    (&DOT_GENERAL, contraction),
    (&REDUCE_MAX, |eqn, operands, _| moving(&REDUCE_MAX, &eqn.params, operands)),
    (&REDUCE_MIN, |eqn, operands, _| moving(&REDUCE_MAX, &eqn.params, operands)),
    (&REDUCE_PROD, product),
    (&REDUCE_SUM, sum),
    (&REDUCE_WINDOW_MAX, |eqn, operands, _| moving(&REDUCE_WINDOW_MAX, &eqn.params, operands)),
    (&REDUCE_WINDOW_MIN, |eqn, operands, _| moving(&REDUCE_WINDOW_MAX, &eqn.params, operands)),
    (&REDUCE_WINDOW_SUM, sum),
];

/// The op applied to the bounds.
fn moving(op: &'static OpDef, params: &Params, operands: &[Tracked]) -> Result<Vec<Vec<f64>>> {
    let operands: Vec<TensorData> = operands.iter().map(Tracked::errors_or_data).collect();
    Ok(apply(op, params, &operands)?.iter().map(floats).collect())
}

/// Distance between 1 and the next float.
fn epsilon(dtype: DType) -> f64 {
    match dtype {
        DType::F64 => f64::EPSILON,
        DType::F16 => 2f64.powi(-10),
        DType::BF16 => 2f64.powi(-7),
        _ => f32::EPSILON.into(),
    }
}

/// The least normal and the greatest number.
fn range(dtype: DType) -> (f64, f64) {
    match dtype {
        DType::F64 => (f64::MIN_POSITIVE, f64::MAX),
        DType::F16 => (2f64.powi(-14), 65504.0),
        DType::BF16 => (f32::MIN_POSITIVE.into(), 3.38e38),
        _ => (f32::MIN_POSITIVE.into(), f32::MAX.into()),
    }
}

/// What rounding adds at a result.
fn rounding(dtype: DType, result: f64) -> f64 {
    if !result.is_finite() {
        return 0.0;
    }
    let (least, greatest) = range(dtype);
    let unit = ULPS * epsilon(dtype);
    if result.abs() * (1.0 + unit) > greatest {
        return f64::INFINITY;
    }
    unit * result.abs().max(least)
}

/// Twice the greatest change of the result at the corners of the operands' boxes.
fn corners(eqn: &Eqn, operands: &[Tracked], result: &TensorData) -> Result<Vec<Vec<f64>>> {
    let dtype = result.ty().dtype;
    let center = floats(result);
    let mut errors: Vec<f64> = center.iter().map(|x| rounding(dtype, *x)).collect();
    let inexact: Vec<usize> = (0..operands.len()).filter(|at| !operands[*at].is_exact()).collect();
    for corner in 0..1usize << inexact.len() {
        let sign = |at: usize| {
            let bit = inexact.iter().position(|inexact| *inexact == at);
            bit.map_or(0.0, |bit| if corner >> bit & 1 == 1 { 1.0 } else { -1.0 })
        };
        let moved: Vec<TensorData> = (0..operands.len())
            .map(|at| {
                if sign(at) == 0.0 {
                    operands[at].data.clone()
                } else {
                    operands[at].moved(sign(at))
                }
            })
            .collect();
        let there = floats(&apply(eqn.op, &eqn.params, &moved)?[0]);
        for (at, error) in errors.iter_mut().enumerate() {
            *error = error.max(rounding(dtype, center[at]) + 2.0 * distance(center[at], there[at]));
        }
    }
    for at in inexact {
        let wide = operands[at].errors.len() > 1;
        for (element, error) in errors.iter_mut().enumerate() {
            let from = if wide { element } else { 0 };
            if curved(eqn.op, at, operands[at].data.get(from).to_f64(), operands[at].errors[from]) {
                *error = f64::INFINITY;
            }
        }
    }
    Ok(vec![errors])
}

fn distance(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    let distance = (a - b).abs();
    if distance.is_nan() { f64::INFINITY } else { distance }
}

/// Where corners say nothing of what is between them.
fn curved(op: &'static OpDef, position: usize, x: f64, error: f64) -> bool {
    let around_zero = error > 0.0 && error >= x.abs() / 2.0;
    let periodic = [&SIN, &COS, &TAN].contains(&op) && error > 0.1;
    let pole = match position {
        0 => [&INTEGER_POW, &POW, &RSQRT].contains(&op),
        _ => op == &DIV,
    };
    periodic || (pole && around_zero)
}

/// How many elements go into one of the result.
fn count(operand: &Tracked, result: &TensorData) -> f64 {
    // Cumulative ops and windows may have as many results as operands or more: the whole is more than
    // enough.
    let (from, to) = (operand.errors.len(), result.ty().size());
    if from <= to || from % to.max(1) != 0 { from as f64 } else { (from / to.max(1)) as f64 }
}

fn sum(eqn: &Eqn, operands: &[Tracked], results: &[TensorData]) -> Result<Vec<Vec<f64>>> {
    let moved = moving(eqn.op, &eqn.params, operands)?.remove(0);
    let magnitude = floats(&apply(eqn.op, &eqn.params, &[operands[0].magnitudes()])?[0]);
    Ok(vec![any_order(&moved, &magnitude, count(&operands[0], &results[0]), results[0].ty().dtype)])
}

/// The bound of a sum in any order, of the sum of errors and that of magnitudes.
fn any_order(errors: &[f64], magnitudes: &[f64], count: f64, dtype: DType) -> Vec<f64> {
    let (least, greatest) = range(dtype);
    let unit = ULPS * epsilon(dtype) * count;
    let bound = |(error, magnitude): (&f64, &f64)| {
        let bound = error + unit * magnitude.max(least);
        // A partial sum may overflow in one order and not in the other.
        if magnitude + bound > greatest { f64::INFINITY } else { bound }
    };
    errors.iter().zip(magnitudes).map(bound).collect()
}

fn product(eqn: &Eqn, operands: &[Tracked], results: &[TensorData]) -> Result<Vec<Vec<f64>>> {
    let (x, dtype) = (&operands[0], results[0].ty().dtype);
    let of = |f: &dyn Fn(usize, f64) -> f64| -> Result<Vec<f64>> {
        let operand = map(&x.data, DType::F64, f);
        Ok(floats(&apply(eqn.op, &eqn.params, &[operand])?[0]))
    };
    let magnitude = of(&|_, x| x.abs())?;
    let greatest = of(&|at, value| (value.abs() + x.errors[at]).max(1.0))?;
    let moved = of(&|at, value| value.abs() + x.errors[at])?;
    let least = of(&|_, value| value.abs().min(1.0))?;
    let unit = ULPS * epsilon(dtype) * count(x, &results[0]);
    let bound = |at: usize| {
        // Partial products may overflow or lose digits in one order and not in the other.
        let stays = greatest[at] < range(dtype).1 && least[at] > range(dtype).0 / epsilon(dtype);
        let finite = moved[at] - magnitude[at] + unit * moved[at];
        if stays { finite } else { f64::INFINITY }
    };
    Ok(vec![(0..magnitude.len()).map(bound).collect()])
}

/// A mean of exponentials moves no further than its operands do.
fn log_sum_exp(eqn: &Eqn, operands: &[Tracked], results: &[TensorData]) -> Result<Vec<Vec<f64>>> {
    let moved = moving(&CUMMAX, &eqn.params, operands)?.remove(0);
    let magnitude = floats(&apply(&CUMMAX, &eqn.params, &[operands[0].magnitudes()])?[0]);
    let count = count(&operands[0], &results[0]);
    let unit = ULPS * epsilon(results[0].ty().dtype);
    let bound = |(error, magnitude): (&f64, &f64)| error + unit * (count + magnitude);
    Ok(vec![moved.iter().zip(&magnitude).map(bound).collect()])
}

fn contraction(eqn: &Eqn, operands: &[Tracked], results: &[TensorData]) -> Result<Vec<Vec<f64>>> {
    let dot = |x: TensorData, y: TensorData| -> Result<Vec<f64>> {
        Ok(floats(&apply(eqn.op, &eqn.params, &[x, y])?[0]))
    };
    let (x, y) = (&operands[0], &operands[1]);
    let magnitude = dot(x.magnitudes(), y.magnitudes())?;
    let parts = [
        dot(x.errors_or_data(), y.magnitudes())?,
        dot(x.magnitudes(), y.errors_or_data())?,
        dot(x.errors_or_data(), y.errors_or_data())?,
    ];
    let errors: Vec<f64> =
        (0..magnitude.len()).map(|at| parts.iter().map(|part| part[at]).sum()).collect();
    // A convolution joins no more products than its kernel has elements.
    let longest = match eqn.op == &CONV_GENERAL_DILATED {
        true => y.errors.len(),
        false => x.data.ty().shape.iter().copied().max().unwrap_or(1),
    };
    Ok(vec![any_order(&errors, &magnitude, longest as f64, results[0].ty().dtype)])
}
