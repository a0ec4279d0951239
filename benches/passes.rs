//! The default pipeline, without verification.

use benches::{PROGRAMS, data, lowered};
use criterion::Criterion;
use jaxide_passes::{Options, PassManager, Pipeline};

fn passes(criterion: &mut Criterion) {
    let options = Options { verify: false, ..Options::default() };
    let manager = PassManager::new(Pipeline::default_passes(), options);
    let x = data(128);
    let mut group = criterion.benchmark_group("passes");
    for (name, program) in PROGRAMS {
        let jaxpr = lowered(*program, &x).jaxpr().clone();
        let run = || manager.run(&jaxpr).expect("the program is valid");
        group.bench_function(*name, |bencher| bencher.iter(run));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    passes(&mut criterion);
    criterion.final_summary();
}
