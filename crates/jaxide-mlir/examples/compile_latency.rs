//! Prints how long each step of a compilation takes, cold and warm, with each list of LLVM passes.
//!
//! Figures count with `--release`; LLVM itself is optimised in either case.
#![allow(clippy::print_stdout, reason = "an example reports to its reader")]

use std::time::{Duration, Instant};

use jaxide_mlir::jit::{
    CompileOptions, Compiled, JitError, LLVM_O2, LoadedProgram, on_compile_thread,
};

/// Sum of squared errors as a lowering without explicit vectors writes it.
const SUM_OF_SQUARED_ERRORS: &str = "func.func @main(
    %a: memref<250000xf32> {llvm.noalias}, %b: memref<250000xf32> {llvm.noalias}, %out: memref<f32> {llvm.noalias}
) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.constant 250000 : index
    %zero = arith.constant 0.0 : f32
    %sum = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %zero) -> f32 {
        %x = memref.load %a[%i] : memref<250000xf32>
        %y = memref.load %b[%i] : memref<250000xf32>
        %d = arith.subf %x, %y : f32
        %s = arith.mulf %d, %d : f32
        %next = arith.addf %acc, %s : f32
        scf.yield %next : f32
    }
    memref.store %sum, %out[] : memref<f32>
    return
}";

/// Forty fused elementwise loops.
fn chain() -> String {
    let mut text = String::from("func.func @main(%x: memref<4096xf32> {llvm.noalias}) {\n");
    text += "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%n = arith.constant 4096 : index\n";
    for loop_number in 0..40 {
        text += &format!(
            "scf.for %i = %c0 to %n step %c1 {{
                %k = arith.constant {loop_number}.5 : f32
                %v = memref.load %x[%i] : memref<4096xf32>
                %m = arith.mulf %v, %k : f32
                %p = arith.addf %m, %k : f32
                %t = math.tanh %p : f32
                memref.store %t, %x[%i] : memref<4096xf32>
            }}\n"
        );
    }
    text + "return\n}"
}

struct Run {
    compiled: Compiled,
    context_and_parse: Duration,
    link: Duration,
    total: Duration,
}

fn compile(text: &str, options: &CompileOptions) -> Result<Run, JitError> {
    let start = Instant::now();
    let (compiled, context_and_parse) = on_compile_thread(|compiler| {
        let mut module = compiler.parse(text)?;
        let context_and_parse = start.elapsed();
        Ok((compiler.compile(&mut module, options)?, context_and_parse))
    })??;
    let before_link = Instant::now();
    LoadedProgram::load(&compiled.object, &[])?;
    Ok(Run { compiled, context_and_parse, link: before_link.elapsed(), total: start.elapsed() })
}

fn report(name: &str, run: &Run) {
    let steps = &run.compiled.timings;
    let all = [
        run.context_and_parse,
        steps.mlir_passes,
        steps.translate,
        steps.llvm_passes,
        steps.codegen,
        run.link,
    ];
    let all = all.map(|time| format!("{:>8.2}", time.as_secs_f64() * 1e3)).join("");
    println!(
        "{name:<28}{all}{:>9.2}  {} bytes",
        run.total.as_secs_f64() * 1e3,
        run.compiled.object.bytes.len()
    );
}

fn main() -> Result<(), JitError> {
    println!(
        "{:<28}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}",
        "ms", "parse", "mlir", "transl", "llvm", "codegen", "link", "total"
    );
    let chain = chain();
    let optimized = CompileOptions { llvm_passes: LLVM_O2.into(), ..CompileOptions::default() };
    let lists = [
        ("short", CompileOptions::default()),
        ("vectorize", CompileOptions::vectorize()),
        ("O2", optimized),
    ];
    for (program, text) in
        [("sum of squared errors", SUM_OF_SQUARED_ERRORS), ("40 loops", chain.as_str())]
    {
        for (list, options) in &lists {
            let options = CompileOptions { verify_each: false, ..options.clone() };
            report(&format!("{program}, {list}, first"), &compile(text, &options)?);
            let warm: Result<Vec<Run>, JitError> =
                (0..9).map(|_| compile(text, &options)).collect();
            let mut warm = warm?;
            warm.sort_by_key(|run| run.total);
            report(&format!("{program}, {list}, warm"), &warm[4]);
        }
    }
    Ok(())
}
