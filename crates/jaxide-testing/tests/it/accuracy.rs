//! The bounds of docs/accuracy.md hold on a sample, and every function is measured or says why not.

use jaxide_ir::DType;
use jaxide_testing::{
    accuracy::{DTYPES, FUNCTIONS, Function, UNMEASURED, is_function_of_floats, measure},
    engine::Engine,
    registry,
};

/// The greatest error that is allowed, in units in the last place.
fn bound(dtype: DType, function: &Function) -> f64 {
    match dtype {
        DType::F32 => function.bounds[0],
        DType::F64 => function.bounds[1],
        _ => 1.0,
    }
}

#[test]
fn functions_stay_within_their_bounds_on_a_sample() {
    let mut over = Vec::new();
    for function in FUNCTIONS {
        for dtype in DTYPES {
            let found = measure(function, dtype, 20_000).unwrap_or_else(|error| panic!("{error}"));
            for (worst, engine) in found.iter().zip(Engine::ALL) {
                if worst.ulps > bound(dtype, function) || !worst.wrong.is_empty() {
                    over.push(format!("{} {dtype} {engine}: {worst:?}", function.op.name));
                }
            }
        }
    }
    assert!(over.is_empty(), "{}", over.join("\n"));
}

#[test]
fn every_function_of_floats_is_measured_or_says_why_not() {
    let measured = FUNCTIONS.iter().map(|function| function.op);
    let listed: Vec<_> = measured.chain(UNMEASURED.iter().map(|(op, _)| *op)).collect();
    let registry = registry();
    let functions: Vec<_> = registry.ops().filter(|op| is_function_of_floats(op)).collect();
    let missing = functions.iter().filter(|op| listed.iter().filter(|x| x == op).count() != 1);
    let missing: Vec<&str> = missing.map(|op| op.name).collect();
    assert!(missing.is_empty(), "list these once in accuracy/functions.rs: {missing:?}");
    let strangers = listed.iter().filter(|op| !functions.contains(op)).map(|op| op.name);
    assert_eq!(strangers.collect::<Vec<_>>(), Vec::<&str>::new());
}
