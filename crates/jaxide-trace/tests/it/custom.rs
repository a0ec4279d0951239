//! `custom_jvp` and `custom_vjp`: eager calls, programs, captured values, wrong rules.

use expect_test::{Expect, expect};
use jaxide_trace::{Array, Error, array, custom_jvp, custom_vjp, jit, lax, make_jaxpr};

fn check(program: impl ToString, expected: Expect) {
    let text = program.to_string();
    expected.assert_eq(&(text + "\n"));
}

fn message(result: Result<Array, Error>, expected: Expect) {
    let Err(error) = result else { panic!("the rule was accepted") };
    assert!(matches!(error, Error::Type(_)), "{error}");
    expected.assert_eq(&(error.message().to_owned() + "\n"));
}

#[test]
fn a_function_with_a_forward_rule_is_one_equation() {
    let relu = custom_jvp(|x: &Array| x.maximum(0.0))
        .defjvp(|(x,), (dx,)| (x.maximum(0.0), lax::select(&x.gt(0.0), dx, &(dx * 0.0))));
    let x = array([-1.0, 2.0]);
    assert_eq!(relu(&x).to_vec::<f32>(), [0.0, 2.0]);
    assert_eq!(jit(&relu)(&x).to_vec::<f32>(), [0.0, 2.0]);
    check(
        make_jaxpr(&relu)(&x),
        expect![[r#"
        { lambda ; a:f32[2]. let
            b:f32[2] = custom_jvp_call[
              call_jaxpr={ lambda ; c:f32[2]. let d:f32[2] = max c 0.0:f32[] in (d,) }
              jvp_jaxpr={ lambda ; e:f32[2] f:f32[2]. let
                  g:f32[2] = max e 0.0:f32[]
                  h:bool[2] = gt e 0.0:f32[]
                  i:f32[2] = mul f 0.0:f32[]
                  j:f32[2] = select_n h i f
                in (g, j) }
              num_consts=0
            ] a
          in (b,) }
    "#]],
    );
}

#[test]
fn captured_tracers_are_constants_of_function_and_rule() {
    let f = |x: &Array, scale: &Array, offset: &Array| {
        let (scale, offset) = (scale.clone(), offset.clone());
        let (s, o) = (scale.clone(), offset.clone());
        custom_jvp(move |x: &Array| x * &scale)
            .defjvp(move |(x,), (dx,)| (x * &s, dx * &s + &o * 0.0))(x)
    };
    let (x, scale) = (array([1.0, 2.0]), array(3.0));
    check(
        make_jaxpr(f)(&x, &scale, &scale),
        expect![[r#"
        { lambda ; a:f32[2] b:f32[] c:f32[]. let
            d:f32[2] = custom_jvp_call[
              call_jaxpr={ lambda ; e:f32[] f:f32[] g:f32[] h:f32[2]. let
                  i:f32[] = convert_element_type[new_dtype=float32 weak_type=False] e
                  j:f32[2] = mul h i
                in (j,) }
              jvp_jaxpr={ lambda ; k:f32[] l:f32[] m:f32[] n:f32[2] o:f32[2]. let
                  p:f32[] = convert_element_type[new_dtype=float32 weak_type=False] l
                  q:f32[2] = mul n p
                  r:f32[] = convert_element_type[new_dtype=float32 weak_type=False] l
                  s:f32[2] = mul o r
                  t:f32[] = mul m 0.0:f32[]
                  u:f32[] = convert_element_type[new_dtype=float32 weak_type=False] t
                  v:f32[2] = add s u
                in (q, v) }
              num_consts=3
            ] b b c a
          in (d,) }
    "#]],
    );
    assert_eq!(jit(f)(&x, &scale, &scale).to_vec::<f32>(), [3.0, 6.0]);
}

#[test]
fn integers_have_no_tangents() {
    let f = custom_jvp(|x: &Array, n: &Array| (x * n, n + 1)).defjvp(|(x, n), (dx, dn)| {
        assert!(dn.dtype().is_bool());
        ((x * n, n + 1), (dx * n, dn.clone()))
    });
    check(
        make_jaxpr(&f)(&array([1.0, 2.0]), &array([3, 4])),
        expect![[r#"
        { lambda ; a:f32[2] b:i32[2]. let
            c:f32[2] d:i32[2] = custom_jvp_call[
              call_jaxpr={ lambda ; e:f32[2] f:i32[2]. let
                  g:f32[2] = convert_element_type[new_dtype=float32 weak_type=False] f
                  h:f32[2] = mul e g
                  i:i32[2] = add f 1:i32[]
                in (h, i) }
              jvp_jaxpr={ lambda ; j:f32[2] k:i32[2] l:f32[2]. let
                  _:bool[2] = broadcast_in_dim[broadcast_dimensions=() shape=(2,)] False:bool[]
                  m:f32[2] = convert_element_type[new_dtype=float32 weak_type=False] k
                  n:f32[2] = mul j m
                  o:i32[2] = add k 1:i32[]
                  p:f32[2] = convert_element_type[new_dtype=float32 weak_type=False] k
                  q:f32[2] = mul l p
                in (n, o, q) }
              num_consts=0
            ] a b
          in (c, d) }
    "#]],
    );
}

#[test]
fn residuals_join_both_halves_of_a_reverse_rule() {
    let f = |x: &Array, y: &Array, k: &Array| {
        let k = k.clone();
        custom_vjp(|(x, y): &(Array, Array)| x.sin() * y).defvjp(
            |(x, y): &(Array, Array)| (x.sin() * y, vec![x.clone(), y.clone()]),
            move |residuals, ct| {
                let [x, y] = [&residuals[0], &residuals[1]];
                ((ct * x.cos() * y * &k, ct * x.sin()),)
            },
        )(&(x.clone(), y.clone()))
    };
    let (x, k) = (array([1.0, 2.0]), array(2.0));
    check(
        make_jaxpr(f)(&x, &x, &k),
        expect![[r#"
        { lambda ; a:f32[2] b:f32[2] c:f32[]. let
            d:f32[2] = custom_vjp_call[
              bwd_jaxpr={ lambda ; e:f32[] f:f32[2] g:f32[2] h:f32[2]. let
                  i:f32[2] = cos f
                  j:f32[2] = mul h i
                  k:f32[2] = mul j g
                  l:f32[] = convert_element_type[new_dtype=float32 weak_type=False] e
                  m:f32[2] = mul k l
                  n:f32[2] = sin f
                  o:f32[2] = mul h n
                in (m, o) }
              call_jaxpr={ lambda ; p:f32[] q:f32[2] r:f32[2]. let
                  s:f32[2] = sin q
                  t:f32[2] = mul s r
                in (t,) }
              fwd_jaxpr={ lambda ; u:f32[] v:f32[2] w:f32[2]. let
                  x:f32[2] = sin v
                  y:f32[2] = mul x w
                in (y, u, v, w) }
              num_consts=1
            ] c a b
          in (d,) }
    "#]],
    );
    assert_eq!(f(&x, &x, &k).to_vec::<f32>(), jit(f)(&x, &x, &k).to_vec::<f32>());
}

#[test]
fn rules_are_not_traced_in_eager_calls() {
    let f = custom_jvp(|x: &Array| x * 2.0).defjvp(|_, _| unreachable!("no trace, no rule"));
    assert_eq!(f(&array([1.0])).to_vec::<f32>(), [2.0]);
}

#[test]
fn a_forward_rule_of_other_types_is_refused() {
    let x = array([1.0, 2.0, 3.0]);
    let primal = custom_jvp(|x: &Array| x * 2.0).defjvp(|_, (dx,)| (array([0.0, 0.0]), dx.clone()));
    message(
        jit(&primal).try_call(&x),
        expect![[r#"
        Custom JVP rule <lambda> for function <lambda> must produce primal outputs with the shapes and dtypes of the function's outputs, but expected float32[3], got float32[2]
    "#]],
    );
    let tangent = custom_jvp(|x: &Array| x * 2.0).defjvp(|(x,), _| (x * 2.0, array([0, 0, 0])));
    message(
        jit(&tangent).try_call(&x),
        expect![[r#"
        Custom JVP rule <lambda> for function <lambda> must produce tangent outputs with the shapes and dtypes of the primal outputs' tangents, but expected float32[3], got int32[3]
    "#]],
    );
    let structure = custom_jvp(|x: &Array| vec![x.clone()])
        .defjvp(|(x,), (dx,)| (vec![x.clone(), x.clone()], vec![dx.clone()]));
    let error = jit(|x: &Array| structure(x)[0].clone()).try_call(&x);
    message(
        error,
        expect![[r#"
        Custom JVP rule <lambda> for function <lambda> must produce primal outputs with the same container (pytree) structure as the function's outputs, but they differ at the root
    "#]],
    );
}

#[test]
fn a_reverse_rule_of_other_types_is_refused() {
    let x = array([1.0, 2.0, 3.0]);
    let fwd = custom_vjp(|x: &Array| x * 2.0)
        .defvjp(|_: &Array| (array([0.0, 0.0]), ()), |(), ct| (ct.clone(),));
    message(
        jit(&fwd).try_call(&x),
        expect![[r#"
        Custom VJP fwd rule <lambda> for function <lambda> must produce primal outputs with the shapes and dtypes of the function's outputs, but expected float32[3], got float32[2]
    "#]],
    );
    let bwd =
        custom_vjp(|x: &Array| x * 2.0).defvjp(|x: &Array| (x * 2.0, ()), |(), ct| (ct.sum(),));
    message(
        jit(&bwd).try_call(&x),
        expect![[r#"
        Custom VJP bwd rule <lambda> for function <lambda> must produce cotangents with the shapes and dtypes of the function's arguments, but expected float32[3], got float32[]
    "#]],
    );
    let structure = custom_vjp(|x: &[Array]| &x[0] * 2.0)
        .defvjp(|x: &[Array]| (&x[0] * 2.0, ()), |(), ct| (vec![ct.clone(), ct.clone()],));
    let error = jit(|x: &Array| structure(std::slice::from_ref(x))).try_call(&x);
    message(
        error,
        expect![[r#"
        Custom VJP bwd rule <lambda> for function <lambda> must produce cotangents with the same container (pytree) structure as the function's arguments, but they differ at the root
    "#]],
    );
}
