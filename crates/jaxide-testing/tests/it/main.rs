//! Coverage of ops, agreement of engines, and properties of random programs. `JAXIDE_CASES` sets how many
//! times the usual number of programs each property sees.

mod api;
mod coverage;
mod engines;
mod fuzz;
mod programs;

use proptest::test_runner::Config;

/// The configuration of a property with this many cases by default. What it finds becomes a filetest
/// under `filetests/regress`, so no seeds are kept.
fn cases(usual: u32) -> Config {
    let factor = std::env::var("JAXIDE_CASES").ok().and_then(|text| text.parse().ok());
    let cases = usual.saturating_mul(factor.unwrap_or(1));
    Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() }
}
