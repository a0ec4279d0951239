//! Many threads compile and run at once.

use std::thread;

use jaxide_mlir::jit::{CompileOptions, JitErrorKind, compile_text, on_compile_thread};

use super::{elementwise, load, pointer};

#[test]
fn four_threads_compile_and_run_at_once() {
    thread::scope(|scope| {
        for number in 0..4_i32 {
            scope.spawn(move || {
                for round in 0..4 {
                    let addend = number * 10 + round;
                    let body = format!(
                        "%c = arith.constant {addend} : i32
                        %r = arith.addi %x, %c : i32"
                    );
                    let program = load(&elementwise("i32", &body), &CompileOptions::default(), &[]);
                    let (mut input, mut output) = ([0_i32, 1, 2, 3], [0_i32; 4]);
                    // SAFETY: the program takes two memrefs of four i32.
                    unsafe { program.call(&[pointer(&mut input), pointer(&mut output)]) };
                    assert_eq!(output, [0, 1, 2, 3].map(|x| x + addend));
                }
            });
        }
    });
}

#[test]
fn a_fatal_error_of_one_thread_leaves_the_others_alone() {
    let unselectable = "func.func @main(%out: memref<i32>) {
        %x = llvm.call_intrinsic \"llvm.nvvm.read.ptx.sreg.tid.x\"() : () -> i32
        memref.store %x, %out[] : memref<i32>
        return
    }";
    thread::scope(|scope| {
        for number in 0..4_i32 {
            scope.spawn(move || {
                if number % 2 == 0 {
                    let error = compile_text(unselectable, &CompileOptions::default())
                        .expect_err("no such instruction");
                    assert_eq!(error.kind, JitErrorKind::LlvmFatal);
                    let path = error.reproducer.expect("a reproducer was written");
                    std::fs::remove_file(path).expect("the reproducer can be removed");
                }
                let program = load(
                    &elementwise("i32", "%r = arith.addi %x, %x : i32"),
                    &CompileOptions::default(),
                    &[],
                );
                let (mut input, mut output) = ([number; 4], [0_i32; 4]);
                // SAFETY: the program takes two memrefs of four i32.
                unsafe { program.call(&[pointer(&mut input), pointer(&mut output)]) };
                assert_eq!(output, [2 * number; 4]);
            });
        }
    });
}

#[test]
fn one_program_runs_on_four_threads_at_once() {
    let program =
        load(&elementwise("i32", "%r = arith.muli %x, %x : i32"), &CompileOptions::default(), &[]);
    thread::scope(|scope| {
        for number in 0..4_i32 {
            let program = &program;
            scope.spawn(move || {
                let (mut input, mut output) = ([number; 4], [0_i32; 4]);
                // SAFETY: the program takes two memrefs of four i32, and no thread shares them.
                unsafe { program.call(&[pointer(&mut input), pointer(&mut output)]) };
                assert_eq!(output, [number * number; 4]);
            });
        }
    });
}

#[test]
fn a_compile_job_may_borrow_and_may_start_another() {
    let text = String::from("borrowed");
    let length = on_compile_thread(|_| on_compile_thread(|_| text.len())).and_then(|inner| inner);
    assert_eq!(length.expect("both jobs return"), 8);
}

#[test]
fn a_compile_thread_has_a_deep_stack() {
    fn depth(levels: u64) -> u64 {
        let frame = std::hint::black_box([levels; 64]);
        if levels == 0 { 0 } else { 1 + depth(frame[0] - 1) }
    }
    assert_eq!(on_compile_thread(|_| depth(20_000)).expect("the job returns"), 20_000);
}

#[test]
fn programs_come_and_go_without_running_out() {
    for value in 0..100_i32 {
        let body = format!("%r = arith.constant {value} : i32");
        let program = load(&elementwise("i32", &body), &CompileOptions::default(), &[]);
        let (mut input, mut output) = ([0_i32; 4], [0_i32; 4]);
        // SAFETY: the program takes two memrefs of four i32.
        unsafe { program.call(&[pointer(&mut input), pointer(&mut output)]) };
        assert_eq!(output, [value; 4]);
    }
}
