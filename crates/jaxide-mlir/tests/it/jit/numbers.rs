//! What programs compute.

use half::{bf16, f16};
use jaxide_mlir::jit::{CompileOptions, LLVM_O2};

use super::{elementwise, load, pointer};

/// An op and the function that it computes.
type Case<T> = (&'static str, fn(T) -> T);

/// Runs an elementwise program with each pass list.
fn apply<T: Copy + PartialEq + std::fmt::Debug>(ty: &str, body: &str, input: [T; 4]) -> [T; 4] {
    let optimized = CompileOptions { llvm_passes: LLVM_O2.into(), ..CompileOptions::default() };
    let results =
        [CompileOptions::default(), CompileOptions::vectorize(), optimized].map(|options| {
            let program = load(&elementwise(ty, body), &options, &[]);
            let (mut input, mut output) = (input, input);
            // SAFETY: the program takes two memrefs of four elements of `T`.
            unsafe { program.call(&[pointer(&mut input), pointer(&mut output)]) };
            output
        });
    assert_eq!(results[0], results[1], "pass lists change no number");
    assert_eq!(results[0], results[2], "pass lists change no number");
    results[0]
}

fn assert_close(got: [f32; 4], expected: [f32; 4]) {
    for (got, expected) in got.into_iter().zip(expected) {
        let tolerance = 4.0 * f32::EPSILON * expected.abs();
        assert!((got - expected).abs() <= tolerance, "expected {expected:e}, got {got:e}");
    }
}

const INPUT: [f32; 4] = [-1.5, -0.0, 1e-6, 2.25];

#[test]
fn two_vectors_are_added() {
    let text = "func.func @main(%a: memref<4xf32>, %b: memref<4xf32>, %out: memref<4xf32>) {
        %c0 = arith.constant 0 : index
        %x = vector.load %a[%c0] : memref<4xf32>, vector<4xf32>
        %y = vector.load %b[%c0] : memref<4xf32>, vector<4xf32>
        %z = arith.addf %x, %y : vector<4xf32>
        vector.store %z, %out[%c0] : memref<4xf32>, vector<4xf32>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let (mut a, mut b, mut out) =
        ([1.0_f32, 2.0, 3.0, 4.0], [10.0_f32, 20.0, 30.0, 40.0], [0.0_f32; 4]);
    // SAFETY: the program takes three memrefs of four f32.
    unsafe { program.call(&[pointer(&mut a), pointer(&mut b), pointer(&mut out)]) };
    assert_eq!(out, [11.0, 22.0, 33.0, 44.0]);
}

#[test]
fn long_loops_are_vectorised_to_the_same_numbers() {
    let text = "func.func @main(%x: memref<1027xf32> {llvm.noalias}, %y: memref<1027xf32> {llvm.noalias}) {
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %n = arith.constant 1027 : index
        scf.for %i = %c0 to %n step %c1 {
            %k = arith.constant 1.5 : f32
            %v = memref.load %x[%i] : memref<1027xf32>
            %m = arith.mulf %v, %k : f32
            %p = arith.divf %m, %v : f32
            %s = arith.addf %p, %v : f32
            memref.store %s, %y[%i] : memref<1027xf32>
        }
        return
    }";
    let program = load(text, &CompileOptions::vectorize(), &[]);
    let mut x: Vec<f32> = (1_u16..=1027).map(f32::from).collect();
    let mut y = vec![0.0_f32; 1027];
    // SAFETY: the program takes two memrefs of 1027 f32.
    unsafe { program.call(&[pointer(&mut x), pointer(&mut y)]) };
    let expected: Vec<f32> = x.iter().map(|v| v * 1.5 / v + v).collect();
    assert_eq!(y, expected);
}

#[test]
fn masked_vectors_leave_the_rest_alone() {
    let text = "func.func @main(%x: memref<11xf32>, %sum: memref<f32>) {
        %c8 = arith.constant 8 : index
        %c11 = arith.constant 11 : index
        %left = arith.subi %c11, %c8 : index
        %mask = vector.create_mask %left : vector<8xi1>
        %zero = arith.constant dense<0.0> : vector<8xf32>
        %two = arith.constant dense<2.0> : vector<8xf32>
        %v = vector.maskedload %x[%c8], %mask, %zero : memref<11xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
        %w = vector.fma %v, %two, %zero : vector<8xf32>
        vector.maskedstore %x[%c8], %mask, %w : memref<11xf32>, vector<8xi1>, vector<8xf32>
        %low = vector.shuffle %w, %w [0, 1, 2, 3] : vector<8xf32>, vector<8xf32>
        %high = vector.shuffle %w, %w [4, 5, 6, 7] : vector<8xf32>, vector<8xf32>
        %half = arith.addf %low, %high : vector<4xf32>
        %r = vector.reduction <add>, %half : vector<4xf32> into f32
        memref.store %r, %sum[] : memref<f32>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let (mut x, mut sum) = ([1.0_f32; 16], [0.0_f32]);
    // SAFETY: the program takes memrefs of eleven and of one f32.
    unsafe { program.call(&[pointer(&mut x), pointer(&mut sum)]) };
    assert_eq!(sum, [6.0]);
    assert_eq!(x, std::array::from_fn(|index| if (8..11).contains(&index) { 2.0 } else { 1.0 }));
}

#[test]
fn booleans_are_bytes() {
    let text = "func.func @main(%x: memref<4xf32>, %out: memref<4xi8>) {
        %c0 = arith.constant 0 : index
        %zero = arith.constant dense<0.0> : vector<4xf32>
        %v = vector.load %x[%c0] : memref<4xf32>, vector<4xf32>
        %p = arith.cmpf ogt, %v, %zero : vector<4xf32>
        %b = arith.extui %p : vector<4xi1> to vector<4xi8>
        vector.store %b, %out[%c0] : memref<4xi8>, vector<4xi8>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let (mut x, mut out) = ([1.0_f32, -1.0, f32::NAN, 2.0], [7_u8; 4]);
    // SAFETY: the program takes memrefs of four f32 and of four bytes.
    unsafe { program.call(&[pointer(&mut x), pointer(&mut out)]) };
    assert_eq!(out, [1, 0, 0, 1]);
}

#[test]
fn a_program_without_arguments_runs() {
    let program = load("func.func @main() { return }", &CompileOptions::default(), &[]);
    // SAFETY: it takes nothing.
    unsafe { program.call(&[]) };
}

#[test]
fn a_while_loop_keeps_its_carry_in_a_register() {
    let text = "func.func @main(%n: memref<i64>, %out: memref<i64>) {
        %zero = arith.constant 0 : i64
        %one = arith.constant 1 : i64
        %end = memref.load %n[] : memref<i64>
        %r:2 = scf.while (%i = %zero, %sum = %zero) : (i64, i64) -> (i64, i64) {
            %go = arith.cmpi slt, %i, %end : i64
            scf.condition(%go) %i, %sum : i64, i64
        } do {
        ^bb0(%i: i64, %sum: i64):
            %next = arith.addi %i, %one : i64
            %more = arith.addi %sum, %i : i64
            scf.yield %next, %more : i64, i64
        }
        memref.store %r#1, %out[] : memref<i64>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let (mut n, mut out) = ([1_000_000_i64], [0_i64]);
    // SAFETY: the program takes two memrefs of one i64.
    unsafe { program.call(&[pointer(&mut n), pointer(&mut out)]) };
    assert_eq!(out[0], 499_999_500_000);
}

#[test]
fn transcendental_functions_come_from_the_c_library() {
    let host: [Case<f64>; 12] = [
        ("math.exp", f64::exp),
        ("math.tanh", f64::tanh),
        ("math.sin", f64::sin),
        ("math.atan", f64::atan),
        ("math.sinh", f64::sinh),
        ("math.cbrt", f64::cbrt),
        ("math.asinh", f64::asinh),
        ("math.cos", f64::cos),
        ("math.tan", f64::tan),
        ("math.cosh", f64::cosh),
        ("math.exp2", f64::exp2),
        ("math.absf", f64::abs),
    ];
    for (op, function) in host {
        let got = apply("f32", &format!("%r = {op} %x : f32"), INPUT);
        assert_close(got, INPUT.map(|x| function(f64::from(x)) as f32));
    }
    let erf = apply("f32", "%r = math.erf %x : f32", INPUT);
    assert_close(erf, [-0.966_105_15, 0.0, 1.128_379_2e-6, 0.998_537_3]);
}

#[test]
fn log1p_and_expm1_are_exact_near_zero() {
    let small = [1e-20_f32, -1e-12, 1e-7, -0.0];
    assert_eq!(apply("f32", "%r = math.log1p %x : f32", small), small.map(f32::ln_1p));
    assert_eq!(apply("f32", "%r = math.expm1 %x : f32", small), small.map(f32::exp_m1));
    let small = small.map(f64::from);
    assert_eq!(apply("f64", "%r = math.expm1 %x : f64", small), small.map(f64::exp_m1));
    let halves = [1e-3_f32, -1e-4, 0.5, 6e-8].map(f16::from_f32);
    let expected = halves.map(|x| f16::from_f32(x.to_f32().exp_m1()));
    assert_eq!(apply("f16", "%r = math.expm1 %x : f16", halves), expected);
}

#[test]
fn expm1_of_a_vector_is_exact_near_zero() {
    let text = "func.func @main(%x: memref<4xf32>) {
        %c0 = arith.constant 0 : index
        %v = vector.load %x[%c0] : memref<4xf32>, vector<4xf32>
        %r = math.expm1 %v : vector<4xf32>
        vector.store %r, %x[%c0] : memref<4xf32>, vector<4xf32>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let input = [1e-20_f32, -1e-12, 0.5, f32::NEG_INFINITY];
    let mut x = input;
    // SAFETY: the program takes one memref of four f32.
    unsafe { program.call(&[pointer(&mut x)]) };
    assert_eq!(x, input.map(f32::exp_m1));
}

#[test]
fn rounding_and_sqrt_are_exact() {
    let cases: [Case<f32>; 6] = [
        ("math.sqrt", f32::sqrt),
        ("math.floor", f32::floor),
        ("math.ceil", f32::ceil),
        ("math.trunc", f32::trunc),
        ("math.round", f32::round),
        ("math.roundeven", f32::round_ties_even),
    ];
    for (op, function) in cases {
        let input = [0.5, 2.5, 3.75, 1e9];
        assert_eq!(
            apply("f32", &format!("%r = {op} %x : f32"), input),
            input.map(function),
            "{op}"
        );
    }
}

#[test]
fn bf16_is_rounded_to_nearest_even() {
    let input = [1.0_f32, 1.007_812_5, -3.0, f32::INFINITY].map(bf16::from_f32);
    let body = "%c = arith.constant 0.001953125 : bf16
        %r = arith.addf %x, %c : bf16";
    let expected = input.map(|x| bf16::from_f32(x.to_f32() + 0.001_953_125));
    assert_eq!(apply("bf16", body, input), expected);
    let exp = apply("bf16", "%r = math.exp %x : bf16", input);
    assert_eq!(exp, input.map(|x| bf16::from_f32(x.to_f32().exp())));
}

#[test]
fn f16_arithmetic_overflows_to_infinity() {
    let input = [1.0_f32, 0.1, 300.0, 6e-8].map(f16::from_f32);
    let expected = input.map(|x| f16::from_f32(x.to_f32() * x.to_f32()));
    assert_eq!(apply("f16", "%r = arith.mulf %x, %x : f16", input), expected);
}

#[test]
fn f64_narrows_to_halves_once() {
    let text = "func.func @main(%in: memref<f64>, %h: memref<f16>, %b: memref<bf16>) {
        %x = memref.load %in[] : memref<f64>
        %p = arith.truncf %x : f64 to f16
        memref.store %p, %h[] : memref<f16>
        %q = arith.truncf %x : f64 to bf16
        memref.store %q, %b[] : memref<bf16>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let narrow = |value: f64| {
        let (mut x, mut half, mut brain) = ([value], [f16::ZERO], [bf16::ZERO]);
        // SAFETY: the program takes scalars of f64, f16 and bf16.
        unsafe { program.call(&[pointer(&mut x), pointer(&mut half), pointer(&mut brain)]) };
        (half[0], brain[0])
    };
    assert_eq!(narrow(std::f64::consts::PI), (f16::PI, bf16::PI));
    let above_tie_of_f16 = 1.0 + 2.0_f64.powi(-11) + 2.0_f64.powi(-40);
    assert_eq!(narrow(above_tie_of_f16).0.to_bits(), f16::ONE.to_bits() + 1);
    let above_tie_of_bf16 = 1.0 + 2.0_f64.powi(-8) + 2.0_f64.powi(-40);
    assert_eq!(narrow(above_tie_of_bf16).1.to_bits(), bf16::ONE.to_bits() + 1);
}

#[test]
fn an_explicit_rounding_between_two_ops_stays() {
    let body = "%w = arith.extf %x : bf16 to f32
        %c = arith.constant 0.001953125 : f32
        %s = arith.addf %w, %c : f32
        %n = arith.truncf %s : f32 to bf16
        %m = arith.extf %n : bf16 to f32
        %t = arith.addf %m, %c : f32
        %r = arith.truncf %t : f32 to bf16";
    let input = [1.0_f32, 2.0, 4.0, 8.0].map(bf16::from_f32);
    assert_eq!(apply("bf16", body, input), input, "each addend is lost alone");
}

#[test]
fn i8_arithmetic_wraps() {
    assert_eq!(apply("i8", "%r = arith.muli %x, %x : i8", [1_i8, 11, 12, -128]), [1, 121, -112, 0]);
}

#[test]
fn integer_division_rounds_to_minus_infinity_when_asked() {
    let body = "%c = arith.constant 3 : i32
        %r = arith.floordivsi %x, %c : i32";
    assert_eq!(apply("i32", body, [7_i32, -7, 0, -9]), [2, -3, 0, -3]);
}

#[test]
fn maximum_keeps_nan() {
    let body = "%c = arith.constant 0.0 : f32
        %r = arith.maximumf %x, %c : f32";
    let result = apply_bits("f32", body, [f32::NAN, -1.0, 1.0, f32::NEG_INFINITY]);
    assert!(f32::from_bits(result[0]).is_nan());
    assert_eq!(result[1..], [0.0_f32, 1.0, 0.0].map(f32::to_bits));
}

/// As [`apply`], for results that compare unequal to themselves.
fn apply_bits(ty: &str, body: &str, input: [f32; 4]) -> [u32; 4] {
    apply(ty, body, input.map(f32::to_bits))
}

#[test]
fn a_subview_and_a_constant_global_are_addressable() {
    let text = "memref.global \"private\" constant @table : memref<4xi32> = dense<[10, 20, 30, 40]>
    func.func @main(%out: memref<2xi32>) {
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %table = memref.get_global @table : memref<4xi32>
        %view = memref.subview %table[2] [2] [1] : memref<4xi32> to memref<2xi32, strided<[1], offset: 2>>
        %a = memref.load %view[%c0] : memref<2xi32, strided<[1], offset: 2>>
        %b = memref.load %view[%c1] : memref<2xi32, strided<[1], offset: 2>>
        memref.store %a, %out[%c1] : memref<2xi32>
        memref.store %b, %out[%c0] : memref<2xi32>
        return
    }";
    let program = load(text, &CompileOptions::default(), &[]);
    let mut out = [0_i32; 2];
    // SAFETY: the program takes one memref of two i32.
    unsafe { program.call(&[pointer(&mut out)]) };
    assert_eq!(out, [40, 30]);
}
