//! How exact the elementary functions of the engines are, in units in the last place.
//!
//! Every f16 and bf16 is tried on functions of one operand; f32, f64 and pairs are sampled. The
//! reference is the crate `pxfm`, whose functions of f64 are rounded correctly. Errors of f32 and
//! narrower results are measured against its f64 and are exact to a hundredth; those of f64 are
//! whole numbers, each off by half a unit at most.

mod functions;
mod samples;

use std::fmt::Write;

use jaxide_ir::{
    ArrayType, DType, Jaxpr, JaxprBuilder, Loc, OpDef, Params, Result, Scalar, TensorData,
};
use jaxide_runtime::{Buffer, CompileOptions, Executable, run_owned};

pub use functions::{FUNCTIONS, Function, UNMEASURED, is_function_of_floats};

use crate::engine::Engine;

/// The dtypes that are measured.
pub const DTYPES: [DType; 4] = [DType::BF16, DType::F16, DType::F32, DType::F64];

/// Elements per run of a program.
const CHUNK: u64 = 1 << 17;

/// What was found on one engine for one function and dtype.
#[derive(Clone, Debug, Default)]
pub struct Worst {
    /// The largest error in units in the last place.
    pub ulps: f64,
    /// Where it was met.
    pub at: Vec<f64>,
    /// Operands for which the engine gave NaN and the reference did not, or the other way round, or
    /// a zero of the wrong sign, or anything but the exact value where that is 0, 1 or infinite at
    /// a special operand.
    pub wrong: Vec<Vec<f64>>,
}

/// Runs a function on each engine and compares it with its reference.
///
/// # Errors
/// What an engine reports.
pub fn measure(function: &Function, dtype: DType, samples: u64) -> Result<[Worst; 2]> {
    let specials = samples::specials(function.arity(), dtype);
    let patterns = if dtype.size() == 2 && function.arity() == 1 { 1 << 16 } else { samples };
    let all = specials.len() as u64 + patterns;
    let ty = ArrayType::new(dtype, &[CHUNK.min(all) as usize]);
    let program = program(function.op, &ty, function.arity())?;
    let compile = |engine: Engine| engine.backend().compile(&program, &CompileOptions::default());
    let engines = [compile(Engine::ALL[0])?, compile(Engine::ALL[1])?];
    let mut worst = [Worst::default(), Worst::default()];
    for first in (0..all).step_by(ty.size()) {
        let point = |at: u64| match specials.get(at as usize) {
            Some(point) => point.clone(),
            None => samples::point(function, dtype, (at - specials.len() as u64) % patterns),
        };
        let points: Vec<Vec<f64>> = (first..first + ty.size() as u64).map(point).collect();
        let columns: Vec<Buffer> = (0..function.arity())
            .map(|operand| column(&ty, points.iter().map(|point| point[operand])))
            .collect::<Result<_>>()?;
        let exact: Vec<f64> = points.iter().map(|point| function.exact(point)).collect();
        for (engine, worst) in engines.iter().zip(&mut worst) {
            let got = run(&**engine, &columns)?;
            for (at, (got, exact)) in got.iter().zip(&exact).enumerate() {
                let special = first + (at as u64) < specials.len() as u64;
                worst.see(&points[at], *exact, got.to_f64(), dtype, special);
            }
        }
    }
    Ok(worst)
}

fn program(op: &'static OpDef, ty: &ArrayType, arity: usize) -> Result<Jaxpr> {
    let (mut builder, inputs) = JaxprBuilder::with_inputs(&vec![ty.clone(); arity]);
    let operands: Vec<_> = inputs.into_iter().map(Into::into).collect();
    let outputs = builder.bind(op, Params::new(), &operands, Loc::unknown())?;
    Ok(builder.finish(vec![outputs[0].into()]))
}

fn column(ty: &ArrayType, values: impl Iterator<Item = f64>) -> Result<Buffer> {
    let bytes: Vec<u8> = values.flat_map(|x| Scalar::float(ty.dtype, x).to_bytes()).collect();
    Buffer::from_tensor(&TensorData::from_bytes(ty.clone(), &bytes)?)
}

fn run(program: &dyn Executable, operands: &[Buffer]) -> Result<TensorData> {
    let outputs = run_owned(program, &operands.iter().collect::<Vec<_>>())?;
    Ok(outputs[0].to_tensor())
}

impl Worst {
    fn see(&mut self, point: &[f64], exact: f64, got: f64, dtype: DType, special: bool) {
        let rounded = Scalar::float(dtype, exact).to_f64();
        let same_sign = rounded.is_sign_negative() == got.is_sign_negative();
        if rounded == got && (rounded != 0.0 || same_sign) || rounded.is_nan() && got.is_nan() {
            return;
        }
        let plain = rounded.is_finite() && rounded != 0.0 && rounded.abs() != 1.0;
        if rounded.is_nan() || got.is_nan() || rounded == got || (special && !plain) {
            self.wrong.push(point.to_vec());
            return;
        }
        let ulps = (finite(got, dtype) - finite(exact, dtype)).abs() / unit(rounded, dtype);
        if ulps > self.ulps {
            (self.ulps, self.at) = (ulps, point.to_vec());
        }
    }
}

/// Digits after the leading one, the least and the greatest exponent of a format.
fn layout(dtype: DType) -> (i32, i32, i32) {
    match dtype {
        DType::BF16 => (7, -126, 127),
        DType::F16 => (10, -14, 15),
        DType::F32 => (23, -126, 127),
        _ => (52, -1022, 1023),
    }
}

/// An overflow counts as the first number that is too large, so that it has a distance from the
/// last one that is not. In f64 that is the largest number itself.
fn finite(value: f64, dtype: DType) -> f64 {
    let limit = 2f64.powi(layout(dtype).2) * 2.0;
    value.clamp(-limit, limit).clamp(-f64::MAX, f64::MAX)
}

/// The distance of neighbouring floats of a dtype at a value.
fn unit(value: f64, dtype: DType) -> f64 {
    let (digits, least, greatest) = layout(dtype);
    let field = ((value.abs().to_bits() >> 52) as i32 - 1023).clamp(least, greatest);
    // In two steps, since the least subnormal f64 has no normal power below it.
    2f64.powi(field) * 2f64.powi(-digits)
}

const HEAD: &str = "\
# Accuracy

<!-- Written by `cargo run -p jaxide-testing --bin accuracy`, which takes a quarter of an hour; a test holds the bounds on a small sample. -->

The largest error of each elementary function, in units in the last place (ULP) of the element type, as the two engines compute it.
Half a unit is correct rounding, 0 means that every result was rounded correctly.
The promise for f32 is at most 4 ULP; narrower types stay within 1.
`erf_inv` is the exception: random normal numbers are made with it and have the same bits as JAX's, so it is computed as XLA does, which loses digits towards 1 and -1.
In f64, `lgamma` and `digamma` lose digits near their zeros.
";

/// The document for the repository. `progress` hears of each measurement.
///
/// # Errors
/// What an engine reports.
pub fn document(samples: u64, progress: &mut dyn FnMut(&str)) -> Result<String> {
    let mut tables = Engine::ALL.map(|engine| {
        format!("\n## {engine}\n\n| function | bf16 | f16 | f32 | f64 |\n|---|---|---|---|---|\n")
    });
    for function in FUNCTIONS {
        for table in &mut tables {
            table.push_str(&format!("| `{}` |", function.op.name));
        }
        for dtype in DTYPES {
            let found = measure(function, dtype, samples)?;
            for ((worst, table), engine) in found.iter().zip(&mut tables).zip(Engine::ALL) {
                table.push_str(&cell(worst));
                progress(&line(function, dtype, engine, worst));
            }
        }
        for table in &mut tables {
            table.push('\n');
        }
    }
    Ok(format!("{HEAD}{}{}{}", method(samples), tables.concat(), unmeasured()))
}

fn cell(worst: &Worst) -> String {
    let mut cell = format!(" {:.2}", worst.ulps);
    if !worst.wrong.is_empty() {
        let _ = write!(cell, " !{}", worst.wrong.len());
    }
    cell + " |"
}

fn line(function: &Function, dtype: DType, engine: Engine, worst: &Worst) -> String {
    let Worst { ulps, at, wrong } = worst;
    let shown = &wrong[..wrong.len().min(8)];
    let name = function.op.name;
    format!("{name} {dtype} {engine}: {ulps:.3} at {at:?}, wrong {}: {shown:?}", wrong.len())
}

fn method(samples: u64) -> String {
    format!(
        "
## How it is measured

Functions of one operand are tried on every f16 and every bf16, and on {samples} f32 and as many f64; functions of two operands on {samples} pairs of each type.
Half of the samples are random bit patterns, so that all magnitudes occur, the other half lies in the ranges where the function is neither 0, constant nor infinite.
The reference is the crate `pxfm`, whose f64 results are rounded correctly.
For bf16, f16 and f32 the error is the distance from that f64 value.
For f64 it is the distance from the correctly rounded result, a whole number, which is within half a unit of the distance from the exact one.
Zeros, infinities, NaN, 1 and -1 are tried as operands as well; there, results that are exactly 0, 1, -1 or infinite must be exact, to the sign of the zero.
`!` and a number say how often that, or NaN where the reference is none, was not so.
"
    )
}

fn unmeasured() -> String {
    let rows = UNMEASURED.iter().map(|(op, reason)| format!("* `{}`: {reason}\n", op.name));
    format!("\n## Not measured\n\n{}", rows.collect::<String>())
}
