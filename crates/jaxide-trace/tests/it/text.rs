//! Arrays print as NumPy and JAX print them, to the character.

use jaxide_ir::{ArrayType, TensorData};
use jaxide_trace::{Array, DType, PrintOptions, array, scalar};
use serde_json::Value;

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits");
    (0..hex.len()).step_by(2).map(digits).collect()
}

fn decoded(case: &Value) -> Array {
    let text = |name: &str| case[name].as_str().expect("a text");
    let dtype = DType::from_name(text("dtype")).expect("a dtype");
    let shape: Vec<usize> = case["shape"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|dim| dim.as_u64().expect("a size") as usize)
        .collect();
    let data = TensorData::from_bytes(ArrayType::new(dtype, &shape), &bytes(text("data")));
    Array::from(&data.expect("as many bytes as the type has"))
}

fn options(case: &Value) -> PrintOptions {
    let usual = PrintOptions::default();
    let given = &case["options"];
    let number = |name: &str, usual: usize| given[name].as_u64().map_or(usual, |x| x as usize);
    PrintOptions {
        precision: number("precision", usual.precision),
        threshold: number("threshold", usual.threshold),
        edgeitems: number("edgeitems", usual.edgeitems),
        linewidth: number("linewidth", usual.linewidth),
        suppress: given["suppress"].as_bool().unwrap_or(usual.suppress),
    }
}

#[test]
fn arrays_print_as_in_numpy_and_jax() {
    let text = include_str!("../../../../golden/array_text.json");
    let cases: Vec<Value> = serde_json::from_str(text).expect("the recording is JSON");
    let mut wrong = Vec::new();
    for case in &cases {
        let (x, options) = (decoded(case), options(case));
        let shown = x.show(&options);
        for (name, got) in [("str", shown.to_string()), ("repr", format!("{shown:?}"))] {
            let expected = case[name].as_str().expect("a text");
            if expected != got {
                let kind = format!("{} {} {:?}", case["dtype"], case["shape"], case["options"]);
                wrong.push(format!("{kind}\nexpected {expected}\ngot      {got}"));
            }
        }
    }
    let shown = wrong[..wrong.len().min(12)].join("\n");
    assert!(wrong.is_empty(), "{} of {}:\n{shown}", wrong.len(), cases.len());
}

#[test]
fn formatters_take_a_precision() {
    let x = array([1.0f32, 2.0 / 3.0]);
    assert_eq!(format!("{x:.2}"), "[1.   0.67]");
    assert_eq!(format!("{x:.2?}"), "Array([1.  , 0.67], dtype=float32)");
    assert_eq!(format!("{:?}", scalar(1.5)), "Array(1.5, dtype=float32, weak_type=True)");
}
