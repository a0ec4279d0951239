//! Arithmetic, magnitude, roots and order of complex numbers.

use super::{Pair, Part};

/// The quotient, by Smith's method ("Algorithm 116", Communications of the ACM 5(8), 1962), which
/// neither overflows nor underflows where the quotient does not. Zero, infinite and NaN operands
/// give the values of annex G of the C standard.
pub fn divide<P: Part>(x: Pair<P>, y: Pair<P>) -> Pair<P> {
    let wide = y.re.abs().lt(y.im.abs());
    let (large, small) = (P::pick(wide, y.im, y.re), P::pick(wide, y.re, y.im));
    let ratio = small / large;
    let denominator = ratio.fma(small, large);
    // Over `im (r + i)`, `x` is turned by -i first.
    let turned = Pair::pick(wide, x.over_i(), x);
    let ratio = P::pick(wide, -ratio, ratio);
    let quotient = Pair::new(
        ratio.fma(turned.im, turned.re) / denominator,
        (-ratio).fma(turned.re, turned.im) / denominator,
    );
    let undefined = P::both(quotient.re.is_nan(), quotient.im.is_nan());
    Pair::pick(undefined, exceptional_quotient(x, y, quotient), quotient)
}

/// Quotients whose parts both come out as NaN by the rule for finite numbers.
fn exceptional_quotient<P: Part>(x: Pair<P>, y: Pair<P>, nan: Pair<P>) -> Pair<P> {
    let infinity = x.re.constant(f64::INFINITY);
    let by_zero = x.scaled(infinity.copysign(y.re));
    // 1 with the sign for infinite parts, 0 for finite ones.
    let boxed = |z: P| P::pick(z.is_infinite(), z.constant(1.0), z.constant(0.0)).copysign(z);
    let any = |z: Pair<P>| P::either(z.re.is_infinite(), z.im.is_infinite());
    let finite = |z: Pair<P>| {
        let bounded = |part: P| part.abs().lt(infinity);
        P::both(bounded(z.re), bounded(z.im))
    };
    let over = |x: Pair<P>, y: Pair<P>, by: P| {
        Pair::new(x.re * y.re + x.im * y.im, x.im * y.re - x.re * y.im).scaled(by)
    };
    let infinite = over(Pair::new(boxed(x.re), boxed(x.im)), y, infinity);
    let zero = over(x, Pair::new(boxed(y.re), boxed(y.im)), x.re.constant(0.0));
    let result = Pair::pick(P::both(finite(x), any(y)), zero, nan);
    let result = Pair::pick(P::both(any(x), finite(y)), infinite, result);
    Pair::pick(y.is_zero(), by_zero, result)
}

/// The magnitude, without overflow or underflow on the way; infinite where a part is.
pub fn abs<P: Part>(z: Pair<P>) -> P {
    hypot(z.re, z.im)
}

/// `sqrt(x^2 + y^2)` by the ratio of the smaller to the larger part.
pub fn hypot<P: Part>(x: P, y: P) -> P {
    let (a, b) = (x.abs(), y.abs());
    let (large, small) = (a.max(b), a.min(b));
    let ratio = P::pick(large.is_zero(), large, small / large);
    let one = x.constant(1.0);
    let root = ratio.fma(ratio, one).sqrt();
    let equal = large.eq(small);
    let hypot = P::pick(equal, x.constant(std::f64::consts::SQRT_2) * large, large * root);
    // Half the square still counts where 1 swallows it in the root.
    let near = (large * ratio).fma(ratio * x.constant(0.5), large);
    let hypot = P::pick(P::both(root.eq(one), P::fails(equal)), near, hypot);
    let infinite = P::either(x.is_infinite(), y.is_infinite());
    P::pick(infinite, x.constant(f64::INFINITY), hypot)
}

/// The point of the unit circle in the number's direction; 0 at 0.
pub fn sign<P: Part>(z: Pair<P>) -> Pair<P> {
    let size = abs(z);
    Pair::pick(z.is_zero(), z.constant(0.0), Pair::new(z.re / size, z.im / size))
}

/// The square root with a real part of 0 or more, by Kahan ("Branch cuts for complex elementary
/// functions", 1987). Very large and very small operands are scaled by powers of 4 meanwhile.
pub fn sqrt<P: Part>(z: Pair<P>) -> Pair<P> {
    let one = z.re.constant(1.0);
    let (a, b) = (z.re.abs(), z.im.abs());
    let size = a.max(b);
    let large = z.re.by_precision(1e37, 1e307).lt(size);
    let small = size.lt(z.re.by_precision(1e-30, 1e-290));
    let up = z.re.by_precision(2f64.powi(48), 2f64.powi(120));
    let back = z.re.by_precision(2f64.powi(-24), 2f64.powi(-60));
    let scale = P::pick(large, z.re.constant(0.25), P::pick(small, up, one));
    let back = P::pick(large, z.re.constant(2.0), P::pick(small, back, one));
    let (x, y) = (a * scale, b * scale);
    let root = ((x + hypot(x, y)) * z.re.constant(0.5)).sqrt();
    let other = P::pick(root.is_zero(), y, y / (root + root)) * back;
    let root = root * back;
    let left = z.re.lt(z.re.constant(0.0));
    let re = P::pick(left, other, root);
    let im = P::pick(left, root, other).copysign(z.im);
    let infinite = Pair::new(z.re.constant(f64::INFINITY), z.im);
    Pair::pick(z.im.is_infinite(), infinite, Pair::new(re, im))
}

/// 1 over the square root.
pub fn rsqrt<P: Part>(z: Pair<P>) -> Pair<P> {
    z.constant(1.0) / sqrt(z)
}

/// A power by a constant integer: repeated squaring, and the reciprocal of it for a negative one.
pub fn integer_pow<P: Part>(z: Pair<P>, y: i64) -> Pair<P> {
    let mut power: Option<Pair<P>> = None;
    let (mut square, mut rest) = (z, y.unsigned_abs());
    while rest > 0 {
        if rest & 1 == 1 {
            power = Some(power.map_or(square, |power| power * square));
        }
        rest >>= 1;
        if rest > 0 {
            square = square * square;
        }
    }
    let one = z.constant(1.0);
    let power = power.unwrap_or(one);
    if y < 0 { one / power } else { power }
}

/// Both parts equal.
pub fn equal<P: Part>(x: Pair<P>, y: Pair<P>) -> P::Test {
    P::both(x.re.eq(y.re), x.im.eq(y.im))
}

/// A part differs.
pub fn differ<P: Part>(x: Pair<P>, y: Pair<P>) -> P::Test {
    P::fails(equal(x, y))
}

/// Less by the real part, or by the imaginary part where the real ones are equal.
pub fn less<P: Part>(x: Pair<P>, y: Pair<P>) -> P::Test {
    P::either(x.re.lt(y.re), P::both(x.re.eq(y.re), x.im.lt(y.im)))
}

/// The first operand where it is greater than the second, else the second, as in XLA.
pub fn greater_one<P: Part>(x: Pair<P>, y: Pair<P>) -> Pair<P> {
    Pair::pick(less(y, x), x, y)
}

/// `x` between bounds by the real parts alone, as in XLA: `low` where its real part is not less than
/// that of `x`, then `high` where its real part is not greater or equal.
pub fn clamp<P: Part>(low: Pair<P>, x: Pair<P>, high: Pair<P>) -> Pair<P> {
    let reaches = |a: P, b: P| P::either(b.lt(a), a.eq(b));
    let raised = Pair::pick(reaches(low.re, x.re), low, x);
    Pair::pick(reaches(high.re, raised.re), raised, high)
}

/// The first operand where it is less than the second, else the second, as in XLA.
pub fn lesser_one<P: Part>(x: Pair<P>, y: Pair<P>) -> Pair<P> {
    Pair::pick(less(x, y), x, y)
}
