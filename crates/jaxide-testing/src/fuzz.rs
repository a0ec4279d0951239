//! What the fuzz targets do, as plain functions of bytes: any bytes are a program. They panic when a
//! property fails.
//!
//! Deliberately not here: where the bytes come from. The package `fuzz` gets them from libFuzzer, a
//! test of this crate from a generator.

use std::sync::Arc;

use jaxide_ir::parse;
use jaxide_trace::{Array, jit, subprogram};

use crate::{
    generate::{ApiRecipe, Family, Recipe},
    properties,
};

/// A target by name.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, in alphabetical order.
pub static TARGETS: &[Target] = &[
    ("api_calls", api_calls),
    ("eval_vs_cpu", eval_vs_cpu),
    ("parse_print", parse_print),
    ("pass_equiv", pass_equiv),
];

/// Bytes as text: whatever parses prints and parses back to itself. Nothing panics.
pub fn parse_print(bytes: &[u8]) {
    let registry = crate::registry();
    if let Ok(program) = parse(&String::from_utf8_lossy(bytes), "fuzz", &registry) {
        properties::round_trips(&program).unwrap_or_else(|text| panic!("{text}"));
    }
    // The same bytes as a program, so that well-formed text occurs from the first input on.
    let program = Recipe::from_bytes(Family::Any, bytes).build();
    properties::round_trips(&program).unwrap_or_else(|text| panic!("{text}"));
}

/// Bytes as a program: each pass keeps its results.
pub fn pass_equiv(bytes: &[u8]) {
    let recipe = Recipe::from_bytes(Family::Any, bytes);
    let program = Arc::new(recipe.build());
    properties::passes_keep_results(&program, &recipe.args())
        .unwrap_or_else(|text| panic!("{text}"));
}

/// Bytes as a program: the interpreter and compiled code agree bit for bit.
pub fn eval_vs_cpu(bytes: &[u8]) {
    let recipe = Recipe::from_bytes(Family::Exact, bytes);
    let checked = properties::engines_agree_exactly(&recipe.build(), &recipe.args());
    checked.unwrap_or_else(|text| panic!("{text}"));
}

/// Bytes as calls of the API, with shapes that fit or not: what fails fails with a typed error, and
/// what runs gives the same eagerly and under `jit`.
pub fn api_calls(bytes: &[u8]) {
    let recipe = ApiRecipe::from_bytes(bytes);
    let args = recipe.args();
    let f = |args: &Vec<Array>| recipe.call_loosely(args);
    // Both give typed errors as values; any other panic is a defect and goes on.
    let eager = subprogram(f).try_call(&args);
    match (eager, jit(f).try_call(&args)) {
        (Ok(eager), Ok(compiled)) => {
            properties::same_arrays(&eager, &compiled).unwrap_or_else(|text| panic!("{text}"));
        }
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => panic!("no error under jit, eagerly: {error}"),
        (Ok(_), Err(error)) => panic!("no error eagerly, under jit: {error}"),
    }
}
