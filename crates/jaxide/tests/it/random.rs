//! Random numbers: the same bits eager and compiled, on every engine, in both threefry modes.

use jaxide::{Array, DType, backend, config, jit_with, random};

const DTYPES: [DType; 4] = [DType::F32, DType::F16, DType::BF16, DType::F64];

fn bits(array: &Array) -> Vec<u8> {
    array.to_tensor().bytes().to_vec()
}

fn check(draw: fn(&Array, DType) -> Array) {
    for name in ["eval", "cpu"] {
        let Some(backend) = backend::by_name(name) else { continue };
        for (dtype, partitionable) in DTYPES.into_iter().flat_map(|d| [(d, true), (d, false)]) {
            config::threefry_partitionable(partitionable, || {
                let key = random::PRNGKey(8);
                let compiled = jit_with(backend.clone(), move |key: &Array| draw(key, dtype));
                let (eager, compiled) = (draw(&key, dtype), compiled(&key));
                assert_eq!(bits(&eager), bits(&compiled), "{name} {dtype} {partitionable}");
            });
        }
    }
}

#[test]
fn normal_has_the_same_bits_compiled() {
    check(|key, dtype| random::normal_of(key, [37, 3], dtype));
}

#[test]
fn uniform_has_the_same_bits_compiled() {
    check(|key, dtype| random::uniform_of(key, [37, 3], -2.5, 7.0, dtype));
}

#[test]
fn keys_have_the_same_bits_compiled() {
    check(|key, _| {
        let keys = random::split(key, [2, 3]);
        random::fold_in(&random::split_into::<3, _>(key)[1], 7) + keys.sum().astype(DType::U32)
    });
}
