//! Inverse trigonometric and hyperbolic functions of complex numbers, with the branch cuts of the
//! C standard.

use super::{
    Pair, Part,
    algebra::{hypot, sqrt},
    exponential::log,
};

/// For `x` and `y` of 0 or more: what `asin` and `acos` have in common. The first result and `x`
/// are sine and cosine of the real part up to a factor, the second is the imaginary part.
///
/// After Hull, Fairgrieve and Tang ("Implementing the complex arcsine and arccosine functions
/// using exception handling", ACM Transactions on Mathematical Software 23(3), 1997): with the
/// distances r and s to -1 and 1 and a = (r + s)/2, the sine of the real part is x/a and the
/// hyperbolic cosine of the imaginary part is a.
fn arc<P: Part>(x: P, y: P) -> (P, P) {
    let (one, half) = (x.constant(1.0), x.constant(0.5));
    let (right, left) = (x + one, x - one);
    let (r, s) = (hypot(right, y), hypot(left, y));
    let a = half * (r + s);
    let outside = one.lt(x);
    let by_r = one / (r + right);
    // a - x and a - 1, without cancellation.
    let by_s = one / (s + left.abs());
    let beyond = s + left.abs();
    let inner = ((a + x) * (half * ((y * y) * by_r + beyond))).sqrt();
    let outer = y * ((a + x) * (half * (by_r + by_s))).sqrt();
    let cos = P::pick(outside, outer, inner);
    let q = half * (by_r + by_s);
    let inner = ((y * y) * q + y * (q * (a + one)).sqrt()).log1p();
    let excess = half * ((y * y) * by_r + beyond);
    let outer = (excess + (excess * (a + one)).sqrt()).log1p();
    let im = P::pick(x.lt(one), inner, outer);
    // Far away the distances are those to 0.
    let limit = x.by_precision(2e18, 1e153);
    let far = P::either(limit.lt(x), limit.lt(y));
    let quarter = x.constant(0.25);
    let log_four = x.constant(4f64.ln() + std::f64::consts::LN_2);
    let size = hypot(x * quarter, y * quarter);
    (P::pick(far, y, cos), P::pick(far, log_four + size.log(), im))
}

/// Inverse sine.
pub fn asin<P: Part>(z: Pair<P>) -> Pair<P> {
    let (cos, im) = arc(z.re.abs(), z.im.abs());
    Pair::new(z.re.atan2(cos), im.copysign(z.im))
}

/// Inverse cosine.
pub fn acos<P: Part>(z: Pair<P>) -> Pair<P> {
    let (cos, im) = arc(z.re.abs(), z.im.abs());
    Pair::new(cos.atan2(z.re), -im.copysign(z.im))
}

/// Inverse hyperbolic sine, by the trigonometric one.
pub fn asinh<P: Part>(z: Pair<P>) -> Pair<P> {
    asin(z.times_i()).over_i()
}

/// Inverse hyperbolic cosine: `acos` turned so that the real part is 0 or more.
pub fn acosh<P: Part>(z: Pair<P>) -> Pair<P> {
    let acos = acos(z);
    Pair::new(acos.im.abs(), acos.re.copysign(z.im))
}

/// Inverse hyperbolic tangent: `log1p(4x / ((1-x)^2 + y^2)) / 4` and half the angle of
/// `(1-x)(1+x) - y^2 + 2y i`; far away `x / |z|^2` and a right angle.
pub fn atanh<P: Part>(z: Pair<P>) -> Pair<P> {
    let (one, half) = (z.re.constant(1.0), z.re.constant(0.5));
    let (x, y) = (z.re.abs(), z.im.abs());
    let gap = one - x;
    let square = gap.fma(gap, y * y);
    let re = z.re.constant(0.25) * ((z.re.constant(4.0) * x) / square).log1p();
    // At 1 the square may vanish while the number does not.
    let close = half * (z.re.constant(2.0) / y).log();
    let at_one = P::both(x.eq(one), y.lt(z.re.constant(1e-9)));
    let re = P::pick(at_one, close, re);
    let angle = (y + y).atan2(gap * (one + x) - y * y);
    let size = hypot(x, y);
    let limit = z.re.by_precision(1e9, 1e17);
    let far = P::either(limit.lt(x), limit.lt(y));
    let right_angle = z.re.constant(std::f64::consts::FRAC_PI_2);
    let distant = P::pick(size.is_infinite(), z.re.constant(0.0), (x / size) / size);
    let re = P::pick(far, distant, re);
    let im = P::pick(far, right_angle, half * angle);
    Pair::new(re.copysign(z.re), im.copysign(z.im))
}

/// Inverse tangent, by the hyperbolic one.
pub fn atan<P: Part>(z: Pair<P>) -> Pair<P> {
    atanh(z.times_i()).over_i()
}

/// The angle of the point (`x`, `y`), continued to complex numbers:
/// `-i log((x + i y) / sqrt(x^2 + y^2))`.
pub fn atan2<P: Part>(y: Pair<P>, x: Pair<P>) -> Pair<P> {
    log((x + y.times_i()) / sqrt(x * x + y * y)).over_i()
}
