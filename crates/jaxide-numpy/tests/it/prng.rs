//! Bits of JAX: every recorded vector of the functions that exist, in both threefry modes.

use jaxide_ir::DType;
use jaxide_numpy::random;
use jaxide_trace::{Array, array, config, jit};
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
        "bits" => random::bits_of(key, shape(), dtype),
        "uniform" => match args.get("minval") {
            Some(low) => {
                let high = args["maxval"].as_f64().unwrap();
                random::uniform_of(key, shape(), low.as_f64().unwrap(), high, dtype)
            }
            None => random::uniform_of(key, shape(), 0.0, 1.0, dtype),
        },
        "normal" => random::normal_of(key, shape(), dtype),
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

fn message<R>(f: impl FnOnce() -> R + std::panic::UnwindSafe) -> String {
    match std::panic::catch_unwind(f) {
        Ok(_) => String::new(),
        Err(payload) => *payload.downcast::<String>().unwrap(),
    }
}

#[test]
fn wrong_keys_are_refused_by_name() {
    let key = random::key(0);
    let cases: [(String, &str); 5] = [
        (
            message(|| random::normal(&array([1, 2, 3]), 3)),
            "random.normal encountered invalid PRNG key data: expected key_data.shape to end with \
             (2,); got shape=(3,)",
        ),
        (
            message(|| random::normal(&array([1.0, 2.0]), 3)),
            "expected key_data.dtype = uint32; got dtype=float32",
        ),
        (
            message(|| random::uniform(&random::split(&key, 3), 3)),
            "random.uniform accepts a single key, but was given a key array of shape (3,) != ()",
        ),
        (
            message(|| random::key(array([1, 2]))),
            "key accepts a scalar seed, but was given an array of shape (2,) != ()",
        ),
        (
            message(|| random::fold_in(&random::key(0), array([1, 2]))),
            "fold_in accepts a scalar, but was given an array of shape (2,) != ()",
        ),
    ];
    for (got, expected) in &cases {
        assert!(got.contains(expected), "expected {expected}\ngot {got}");
    }
}

#[test]
fn wrong_arguments_are_refused_in_jaxs_words() {
    let cases: [(String, &str); 7] = [
        (
            message(|| random::normal_of(&random::key(0), 3, DType::I32)),
            "dtype argument to `normal` must be a float or complex dtype, got int32",
        ),
        (
            message(|| random::bernoulli(&random::key(0), 1, 3)),
            "bernoulli probability `p` must have a floating dtype, got int32.",
        ),
        (
            message(|| random::gamma(&random::key(0), array([1.0, 2.0]), 3)),
            "gamma parameter shapes must be broadcast-compatible with shape argument",
        ),
        (
            message(|| random::gamma(&random::key(0), array([1.0, 2.0]), ())),
            "but got result (2,) for shape argument ().",
        ),
        (
            message(|| random::Choice::of(3).without_replacement().draw(&random::key(0), 4)),
            "Cannot take a larger sample (size 4) than population (size 3) when 'replace=False'",
        ),
        (
            message(|| random::Choice::of(3).p(&array([0.5, 0.5])).draw(&random::key(0), 2)),
            "p has shape (2,) and a.shape[axis] is 3.",
        ),
        (message(|| random::normal(&random::key(0), -1)), "shape must have every element be"),
    ];
    for (got, expected) in &cases {
        assert!(got.contains(expected), "expected {expected}\ngot {got}");
    }
}

#[test]
fn typed_and_raw_keys_draw_the_same() {
    let (typed, raw) = (random::key(7), random::PRNGKey(7));
    let draw = |key: &random::Key| random::normal(key, 4).to_vec::<f32>();
    assert_eq!(draw(&typed), random::normal(&raw, 4).to_vec::<f32>());
    let keys = random::split(&typed, [2, 3]);
    assert_eq!(keys.shape(), [2, 3]);
    let data = random::key_data(&keys);
    assert_eq!(data.to_vec::<u32>(), random::split(&raw, [2, 3]).to_vec::<u32>());
    assert_eq!(random::wrap_key_data(&data).shape(), [2, 3]);
    let folded = jit(|key: &random::Key, n: &Array| random::fold_in(key, n));
    assert_eq!(draw(&folded(&typed, &array(3))), draw(&random::fold_in(&typed, 3)));
}

#[test]
fn traced_seeds_give_the_keys_of_known_ones() {
    for x64 in [false, true] {
        config::x64(x64, || {
            let seeded = jit(|seed: &Array| random::PRNGKey(seed));
            for seed in [0i64, -1, 1 << 40] {
                let expected = random::PRNGKey(seed).to_vec::<u32>();
                assert_eq!(seeded(&array([seed]).reshape(())).to_vec::<u32>(), expected);
            }
        });
    }
}
