//! Dtypes and weak flags of what `jnp` makes, as JAX's recorded expressions have them.

use jaxide_ir::DType;
use jaxide_numpy::jnp;
use jaxide_trace::{Array, array, config, scalar};
use serde_json::Value;

fn of(dtype: DType, value: f64) -> Array {
    jnp::full_of((), value, dtype)
}

fn int8() -> Array {
    jnp::ones_of(3, DType::I8)
}

/// `dtype[*]` as the recording has it.
fn show(x: &Array) -> String {
    let weak = if x.weak_type() { "*" } else { "" };
    format!("{}{weak}", x.dtype().numpy_name())
}

/// A source text and what it computes.
type Expression = (&'static str, fn() -> Array);

const EXPRESSIONS: &[Expression] = &[
    ("jnp.array(1)", || array(1)),
    ("jnp.array(1.0)", || array(1.0)),
    ("jnp.arange(3)", || jnp::arange(3usize)),
    ("jnp.arange(3.0)", || jnp::arange(3.0)),
    ("jnp.zeros(3)", || jnp::zeros(3)),
    ("jnp.float32(1)", || of(DType::F32, 1.0)),
    ("jnp.linspace(0,1,3)", || jnp::linspace(0, 1, 3)),
    ("jnp.array([True])+True", || array([true]) + true),
    ("jnp.arange(3)/2", || jnp::arange(3usize) / 2),
    ("jnp.int32(7)//2", || jnp::floor_divide(of(DType::I32, 7.0), 2)),
    ("jnp.float16(1)+np.float32(1)", || of(DType::F16, 1.0) + of(DType::F32, 1.0)),
    ("jnp.sin(1)", || jnp::sin(1)),
    ("jnp.where(True,1,2.0)", || jnp::where_(true, 1, 2.0)),
    ("jnp.where(True,jnp.float32(1),2)", || jnp::where_(true, of(DType::F32, 1.0), 2)),
    ("jnp.where(True,1,2)", || jnp::where_(true, 1, 2)),
    ("jnp.maximum(1,2.5)", || jnp::maximum(1, 2.5)),
    ("jnp.full(3,1)", || jnp::full(3, 1)),
    ("jnp.full((),1.)", || jnp::full((), 1.0)),
    ("jnp.zeros_like(1)", || jnp::zeros_like(&scalar(1))),
    ("jnp.float32(1)==1", || of(DType::F32, 1.0).eq(1)),
    ("jnp.asarray(1)*2", || jnp::asarray(1) * 2),
    ("jnp.asarray(1.)*jnp.ones(2,jnp.bfloat16)", || {
        jnp::asarray(1.0) * jnp::ones_of(2, DType::BF16)
    }),
    ("jnp.stack([1,2.])", || jnp::stack(&[&scalar(1), &scalar(2.0)], 0)),
    ("jnp.concatenate([jnp.ones(1,jnp.int8),jnp.ones(1)])", || {
        jnp::concatenate(&[&int8(), &jnp::ones(1)], 0)
    }),
    ("jnp.iinfo(jnp.int32).max + jnp.int32(1)", || of(DType::I32, 2147483647.0) + 1),
];

#[test]
fn what_jnp_makes_has_jaxs_dtypes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/promotion.json");
    let tables: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (table, x64) in [("exprs_x32", false), ("exprs_x64", true)] {
        for (expression, make) in EXPRESSIONS {
            let expected = tables[table][*expression].as_str().unwrap();
            let expected = expected.split(' ').next().unwrap_or_default();
            assert_eq!(config::x64(x64, || show(&make())), expected, "{table}: {expression}");
        }
    }
}

#[test]
fn pairs_of_dtypes_are_promoted_as_arrays_of_them() {
    let tables = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../golden/promotion.json"
    ));
    let tables: Value = serde_json::from_str(&tables.unwrap()).unwrap();
    for (pair, result) in tables["x64"].as_object().unwrap() {
        let (a, b) = pair.split_once(',').unwrap();
        let (Some(a), Some(b)) = (DType::from_name(a), DType::from_name(b)) else { continue };
        let result = result.as_str().unwrap().trim_end_matches('*');
        let got = config::x64(true, || jnp::promote_types(a, b));
        assert_eq!(got.numpy_name(), result, "{pair}");
    }
}

/// The rows are from, the columns to, in the order of the dtypes; recorded from `jnp.can_cast`.
const CASTS: [&str; 15] = [
    "111111111111111",
    ".1111....111111",
    "..111......1111",
    "...11.......1.1",
    "....1.......1.1",
    "..1111111111111",
    "...11.111..1111",
    "....1..11...1.1",
    "........1...1.1",
    ".........1.1111",
    "..........11111",
    "...........1111",
    "............1.1",
    ".............11",
    "..............1",
];

#[test]
fn safe_casts_are_numpys() {
    for (from, row) in DType::all().zip(CASTS) {
        for (to, safe) in DType::all().zip(row.chars()) {
            assert_eq!(jnp::can_cast(from, to), safe == '1', "{from} to {to}");
        }
    }
}

#[test]
fn limits_are_those_of_the_formats() {
    let info = jnp::finfo(DType::F32);
    assert_eq!(info.max, f64::from(f32::MAX));
    assert_eq!(info.tiny, f64::from(f32::MIN_POSITIVE));
    assert_eq!(info.eps, f64::from(f32::EPSILON));
    assert_eq!(jnp::finfo(DType::F64).max, f64::MAX);
    assert_eq!(jnp::iinfo(DType::U64), (0, u64::MAX.into()));
}
