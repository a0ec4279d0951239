//! Running one recorded program on one engine in this process.

use std::time::Instant;

use jaxide_ir::{Diagnostic, Jaxpr, Result, TensorData, parse};
use jaxide_runtime::{Buffer, CompileOptions, run_owned};

use super::{Case, CaseReport, Status, case::Tensor, gauge::gauge_difference};
use crate::{
    compare::{Tolerance, difference},
    engine::{Engine, unsupported_op},
};

/// Cases that hold bool bytes other than 0 and 1 and expect them back, which no array of ours can
/// hold.
static SKIPPED: &[&str] = &["09de85e0aa03d64b", "6cd61383fc67ceda"];

/// True for cases that no engine is asked to run.
pub fn is_skipped(case: &Case) -> bool {
    SKIPPED.contains(&&*case.id)
}

/// Parses, compiles, runs and compares.
pub fn run_case(case: &Case, engine: Engine) -> CaseReport {
    let mut report = CaseReport {
        id: case.id.clone(),
        tier: case.tier.clone(),
        status: Status::Passed,
        detail: String::new(),
        compile_ms: 0.0,
        run_us: 0.0,
    };
    match check(case, engine, &mut report) {
        Ok(None) => {}
        Ok(Some(difference)) => (report.status, report.detail) = (Status::Failed, difference),
        Err(error) => (report.status, report.detail) = classify(&error),
    }
    report
}

fn classify(error: &Diagnostic) -> (Status, String) {
    match unsupported_op(error) {
        Some(op) => (Status::Unsupported, format!("unsupported: {op}")),
        None => (Status::Failed, error.to_string()),
    }
}

fn check(case: &Case, engine: Engine, report: &mut CaseReport) -> Result<Option<String>> {
    let start = Instant::now();
    let jaxpr = parse(&case.jaxpr, &case.id, &jaxide_lax::registry())?;
    let program = engine.backend().compile(&jaxpr, &CompileOptions::default())?;
    report.compile_ms = start.elapsed().as_secs_f64() * 1e3;

    let args = arguments(case, &jaxpr)?;
    let args: Vec<Buffer> = args.iter().map(Buffer::from_tensor).collect::<Result<_>>()?;
    let start = Instant::now();
    let outputs = run_owned(&*program, &args.iter().collect::<Vec<_>>())?;
    report.run_us = start.elapsed().as_secs_f64() * 1e6;
    compare(case, &jaxpr, &outputs)
}

/// Values of constvars and inputs, converted to the types that the program declares: plain numbers
/// were recorded in 64 bits.
fn arguments(case: &Case, jaxpr: &Jaxpr) -> Result<Vec<TensorData>> {
    let tensors = case.consts.iter().chain(&case.inputs);
    let convert = |(tensor, var): (&Tensor, &jaxide_ir::Var)| {
        let data = tensor.decode()?;
        let dtype = jaxpr.vars[*var].dtype;
        if data.ty().dtype == dtype {
            return Ok(data);
        }
        let bytes: Vec<u8> = data.iter().flat_map(|s| s.convert(dtype).to_bytes()).collect();
        TensorData::from_bytes(data.ty().with_dtype(dtype), &bytes)
    };
    tensors.zip(&jaxpr.inputs).map(convert).collect()
}

fn compare(case: &Case, jaxpr: &Jaxpr, outputs: &[Buffer]) -> Result<Option<String>> {
    if outputs.len() != case.outputs.len() {
        let (expected, got) = (case.outputs.len(), outputs.len());
        return Ok(Some(format!("expected {expected} results, got {got}")));
    }
    let slack = if case.eqns > 200 || longest(case)? > 10_000 { 10.0 } else { 1.0 };
    let expected: Vec<TensorData> =
        case.outputs.iter().map(Tensor::decode).collect::<Result<_>>()?;
    let got: Vec<TensorData> = outputs.iter().map(Buffer::to_tensor).collect();
    let differs = |(at, (expected, got)): (usize, (&TensorData, &TensorData))| {
        let tolerance = Tolerance::recorded(expected.ty().dtype, slack);
        difference(expected, got, tolerance).map(|text| format!("result {at}: {text}"))
    };
    match expected.iter().zip(&got).enumerate().find_map(differs) {
        Some(_) if case.tier == "gauge" => gauge_difference(jaxpr, &expected, &got, slack),
        found => Ok(found),
    }
}

/// The size of the largest input: an upper bound for the terms of a reduction over it.
fn longest(case: &Case) -> Result<usize> {
    let mut sizes = case.inputs.iter().map(|tensor| Ok(tensor.decode()?.ty().size()));
    sizes.try_fold(0, |most, size: Result<usize>| Ok(most.max(size?)))
}
