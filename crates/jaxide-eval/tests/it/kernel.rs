//! Kernels formed by `fuse` compute what the array program computes.

use jaxide_ir::Jaxpr;
use jaxide_kernel::{fuse, normalise};
use jaxide_runtime::Buffer;

use super::{array, program, run, scalar, vector};

/// Runs a program as it is and fused, and expects equal bytes.
fn check_fused(text: &str, inputs: &[&Buffer]) -> Jaxpr {
    let plain = program(text);
    let normal = normalise(&plain).expect("the program is well typed");
    let fused = fuse(&normal).expect("the program is well typed");
    for (plain, fused) in run(&plain, inputs).iter().zip(run(&fused, inputs)) {
        assert_eq!(plain.to_tensor(), fused.to_tensor());
    }
    fused
}

#[test]
fn a_fused_sum_of_squares_is_one_kernel() {
    let text = "{ lambda ; a:f32[2,3] b:f32[3]. let
        c:f32[2,3] = broadcast_in_dim[broadcast_dimensions=(1,) shape=(2, 3)] b
        d:f32[2,3] = sub a c
        e:f32[2,3] = integer_pow[y=2] d
        f:f32[] = reduce_sum[axes=(0, 1)] e
      in (f,) }";
    let a = array(&[2, 3], &[1f32, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let fused = check_fused(text, &[&a, &vector(&[1f32, 0.5, 2.0])]);
    assert_eq!(fused.eqns.len(), 1);
}

#[test]
fn fused_layouts_guards_and_indices_keep_their_meaning() {
    let text = "{ lambda ; a:i32[2,3] z:i32[]. let
        b:i32[3,2] = transpose[permutation=(1, 0)] a
        c:i32[5,2] = pad[padding_config=((1, 1, 0), (0, 0, 0))] b z
        d:i32[5,2] = iota[dimension=0 dtype=int32 shape=(5, 2)]
        e:i32[5,2] = mul c d
        f:i32[10] = reshape[dimensions=None new_sizes=(10,)] e
        g:i32[10] = rev[dimensions=(0,)] f
        h:i32[2] = reduce_max[axes=(0,)] e
      in (g, h) }";
    let a = array(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    check_fused(text, &[&a, &scalar(-1)]);
}

#[test]
fn fused_programs_on_empty_arrays_run() {
    let text = "{ lambda ; a:f32[0,3]. let
        b:f32[0,3] = exp a
        c:f32[3] = reduce_sum[axes=(0,)] b
      in (b, c) }";
    check_fused(text, &[&array::<f32>(&[0, 3], &[])]);
}
