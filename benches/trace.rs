//! From a function to its jaxpr.

use benches::{PROGRAMS, data, lowered};
use criterion::Criterion;

fn trace(criterion: &mut Criterion) {
    let x = data(128);
    let mut group = criterion.benchmark_group("trace");
    for (name, program) in PROGRAMS {
        group.bench_function(*name, |bencher| bencher.iter(|| lowered(*program, &x)));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    trace(&mut criterion);
    criterion.final_summary();
}
