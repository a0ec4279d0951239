//! Programs as JAX prints them.

use expect_test::{Expect, expect};
use jaxide_trace::{Array, array, jit, make_jaxpr, scalar};

fn check(program: impl ToString, expected: Expect) {
    let text = program.to_string();
    expected.assert_eq(&(text + "\n"));
}

fn sum_squared_error(a: &Array, b: &Array) -> Array {
    (a - b).pow(2).sum()
}

#[test]
fn the_pages_programs_print_to_the_character() {
    let x = array([1.0, 2.0, 3.0]);
    check(
        make_jaxpr(sum_squared_error)(&x, &x),
        expect![[r#"
            { lambda ; a:f32[3] b:f32[3]. let
                c:f32[3] = sub a b
                d:f32[3] = integer_pow[y=2] c
                e:f32[] = reduce_sum[axes=(0,)] d
              in (e,) }
        "#]],
    );
    check(
        make_jaxpr(jit(sum_squared_error))(&x, &x),
        expect![[r#"
            { lambda ; a:f32[3] b:f32[3]. let
                c:f32[] = pjit[
                  name=sum_squared_error
                  jaxpr={ lambda ; d:f32[3] e:f32[3]. let
                      f:f32[3] = sub d e
                      g:f32[3] = integer_pow[y=2] f
                      h:f32[] = reduce_sum[axes=(0,)] g
                    in (h,) }
                ] a b
              in (c,) }
        "#]],
    );
}

#[test]
fn weak_operands_are_converted_and_numbers_are_literals() {
    check(
        make_jaxpr(|x: &Array, y: &Array| (x + y) * 2)(&scalar(1), &array([1.0, 2.0, 3.0])),
        expect![[r#"
            { lambda ; a:i32[] b:f32[3]. let
                c:f32[] = convert_element_type[new_dtype=float32 weak_type=False] a
                d:f32[3] = add c b
                e:f32[3] = mul d 2.0:f32[]
              in (e,) }
        "#]],
    );
}

#[test]
fn a_jitted_function_used_twice_is_one_jaxpr() {
    let inner = jit(|x: &Array| x * 2.0);
    let jaxpr = make_jaxpr(|x: &Array| inner(x) + inner(&(x + 1.0)))(
        &array(1.0f32).astype(jaxide_trace::DType::F32),
    );
    check(
        jaxpr,
        expect![[r#"
            let lambda = { lambda ; a:f32[]. let b:f32[] = mul a 2.0:f32[] in (b,) } in
            { lambda ; c:f32[]. let
                d:f32[] = pjit[name=<lambda> jaxpr=lambda] c
                e:f32[] = add c 1.0:f32[]
                f:f32[] = pjit[name=<lambda> jaxpr=lambda] e
                g:f32[] = add d f
              in (g,) }
        "#]],
    );
}

#[test]
fn captured_arrays_print_as_constvars() {
    let k = array([0.0, 1.0, 2.0]);
    check(
        make_jaxpr(|x: &Array| x + &k)(&array([1.0, 1.0, 1.0])),
        expect![[r#"
            { lambda a:f32[3]; b:f32[3]. let c:f32[3] = add b a in (c,) }
        "#]],
    );
}

#[test]
fn results_that_are_arguments_are_forwarded() {
    let inner = jit(|x: &Array, _y: &Array| x.clone());
    let x = scalar(1.0).astype(jaxide_trace::DType::F32);
    check(
        make_jaxpr(|x: &Array, y: &Array| inner(x, y))(&x, &x),
        expect![[r#"
            { lambda ; a:f32[] b:f32[]. let
                pjit[name=<lambda> jaxpr={ lambda ; c:f32[] d:f32[]. let  in () }] a b
              in (a,) }
        "#]],
    );
}

#[test]
fn equations_carry_the_users_line_and_their_scope() {
    let inner = jit(|x: &Array| x.tanh()).name("inner");
    let first = line!() + 2;
    let f = |x: &Array| {
        let y = x * 2.0 + 1.0;
        let y = y.pow(2).mean() / 3.0;
        inner(&y)
    };
    let x = array([1, 2]);
    let jaxpr = make_jaxpr(f)(&x);
    let line = |eqn: &jaxide_ir::Eqn| {
        let (file, line, _) = eqn.loc.position().expect("equations have places");
        assert_eq!(file, file!(), "{eqn:?}");
        line
    };
    let lines: Vec<u32> = jaxpr.eqns.iter().map(line).collect();
    let (a, b) = (first, first + 1);
    assert_eq!(lines, [a, a, a, b, b, b, b, first - 3]);
    let jaxpr = jit(f).name("outer").lower(&x);
    let call = jaxpr.jaxpr().eqns.last().expect("there are equations");
    assert_eq!(call.loc.scope(), Some("jit(outer)"));
    assert_eq!(call.params.jaxpr("jaxpr").eqns[0].loc.scope(), Some("jit(inner)"));
}

#[test]
fn operations_on_constants_are_staged() {
    let k = array([1.0, 2.0]);
    check(
        make_jaxpr(|x: &Array| x + (&k * 2.0).sum())(&k),
        expect![[r#"
            { lambda a:f32[2]; b:f32[2]. let
                c:f32[2] = mul a 2.0:f32[]
                d:f32[] = reduce_sum[axes=(0,)] c
                e:f32[2] = add b d
              in (e,) }
        "#]],
    );
}
