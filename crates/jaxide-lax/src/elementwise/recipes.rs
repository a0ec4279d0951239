//! Functions whose bits matter, because random numbers are made with them: `log`, `log1p` and
//! `erf_inv` of f32 as XLA computes them on CPUs with fused multiply-add. Each is here twice, for
//! the host and as ops for compiled code, with one table of coefficients for both.
//!
//! `log` differs from XLA's below the least normal number, where it is exact instead of constant.

use jaxide_ir::{DType, Scalar, Value};

use super::{
    abs, and, bitcast_convert_type, convert_element_type, eq, fma, log as log_op,
    log1p as log1p_op, lt, max, neg, or, select_n, shift_right_logical, sqrt, sub,
};
use crate::Val;

/// Where `log1p` goes over from the rational function to the logarithm: sqrt(2) - 1.
const LOG1P_LIMIT: u32 = 0x3ED4_13CD;
const LOG1P_DENOMINATOR: [u32; 7] =
    [0x3F80_0000, 0x4171_01AD, 0x42A6_185B, 0x435D_C32D, 0x439A_8CA3, 0x4358_6D8A, 0x4270_7982];
const LOG1P_NUMERATOR: [f32; 7] = [
    4.527e-05,
    f32::from_bits(0x3EFF_40C5),
    f32::from_bits(0x40D2_84FA),
    f32::from_bits(0x41EF_4B9C),
    f32::from_bits(0x4273_CC76),
    f32::from_bits(0x4264_73AD),
    f32::from_bits(0x41A0_5101),
];

/// Three interleaved thirds of the polynomial of `log`.
const LOG_THIRDS: [[u32; 3]; 3] = [
    [0x3D90_21BB, 0xBDEB_D1B8, 0x3DEF_251A],
    [0xBDFE_5D4F, 0x3E11_E9BF, 0xBE2A_AE50],
    [0x3E4C_CEAC, 0xBE7F_FFFC, 0x3EAA_AAAA],
];
const SQRT_HALF: u32 = 0x3F35_04F3;
const LN2_LOW: u32 = 0xB95E_8083;
const LN2_HIGH: u32 = 0x3F31_8000;
/// 2^23, which brings subnormal numbers into the normal range.
const SCALE: f32 = 8_388_608.0;

const ERF_INV_F32_SMALL: [f64; 9] = [
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
];
const ERF_INV_F32_LARGE: [f64; 9] = [
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
];
const ERF_INV_F64_SMALL: [f64; 23] = [
    -3.64441206401782e-21,
    -1.6850591381820166e-19,
    1.28584807152564e-18,
    1.1157877678025181e-17,
    -1.333171662854621e-16,
    2.0972767875968562e-17,
    6.637638134358324e-15,
    -4.054566272975207e-14,
    -8.151934197605472e-14,
    2.6335093153082323e-12,
    -1.2975133253453532e-11,
    -5.415412054294628e-11,
    1.0512122733215323e-09,
    -4.112633980346984e-09,
    -2.9070369957882005e-08,
    4.2347877827932404e-07,
    -1.3654692000834679e-06,
    -1.3882523362786469e-05,
    0.00018673420803405714,
    -0.000740702534166267,
    -0.006033670871430149,
    0.24015818242558962,
    1.6536545626831027,
];
const ERF_INV_F64_MIDDLE: [f64; 19] = [
    2.2137376921775787e-09,
    9.075656193888539e-08,
    -2.7517406297064545e-07,
    1.8239629214389228e-08,
    1.5027403968909828e-06,
    -4.013867526981546e-06,
    2.9234449089955446e-06,
    1.2475304481671779e-05,
    -4.7318229009055734e-05,
    6.828485145957318e-05,
    2.4031110387097894e-05,
    -0.0003550375203628475,
    0.0009532893797373805,
    -0.0016882755560235047,
    0.002491442096107851,
    -0.003751208507569241,
    0.005370914553590064,
    1.0052589676941592,
    3.0838856104922208,
];
const ERF_INV_F64_LARGE: [f64; 17] = [
    -2.7109920616438573e-11,
    -2.555641816996525e-10,
    1.5076572693500548e-09,
    -3.789465440126737e-09,
    7.61570120807834e-09,
    -1.496002662714924e-08,
    2.914795345090108e-08,
    -6.771199775845234e-08,
    2.2900482228026655e-07,
    -9.9298272942317e-07,
    4.526062597223154e-06,
    -1.968177810553167e-05,
    7.599527703001776e-05,
    -0.00021503011930044477,
    -0.00013871931833623122,
    1.0103004648645344,
    4.849906401408584,
];

fn horner_f32(x: f32, coefficients: impl IntoIterator<Item = f32>) -> f32 {
    let mut coefficients = coefficients.into_iter();
    let first = coefficients.next().unwrap_or(0.0);
    coefficients.fold(first, |p, c| p.mul_add(x, c))
}

fn horner_f64(x: f64, coefficients: &[f64]) -> f64 {
    coefficients[1..].iter().fold(coefficients[0], |p, c| p.mul_add(x, *c))
}

/// Natural logarithm.
pub fn log_f32(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let m = (if subnormal { x * SCALE } else { x }).max(f32::MIN_POSITIVE);
    let bits = m.to_bits();
    let e = ((bits >> 23) as i32 - 127) as f32 + 1.0 - if subnormal { 23.0 } else { 0.0 };
    let mantissa = f32::from_bits((bits & 0x807F_FFFF) | 0x3F00_0000);
    let low = mantissa < f32::from_bits(SQRT_HALF);
    let e = if low { e - 1.0 } else { e };
    let t = (mantissa - 1.0) + if low { mantissa } else { 0.0 };
    let (x2, x3) = (t * t, t * t * t);
    let [y, y1, y2] = LOG_THIRDS.map(|third| horner_f32(t, third.map(f32::from_bits)));
    let y = y.mul_add(x3, y1).mul_add(x3, y2);
    let z = y.mul_add(x3, e * f32::from_bits(LN2_LOW));
    let r = e.mul_add(f32::from_bits(LN2_HIGH), x2.mul_add(-0.5, t) + z);
    match x {
        0.0 => f32::NEG_INFINITY,
        f32::INFINITY => x,
        _ if x > 0.0 => r,
        _ => f32::NAN,
    }
}

/// [`log_f32`] as ops, on a value of f32.
pub fn log(x: Val<'_>) -> Val<'_> {
    let c = |bits: u32| x.constant(f64::from(f32::from_bits(bits)));
    let k = |value: f64| x.constant(value);
    let int = |value: i128| Val::literal(x.cx(), Scalar::int(DType::I32, value));
    let least = k(f64::from(f32::MIN_POSITIVE));
    let subnormal = lt(&x, &least);
    let m = max(&select_n(&subnormal, &[&x, &(x * k(f64::from(SCALE)))]), &least);
    let bits = bitcast_convert_type(&m, DType::I32);
    let exponent = sub(&shift_right_logical(&bits, &int(23)), &int(127));
    let e = convert_element_type(&exponent, DType::F32) + k(1.0);
    let e = e - select_n(&subnormal, &[&k(0.0), &k(23.0)]);
    let mantissa = or(&and(&bits, &int(0x807F_FFFF)), &int(0x3F00_0000));
    let mantissa = bitcast_convert_type(&mantissa, DType::F32);
    let low = lt(&mantissa, &c(SQRT_HALF));
    let e = select_n(&low, &[&e, &(e - k(1.0))]);
    let t = (mantissa - k(1.0)) + select_n(&low, &[&k(0.0), &mantissa]);
    let x2 = t * t;
    let x3 = x2 * t;
    let [y, y1, y2] = LOG_THIRDS.map(|third| horner(t, &third.map(c)));
    let y = fma(&fma(&y, &x3, &y1), &x3, &y2);
    let z = fma(&y, &x3, &(e * c(LN2_LOW)));
    let r = fma(&e, &c(LN2_HIGH), &(fma(&x2, &k(-0.5), &t) + z));
    let r = select_n(&lt(&k(0.0), &x), &[&k(f64::NAN), &r]);
    let r = select_n(&eq(&x, &k(0.0)), &[&r, &k(f64::NEG_INFINITY)]);
    select_n(&eq(&x, &k(f64::INFINITY)), &[&r, &x])
}

/// Natural logarithm of `1 + x`.
pub fn log1p_f32(x: f32) -> f32 {
    if x.abs() < f32::from_bits(LOG1P_LIMIT) {
        let x2 = x * x;
        let q = horner_f32(x, LOG1P_DENOMINATOR.map(f32::from_bits));
        let p = horner_f32(x, LOG1P_NUMERATOR);
        x + x2.mul_add(-0.5, (x * x2) * (p / q))
    } else {
        log_f32(x + 1.0)
    }
}

/// [`log1p_f32`] as ops, on a value of f32.
pub fn log1p(x: Val<'_>) -> Val<'_> {
    let c = |bits: u32| x.constant(f64::from(f32::from_bits(bits)));
    let x2 = x * x;
    let q = horner(x, &LOG1P_DENOMINATOR.map(c));
    let p = horner(x, &LOG1P_NUMERATOR.map(|value| x.constant(f64::from(value))));
    let near = x + fma(&x2, &x.constant(-0.5), &((x * x2) * (p / q)));
    let far = log_op(&(x + x.constant(1.0)));
    select_n(&lt(&abs(&x), &c(LOG1P_LIMIT)), &[&far, &near])
}

/// Inverse error function.
pub fn erf_inv_f32(x: f32) -> f32 {
    let w = -log1p_f32(-(x * x));
    let narrow = |table: [f64; 9]| table.map(|c| c as f32);
    let p = if w < 5.0 {
        horner_f32(w - 2.5, narrow(ERF_INV_F32_SMALL))
    } else {
        horner_f32(w.sqrt() - 3.0, narrow(ERF_INV_F32_LARGE))
    };
    if x.abs() == 1.0 { x * f32::INFINITY } else { p * x }
}

/// Inverse error function.
pub fn erf_inv_f64(x: f64) -> f64 {
    let w = -(-(x * x)).ln_1p();
    let p = if w < 6.25 {
        horner_f64(w - 3.125, &ERF_INV_F64_SMALL)
    } else if w < 16.0 {
        horner_f64(w.sqrt() - 3.25, &ERF_INV_F64_MIDDLE)
    } else {
        horner_f64(w.sqrt() - 5.0, &ERF_INV_F64_LARGE)
    };
    if x.abs() == 1.0 { x * f64::INFINITY } else { p * x }
}

/// [`erf_inv_f32`] or [`erf_inv_f64`] as ops, by the value's dtype.
pub fn erf_inv(x: Val<'_>) -> Val<'_> {
    let w = neg(&log1p_op(&neg(&(x * x))));
    let root = sqrt(&w);
    let k = |value: f64| x.constant(value);
    let table = |coefficients: &[f64]| coefficients.iter().map(|c| k(*c)).collect::<Vec<_>>();
    let p = if x.ty().dtype == DType::F64 {
        let small = horner(w - k(3.125), &table(&ERF_INV_F64_SMALL));
        let middle = horner(root - k(3.25), &table(&ERF_INV_F64_MIDDLE));
        let large = horner(root - k(5.0), &table(&ERF_INV_F64_LARGE));
        let rest = select_n(&lt(&w, &k(16.0)), &[&large, &middle]);
        select_n(&lt(&w, &k(6.25)), &[&rest, &small])
    } else {
        let small = horner(w - k(2.5), &table(&ERF_INV_F32_SMALL));
        let large = horner(root - k(3.0), &table(&ERF_INV_F32_LARGE));
        select_n(&lt(&w, &k(5.0)), &[&large, &small])
    };
    let infinite = x * k(f64::INFINITY);
    select_n(&eq(&abs(&x), &k(1.0)), &[&(p * x), &infinite])
}

/// A polynomial by fused multiply-adds, the leading coefficient first.
fn horner<'b>(x: Val<'b>, coefficients: &[Val<'b>]) -> Val<'b> {
    coefficients[1..].iter().fold(coefficients[0], |p, c| fma(&p, &x, c))
}
