//! What a warm call costs beside its work.

use benches::data;
use criterion::Criterion;
use jaxide::{Array, jit, scalar};

fn dispatch(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dispatch");
    let (x, increment) = (scalar(1.0f32), jit(|x: &Array| x + 1.0));
    group.bench_function("one_scalar", |bencher| bencher.iter(|| increment(&x)));
    let (a, b) = (data(8), data(8));
    let difference = jit(|a: &Array, b: &Array| a - b);
    group.bench_function("two_small_arrays", |bencher| bencher.iter(|| difference(&a, &b)));
    let eager = |bencher: &mut criterion::Bencher<'_>| bencher.iter(|| &a - &b);
    group.bench_function("eager_two_small_arrays", eager);
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    dispatch(&mut criterion);
    criterion.final_summary();
}
