//! Roots, exponentials, logarithms and trigonometry. Integers become floats first.

use std::f64::consts::{LN_2, PI};

use jaxide_lax as lax;
use jaxide_trace::{Array, config, promote::promote_inexact};

use super::{arithmetic::floats, binary, unary};
use crate::jnp::where_;

/// Functions that are methods of arrays under the same or another name.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name(x: impl jaxide_trace::Operand) -> jaxide_trace::Array {
            x.into_operand().$method()
        }
    )*};
}

methods! {
    /// The square root.
    sqrt = sqrt;
    /// The cube root.
    cbrt = cbrt;
    /// The natural exponential.
    exp = exp;
    /// Two to the power of the array.
    exp2 = exp2;
    /// `exp(x) - 1`, accurate near 0.
    expm1 = expm1;
    /// The natural logarithm.
    log = log;
    /// `log(1 + x)`, accurate near 0.
    log1p = log1p;
    /// The sine; radians.
    sin = sin;
    /// The cosine; radians.
    cos = cos;
    /// The tangent; radians.
    tan = tan;
    /// The arc sine; radians.
    arcsin = asin;
    /// As [`arcsin`].
    asin = asin;
    /// The arc cosine; radians.
    arccos = acos;
    /// As [`arccos`].
    acos = acos;
    /// The arc tangent; radians.
    arctan = atan;
    /// As [`arctan`].
    atan = atan;
    /// The hyperbolic sine.
    sinh = sinh;
    /// The hyperbolic cosine.
    cosh = cosh;
    /// The hyperbolic tangent.
    tanh = tanh;
}

unary! {
    /// The logarithm to base 2.
    log2 |x| = x.log() / LN_2;
    /// The logarithm to base 10.
    log10 |x| = x.log() * std::f64::consts::LOG10_E;
    /// The inverse of the hyperbolic sine.
    arcsinh |x| = {
        let [x] = promote_inexact([&x]);
        lax::asinh(&x)
    };
    /// As [`arcsinh`].
    asinh |x| = arcsinh(x);
    /// The inverse of the hyperbolic cosine.
    arccosh |x| = {
        let [x] = promote_inexact([&x]);
        lax::acosh(&x)
    };
    /// As [`arccosh`].
    acosh |x| = arccosh(x);
    /// The inverse of the hyperbolic tangent.
    arctanh |x| = {
        let [x] = promote_inexact([&x]);
        lax::atanh(&x)
    };
    /// As [`arctanh`].
    atanh |x| = arctanh(x);
    /// Degrees as radians.
    deg2rad |x| = {
        let [x] = promote_inexact([&x]);
        x * (PI / 180.0)
    };
    /// As [`deg2rad`].
    radians |x| = deg2rad(x);
    /// Radians as degrees.
    rad2deg |x| = {
        let [x] = promote_inexact([&x]);
        x * (180.0 / PI)
    };
    /// As [`rad2deg`].
    degrees |x| = rad2deg(x);
    /// The modified Bessel function of the first kind and order 0.
    i0 |x| = {
        let [x] = promote_inexact([&x]);
        let magnitude = x.abs();
        magnitude.exp() * lax::bessel_i0e(&magnitude)
    };
    /// `sin(pi x) / (pi x)`, and 1 at 0.
    ///
    /// ```
    /// # use jaxide_numpy::jnp;
    /// assert_eq!(jnp::sinc(0.0).item::<f32>(), 1.0);
    /// ```
    sinc |x| = {
        let [x] = promote_inexact([&x]);
        let zero = x.eq(0.0);
        let angle = where_(&zero, 1.0, &x * PI);
        where_(&zero, 1.0, lax::div(&angle.sin(), &angle))
    };
}

/// NaN for two equal infinities, which is meant.
#[track_caller]
fn difference(x: &Array, y: &Array) -> Array {
    let _unchecked = config::Unchecked::start();
    x - y
}

binary! {
    /// The angle of the point `(y, x)`, `x` being the function's second operand.
    arctan2 |y, x| = {
        let [y, x] = floats("atan2", &y, &x);
        lax::atan2(&y, &x)
    };
    /// As [`arctan2`].
    atan2 |y, x| = arctan2(y, x);
    /// `log(exp(x) + exp(y))` without overflow.
    logaddexp |x, y| = {
        let [x, y] = floats("logaddexp", &x, &y);
        let (greatest, difference) = (x.maximum(&y), difference(&x, &y));
        let sum = &greatest + (-difference.abs()).exp().log1p();
        where_(difference.ne(&difference), &x + &y, sum)
    };
    /// `log2(2^x + 2^y)` without overflow.
    logaddexp2 |x, y| = {
        let [x, y] = floats("logaddexp2", &x, &y);
        let (greatest, difference) = (x.maximum(&y), difference(&x, &y));
        let sum = &greatest + (-difference.abs()).exp2().log1p() / LN_2;
        where_(difference.ne(&difference), &x + &y, sum)
    };
}
