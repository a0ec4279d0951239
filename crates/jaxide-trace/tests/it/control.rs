//! Control flow: results, programs, errors.

use expect_test::{Expect, expect};
use jaxide_trace::{Array, DType, Error, array, jit, lax, lax::ScanOptions, make_jaxpr, scalar};

fn check(program: impl ToString, expected: Expect) {
    let text = program.to_string();
    expected.assert_eq(&(text + "\n"));
}

fn f32s(x: f32) -> Array {
    array(x).astype(DType::F32)
}

#[test]
fn cond_runs_one_branch_and_prints_as_jax_prints_it() {
    let f = |x: &Array| lax::cond(x.sum().gt(0.0), |x| x.pow(2.0), |x| x.pow(3.0), x);
    let x = array([1.0, 2.0, 3.0]);
    assert_eq!(f(&x).to_vec::<f32>(), [1.0, 4.0, 9.0]);
    assert_eq!(jit(f)(&-&x).to_vec::<f32>(), [-1.0, -8.0, -27.0]);
    check(
        make_jaxpr(f)(&x),
        expect![[r#"
            { lambda ; a:f32[3]. let
                b:f32[] = reduce_sum[axes=(0,)] a
                c:bool[] = gt b 0.0:f32[]
                d:i32[] = convert_element_type[new_dtype=int32 weak_type=False] c
                e:f32[3] = cond[
                  branches=(
                    { lambda ; f:f32[3]. let g:f32[3] = pow f 3.0:f32[] in (g,) }
                    { lambda ; h:f32[3]. let i:f32[3] = pow h 2.0:f32[] in (i,) }
                  )
                ] d a
              in (e,) }
        "#]],
    );
}

#[test]
fn branches_capture_traced_values_as_operands() {
    let f = |x: &Array, y: &Array| lax::cond(x.gt(0.0), |_| x + y, |_| y * 2, &());
    check(
        make_jaxpr(f)(&f32s(1.0), &f32s(2.0)),
        expect![[r#"
            { lambda ; a:f32[] b:f32[]. let
                c:bool[] = gt a 0.0:f32[]
                d:i32[] = convert_element_type[new_dtype=int32 weak_type=False] c
                e:f32[] = cond[
                  branches=(
                    { lambda ; f:f32[] g:f32[] h:f32[]. let
                        i:f32[] = mul h 2.0:f32[]
                      in (i,) }
                    { lambda ; j:f32[] k:f32[] l:f32[]. let m:f32[] = add j k in (m,) }
                  )
                ] d a b b
              in (e,) }
        "#]],
    );
    assert_eq!(jit(f)(&f32s(1.0), &f32s(2.0)).item::<f32>(), 3.0);
    assert_eq!(jit(f)(&f32s(-1.0), &f32s(2.0)).item::<f32>(), 4.0);
}

#[test]
fn switch_clamps_its_index() {
    let f = |i: &Array, x: &Array| {
        lax::switch(i, x, &[&|x| x + 1.0, &|x| x * 2.0, &|x: &Array| x.sin()])
    };
    let at = |i: i32| f(&scalar(i), &f32s(2.0)).item::<f32>();
    assert_eq!([at(-5), at(0), at(1), at(2), at(9)], [3.0, 3.0, 4.0, 2f32.sin(), 2f32.sin()]);
    check(
        make_jaxpr(f)(&scalar(1), &f32s(2.0)),
        expect![[r#"
            { lambda ; a:i32[] b:f32[]. let
                c:i32[] = convert_element_type[new_dtype=int32 weak_type=False] a
                d:i32[] = clamp 0:i32[] c 2:i32[]
                e:f32[] = cond[
                  branches=(
                    { lambda ; f:f32[]. let g:f32[] = add f 1.0:f32[] in (g,) }
                    { lambda ; h:f32[]. let i:f32[] = mul h 2.0:f32[] in (i,) }
                    { lambda ; j:f32[]. let k:f32[] = sin j in (k,) }
                  )
                ] d b
              in (e,) }
        "#]],
    );
}

#[test]
fn while_loops_take_constants_apart() {
    let f = |x: &Array, n: &Array, y: &Array| {
        lax::while_loop(|(i, _)| i.lt(n), |(i, c)| (i + 1, c * y), (scalar(0), x.clone()))
    };
    let (i, c) = f(&f32s(1.0), &scalar(5), &f32s(2.0));
    assert_eq!((i.item::<i32>(), c.item::<f32>()), (5, 32.0));
    check(
        make_jaxpr(f)(&f32s(1.0), &scalar(5), &f32s(2.0)),
        expect![[r#"
            { lambda ; a:f32[] b:i32[] c:f32[]. let
                d:i32[] e:f32[] = while[
                  body_jaxpr={ lambda ; f:f32[] g:i32[] h:f32[]. let
                      i:i32[] = add g 1:i32[]
                      j:f32[] = mul h f
                    in (i, j) }
                  body_nconsts=1
                  cond_jaxpr={ lambda ; k:i32[] l:i32[] m:f32[]. let
                      n:bool[] = lt l k
                    in (n,) }
                  cond_nconsts=1
                ] b c 0:i32[] a
              in (d, e) }
        "#]],
    );
}

#[test]
fn fori_loop_is_a_scan_with_known_bounds_and_a_while_with_traced_ones() {
    let known = |x: &Array| lax::fori_loop(0, 5, |i, c| c + i, x.clone());
    assert_eq!(known(&f32s(1.0)).item::<f32>(), 11.0);
    check(
        make_jaxpr(known)(&f32s(1.0)),
        expect![[r#"
            { lambda ; a:f32[]. let
                _:i32[] b:f32[] = scan[
                  _split_transpose=False
                  jaxpr={ lambda ; c:i32[] d:f32[]. let
                      e:i32[] = add c 1:i32[]
                      f:f32[] = convert_element_type[new_dtype=float32 weak_type=False] c
                      g:f32[] = add d f
                    in (e, g) }
                  length=5
                  linear=(False, False)
                  num_carry=2
                  num_consts=0
                  reverse=False
                  unroll=1
                ] 0:i32[] a
              in (b,) }
        "#]],
    );
    let traced = |n: &Array, x: &Array| lax::fori_loop(0, n, |_, c| c * 2.0, x.clone());
    assert_eq!(jit(traced)(&scalar(5), &f32s(1.0)).item::<f32>(), 32.0);
    check(
        make_jaxpr(traced)(&scalar(5), &f32s(1.0)),
        expect![[r#"
            { lambda ; a:i32[] b:f32[]. let
                _:i32[] _:i32[] c:f32[] = while[
                  body_jaxpr={ lambda ; d:i32[] e:i32[] f:f32[]. let
                      g:i32[] = add d 1:i32[]
                      h:f32[] = mul f 2.0:f32[]
                    in (g, e, h) }
                  body_nconsts=0
                  cond_jaxpr={ lambda ; i:i32[] j:i32[] k:f32[]. let
                      l:bool[] = lt i j
                    in (l,) }
                  cond_nconsts=0
                ] 0:i32[] a b
              in (c,) }
        "#]],
    );
}

#[test]
fn scan_stacks_results_and_keeps_a_weak_carry() {
    let f = |xs: &Array| lax::scan(|c, x| (c + x, c * x), scalar(0.0), xs);
    let (last, ys) = jit(f)(&array([0.0, 1.0, 2.0, 3.0]));
    assert_eq!((last.item::<f32>(), ys.to_vec::<f32>()), (6.0, vec![0.0, 0.0, 2.0, 9.0]));
    check(
        make_jaxpr(f)(&array([0.0, 1.0, 2.0, 3.0])),
        expect![[r#"
            { lambda ; a:f32[4]. let
                b:f32[] c:f32[4] = scan[
                  _split_transpose=False
                  jaxpr={ lambda ; d:f32[] e:f32[]. let
                      f:f32[] = convert_element_type[new_dtype=float32 weak_type=False] d
                      g:f32[] = add f e
                      h:f32[] = convert_element_type[new_dtype=float32 weak_type=False] d
                      i:f32[] = mul h e
                    in (g, i) }
                  length=4
                  linear=(False, False)
                  num_carry=1
                  num_consts=0
                  reverse=False
                  unroll=1
                ] 0.0:f32[] a
              in (b, c) }
        "#]],
    );
}

#[test]
fn weak_carries_take_the_bodys_dtype() {
    let xs = array([0.5, 0.25]);
    let (sum, ()) = lax::scan(|c, x| (c + x, ()), scalar(0), &xs);
    assert_eq!((sum.item::<f32>(), sum.dtype()), (0.75, DType::F32));
    let c = lax::while_loop(|c| c.lt(10), |c| c + 1.5, scalar(0));
    assert_eq!(c.item::<f32>(), 10.5);
}

#[test]
fn scan_counts_reverses_and_maps() {
    let options = ScanOptions { length: Some(3), ..ScanOptions::default() };
    let (x, ()) = lax::scan_with(options, |c, ()| (c * 2.0, ()), f32s(1.0), &());
    assert_eq!(x.item::<f32>(), 8.0);
    let options = ScanOptions { reverse: true, ..ScanOptions::default() };
    let xs = array([1.0, 2.0, 3.0]);
    let (_, ys) = lax::scan_with(options, |c, x| (c + x, c + x), scalar(0.0), &xs);
    assert_eq!(ys.to_vec::<f32>(), [6.0, 5.0, 3.0]);
    check(
        make_jaxpr(|xs: &Array| lax::map(|x| x.pow(2), xs))(&xs),
        expect![[r#"
            { lambda ; a:f32[3]. let
                b:f32[3] = scan[
                  _split_transpose=False
                  jaxpr={ lambda ; c:f32[]. let d:f32[] = integer_pow[y=2] c in (d,) }
                  length=3
                  linear=(False,)
                  num_carry=0
                  num_consts=0
                  reverse=False
                  unroll=1
                ] a
              in (b,) }
        "#]],
    );
}

fn error_of(f: impl Fn(&Array) -> Array + Send + Sync) -> Error {
    jit(&f).try_call(&array([1.0, 2.0, 3.0])).expect_err("the call fails")
}

/// The message without the lines of this file.
fn without_lines(error: Error) -> String {
    let text = error.to_string();
    let mut out = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let blank = word.trim_end();
        let shown = if blank.contains("control.rs:") { "FILE:LINE" } else { blank };
        out += &format!("{shown}{}", &word[blank.len()..]);
    }
    out
}

#[test]
fn branches_of_different_types_show_both() {
    let error = error_of(|x| lax::cond(x.sum().lt(0.0), |x| x.sum(), |x| x.clone(), x));
    assert!(matches!(error, Error::Type(_)));
    check(
        without_lines(error),
        expect![[r#"
            TypeError: cond branches must have equal output types but they differ.

            true_fun is <lambda> at FILE:LINE
            false_fun is <lambda> at FILE:LINE

            The output of true_fun has type float32[] but the corresponding output of false_fun has type float32[3], so the shapes do not match.

            Revise true_fun and/or false_fun so that all output types match.
              --> FILE:LINE
        "#]],
    );
}

#[test]
fn carries_of_different_types_show_both() {
    let error = error_of(|x| lax::while_loop(|x| x.sum().lt(3.0), |x| x.sum(), x.clone()));
    check(
        without_lines(error),
        expect![[r#"
            TypeError: while_loop body function carry input and carry output must have equal types, but they differ:

            The input carry c has type float32[3] but the corresponding output carry component has type float32[], so the shapes do not match.

            Revise the function so that all output types match the corresponding input types.
              --> FILE:LINE
        "#]],
    );
    let error = error_of(|x| {
        lax::fori_loop(0, 3, |_, (a, b)| (b.clone(), a.sum()), (x.clone(), x.clone())).0
    });
    assert!(
        error.message().contains("carry component loop_carry[1][1] has type float32[3]"),
        "{error}"
    );
}

#[test]
fn structures_that_differ_are_named() {
    let error = error_of(|x| {
        lax::cond(true, |x| vec![x.clone()], |x| vec![x.clone(), x.clone()], x)[0].clone()
    });
    assert!(error.message().contains("must have the same pytree structure"), "{error}");
    let error = error_of(|x| {
        lax::scan(|c: &Vec<Array>, _| ([&c[..], &c[..]].concat(), ()), vec![x.clone()], x).0[0]
            .clone()
    });
    assert!(error.message().contains("scan body function carry input and carry output"), "{error}");
}

#[test]
fn bad_predicates_indices_and_lengths_are_errors() {
    let error = error_of(|x| lax::cond(x, |x| x.clone(), |x| x.clone(), x));
    assert!(error.message().starts_with("Pred must be a scalar, got "), "{error}");
    let error = error_of(|x| lax::switch(x.sum(), x, &[&|x| x.clone(), &|x| -x]));
    assert!(error.message().starts_with("Index type must be an integer, got "), "{error}");
    let error = error_of(|x| lax::switch(0, x, &[]));
    assert_eq!(error.message(), "Empty branch sequence");
    let error = error_of(|x| lax::while_loop(|x| x.sum(), |x| x.clone(), x.clone()));
    assert!(error.message().starts_with("cond_fun must return a boolean scalar"), "{error}");
    let error = error_of(|x| {
        lax::scan(|c: &Array, _| (c.clone(), ()), x.clone(), &(x.clone(), array([1.0, 2.0]))).0
    });
    assert_eq!(error.message(), "scan got values with different leading axis sizes: 3, 2.");
    let error = error_of(|x| lax::scan(|c: &Array, ()| (c.clone(), ()), x.clone(), &()).0);
    assert_eq!(error.message(), "scan got no values to scan over and `length` not provided.");
    let error = error_of(|x| lax::map(|x| x.clone(), &x.sum()));
    assert!(error.message().starts_with("scan got value with no leading axis"), "{error}");
}
