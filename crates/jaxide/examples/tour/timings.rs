//! Eager against compiled, on this machine.

use std::time::Instant;

use jaxide::{Array, jit, jnp, lax, random, scalar};

use super::jit::{normals, sum_squared_error};

fn selu(x: &Array) -> Array {
    jaxide::jnp::where_(x.gt(0.0), x * 1.05, (x.exp() - 1.0) * 1.758)
}

fn chain(x: &Array) -> Array {
    lax::fori_loop(0, 100, |_, x| x * 0.5 + 1.0, x.clone())
}

/// The median time of a call in microseconds, after one call that compiles.
fn median(call: &dyn Fn() -> Array) -> f64 {
    call();
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(call());
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn row(name: &str, eager: &dyn Fn() -> Array, compiled: &dyn Fn() -> Array) {
    let (eager, compiled) = (median(eager), median(compiled));
    println!("{name:<34} {eager:>10.1} {compiled:>10.1} {:>8.1}x", eager / compiled);
}

pub(crate) fn show() {
    crate::section("Eager against jit, median of 15 calls");
    println!("{:<34} {:>10} {:>10} {:>9}", "", "eager, us", "jit, us", "ratio");
    let (a, b) = normals();
    let sse = jit(sum_squared_error);
    row("sum of squared errors, 500x500", &|| sum_squared_error(&a, &b), &|| sse(&a, &b));
    let x = random::normal(&random::PRNGKey(0), 1_000_000);
    let selu_jit = jit(selu);
    row("selu, 1,000,000", &|| selu(&x), &|| selu_jit(&x));
    let small = random::normal(&random::PRNGKey(1), 100);
    let chain_jit = jit(chain);
    row("100 steps of a loop, 100 elements", &|| chain(&small), &|| chain_jit(&small));
}

/// What a warm call and a step of a compiled loop cost.
pub(crate) fn show_costs() {
    crate::section("What compiled code costs, median of 15 runs");
    const CALLS: usize = 10_000;
    const STEPS: i32 = 1_000_000;
    let per = |what: &str, microseconds: f64, count: usize| {
        println!("{what:<44} {:>8.1} ns", microseconds * 1e3 / count as f64);
    };
    let increment = jit(|x: &Array| x + 1);
    let x = scalar(1);
    let calls = median(&|| (0..CALLS).fold(x.clone(), |_, _| increment(&x)));
    per("a warm call of jit(|x| x + 1) on a scalar", calls, CALLS);
    let count = jit(|x: &Array| {
        let step = |(i, x): &(Array, Array)| (i + 1, x * 0.999 + 0.001);
        lax::while_loop(|(i, _)| i.lt(STEPS), step, (scalar(0), x.clone())).1
    });
    let x = scalar(2.0);
    per("a step of a while loop of 1e6", median(&|| count(&x)), STEPS as usize);
    let running = jit(|xs: &Array| {
        let step = |sum: &Array, x: &Array| (sum * 0.5 + x, sum * 1.0);
        lax::scan(step, scalar(0.0), xs).1
    });
    let xs = jnp::arange(f64::from(STEPS));
    per("a step of a scan of 1e6 with stacked results", median(&|| running(&xs)), STEPS as usize);
}
