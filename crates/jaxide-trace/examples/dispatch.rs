//! What a warm call costs without its program: the backend's programs do nothing.

use std::{hint::black_box, sync::Arc, time::Instant};

use jaxide_ir::{ArrayType, Jaxpr, Result};
use jaxide_runtime::{Arg, Backend, Buffer, CompileOptions, Executable};
use jaxide_trace::{Array, array, jit_with, scalar};

/// Compiles every program to one that leaves its results as they are.
struct Nothing;

struct Leave {
    types: [Vec<ArrayType>; 2],
}

impl Backend for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    fn compile(&self, jaxpr: &Jaxpr, _: &CompileOptions) -> Result<Arc<dyn Executable>> {
        Ok(Arc::new(Leave { types: [jaxpr.in_types(), jaxpr.out_types()] }))
    }
}

impl Executable for Leave {
    fn run(&self, _: &mut [Arg<'_>], _: &mut [Buffer]) -> Result<()> {
        Ok(())
    }

    fn in_types(&self) -> &[ArrayType] {
        &self.types[0]
    }

    fn out_types(&self) -> &[ArrayType] {
        &self.types[1]
    }

    fn name(&self) -> &str {
        "nothing"
    }
}

#[allow(clippy::print_stdout, reason = "an example shows its results")]
fn time(what: &str, mut f: impl FnMut()) {
    const CALLS: u32 = 100_000;
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        let start = Instant::now();
        (0..CALLS).for_each(|_| f());
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
    }
    println!("{what:<40} {best:7.1} ns");
}

fn main() {
    let (x, a, b) = (scalar(1.0), array(vec![1.0f32; 100]), array(vec![2.0f32; 100]));
    let one = jit_with(Arc::new(Nothing), |x: &Array| x + 1.0);
    let two = jit_with(Arc::new(Nothing), |a: &Array, b: &Array| a + b);
    time("one scalar", || drop(black_box(one(black_box(&x)))));
    time("two arrays", || drop(black_box(two(black_box(&a), black_box(&b)))));
    for size in 0..16usize {
        two(&array(vec![0.0f32; size]), &array(vec![0.0f32; size]));
    }
    time("two arrays among 17 signatures", || drop(black_box(two(black_box(&a), black_box(&b)))));
    time("a result buffer alone", || {
        drop(black_box(Buffer::recycled(ArrayType::scalar(jaxide_trace::DType::F32))));
    });
}
