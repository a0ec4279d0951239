//! `jaxide reduce` as people call it.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// Runs the command with a program on its standard input.
fn reduce(program: &str, args: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jaxide"))
        .args(["reduce", "-"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const SUM: &str = "{ lambda ; a:f32[3] b:f32[3]. let c:f32[3] = add a b in (c,) }";

#[test]
fn a_loop_without_end_is_found_in_a_process_of_its_own() {
    let program = "{ lambda ; a:f32[3] i:i32[]. let
        b:f32[3] = exp a
        j:i32[] = while[
          body_jaxpr={ lambda ; k:i32[]. let in (k,) }
          body_nconsts=0
          cond_jaxpr={ lambda ; k:i32[]. let l:bool[] = eq k k in (l,) }
          cond_nconsts=0
        ] i
      in (b, j) }";
    let output = reduce(program, &["--seed", "0", "--engine", "eval", "--crash", "--limit", "1"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(text.contains("// found: no end within 1s"), "{text}");
    assert!(text.contains("while[") && !text.contains("exp"), "{text}");
}

#[test]
fn bad_input_says_what_is_wrong() {
    let cases: [(&str, &[&str], &str); 6] = [
        ("{ lambda ; a", &[], "error[J02"),
        (SUM, &["--arg", "f32[3]=1,2,3"], "the program takes 2 arguments, got 1"),
        (SUM, &["--arg", "f32[3]=1", "--arg", "f32[3]=1,2,3"], "error[J0622]"),
        (SUM, &["--seed", "1", "--passes", "cse,nonsense"], "nonsense"),
        (SUM, &["--seed", "1", "--engine", "gpu"], "expected engine eval or cpu, got gpu"),
        (SUM, &["--seed", "1", "--engine", "eval"], "expected a program that fails"),
    ];
    for (program, args, expected) in cases {
        let output = reduce(program, args);
        assert!(!output.status.success(), "{args:?}");
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn an_unknown_op_is_named() {
    let program = "{ lambda ; a:f32[3]. let
        b:f32[3] = exp a
        c:f32[3] = kernel.nonsense b
      in (c,) }";
    let output = reduce(program, &["--seed", "1"]);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("kernel.nonsense"), "{}", stderr(&output));
}
