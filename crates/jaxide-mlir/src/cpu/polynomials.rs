//! Elementary functions of f32 as short polynomials, for single elements and vectors alike, so that
//! an element has the same bits wherever it stands. NaN, infinities and subnormal results are those
//! of the exact function; errors stay within a few units in the last place.

use crate::emit::{Elem, Emitter, Ty, Val};

/// The function that replaces an operation of the `math` dialect on f32.
pub fn of(name: &str) -> Option<fn(&mut Emitter, Val) -> Val> {
    match name {
        "math.exp" => Some(exp),
        "math.exp2" => Some(exp2),
        "math.tanh" => Some(tanh),
        _ => None,
    }
}

/// Cephes' polynomial of `(exp(r) - 1 - r) / r^2` on half a binade around 0.
const EXP: [f64; 6] = [
    1.987_569_150_0e-4,
    1.398_199_950_7e-3,
    8.333_451_907_3e-3,
    4.166_579_589_4e-2,
    1.666_666_545_9e-1,
    5.000_000_120_1e-1,
];
/// ln 2 in two parts, the first with few bits.
const LN2: [f64; 2] = [0.693_359_375, -2.121_944_400_546_905_8e-4];
/// Adding it rounds to an integer, which then stands in the low bits.
const MAGIC: f64 = 12_582_912.0;

/// A sum with one rounding.
fn fma(e: &mut Emitter, a: Val, b: Val, c: Val) -> Val {
    e.same("math.fma", &[a, b, c])
}

/// Values beyond a limit become the limit; NaN stays.
fn limit(e: &mut Emitter, x: Val, low: f64, high: f64) -> Val {
    let ty = e.ty(x);
    let (low, high) = (e.float(ty, low), e.float(ty, high));
    let above = e.cmpf("ogt", x, high);
    let x = e.select(above, high, x);
    let below = e.cmpf("olt", x, low);
    e.select(below, low, x)
}

/// The nearest integer of `x`, as a float and as an integer.
fn nearest(e: &mut Emitter, x: Val) -> (Val, Val) {
    let ty = e.ty(x);
    let ints = Ty { elem: Elem::Int(32), lanes: ty.lanes };
    let magic = e.float(ty, MAGIC);
    let shifted = e.same("arith.addf", &[x, magic]);
    let whole = e.same("arith.subf", &[shifted, magic]);
    let bits = e.op("arith.bitcast", &[shifted], ints, &[]);
    let base = e.int(ints, i64::from((MAGIC as f32).to_bits()));
    (whole, e.same("arith.subi", &[bits, base]))
}

/// `exp(r)` for a small `r`.
fn short_exp(e: &mut Emitter, r: Val) -> Val {
    let ty = e.ty(r);
    let p = horner(e, r, &EXP);
    let square = e.same("arith.mulf", &[r, r]);
    let one = e.float(ty, 1.0);
    let y = fma(e, p, square, r);
    e.same("arith.addf", &[y, one])
}

/// `exp(r) * 2^n` for a small `r`.
fn scaled_exp(e: &mut Emitter, r: Val, n: Val) -> Val {
    let ty = e.ty(r);
    let y = short_exp(e, r);
    // Two factors, since one may be out of range where the product is not.
    let ints = e.ty(n);
    let bit = e.int(ints, 1);
    let half = e.same("arith.shrsi", &[n, bit]);
    let rest = e.same("arith.subi", &[n, half]);
    let (half, rest) = (power_of_two(e, half, ty), power_of_two(e, rest, ty));
    let y = e.same("arith.mulf", &[y, half]);
    e.same("arith.mulf", &[y, rest])
}

fn power_of_two(e: &mut Emitter, n: Val, ty: Ty) -> Val {
    let ints = e.ty(n);
    let (bias, place) = (e.int(ints, 127), e.int(ints, 23));
    let biased = e.same("arith.addi", &[n, bias]);
    let bits = e.same("arith.shli", &[biased, place]);
    e.op("arith.bitcast", &[bits], ty, &[])
}

fn exp(e: &mut Emitter, x: Val) -> Val {
    let x = limit(e, x, -105.0, 89.0);
    let (r, n) = reduced(e, x);
    scaled_exp(e, r, n)
}

/// `r` and `n` of `x = r + n ln 2`, with `r` near 0.
fn reduced(e: &mut Emitter, x: Val) -> (Val, Val) {
    let ty = e.ty(x);
    let log2e = e.float(ty, std::f64::consts::LOG2_E);
    let turns = e.same("arith.mulf", &[x, log2e]);
    let (whole, n) = nearest(e, turns);
    let mut r = x;
    for part in LN2 {
        let part = e.float(ty, -part);
        r = fma(e, whole, part, r);
    }
    (r, n)
}

fn exp2(e: &mut Emitter, x: Val) -> Val {
    let ty = e.ty(x);
    let x = limit(e, x, -151.0, 129.0);
    let (whole, n) = nearest(e, x);
    let rest = e.same("arith.subf", &[x, whole]);
    let ln2 = e.float(ty, std::f64::consts::LN_2);
    let r = e.same("arith.mulf", &[rest, ln2]);
    scaled_exp(e, r, n)
}

/// Cephes' polynomial of `(tanh(x) - x) / x^3` over `x^2`, up to [`TANH_NEAR`].
const TANH: [f64; 5] = [
    -5.704_988_727_45e-3,
    2.063_908_879_54e-2,
    -5.373_971_555_31e-2,
    1.333_144_220_36e-1,
    -3.333_328_194_22e-1,
];
const TANH_NEAR: f64 = 0.625;
/// From here on the result is 1.
const TANH_END: f64 = 9.02;

/// Near 0 the polynomial, farther `1 - 2 / (e^2x + 1)`.
fn tanh(e: &mut Emitter, x: Val) -> Val {
    let ty = e.ty(x);
    let magnitude = e.same("math.absf", &[x]);
    let square = e.same("arith.mulf", &[x, x]);
    let series = horner(e, square, &TANH);
    let cube = e.same("arith.mulf", &[square, magnitude]);
    let near = fma(e, cube, series, magnitude);

    let limited = limit(e, magnitude, 0.0, TANH_END);
    let twice = e.same("arith.addf", &[limited, limited]);
    let (r, n) = reduced(e, twice);
    let (one, two) = (e.float(ty, 1.0), e.float(ty, 2.0));
    let (power, scale) = (short_exp(e, r), power_of_two(e, n, ty));
    let power = e.same("arith.mulf", &[power, scale]);
    let below = e.same("arith.addf", &[power, one]);
    let rest = e.same("arith.divf", &[two, below]);
    let far = e.same("arith.subf", &[one, rest]);

    let limit = e.float(ty, TANH_NEAR);
    let is_near = e.cmpf("olt", magnitude, limit);
    let value = e.select(is_near, near, far);
    e.same("math.copysign", &[value, x])
}

/// A polynomial, the highest power first.
fn horner(e: &mut Emitter, x: Val, coefficients: &[f64]) -> Val {
    let ty = e.ty(x);
    let mut p = e.float(ty, coefficients[0]);
    for coefficient in &coefficients[1..] {
        let coefficient = e.float(ty, *coefficient);
        p = fma(e, p, x, coefficient);
    }
    p
}
