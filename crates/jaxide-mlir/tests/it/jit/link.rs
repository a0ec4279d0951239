//! Symbols and the lives of programs.

use jaxide_mlir::jit::{
    CompileOptions, CompiledObject, JitErrorKind, LoadedProgram, Symbol, compile_text,
};

use super::{load, pointer};

const CALLS_BACK: &str = "func.func private @rt_add(i64, i64) -> i64
func.func @main(%x: memref<i64>) {
    %c = arith.constant 40 : i64
    %v = memref.load %x[] : memref<i64>
    %r = func.call @rt_add(%v, %c) : (i64, i64) -> i64
    memref.store %r, %x[] : memref<i64>
    return
}";

extern "C" fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn constant_program(value: i32) -> String {
    format!(
        "func.func @helper() -> i32 {{ %c = arith.constant {value} : i32 return %c : i32 }}
        func.func @main(%x: memref<i32>) {{
            %r = func.call @helper() : () -> i32
            memref.store %r, %x[] : memref<i32>
            return
        }}"
    )
}

fn run_i32(program: &LoadedProgram) -> i32 {
    let mut x = [0_i32];
    // SAFETY: the program takes one memref of one i32.
    unsafe { program.call(&[pointer(&mut x)]) };
    x[0]
}

#[test]
fn programs_call_the_functions_they_are_given() {
    let program = load(
        CALLS_BACK,
        &CompileOptions::default(),
        &[Symbol { name: "rt_add", address: add as *const () as usize }],
    );
    let mut x = [2_i64];
    // SAFETY: the program takes one memref of one i64.
    unsafe { program.call(&[pointer(&mut x)]) };
    assert_eq!(x, [42]);
}

/// Calls a compiled function for each index, as a thread pool would.
extern "C" fn for_each(body: extern "C" fn(*mut u8, i64), context: *mut u8, count: i64) {
    for index in 0..count {
        body(context, index);
    }
}

#[test]
fn a_compiled_function_can_be_passed_to_the_run_time() {
    let text = "func.func private @rt_for_each(!llvm.ptr, !llvm.ptr, i64)
    func.func @body(%x: !llvm.ptr, %i: i64) {
        %p = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, i64
        %square = arith.muli %i, %i : i64
        llvm.store %square, %p : i64, !llvm.ptr
        return
    }
    func.func @main(%x: memref<5xi64>) {
        %n = arith.constant 5 : i64
        %function = func.constant @body : (!llvm.ptr, i64) -> ()
        %body = builtin.unrealized_conversion_cast %function : (!llvm.ptr, i64) -> () to !llvm.ptr
        %address = memref.extract_aligned_pointer_as_index %x : memref<5xi64> -> index
        %integer = arith.index_cast %address : index to i64
        %context = llvm.inttoptr %integer : i64 to !llvm.ptr
        func.call @rt_for_each(%body, %context, %n) : (!llvm.ptr, !llvm.ptr, i64) -> ()
        return
    }";
    for options in [CompileOptions::default(), CompileOptions::vectorize()] {
        let symbol = Symbol { name: "rt_for_each", address: for_each as *const () as usize };
        let program = load(text, &options, &[symbol]);
        let mut x = [0_i64; 5];
        // SAFETY: the program takes one memref of five i64.
        unsafe { program.call(&[pointer(&mut x)]) };
        assert_eq!(x, [0, 1, 4, 9, 16]);
    }
}

#[test]
fn the_needed_symbols_are_listed_and_a_missing_one_is_named() {
    let compiled =
        compile_text(CALLS_BACK, &CompileOptions::default()).expect("the program compiles");
    assert_eq!(compiled.object.needed_symbols, ["rt_add"]);
    for _ in 0..2 {
        let error = LoadedProgram::load(&compiled.object, &[]).expect_err("rt_add is missing");
        assert_eq!(error.kind, JitErrorKind::Link);
        assert!(error.to_string().contains("rt_add"), "{error}");
    }
}

#[test]
fn equal_names_in_two_programs_do_not_clash() {
    let programs =
        [1, 2, 3].map(|value| load(&constant_program(value), &CompileOptions::default(), &[]));
    assert_eq!(programs.each_ref().map(run_i32), [1, 2, 3]);
}

#[test]
fn one_object_can_be_loaded_twice_and_outlives_its_first_program() {
    let compiled = compile_text(&constant_program(7), &CompileOptions::default())
        .expect("the program compiles");
    let first = LoadedProgram::load(&compiled.object, &[]).expect("the object links");
    let second = LoadedProgram::load(&compiled.object, &[]).expect("the object links");
    assert_eq!(run_i32(&first), 7);
    drop(first);
    assert_eq!(run_i32(&second), 7);
}

#[test]
fn an_object_for_another_cpu_is_refused() {
    let compiled = compile_text(&constant_program(7), &CompileOptions::default())
        .expect("the program compiles");
    let object = CompiledObject { cpu: "pentium".into(), ..compiled.object };
    let error = LoadedProgram::load(&object, &[]).expect_err("the object is for another CPU");
    assert_eq!(error.kind, JitErrorKind::Target);
    assert!(error.message.ends_with("got one for pentium"), "{error}");
}

#[test]
fn bytes_that_are_no_object_are_refused() {
    let compiled = compile_text(&constant_program(7), &CompileOptions::default())
        .expect("the program compiles");
    let object = CompiledObject { bytes: b"not an object".to_vec(), ..compiled.object };
    let error = LoadedProgram::load(&object, &[]).expect_err("the bytes are no object");
    assert_eq!(error.kind, JitErrorKind::Link);
}
