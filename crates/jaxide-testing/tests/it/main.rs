//! Coverage of ops, agreement of engines, and properties of random programs. `JAXIDE_CASES` sets how many
//! times the usual number of programs each property sees.

mod accuracy;
mod api;
mod coverage;
mod engines;
mod fuzz;
mod programs;
mod reduce;

use proptest::test_runner::{Config, RngSeed};

/// The configuration of a property with this many cases by default: then the programs are the same
/// each time, with `JAXIDE_CASES` they are new ones. What they find becomes a filetest under
/// `filetests/regress`, so no seeds are kept.
fn cases(usual: u32) -> Config {
    let factor = std::env::var("JAXIDE_CASES").ok().and_then(|text| text.parse().ok());
    let rng_seed = factor.map_or(RngSeed::Fixed(1), |_| RngSeed::Random);
    let cases = usual.saturating_mul(factor.unwrap_or(1));
    Config {
        cases,
        rng_seed,
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    }
}
