//! Runs `jaxide_testing::fuzz::parse_print` on bytes of libFuzzer.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| jaxide_testing::fuzz::parse_print(bytes));
