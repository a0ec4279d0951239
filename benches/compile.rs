//! From a jaxpr to machine code.

use benches::{PROGRAMS, data, lowered};
use criterion::Criterion;
use jaxide::backend;
use jaxide_runtime::CompileOptions;

fn compile(criterion: &mut Criterion) {
    let (cpu, options) = (backend::cpu(), CompileOptions::default());
    let x = data(128);
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for (name, program) in PROGRAMS {
        let jaxpr = lowered(*program, &x).jaxpr().clone();
        let run = || cpu.compile(&jaxpr, &options).expect("the engine has these ops");
        group.bench_function(*name, |bencher| bencher.iter(run));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    compile(&mut criterion);
    criterion.final_summary();
}
