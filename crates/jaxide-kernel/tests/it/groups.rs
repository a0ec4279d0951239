//! What `fuse` makes of classic programs.

use expect_test::{Expect, expect};
use jaxide_ir::{PrintOptions, parse, print, verify};
use jaxide_kernel::{KERNEL, fuse, fuse::refusals, normalise};

/// Fuses a program, checks that its text parses back, and compares it.
fn check(text: &str, expected: Expect) {
    let registry = jaxide_lax::registry().with(&KERNEL);
    let jaxpr = parse(text, "test", &registry).expect("the program parses");
    let flat = normalise(&jaxpr).expect("the program has a flat form");
    let fused = fuse(&flat).expect("the program has kernels");
    verify(&fused, Some(&registry)).expect("kernels are valid");
    let printed = print(&fused, PrintOptions::default());
    let again = parse(&printed, "printed", &registry).expect("kernels parse");
    assert_eq!(print(&again, PrintOptions::default()), printed);
    expected.assert_eq(&printed);
}

#[test]
fn the_sum_of_squared_errors_is_one_reduction() {
    check(
        "{ lambda ; a:f32[500,500] b:f32[500,500]. let
           c:f32[] = pjit[name=sse jaxpr={ lambda ; a:f32[500,500] b:f32[500,500]. let
             c:f32[500,500] = sub a b
             d:f32[500,500] = integer_pow[y=2] c
             e:f32[] = reduce_sum[axes=(0, 1)] d
           in (e,) }] a b
         in (c,) }",
        expect![[r#"
            { lambda ; a:f32[500,500] b:f32[500,500]. let
                c:f32[] = kernel.reduce[
                  domain=(500, 500)
                  reduce=(0, 1)
                  in=((d0, d1), (d0, d1))
                  out=((),)
                  combine=(add,)
                  body={ lambda ; d:f32[] e:f32[]. let
                      f:f32[] = sub d e
                      g:f32[] = integer_pow[y=2] f
                    in (g,) }
                ] a b
              in (c,) }"#]],
    );
}

#[test]
fn softmax_is_two_reductions_and_two_maps_and_computes_exp_once() {
    check(
        "{ lambda ; a:f32[8,16]. let
           b:f32[8] = reduce_max[axes=(1,)] a
           c:f32[8,1] = broadcast_in_dim[shape=(8, 1) broadcast_dimensions=(0,)] b
           d:f32[8,16] = sub a c
           e:f32[8,16] = exp d
           f:f32[8] = reduce_sum[axes=(1,)] e
           g:f32[8,1] = broadcast_in_dim[shape=(8, 1) broadcast_dimensions=(0,)] f
           h:f32[8,16] = div e g
         in (h,) }",
        expect![[r#"
            { lambda ; a:f32[8,16]. let
                b:f32[8] = kernel.reduce[
                  domain=(8, 16)
                  reduce=(1,)
                  in=((d0, d1),)
                  out=((d0,),)
                  combine=(max,)
                  body={ lambda ; c:f32[]. let  in (c,) }
                ] a
                d:f32[8,16] = kernel.map[
                  domain=(8, 16)
                  in=((d0,), (d0, d1))
                  out=((d0, d1),)
                  body={ lambda ; e:f32[] f:f32[]. let
                      g:f32[] = sub f e
                      h:f32[] = exp g
                    in (h,) }
                ] b a
                i:f32[8] = kernel.reduce[
                  domain=(8, 16)
                  reduce=(1,)
                  in=((d0, d1),)
                  out=((d0,),)
                  combine=(add,)
                  body={ lambda ; j:f32[]. let  in (j,) }
                ] d
                k:f32[8,16] = kernel.map[
                  domain=(8, 16)
                  in=((d0,), (d0, d1))
                  out=((d0, d1),)
                  body={ lambda ; l:f32[] m:f32[]. let n:f32[] = div m l in (n,) }
                ] i d
              in (k,) }"#]],
    );
}

#[test]
fn layout_changes_cost_nothing_inside_a_kernel() {
    check(
        "{ lambda ; a:f32[4,6]. let
           b:f32[6,4] = transpose[permutation=(1, 0)] a
           c:f32[24] = reshape[new_sizes=(24,) dimensions=None] a
           d:f32[6,4] = slice[start_indices=(0, 0) limit_indices=(6, 4) strides=None] b
           e:f32[6,4] = rev[dimensions=(1,)] d
           f:i32[6,4] = iota[dimension=1 dtype=int32 shape=(6, 4)] 
           g:f32[6,4] = convert_element_type[new_dtype=float32 weak_type=False] f
           h:f32[6,4] = add e g
           i:f32[8,4] = pad[padding_config=((1, 1, 0), (0, 0, 0))] h 0.0:f32[]
         in (c, h, i) }",
        expect![[r#"
            { lambda ; a:f32[4,6]. let
                b:f32[24] = reshape[dimensions=None new_sizes=(24,)] a
                c:f32[6,4] = kernel.map[
                  domain=(6, 4)
                  in=((d1 * -1 + 3, d0), iota(d1))
                  out=((d0, d1),)
                  body={ lambda ; d:f32[] e:i32[]. let
                      f:f32[] = convert_element_type[new_dtype=float32 weak_type=False] e
                      g:f32[] = add d f
                    in (g,) }
                ] a
                h:f32[8,4] = kernel.map[
                  domain=(8, 4)
                  in=((d0 + -1, d1) where (0 <= d0 + -1 < 6) else 0.0,)
                  out=((d0, d1),)
                  body={ lambda ; i:f32[]. let  in (i,) }
                ] c
              in (b, c, h) }"#]],
    );
}

#[test]
fn bodies_of_loops_are_fused_and_shared_results_are_stored_once() {
    check(
        "{ lambda ; a:f32[4] b:f32[3,4]. let
           c:f32[4] d:f32[3,4] = scan[
             jaxpr={ lambda ; e:f32[4] f:f32[4]. let
               g:f32[4] = tanh e
               h:f32[4] = mul g f
               i:f32[4] = add h g
             in (i, h) }
             length=3 num_carry=1 num_consts=0
           ] a b
         in (c, d) }",
        expect![[r#"
            { lambda ; a:f32[4] b:f32[3,4]. let
                c:f32[4] d:f32[3,4] = scan[
                  _split_transpose=False
                  jaxpr={ lambda ; e:f32[4] f:f32[4]. let
                      g:f32[4] h:f32[4] = kernel.map[
                        domain=(4,)
                        in=((d0,), (d0,))
                        out=((d0,), (d0,))
                        body={ lambda ; i:f32[] j:f32[]. let
                            k:f32[] = tanh i
                            l:f32[] = mul k j
                            m:f32[] = add l k
                          in (m, l) }
                      ] e f
                    in (g, h) }
                  length=3
                  num_carry=1
                  num_consts=0
                  reverse=False
                  unroll=1
                ] a b
              in (c, d) }"#]],
    );
}

#[test]
fn a_refusal_says_why() {
    let text = "{ lambda ; a:f32[4,4]. let
        b:f32[4,4] = exp a
        c:f32[4,4] = transpose[permutation=(1, 0)] b
        d:f32[4,4] = add b c
      in (d,) }";
    let jaxpr = parse(text, "test", &jaxide_lax::registry()).unwrap();
    assert_eq!(
        refusals(&jaxpr),
        ["exp (equation 0): the kernel reads it at several places and would compute it twice"]
    );
}
