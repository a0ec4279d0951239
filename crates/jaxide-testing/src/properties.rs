//! What holds of every program, as checks that say in words what does not. The property tests and the
//! fuzz targets share them.

use std::sync::Arc;

use jaxide_ir::{Jaxpr, Scalar, TensorData, parse, same_program, verify};
use jaxide_passes::{Options, PASSES, PassManager, Pipeline};
use jaxide_runtime::{Buffer, CompileOptions, run_owned};
use jaxide_trace::Array;

use crate::{
    compare::{Tolerance, difference},
    engine::{Engine, unsupported_op},
    extra_passes,
    generate::bounds,
};

/// A property, or what breaks it.
pub type Checked = Result<(), String>;

/// Bit for bit, all NaN alike. Zeros of both signs differ.
const EXACT: Tolerance = Tolerance { rtol: 0.0, atol: 0.0 };

/// A program prints to text that parses back to it. Baked-in data prints as captured inputs, without
/// its values: there the text must print again as it was.
///
/// # Errors
/// What differs.
pub fn round_trips(program: &Jaxpr) -> Checked {
    let text = program.to_string();
    let again = parse(&text, "printed", &crate::registry())
        .map_err(|error| format!("printed text does not parse: {error}\n{text}"))?;
    if program.consts.is_empty() && !same_program(program, &again) {
        return Err(format!("parses back to another program:\n{text}\nand\n{again}"));
    }
    if again.to_string() != text {
        return Err(format!("prints differently the second time:\n{text}\nand\n{again}"));
    }
    Ok(())
}

/// What a program gives on an engine without contraction.
///
/// # Errors
/// What the engine reports.
pub fn results(
    engine: Engine,
    program: &Jaxpr,
    args: &[TensorData],
) -> jaxide_ir::Result<Vec<TensorData>> {
    let options = CompileOptions { contract: false, ..CompileOptions::default() };
    let compiled = engine.backend().compile(program, &options)?;
    let buffers: Vec<Buffer> = args.iter().map(Buffer::from_tensor).collect::<Result<_, _>>()?;
    let outputs = run_owned(&*compiled, &buffers.iter().collect::<Vec<_>>())?;
    Ok(outputs.iter().map(Buffer::to_tensor).collect())
}

fn results_or_text(
    engine: Engine,
    program: &Jaxpr,
    args: &[TensorData],
) -> Result<Vec<TensorData>, String> {
    results(engine, program, args).map_err(|error| format!("{engine}: {error}\n{program}"))
}

/// The interpreter and compiled code give the same bits.
///
/// # Errors
/// The first difference.
pub fn engines_agree_exactly(program: &Jaxpr, args: &[TensorData]) -> Checked {
    let Some((eval, cpu)) = both(program, args)? else { return Ok(()) };
    same(&eval, &cpu).map_err(|text| format!("eval, then cpu: {text}\n{program}"))
}

/// The interpreter and compiled code give what [`bounds`] allows.
///
/// # Errors
/// The first difference.
pub fn engines_agree_within_bounds(program: &Jaxpr, args: &[TensorData]) -> Checked {
    let Some((eval, cpu)) = both(program, args)? else { return Ok(()) };
    let bounds = bounds(program, args).map_err(|error| error.to_string())?;
    for (at, ((eval, cpu), bounds)) in eval.iter().zip(&cpu).zip(&bounds).enumerate() {
        if eval.ty() != cpu.ty() {
            return Err(format!("result {at}: eval {}, cpu {}\n{program}", eval.ty(), cpu.ty()));
        }
        for (element, ((a, b), bound)) in eval.iter().zip(cpu.iter()).zip(bounds).enumerate() {
            let (x, y) = (a.to_f64(), b.to_f64());
            let same = a == b || (x.is_nan() && y.is_nan());
            // An infinite bound allows NaN too.
            let close = *bound == f64::INFINITY || (*bound > 0.0 && (x - y).abs() <= *bound);
            if !same && !close {
                let place = format!("result {at}, element {element}");
                return Err(format!("{place}: eval {a:?}, cpu {b:?}, bound {bound:e}\n{program}"));
            }
        }
    }
    Ok(())
}

type Pair = (Vec<TensorData>, Vec<TensorData>);

/// The results of both engines; `None` where the compiler lacks an op.
fn both(program: &Jaxpr, args: &[TensorData]) -> Result<Option<Pair>, String> {
    let eval = results_or_text(Engine::Eval, program, args)?;
    match results(Engine::Cpu, program, args) {
        Ok(cpu) => Ok(Some((eval, cpu))),
        Err(error) if unsupported_op(&error).is_some() => Ok(None),
        Err(error) => Err(format!("cpu: {error}\n{program}")),
    }
}

/// Each single pass, kernel formation, and the default pipeline leave a valid program that gives the
/// interpreter the same bits.
///
/// # Errors
/// The pass, and what it changed.
pub fn passes_keep_results(program: &Arc<Jaxpr>, args: &[TensorData]) -> Checked {
    verify(program, Some(&crate::registry())).map_err(|error| format!("{error}\n{program}"))?;
    let before = results_or_text(Engine::Eval, program, args)?;
    let single = PASSES.iter().chain(extra_passes()).map(|pass| vec![pass.name]);
    let kernels = vec!["default", "normalise", "cse", "dce", "fuse"];
    for names in single.chain([vec!["default"], kernels]) {
        let pipeline = Pipeline::new(&names, extra_passes()).map_err(|error| error.to_string())?;
        let registry = Some(crate::registry());
        let options =
            Options { verify: true, registry, reproducer_dir: None, ..Options::default() };
        let after = PassManager::new(pipeline, options)
            .run(program)
            .map_err(|error| format!("{names:?}: {error}\n{program}"))?
            .jaxpr;
        let got = match results(Engine::Eval, &after, args) {
            // The pass is there to turn results into such errors.
            Err(error) if names == ["insert-checks"] && is_failed_check(&error) => continue,
            got => got.map_err(|error| format!("{names:?}: {error}\n{after}"))?,
        };
        same(&before, &got)
            .map_err(|text| format!("{names:?}: {text}\n{program}\nbecame\n{after}"))?;
    }
    Ok(())
}

/// True for the error of a checked run.
fn is_failed_check(error: &jaxide_ir::Diagnostic) -> bool {
    error.code().0.starts_with("J042")
}

/// Lists of arrays that are equal in types, weak flags and bits.
///
/// # Errors
/// The first difference.
pub fn same_arrays(expected: &[Array], got: &[Array]) -> Checked {
    for (at, (a, b)) in expected.iter().zip(got).enumerate() {
        if a.weak_type() != b.weak_type() {
            return Err(format!("result {at}: weak {} and {}", a.weak_type(), b.weak_type()));
        }
    }
    let tensors = |arrays: &[Array]| arrays.iter().map(Array::to_tensor).collect::<Vec<_>>();
    same(&tensors(expected), &tensors(got))
}

fn same(expected: &[TensorData], got: &[TensorData]) -> Checked {
    if expected.len() != got.len() {
        return Err(format!("expected {} results, got {}", expected.len(), got.len()));
    }
    for (at, (a, b)) in expected.iter().zip(got).enumerate() {
        if let Some(text) = difference(a, b, EXACT).or_else(|| zero_sign(a, b)) {
            return Err(format!("result {at}: {text}"));
        }
    }
    Ok(())
}

fn zero_sign(a: &TensorData, b: &TensorData) -> Option<String> {
    let other = |a: f64, b: f64| a == 0.0 && a.is_sign_negative() != b.is_sign_negative();
    let differs = |(a, b): (Scalar, Scalar)| {
        other(a.to_f64(), b.to_f64()) || a.dtype().is_complex() && other(a.imag(), b.imag())
    };
    let at = a.iter().zip(b.iter()).position(differs)?;
    Some(format!("element {at}: zeros of different signs, expected {:?}", a.get(at).to_f64()))
}
