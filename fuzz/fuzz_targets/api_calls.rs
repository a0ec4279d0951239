//! Runs `jaxide_testing::fuzz::api_calls` on bytes of libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| jaxide_testing::fuzz::api_calls(bytes));
