//! Runs `jaxide_testing::fuzz::eval_vs_cpu` on bytes of libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| jaxide_testing::fuzz::eval_vs_cpu(bytes));
