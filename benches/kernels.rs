//! Compiled programs at work, in and out of the caches.

use benches::{PROGRAMS, data};
use criterion::{BenchmarkId, Criterion, Throughput};
use jaxide::jit;

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernels");
    for size in [1 << 10, 1 << 20] {
        let x = data(size);
        group.throughput(Throughput::Elements(size as u64));
        for (name, program) in PROGRAMS {
            let f = jit(*program);
            let id = BenchmarkId::new(*name, size);
            group.bench_with_input(id, &x, |bencher, x| bencher.iter(|| f(x)));
        }
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    kernels(&mut criterion);
    criterion.final_summary();
}
