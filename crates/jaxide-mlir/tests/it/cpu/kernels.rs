//! Elementwise chains, layout, reductions, contractions, windows, control flow.

use super::{f32s, i32s, run};

#[test]
fn a_chain_of_elementwise_ops_is_computed_at_every_element() {
    let text = "{ lambda ; a:f32[37] b:f32[37]. let
        c:f32[37] = add a b
        d:f32[37] = mul c 2.0:f32[]
        e:f32[37] = sub d a
      in (e,) }";
    let a: Vec<f32> = (0..37).map(|i| i as f32).collect();
    let b: Vec<f32> = (0..37).map(|i| 0.5 * i as f32).collect();
    let out = run(text, &[f32s(&[37], &a), f32s(&[37], &b)]);
    let expected: Vec<f32> = a.iter().zip(&b).map(|(a, b)| (a + b) * 2.0 - a).collect();
    assert_eq!(out[0].as_slice::<f32>(), expected);
}

#[test]
fn the_sum_of_squared_errors_is_one_kernel() {
    let text = "{ lambda ; a:f32[50,50] b:f32[50,50]. let
        c:f32[50,50] = sub a b
        d:f32[50,50] = integer_pow[y=2] c
        e:f32[] = reduce_sum[axes=(0, 1)] d
      in (e,) }";
    let a: Vec<f32> = (0..2500).map(|i| (i % 7) as f32).collect();
    let b: Vec<f32> = (0..2500).map(|i| (i % 5) as f32).collect();
    let out = run(text, &[f32s(&[50, 50], &a), f32s(&[50, 50], &b)]);
    let expected: f32 = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum();
    assert_eq!(out[0].as_slice::<f32>(), [expected]);
}

#[test]
fn reductions_of_rows_and_columns_agree() {
    let text = "{ lambda ; a:f32[20,67]. let
        r:f32[20] = reduce_sum[axes=(1,)] a
        c:f32[67] = reduce_sum[axes=(0,)] a
        t:f32[67,20] = transpose[permutation=(1, 0)] a
        m:f32[20] = reduce_max[axes=(0,)] t
      in (r, c, m) }";
    let a: Vec<f32> = (0..20 * 67).map(|i| ((i * 31) % 101) as f32).collect();
    let out = run(text, &[f32s(&[20, 67], &a)]);
    for r in 0..20 {
        let row = &a[r * 67..(r + 1) * 67];
        assert_eq!(out[0].as_slice::<f32>()[r], row.iter().sum::<f32>());
        assert_eq!(out[2].as_slice::<f32>()[r], row.iter().copied().fold(f32::MIN, f32::max));
    }
    for c in 0..67 {
        let column = (0..20).map(|r| a[r * 67 + c]).sum::<f32>();
        assert_eq!(out[1].as_slice::<f32>()[c], column);
    }
}

#[test]
fn a_matrix_product_is_right_for_sizes_that_are_no_multiples_of_vectors() {
    let text = "{ lambda ; a:f32[5,33] b:f32[33,21]. let
        c:f32[5,21] = dot_general[dimension_numbers=(([1], [0]), ([], []))] a b
      in (c,) }";
    let a: Vec<f32> = (0..165).map(|i| (i % 11) as f32).collect();
    let b: Vec<f32> = (0..693).map(|i| (i % 13) as f32).collect();
    let out = run(text, &[f32s(&[5, 33], &a), f32s(&[33, 21], &b)]);
    for i in 0..5 {
        for j in 0..21 {
            let expected: f32 = (0..33).map(|k| a[i * 33 + k] * b[k * 21 + j]).sum();
            assert_eq!(out[0].as_slice::<f32>()[i * 21 + j], expected);
        }
    }
}

#[test]
fn a_while_loop_counts_in_registers() {
    let text = "{ lambda ; a:i32[]. let
        b:i32[] c:i32[] = while[
          body_jaxpr={ lambda ; d:i32[] e:i32[]. let
              f:i32[] = add d 1:i32[]
              g:i32[] = add e d
            in (f, g) }
          body_nconsts=0
          cond_jaxpr={ lambda ; h:i32[] i:i32[]. let j:bool[] = lt h 10:i32[] in (j,) }
          cond_nconsts=0
        ] 0:i32[] a
      in (b, c) }";
    let out = run(text, &[i32s(&[], &[100])]);
    assert_eq!(out[0].as_slice::<i32>(), [10]);
    assert_eq!(out[1].as_slice::<i32>(), [145]);
}

#[test]
fn a_scan_carries_arrays_and_stacks_results() {
    let text = "{ lambda ; a:f32[3] b:f32[4,3]. let
        c:f32[3] d:f32[4,3] = scan[
          jaxpr={ lambda ; e:f32[3] f:f32[3]. let
              g:f32[3] = add e f
              h:f32[3] = mul g e
            in (g, h) }
          length=4
          num_carry=1
          num_consts=0
          reverse=False
        ] a b
      in (c, d) }";
    let b: Vec<f32> = (0..12).map(|i| i as f32).collect();
    let out = run(text, &[f32s(&[3], &[1.0, 2.0, 3.0]), f32s(&[4, 3], &b)]);
    let mut carry = [1.0, 2.0, 3.0];
    for step in 0..4 {
        for (lane, value) in carry.iter_mut().enumerate() {
            let next = *value + b[step * 3 + lane];
            assert_eq!(out[1].as_slice::<f32>()[step * 3 + lane], next * *value);
            *value = next;
        }
    }
    assert_eq!(out[0].as_slice::<f32>(), carry);
}

#[test]
fn carries_that_change_places_keep_their_values() {
    let text = "{ lambda ; a:f32[2] b:f32[2]. let
        c:f32[2] d:f32[2] = scan[
          jaxpr={ lambda ; e:f32[2] f:f32[2]. let  in (f, e) }
          length=3
          num_carry=2
          num_consts=0
        ] a b
      in (c, d) }";
    let out = run(text, &[f32s(&[2], &[1.0, 2.0]), f32s(&[2], &[3.0, 4.0])]);
    assert_eq!(out[0].as_slice::<f32>(), [3.0, 4.0]);
    assert_eq!(out[1].as_slice::<f32>(), [1.0, 2.0]);
}
