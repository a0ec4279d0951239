//! Promotion as JAX's recorded tables have it.

use jaxide_trace::{Array, DType, array, config, promote::result_type, scalar};
use serde_json::Value;

fn tables() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/promotion.json");
    let text = std::fs::read_to_string(path).expect("the golden file is in the repository");
    serde_json::from_str(&text).expect("it is JSON")
}

/// A dtype and weak flag by JAX's name; `i*` is a plain integer.
fn operand(name: &str, x64: bool) -> (DType, bool) {
    let pick = |narrow, wide| (if x64 { wide } else { narrow }, true);
    match name {
        "i*" => pick(DType::I32, DType::I64),
        "f*" => pick(DType::F32, DType::F64),
        "c*" => pick(DType::C64, DType::C128),
        name => {
            let dtype = DType::from_name(name.trim_end_matches('*')).expect("a dtype");
            (dtype, name.ends_with('*'))
        }
    }
}

#[test]
fn every_pair_is_promoted_as_jax_promotes_it() {
    let tables = tables();
    for (table, x64) in [("x32", false), ("x64", true)] {
        let pairs = tables[table].as_object().expect("a table");
        assert!(pairs.len() >= 196);
        for (pair, result) in pairs {
            let (a, b) = pair.split_once(',').expect("two operands");
            let operands = [operand(a, x64), operand(b, x64)];
            let got = config::x64(x64, || result_type(&operands));
            assert_eq!(got, operand(result.as_str().expect("a name"), x64), "{table}: {pair}");
        }
    }
}

#[test]
fn a_64_bit_operand_keeps_64_bits() {
    assert_eq!(result_type(&[(DType::F64, false), (DType::F32, true)]), (DType::F64, false));
    assert_eq!(result_type(&[(DType::U32, false), (DType::I8, false)]), (DType::I32, false));
    assert_eq!(result_type(&[(DType::I64, false), (DType::I8, false)]), (DType::I64, false));
    let x = Array::from_slice(&[1], &[0.1f64]);
    assert_eq!((&x * 0.1).to_vec::<f64>(), [0.1 * 0.1]);
}

/// `dtype[*] value` as the recording has it.
fn show(x: &Array) -> String {
    let weak = if x.weak_type() { "*" } else { "" };
    format!("{}{weak}", x.dtype().numpy_name())
}

#[test]
fn expressions_have_jaxs_dtypes() {
    let tables = tables();
    let of = |dtype: DType, value: f64| array([value]).reshape(()).astype(dtype);
    let ones = |dtype: DType| array([1, 1, 1]).astype(dtype);
    let cases: [(&str, &dyn Fn() -> Array); 24] = [
        ("1", &|| scalar(1)),
        ("1.0", &|| scalar(1.0)),
        ("True", &|| scalar(true)),
        ("jnp.array([1,2])", &|| array([1usize, 2])),
        ("jnp.array([1.,2.])", &|| array([1.0, 2.0])),
        ("jnp.array([True])+1", &|| array([true]) + 1),
        ("jnp.int8(1)+1", &|| of(DType::I8, 1.0) + 1),
        ("jnp.int8(1)+1.0", &|| of(DType::I8, 1.0) + 1.0),
        ("jnp.uint8(255)+1", &|| of(DType::U8, 255.0) + 1),
        ("jnp.bfloat16(1)+1.5", &|| of(DType::BF16, 1.0) + 1.5),
        ("jnp.bfloat16(1)*jnp.float16(1)", &|| of(DType::BF16, 1.0) * of(DType::F16, 1.0)),
        ("jnp.int32(1)/2", &|| of(DType::I32, 1.0) / 2),
        ("jnp.int8(3)/jnp.int8(2)", &|| of(DType::I8, 3.0) / of(DType::I8, 2.0)),
        ("jnp.int32(2)**2", &|| of(DType::I32, 2.0).pow(2)),
        ("jnp.sum(jnp.ones(3,jnp.int8))", &|| ones(DType::I8).sum()),
        ("jnp.sum(jnp.ones(3,bool))", &|| ones(DType::Bool).sum()),
        ("jnp.sum(jnp.ones(3,jnp.bfloat16))", &|| ones(DType::BF16).sum()),
        ("jnp.mean(jnp.ones(3,jnp.int32))", &|| ones(DType::I32).mean()),
        ("jnp.prod(jnp.ones(3,jnp.uint8))", &|| ones(DType::U8).prod()),
        ("jnp.sqrt(4)", &|| scalar(4).sqrt()),
        ("jnp.sqrt(jnp.int8(4))", &|| of(DType::I8, 4.0).sqrt()),
        ("jnp.exp(jnp.array(True))", &|| scalar(true).exp()),
        ("-jnp.asarray(1)", &|| -scalar(1)),
        ("jnp.add(1,2)", &|| scalar(1) + 2),
    ];
    for (table, x64) in [("exprs_x32", false), ("exprs_x64", true)] {
        for (expression, f) in &cases {
            let expected = tables[table][*expression].as_str().expect("a recorded expression");
            let expected = expected.split(' ').next().unwrap_or_default();
            assert_eq!(config::x64(x64, || show(&f())), expected, "{table}: {expression}");
        }
    }
}

#[test]
fn bools_are_added_and_multiplied_as_logic_and_counted_elsewhere() {
    let (x, y) = (array([true, true, false]), array([true, false, false]));
    assert_eq!((&x + &y).to_vec::<bool>(), [true, true, false]);
    assert_eq!((&x * &y).to_vec::<bool>(), [true, false, false]);
    assert_eq!((scalar(true) - array([3, 4])).to_vec::<i32>(), [-2, -3]);
    assert_eq!((&x << &y).to_vec::<i32>(), [2, 1, 0]);
    assert_eq!(x.pow(2).to_vec::<i32>(), [1, 1, 0]);
    let error = std::panic::catch_unwind(|| &x - &y).unwrap_err();
    assert!(error.downcast::<String>().unwrap().contains("sub"));
}

#[test]
fn integers_to_integer_powers_are_integers() {
    let powers = array([2, -3, 0, 7]).pow(array([10, 3, 0, 0]));
    assert_eq!(powers.to_vec::<i32>(), [1024, -27, 1, 1]);
}
