//! Bits of JAX: every recorded vector of the functions that exist, in both threefry modes.

use jaxide_ir::DType;
use jaxide_numpy::random;
use jaxide_trace::{Array, config};
use serde_json::Value;

#[derive(Default)]
struct Count {
    run: usize,
    wrong: Vec<String>,
}

fn ints(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|i| i.as_u64().unwrap() as usize).collect()
}

fn draw(case: &Value, key: &Array) -> Option<Array> {
    let args = &case["args"];
    let shape = || ints(&args["shape"]);
    let dtype = DType::from_name(case["dtype"].as_str().unwrap()).unwrap();
    Some(match case["fn"].as_str().unwrap() {
        "PRNGKey" => key.clone(),
        "split" => match &args["num"] {
            Value::Array(_) => random::split(key, ints(&args["num"])),
            num => random::split(key, num.as_u64().unwrap() as usize),
        },
        "fold_in" => random::fold_in(key, args["data"].as_i64().unwrap()),
        "bits" => random::bits_with(key, shape(), dtype),
        "uniform" => match args.get("minval") {
            Some(low) => {
                let high = args["maxval"].as_f64().unwrap();
                random::uniform_with(key, shape(), dtype, low.as_f64().unwrap(), high)
            }
            None => random::uniform_with(key, shape(), dtype, 0.0, 1.0),
        },
        "normal" => random::normal_with(key, shape(), dtype),
        _ => return None,
    })
}

/// Raw bits of each element.
fn words(array: &Array) -> Vec<u64> {
    let size = array.dtype().size();
    let tensor = array.to_tensor();
    let word = |bytes: &[u8]| {
        let mut all = [0; 8];
        all[..size].copy_from_slice(bytes);
        u64::from_le_bytes(all)
    };
    tensor.bytes().chunks_exact(size).map(word).collect()
}

fn check(case: &Value, count: &mut Count) {
    let flag = |name: &str| case[name].as_bool().unwrap();
    let got = config::x64(flag("x64"), || {
        config::threefry_partitionable(flag("partitionable"), || {
            draw(case, &random::PRNGKey(case["seed"].as_i64().unwrap()))
        })
    });
    let Some(got) = got else { return };
    count.run += 1;
    let expected = case.get("bits").unwrap_or(&case["data"]);
    let expected: Vec<u64> =
        expected.as_array().unwrap().iter().map(|word| word.as_u64().unwrap()).collect();
    let same_shape = got.shape() == ints(&case["shape"]);
    // The polynomial that JAX uses for normal numbers of f64 is not ours.
    let close = case["fn"] == "normal" && got.dtype() == DType::F64;
    let same = if close { f64_close(&got, case) } else { words(&got) == expected };
    if !same || !same_shape {
        let wrong = format!("{case}\n  got {:?} {:?}", got.shape(), words(&got));
        count.wrong.push(wrong.chars().take(600).collect());
    }
}

fn f64_close(got: &Array, case: &Value) -> bool {
    let expected = case["data"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap());
    got.to_vec::<f64>().into_iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-13 * b.abs())
}

#[test]
fn every_recorded_vector_is_bit_exact() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/prng.json");
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut count = Count::default();
    golden["cases"].as_array().unwrap().iter().for_each(|case| check(case, &mut count));
    assert!(count.run >= 400, "only {} cases ran", count.run);
    let shown = count.wrong.iter().take(3).cloned().collect::<Vec<_>>().join("\n");
    assert!(count.wrong.is_empty(), "{} of {} differ:\n{shown}", count.wrong.len(), count.run);
}

#[test]
fn wrong_keys_are_refused_by_name() {
    let error = std::panic::catch_unwind(|| random::normal(&jaxide_trace::array([1.0, 2.0]), 3));
    let message = *error.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("random.normal: expected a key"), "{message}");
}
