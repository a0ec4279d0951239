//! Exponential, logarithm, powers, trigonometric and hyperbolic functions of complex numbers.

use super::{
    Pair, Part,
    algebra::{hypot, less},
};

/// From here on `cosh` and `sinh` are half of an exponential in every precision.
const FAR: f64 = 40.0;

/// `e^x factor` without overflow on the way.
fn exp_times<P: Part>(x: P, factor: P) -> P {
    let half = (x * x.constant(0.5)).exp();
    let far = x.by_precision(80.0, 700.0).lt(x);
    P::pick(far, (half * factor) * half, x.exp() * factor)
}

/// e to the power of the number.
pub fn exp<P: Part>(z: Pair<P>) -> Pair<P> {
    let (cos, sin) = (z.im.cos(), z.im.sin());
    let real = z.im.is_zero();
    let re = P::pick(real, z.re.exp(), exp_times(z.re, cos));
    let im = P::pick(real, z.im, exp_times(z.re, sin));
    let vanishes = z.re.eq(z.re.constant(f64::NEG_INFINITY));
    Pair::pick(P::both(vanishes, P::fails(real)), z.constant(0.0), Pair::new(re, im))
}

/// 2 to the power of the number.
pub fn exp2<P: Part>(z: Pair<P>) -> Pair<P> {
    exp(z.scaled(z.re.constant(std::f64::consts::LN_2)))
}

/// e to the power of the number, less 1: `expm1(x) cos y - 2 sin(y/2)^2` for the real part.
pub fn expm1<P: Part>(z: Pair<P>) -> Pair<P> {
    let one = z.re.constant(1.0);
    let power = exp(z);
    let sin = (z.im * z.re.constant(0.5)).sin();
    let near = z.re.expm1() * z.im.cos() - (sin + sin) * sin;
    let re = P::pick(one.lt(z.re.abs()), power.re - one, near);
    Pair::new(P::pick(z.im.is_zero(), z.re.expm1(), re), power.im)
}

/// A sum and what its rounding lost.
fn two_sum<P: Part>(a: P, b: P) -> (P, P) {
    let sum = a + b;
    let from_b = sum - a;
    (sum, (a - (sum - from_b)) + (b - from_b))
}

/// A square and what its rounding lost.
fn two_square<P: Part>(a: P) -> (P, P) {
    let square = a * a;
    (square, a.fma(a, -square))
}

/// `a + x^2 + y^2` with about twice the precision up to the last rounding.
fn sum_with_squares<P: Part>(a: P, x: P, y: P) -> P {
    let ((xx, x_low), (yy, y_low)) = (two_square(x), two_square(y));
    let (sum, low) = two_sum(a, xx);
    let (sum, lower) = two_sum(sum, yy);
    sum + ((low + lower) + (x_low + y_low))
}

/// The logarithm of the magnitude. Near the unit circle by `log1p(x^2 + y^2 - 1) / 2` with a sum
/// in twice the precision, elsewhere by the larger part and the ratio.
fn log_abs<P: Part>(x: P, y: P) -> P {
    let half = x.constant(0.5);
    let (a, b) = (x.abs(), y.abs());
    let (large, small) = (a.max(b), a.min(b));
    let ratio = P::pick(
        P::either(large.is_zero(), small.is_infinite()),
        small.constant(0.0),
        small / large,
    );
    let far = large.log() + half * (ratio * ratio).log1p();
    let far = P::pick(P::either(x.is_infinite(), y.is_infinite()), x.constant(f64::INFINITY), far);
    let near = half * sum_with_squares(x.constant(-1.0), large, small).log1p();
    let is_near = P::both(half.lt(large), large.lt(x.constant(2.0)));
    P::pick(is_near, near, far)
}

/// Natural logarithm, cut along the negative real axis.
pub fn log<P: Part>(z: Pair<P>) -> Pair<P> {
    Pair::new(log_abs(z.re, z.im), z.im.atan2(z.re))
}

/// Natural logarithm of 1 plus the number: `log1p(2x + x^2 + y^2) / 2` for the real part near 0.
pub fn log1p<P: Part>(z: Pair<P>) -> Pair<P> {
    let (x, y) = (z.re, z.im);
    let shifted = x + x.constant(1.0);
    let near = x.constant(0.5) * sum_with_squares(x + x, x, y).log1p();
    // Left of -1/2 the sum of 1 is exact, and the other one loses what is left near -1.
    let right = x.constant(-0.5).lt(x);
    let is_near = P::both(right, x.abs().max(y.abs()).lt(x.constant(4.0)));
    Pair::new(P::pick(is_near, near, log_abs(shifted, y)), y.atan2(shifted))
}

/// `log(e^a + e^b)` without overflow, with an imaginary part of at most half a turn.
pub fn log_add_exp<P: Part>(a: Pair<P>, b: Pair<P>) -> Pair<P> {
    let above = less(b, a);
    let (high, low) = (Pair::pick(above, a, b), Pair::pick(above, b, a));
    let sum = high + log1p(exp(low - high));
    let sum = Pair::new(sum.re, sum.im.sin().atan2(sum.im.cos()));
    Pair::pick(high.re.is_infinite(), high, sum)
}

/// `x` to the power of `y`; 0 to the power of 0 is 1.
pub fn pow<P: Part>(x: Pair<P>, y: Pair<P>) -> Pair<P> {
    let (size, angle) = (hypot(x.re, x.im), x.im.atan2(x.re));
    let size = size.pow(y.re) * (-y.im * angle).exp();
    // A real power of a number needs no logarithm, which is infinite at 0.
    let turn = P::pick(y.im.is_zero(), y.im, y.im * log_abs(x.re, x.im));
    let turn = y.re.fma(angle, turn);
    let power = Pair::new(size * turn.cos(), size * turn.sin());
    let vanishes = P::both(x.is_zero(), y.re.constant(0.0).lt(y.re));
    let power = Pair::pick(vanishes, x.constant(0.0), power);
    Pair::pick(y.is_zero(), x.constant(1.0), power)
}

/// `(cosh(x) c, sinh(x) s)` without overflow on the way; `sinh(0)` times anything is 0, and so is
/// anything times an `s` of 0.
fn hyperbolic<P: Part>(x: P, c: P, s: P) -> (P, P) {
    let half = (x.abs() * x.constant(0.5)).exp();
    let far = x.constant(FAR).lt(x.abs());
    let grown = |factor: P| (half * factor) * (half * x.constant(0.5));
    let cosh = P::pick(far, grown(c), x.cosh() * c);
    let sinh = P::pick(far, grown(s.copysign(s)), x.sinh().abs() * s);
    let cosh = P::pick(c.is_zero(), c, cosh);
    let zero = P::either(x.is_zero(), s.is_zero());
    let sinh = P::pick(zero, x.constant(0.0).copysign(s), sinh);
    (cosh, P::pick(x.is_negative(), -sinh, sinh))
}

/// Hyperbolic sine: `(sinh x cos y, cosh x sin y)`.
pub fn sinh<P: Part>(z: Pair<P>) -> Pair<P> {
    let (im, re) = hyperbolic(z.re, z.im.sin(), z.im.cos());
    Pair::new(re, im)
}

/// Hyperbolic cosine: `(cosh x cos y, sinh x sin y)`.
pub fn cosh<P: Part>(z: Pair<P>) -> Pair<P> {
    let (re, im) = hyperbolic(z.re, z.im.cos(), z.im.sin());
    Pair::new(re, im)
}

/// Sine, by the hyperbolic one.
pub fn sin<P: Part>(z: Pair<P>) -> Pair<P> {
    sinh(z.times_i()).over_i()
}

/// Cosine, by the hyperbolic one.
pub fn cos<P: Part>(z: Pair<P>) -> Pair<P> {
    cosh(z.times_i())
}

/// Hyperbolic tangent, by Kahan ("Branch cuts for complex elementary functions", 1987).
pub fn tanh<P: Part>(z: Pair<P>) -> Pair<P> {
    let one = z.re.constant(1.0);
    let (tan, sinh) = (z.im.tan(), z.re.sinh());
    let beta = tan.fma(tan, one);
    let rho = sinh.fma(sinh, one).sqrt();
    let denominator = (beta * sinh).fma(sinh, one);
    let near = Pair::new(((beta * rho) * sinh) / denominator, tan / denominator);
    let decay = (z.re.constant(-2.0) * z.re.abs()).exp();
    let turn = P::pick(z.re.is_infinite(), z.re.constant(0.0), z.im.sin() * z.im.cos());
    // An infinite imaginary part has no direction, unless the real one decides.
    let unit = turn.fma(z.re.constant(0.0), one);
    let far = Pair::new(unit.copysign(z.re), z.re.constant(4.0) * turn * decay);
    let real = Pair::new(near.re, z.im);
    let near = Pair::pick(P::both(z.re.is_nan(), z.im.is_zero()), real, near);
    Pair::pick(z.re.by_precision(11.0, 22.0).lt(z.re.abs()), far, near)
}

/// Tangent, by the hyperbolic one.
pub fn tan<P: Part>(z: Pair<P>) -> Pair<P> {
    tanh(z.times_i()).over_i()
}

/// `1 / (1 + e^-z)`, as `e^z / (1 + e^z)` left of 0, so that no power is large.
pub fn logistic<P: Part>(z: Pair<P>) -> Pair<P> {
    let one = z.constant(1.0);
    let left = z.re.lt(z.re.constant(0.0));
    let power = exp(Pair::pick(left, z, -z));
    Pair::pick(left, power, one) / (one + power)
}
