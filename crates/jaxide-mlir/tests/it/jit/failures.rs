//! What a failed compilation says, and that the process goes on.

use std::fs;

use jaxide_mlir::jit::{
    CompileOptions, JitError, JitErrorKind, Severity, compile_text, on_compile_thread,
};

use super::{elementwise, load, pointer};

/// Compiles a program that must fail, checks that the next one is compiled and runs right, and returns the error.
fn fails(text: &str) -> JitError {
    let error =
        compile_text(text, &CompileOptions::default()).expect_err("the program must not compile");
    let program =
        load(&elementwise("f32", "%r = arith.negf %x : f32"), &CompileOptions::default(), &[]);
    let (mut input, mut output) = ([1.0_f32, 2.0, 3.0, 4.0], [0.0_f32; 4]);
    // SAFETY: the program takes two memrefs of four f32.
    unsafe { program.call(&[pointer(&mut input), pointer(&mut output)]) };
    assert_eq!(output, [-1.0, -2.0, -3.0, -4.0]);
    error
}

/// Reads and removes the reproducer.
fn reproducer(error: &JitError) -> String {
    let path = error.reproducer.as_ref().expect("a reproducer was written");
    let text = fs::read_to_string(path).expect("the reproducer can be read");
    fs::remove_file(path).expect("the reproducer can be removed");
    text
}

#[test]
fn an_instruction_that_the_cpu_lacks_is_an_error_of_llvm_and_not_the_end() {
    let error = fails(
        "func.func @main(%out: memref<i32>) {
            %x = llvm.call_intrinsic \"llvm.nvvm.read.ptx.sreg.tid.x\"() : () -> i32
            memref.store %x, %out[] : memref<i32>
            return
        }",
    );
    assert_eq!(error.kind, JitErrorKind::LlvmFatal, "{error}");
    assert!(error.message.contains("llvm.nvvm.read.ptx.sreg.tid.x"), "{error}");
    let text = reproducer(&error);
    assert!(text.contains("llvm.call_intrinsic"), "{text}");
    assert!(text.contains(&CompileOptions::default().mlir_pipeline()), "{text}");
}

#[test]
fn many_fatal_errors_in_a_row_are_all_survived() {
    let text = "func.func @main() {
        %x = llvm.call_intrinsic \"llvm.nvvm.read.ptx.sreg.tid.x\"() : () -> i32
        llvm.inline_asm has_side_effects \"\", \"r\" %x : (i32) -> ()
        return
    }";
    for _ in 0..4 {
        let error = fails(text);
        assert_eq!(error.kind, JitErrorKind::LlvmFatal, "{error}");
        reproducer(&error);
    }
}

#[test]
fn text_that_is_not_mlir_is_refused_with_mlir_s_words() {
    let error = fails("func.func @main() { %x = arith.nonsense : i32 return }");
    assert_eq!(error.kind, JitErrorKind::Parse);
    assert!(error.remarks[0].message.contains("arith.nonsense"), "{error}");
    assert!(error.reproducer.is_none());
}

#[test]
fn an_op_that_no_pass_lowers_is_named() {
    let error = fails(
        "func.func @main(%x: memref<4xf32>) {
            gpu.barrier
            return
        }",
    );
    assert_eq!(error.kind, JitErrorKind::Translation, "{error}");
    assert!(error.to_string().contains("gpu.barrier"), "{error}");
    reproducer(&error);
}

#[test]
fn a_failed_pass_tells_the_reason() {
    let text = "func.func @main() {
        %four = arith.constant 4 : index
        %zeros = arith.constant dense<0.0> : tensor<4xf32>
        %r = scf.forall (%i) in (%four) shared_outs(%out = %zeros) -> (tensor<4xf32>) {
            scf.forall.in_parallel {}
        }
        return
    }";
    let options = CompileOptions {
        mlir_passes: vec!["convert-scf-to-cf"].into(),
        ..CompileOptions::default()
    };
    let error = compile_text(text, &options).expect_err("the loop has no lowering");
    assert_eq!(error.kind, JitErrorKind::MlirPass, "{error}");
    let remark = &error.remarks[0];
    assert_eq!(
        remark.message,
        "failed to legalize operation 'scf.forall' that was explicitly marked illegal"
    );
    assert_eq!((remark.severity, remark.location.as_str()), (Severity::Error, "loc(\"-\":4:14)"));
    reproducer(&error);
}

#[test]
fn a_memref_that_no_pointer_describes_is_refused() {
    let error = fails("func.func @main(%x: memref<?xf32>) { return }");
    assert_eq!(error.kind, JitErrorKind::Translation, "{error}");
    assert!(error.to_string().contains("func.func"), "{error}");
    reproducer(&error);
}

#[test]
fn a_module_without_the_entry_function_is_refused() {
    let error = fails("func.func @other() { return }");
    assert_eq!(error.kind, JitErrorKind::Entry);
    assert_eq!(error.message, "expected a definition of @main, got a module without one");
    reproducer(&error);
}

#[test]
fn an_entry_function_of_other_types_is_refused() {
    let error = fails("func.func @main(%x: memref<f32>, %n: i32) { return }");
    assert_eq!(
        error.message,
        "expected @main to take pointers alone, got another type in argument 1"
    );
    reproducer(&error);
    let error = fails("func.func @main() -> i32 { %c = arith.constant 1 : i32 return %c : i32 }");
    assert_eq!(error.message, "expected @main to return nothing, got a result");
    reproducer(&error);
}

#[test]
fn unknown_passes_are_refused() {
    let text = "func.func @main() { return }";
    let options =
        CompileOptions { mlir_passes: vec!["no-such-pass"].into(), ..CompileOptions::default() };
    let error = compile_text(text, &options).expect_err("there is no such pass");
    assert_eq!(error.kind, JitErrorKind::Pipeline);
    assert!(error.message.contains("no-such-pass"), "{error}");
    reproducer(&error);
    let options =
        CompileOptions { llvm_passes: "no-such-pass".into(), ..CompileOptions::default() };
    let error = compile_text(text, &options).expect_err("there is no such pass");
    assert_eq!(error.kind, JitErrorKind::LlvmPass);
    assert!(error.message.contains("no-such-pass"), "{error}");
    reproducer(&error);
}

#[test]
fn malformed_inline_assembly_is_an_error_of_the_code_generator() {
    let error = fails(
        "func.func @main() {
            llvm.inline_asm has_side_effects \"no_such_instruction\", \"\" : () -> ()
            return
        }",
    );
    assert_eq!(error.kind, JitErrorKind::Codegen, "{error}");
    assert!(error.to_string().contains("no_such_instruction"), "{error}");
    reproducer(&error);
}

#[test]
fn a_panic_on_the_compile_thread_is_an_error() {
    let result = on_compile_thread(|_| -> i32 { panic!("the builder gave up") });
    let error = result.expect_err("the job panicked");
    assert_eq!((error.kind, error.message.as_str()), (JitErrorKind::Panic, "the builder gave up"));
}
