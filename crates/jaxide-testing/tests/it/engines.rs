//! The interpreter, the interpreter on kernels, and compiled code agree, program by program.

use jaxide_ir::{ArrayType, Jaxpr, Scalar, TensorData, parse};
use jaxide_kernel::{fuse, normalise};
use jaxide_mlir::MlirBackend;
use jaxide_runtime::{Backend, Buffer, CompileOptions, run_owned};
use jaxide_testing::compare::{Tolerance, difference};

fn program(text: &str) -> Jaxpr {
    parse(text, "test", &jaxide_lax::registry()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Values that differ from place to place, small enough for sums of integers to stay exact.
fn argument(ty: &ArrayType, position: usize) -> TensorData {
    let mut bytes = Vec::with_capacity(ty.bytes());
    for at in 0..ty.size() {
        let value = ((at * 37 + position * 11) % 97) as f64 / 8.0 - 5.0;
        bytes.extend(Scalar::float(ty.dtype, value).to_bytes());
    }
    TensorData::from_bytes(ty.clone(), &bytes).expect("one value per element")
}

fn compiled(jaxpr: &Jaxpr, contract: bool, args: &[&Buffer]) -> Vec<TensorData> {
    let options = CompileOptions { contract, ..CompileOptions::default() };
    let exe = MlirBackend::new().compile(jaxpr, &options).expect("the program compiles");
    let outs = run_owned(&*exe, args).expect("the program runs");
    outs.iter().map(Buffer::to_tensor).collect()
}

fn interpreted(jaxpr: &Jaxpr, args: &[&Buffer]) -> Vec<TensorData> {
    let outs = jaxide_eval::run(jaxpr, args).expect("the program runs on the interpreter");
    outs.iter().map(Buffer::to_tensor).collect()
}

/// Compares the ways to run a program: within the usual tolerance, or `exactly` without
/// contraction.
fn agree(text: &str, exactly: bool) {
    let jaxpr = program(text);
    let tensors = jaxpr.in_types();
    let tensors = tensors.iter().enumerate().map(|(at, ty)| argument(ty, at));
    let buffers: Vec<Buffer> =
        tensors.map(|data| Buffer::from_tensor(&data).expect("there is memory")).collect();
    let args: Vec<&Buffer> = buffers.iter().collect();
    let expected = interpreted(&jaxpr, &args);
    let flat = normalise(&jaxpr).expect("calls can be inlined");
    let fused = fuse(&flat).expect("kernels can be formed");
    let ways = [
        ("kernels", interpreted(&fused, &args)),
        ("cpu", compiled(&jaxpr, true, &args)),
        ("cpu without contraction", compiled(&jaxpr, false, &args)),
    ];
    for (way, got) in ways {
        for (at, (expected, got)) in expected.iter().zip(&got).enumerate() {
            let tolerance = Tolerance::recorded(expected.ty().dtype, 1.0);
            let found = difference(expected, got, tolerance);
            assert_eq!(found, None, "{way}, result {at} of\n{text}");
            if exactly && way == "cpu without contraction" {
                assert_eq!(expected, got, "{way}, result {at} of\n{text}");
            }
        }
    }
}

#[test]
fn basic_arithmetic_has_the_same_bits_without_contraction() {
    for dtype in ["f32", "f64"] {
        let text = "{ lambda ; a:T[5,19] b:T[5,19]. let
            c:T[5,19] = mul a b
            d:T[5,19] = add c a
            e:T[5,19] = div d b
            f:T[5,19] = sub e c
            g:T[5,19] = abs f
            h:T[5,19] = sqrt g
          in (f, h) }";
        agree(&text.replace("T[", &format!("{dtype}[")), true);
    }
}

#[test]
fn integers_have_the_same_bits_also_where_they_wrap_or_divide_by_zero() {
    for dtype in ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"] {
        let text = "{ lambda ; a:T[40] b:T[40]. let
            c:T[40] = mul a b
            d:T[40] = integer_pow[y=5] c
            e:T[40] = div a b
            f:T[40] = rem a b
            g:T[40] = shift_left d b
            h:T[40] = shift_right_arithmetic g a
            i:T[40] = xor e f
            j:T[40] = max h i
            k:bool[40] = lt a b
            l:T[40] = select_n k i j
            m:T[] = reduce_sum[axes=(0,)] d
            n:T[] = reduce_max[axes=(0,)] l
          in (l, m, n) }";
        agree(&text.replace("T[", &format!("{dtype}[")), true);
    }
}

#[test]
fn conversions_agree_between_all_real_dtypes() {
    let dtypes = [
        ("bool", "bool"),
        ("i8", "int8"),
        ("i64", "int64"),
        ("u8", "uint8"),
        ("u32", "uint32"),
        ("bf16", "bfloat16"),
        ("f16", "float16"),
        ("f32", "float32"),
        ("f64", "float64"),
    ];
    for (from, _) in dtypes {
        let mut lines = String::new();
        for (at, (to, name)) in dtypes.iter().enumerate() {
            lines += &format!(
                "  r{at}:{to}[33] = convert_element_type[new_dtype={name} weak_type=False] a\n"
            );
        }
        let names: Vec<String> = (0..dtypes.len()).map(|at| format!("r{at}")).collect();
        let names = names.join(", ");
        let text = format!("{{ lambda ; a:{from}[33]. let\n{lines} in ({names}) }}");
        agree(&text, true);
    }
}

#[test]
fn layout_changes_agree() {
    agree(
        "{ lambda ; a:i32[4,6] b:i32[3,6]. let
           c:i32[6,4] = transpose[permutation=(1, 0)] a
           d:i32[24] = reshape[new_sizes=(24,) dimensions=None] c
           e:i32[2,3] = slice[start_indices=(1, 0) limit_indices=(4, 6) strides=(2, 2)] a
           f:i32[4,6] = rev[dimensions=(0, 1)] a
           g:i32[7,6] = concatenate[dimension=0] f b
           h:i32[6,10] = pad[padding_config=((1, 1, 0), (-1, 0, 1))] a 7:i32[]
           i:i32[5,4,6] = broadcast_in_dim[shape=(5, 4, 6) broadcast_dimensions=(1, 2)] f
           j:i32[4] = iota[dimension=0 dtype=int32 shape=(4,)] 
           k:i32[5,6] = reduce_sum[axes=(1,)] i
         in (d, e, g, h, j, k) }",
        true,
    );
}

#[test]
fn windows_at_run_time_are_clamped_alike() {
    agree(
        "{ lambda ; a:i32[7,9] b:i32[2,3] i:i32[] j:i32[]. let
           c:i32[2,3] = dynamic_slice[slice_sizes=(2, 3)] a i j
           d:i32[7,9] = dynamic_update_slice a b j i
           e:i32[7,9] = dynamic_update_slice d c 100:i32[] -3:i32[]
         in (c, d, e, a) }",
        true,
    );
}

#[test]
fn products_agree_in_every_layout() {
    for (lhs, rhs, dims) in [
        ("[9,20]", "[20,35]", "(([1], [0]), ([], []))"),
        ("[9,20]", "[35,20]", "(([1], [1]), ([], []))"),
        ("[20,9]", "[20,35]", "(([0], [0]), ([], []))"),
        ("[3,9,20]", "[3,20,35]", "(([2], [1]), ([0], [0]))"),
    ] {
        let out = if lhs.starts_with("[3") { "[3,9,35]" } else { "[9,35]" };
        for dtype in ["f32", "i32", "bf16"] {
            let text = format!(
                "{{ lambda ; a:{dtype}{lhs} b:{dtype}{rhs}. let
                   c:{dtype}{out} = dot_general[dimension_numbers={dims}] a b in (c,) }}"
            );
            agree(&text, dtype == "i32");
        }
    }
}

#[test]
fn a_product_large_enough_for_panels_agrees() {
    for dtype in ["f32", "i32"] {
        let text = format!(
            "{{ lambda ; a:{dtype}[41,70] b:{dtype}[70,150]. let
               c:{dtype}[41,150] = dot_general[dimension_numbers=(([1], [0]), ([], []))] a b
             in (c,) }}"
        );
        agree(&text, dtype == "i32");
    }
}

#[test]
fn loops_agree_with_carries_in_place_and_swapped() {
    agree(
        "{ lambda ; a:f32[5] b:f32[5] x:f32[6,5]. let
           c:f32[5] d:f32[5] n:i32[] y:f32[6,5] = scan[
             jaxpr={ lambda ; e:f32[5] f:f32[5] n:i32[] x:f32[5]. let
               g:f32[5] = tanh e
               h:f32[5] = add g x
               m:i32[] = add n 1:i32[]
               u:f32[5] = mul f 0.5:f32[]
               v:f32[5] = dynamic_update_slice u x n
             in (f, h, m, v) }
             length=6 num_carry=3 num_consts=0 reverse=True
           ] a b 0:i32[] x
         in (c, d, n, y) }",
        false,
    );
}

#[test]
fn a_loop_over_lanes_stops_each_lane_by_itself() {
    agree(
        "{ lambda ; a:i32[4]. let
           b:i32[4] c:f32[4,3] = while[
             cond_jaxpr={ lambda ; i:i32[4] f:f32[4,3]. let p:bool[4] = lt i 9:i32[] in (p,) }
             cond_nconsts=0
             body_jaxpr={ lambda ; i:i32[4] f:f32[4,3]. let
               j:i32[4] = add i 2:i32[]
               g:f32[4,3] = add f 1.0:f32[]
             in (j, g) }
             body_nconsts=0
           ] a z
         in (b, c) }"
            .replace(
                "let\n           b:",
                "let\n           z:f32[4,3] = broadcast_in_dim[shape=(4, 3) broadcast_dimensions=()] \
                 0.0:f32[]\n           b:",
            )
            .as_str(),
        true,
    );
}

#[test]
fn branches_agree_and_their_index_is_clamped() {
    agree(
        "{ lambda ; i:i32[] x:f32[3]. let
           a:f32[3] s:f32[] = cond[branches=(
             { lambda ; x:f32[3]. let s:f32[] = reduce_sum[axes=(0,)] x in (x, s) }
             { lambda ; x:f32[3]. let y:f32[3] = neg x in (y, 1.0:f32[]) }
             { lambda ; x:f32[3]. let y:f32[3] = exp x in (y, 2.0:f32[]) }
           )] i x
         in (a, s) }",
        false,
    );
}

#[test]
fn empty_arrays_give_neutral_values() {
    agree(
        "{ lambda ; a:f32[0,3] b:f32[3,0]. let
           c:f32[3] = reduce_sum[axes=(0,)] a
           d:f32[3] = reduce_max[axes=(1,)] b
           e:f32[0,3] = exp a
           f:f32[3,3] = dot_general[dimension_numbers=(([1], [0]), ([], []))] b a
         in (c, d, e, f) }",
        true,
    );
}

#[test]
fn elementary_functions_agree_at_the_edges() {
    let values = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 88.9, -104.5, 1e-30, 9.0];
    let text = "{ lambda ; a:f32[9]. let
        b:f32[9] = exp a
        c:f32[9] = tanh a
        d:f32[9] = log a
        e:f32[9] = logistic a
        f:f32[9] = exp2 a
      in (b, c, d, e, f) }";
    let data = TensorData::from_slice(&[9], &values).expect("nine values");
    let buffer = Buffer::from_tensor(&data).expect("there is memory");
    let expected = interpreted(&program(text), &[&buffer]);
    let got = compiled(&program(text), true, &[&buffer]);
    for (expected, got) in expected.iter().zip(&got) {
        assert_eq!(difference(expected, got, Tolerance::recorded(got.ty().dtype, 1.0)), None);
    }
}
