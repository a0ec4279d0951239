//! The text at each stage.

use expect_test::expect;
use jaxide_mlir::jit::{CompileOptions, JitErrorKind, on_compile_thread};

const PROGRAM: &str = "func.func @main(%x: memref<i32> {llvm.noalias}) {
    %c = arith.constant 1 : i32
    %v = memref.load %x[] : memref<i32>
    %r = arith.addi %v, %c : i32
    memref.store %r, %x[] : memref<i32>
    return
}";

fn dump(stage: &str) -> Result<String, jaxide_mlir::jit::JitError> {
    let options = CompileOptions::default();
    on_compile_thread(|compiler| compiler.dump(&mut compiler.parse(PROGRAM)?, &options, stage))?
}

#[test]
fn the_input_is_printed_as_it_came() {
    expect![[r#"
        module {
          func.func @main(%arg0: memref<i32> {llvm.noalias}) {
            %c1_i32 = arith.constant 1 : i32
            %0 = memref.load %arg0[] : memref<i32>
            %1 = arith.addi %0, %c1_i32 : i32
            memref.store %1, %arg0[] : memref<i32>
            return
          }
        }
    "#]]
    .assert_eq(&dump("input").expect("the stage exists"));
}

#[test]
fn each_pass_is_a_stage() {
    let options = CompileOptions::default();
    for stage in options.stages() {
        assert!(!dump(stage).unwrap_or_else(|error| panic!("{error}")).is_empty(), "{stage}");
    }
    let before = dump("convert-scf-to-cf").expect("the stage exists");
    assert!(before.contains("arith.addi") && before.contains("func.func"), "{before}");
    let after = dump("convert-arith-to-llvm").expect("the stage exists");
    assert!(after.contains("llvm.add") && after.contains("func.func"), "{after}");
}

#[test]
fn llvm_ir_has_the_entry_point_and_no_other_symbol() {
    let text = dump("llvm-optimized").expect("the stage exists");
    let functions: Vec<&str> = text.lines().filter(|line| line.starts_with("define")).collect();
    expect![[r#"
        define internal void @main(ptr noalias %0) #0 {
        define void @jaxide_entry(ptr %0) {"#]]
    .assert_eq(&functions.join("\n"));
}

#[test]
fn assembly_has_the_entry_point() {
    assert!(dump("asm").expect("the stage exists").contains("jaxide_entry:"));
}

#[test]
fn an_unknown_stage_is_refused_with_the_known_ones() {
    let error = dump("nonsense").expect_err("there is no such stage");
    assert_eq!(error.kind, JitErrorKind::Stage);
    assert!(
        error.message.starts_with("expected one of input, expand-strided-metadata,"),
        "{error}"
    );
    assert!(error.message.ends_with("llvm, llvm-optimized, asm, got nonsense"), "{error}");
}
