//! Runs tables of cases against recordings of JAX: dtypes, shapes and values, by the comparison
//! rule of recorded programs. A case that only the table or only the recording has is a failure.

#[allow(dead_code, unreachable_pub, unused_imports, reason = "its own tests run in jaxide-testing")]
#[path = "../../../jaxide-testing/src/compare.rs"]
mod compare;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use compare::{Tolerance, difference};
use jaxide_ir::{ArrayType, DType, TensorData};
use jaxide_trace::{Array, config};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// What a case computes.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// One result.
    One(fn(&[Array]) -> Array),
    /// Two results.
    Pair(fn(&[Array]) -> (Array, Array)),
    /// Any number of results.
    Many(fn(&[Array]) -> Vec<Array>),
}

impl Run {
    pub(crate) fn call(self, inputs: &[Array]) -> Vec<Array> {
        match self {
            Run::One(run) => vec![run(inputs)],
            Run::Pair(run) => <[Array; 2]>::from(run(inputs)).into(),
            Run::Many(run) => run(inputs),
        }
    }
}

/// A row of a family's table.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

/// A table under the name of its recording.
#[derive(Clone, Copy)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) cases: &'static [Case],
}

/// A name of a way to run a case, and the way.
pub(crate) type Mode = (&'static str, fn(Run, &[Array]) -> Vec<Array>);

/// The case as it is.
#[allow(dead_code, reason = "compiled engines have no eager mode")]
pub(crate) fn eager(run: Run, inputs: &[Array]) -> Vec<Array> {
    run.call(inputs)
}

/// The case under `jit` on the reference engine.
#[allow(dead_code, reason = "compiled engines have their own")]
pub(crate) fn jitted(run: Run, inputs: &[Array]) -> Vec<Array> {
    jaxide_trace::jit(move |inputs: &[Array]| run.call(inputs))(inputs)
}

/// Runs all cases of all families in every mode, as tests named `family::case::mode`, and exits.
pub(crate) fn run(families: &[Family], modes: &[Mode]) {
    let mut trials: Vec<Trial> =
        families.iter().flat_map(|family| trials(*family, modes)).collect();
    let known: Vec<&str> = families.iter().map(|family| family.name).collect();
    let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
    trials.push(Trial::test("every recording has a table", move || recordings(&known)));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden/jnp")
}

fn recordings(known: &[String]) -> Result<(), Failed> {
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if !known.iter().any(|name| name == stem) {
            return Err(format!("{} has no row in cases/mod.rs", path.display()).into());
        }
    }
    Ok(())
}

fn trials(family: Family, modes: &[Mode]) -> Vec<Trial> {
    let path = folder().join(format!("{}.json", family.name));
    let text = fs::read_to_string(&path);
    let recorded: Vec<Value> = text.map_or(Vec::new(), |text| {
        serde_json::from_str(&text).expect("a recording is a list of cases")
    });
    let mut trials = Vec::new();
    for case in family.cases {
        let entry = recorded.iter().find(|entry| entry["name"] == case.name).cloned();
        for (mode, how) in modes {
            let (entry, run, how) = (entry.clone(), case.run, *how);
            let test = move || match &entry {
                Some(entry) => check(entry, run, how),
                None => Err("it is not recorded; run tools/record_jnp.py".into()),
            };
            trials.push(Trial::test(format!("{}::{}::{mode}", family.name, case.name), test));
        }
    }
    let missing = recorded.into_iter().filter_map(|entry| {
        let name = entry["name"].as_str().expect("a case has a name").to_owned();
        (!family.cases.iter().any(|case| case.name == name)).then_some(name)
    });
    trials.extend(missing.map(|name| {
        Trial::test(format!("{}::{name}", family.name), || {
            Err("it is recorded, and the table lacks it".into())
        })
    }));
    trials
}

fn check(entry: &Value, run: Run, how: fn(Run, &[Array]) -> Vec<Array>) -> Result<(), Failed> {
    let inputs: Vec<Array> = tensors(&entry["inputs"]).into_iter().map(Array::from).collect();
    let x64 = entry["x64"].as_bool().unwrap_or(false);
    let slack = entry["slack"].as_f64().unwrap_or(1.0);
    for (recipe, partitionable) in [("outputs", true), ("original", false)] {
        if !partitionable && entry.get(recipe).is_none() {
            continue;
        }
        let call = || {
            config::threefry_partitionable(partitionable, || config::x64(x64, || how(run, &inputs)))
        };
        let outputs = catch_unwind(AssertUnwindSafe(call)).map_err(panic_text)?;
        compare(&tensors(&entry[recipe]), &outputs, slack)
            .map_err(|text| Failed::from(format!("{recipe}: {text}")))?;
    }
    Ok(())
}

fn compare(expected: &[TensorData], outputs: &[Array], slack: f64) -> Result<(), String> {
    if outputs.len() != expected.len() {
        return Err(format!("expected {} results, got {}", expected.len(), outputs.len()));
    }
    for (index, (expected, got)) in expected.iter().zip(outputs).enumerate() {
        let tolerance = Tolerance::recorded(expected.ty().dtype, slack);
        if let Some(text) = difference(expected, &got.to_tensor(), tolerance) {
            return Err(format!("result {index}: {text}\ngot {got:?}"));
        }
    }
    Ok(())
}

fn panic_text(payload: Box<dyn std::any::Any + Send>) -> Failed {
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_else(|| "it panicked".to_owned()).into()
}

fn tensors(list: &Value) -> Vec<TensorData> {
    list.as_array().expect("a list of arrays").iter().map(tensor).collect()
}

fn tensor(value: &Value) -> TensorData {
    let dtype = DType::from_name(value["dtype"].as_str().unwrap()).expect("a dtype");
    let dims = value["shape"].as_array().unwrap().iter();
    let shape: Vec<usize> = dims.map(|dim| dim.as_u64().unwrap() as usize).collect();
    let bytes = BASE64_STANDARD.decode(value["data"].as_str().unwrap()).expect("base64");
    TensorData::from_bytes(ArrayType::new(dtype, &shape), &bytes).expect("as many bytes")
}
