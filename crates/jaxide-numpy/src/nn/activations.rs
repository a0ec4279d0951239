//! Activations of one argument, element by element. Those with a kink have JAX's derivative there as
//! a rule of their own.

use std::f64::consts::LN_2;

use jaxide_lax as lax;
use jaxide_trace::{Array, Operand, custom_jvp, promote::promote_inexact, subprogram};

use crate::jnp::{where_, zeros_like};

/// The array itself.
pub fn identity(x: &Array) -> Array {
    x.clone()
}

/// The greater of `x` and 0. The derivative at 0 is 0.
///
/// ```
/// # use jaxide_numpy::nn;
/// # use jaxide_trace::array;
/// assert_eq!(nn::relu(&array([-1.0, 2.0])).to_vec::<f32>(), [0.0, 2.0]);
/// ```
#[track_caller]
pub fn relu(x: &Array) -> Array {
    let relu = |x: &Array| subprogram(|x: &Array| x.maximum(0)).name("relu")(x);
    custom_jvp(relu).defjvp(move |(x,), (dx,)| (relu(x), where_held(&x.gt(0), dx)))(x)
}

/// `x` between 0 and 6. The derivative is 0 at both.
#[track_caller]
pub fn relu6(x: &Array) -> Array {
    let relu6 = |x: &Array| subprogram(|x: &Array| x.maximum(0).minimum(6.0)).name("relu6")(x);
    custom_jvp(relu6).defjvp(move |(x,), (dx,)| {
        let y = relu6(x);
        let dx = where_held(&(x.gt(0) & x.lt(6)), dx);
        let dx = if dx.dtype() == y.dtype() || dx.dtype().is_bool() && !y.dtype().is_float() {
            dx
        } else {
            dx.astype(y.dtype())
        };
        (y, dx)
    })(x)
}

/// The tangent where a condition holds, 0 elsewhere.
fn where_held(condition: &Array, dx: &Array) -> Array {
    lax::select_n(condition, &[&zeros_like(dx), dx])
}

/// `1 / (1 + exp(-x))`.
#[track_caller]
pub fn sigmoid(x: &Array) -> Array {
    x.logistic()
}

/// `x sigmoid(x)`, also called swish.
#[track_caller]
pub fn silu(x: &Array) -> Array {
    x * sigmoid(x)
}

/// `log(1 + exp(x))`, without overflow.
#[track_caller]
pub fn softplus(x: &Array) -> Array {
    let [x] = promote_inexact([x]);
    // log(exp(x) + exp(0)), as the greater plus what the less adds.
    let plus = |x: &Array| {
        let difference = x - 0.0;
        let sum = x.maximum(0.0) + (-difference.abs()).exp().log1p();
        where_(difference.ne(&difference), &difference, sum)
    };
    custom_jvp(plus).defjvp(move |(x,), (dx,)| (plus(x), dx * sigmoid(x)))(&x)
}

/// `log(sigmoid(x))`, without underflow.
#[track_caller]
pub fn log_sigmoid(x: &Array) -> Array {
    -softplus(&-x)
}

/// `x tanh(softplus(x))`.
#[track_caller]
pub fn mish(x: &Array) -> Array {
    x * softplus(x).tanh()
}

/// `x / (|x| + 1)`.
#[track_caller]
pub fn soft_sign(x: &Array) -> Array {
    x / (x.abs() + 1)
}

/// `(x + sqrt(x² + b)) / 2`, smooth and without exponentials; JAX's default of `b` is 4.
#[track_caller]
pub fn squareplus(x: &Array, b: impl Operand) -> Array {
    (x + (x.pow(2) + b.into_operand()).sqrt()) / 2
}

/// 0 up to -1, `x` from 1 on, `(x + 1)² / 4` between.
#[track_caller]
pub fn sparse_plus(x: &Array) -> Array {
    let between = (x + 1.0).pow(2) / 4;
    where_(x.le(-1.0), 0.0, where_(x.ge(1.0), x, between))
}

/// `(x + 1) / 2` between 0 and 1.
#[track_caller]
pub fn sparse_sigmoid(x: &Array) -> Array {
    0.5 * (x + 1.0).maximum(0.0).minimum(2.0)
}

/// `x` between -1 and 1.
#[track_caller]
pub fn hard_tanh(x: &Array) -> Array {
    where_(x.gt(1), 1, where_(x.lt(-1), -1, x))
}

/// `relu6(x + 3) / 6`.
#[track_caller]
pub fn hard_sigmoid(x: &Array) -> Array {
    relu6(&(x + 3.0)) / 6.0
}

/// `x hard_sigmoid(x)`, also called hard swish.
#[track_caller]
pub fn hard_silu(x: &Array) -> Array {
    x * hard_sigmoid(x)
}

/// `log(1 - exp(-x))` for positive `x`, accurate near 0 and far from it.
///
/// Mächler, Accurately computing log(1 - exp(-|a|)) (2012).
#[track_caller]
pub fn log1mexp(x: &Array) -> Array {
    let [x] = promote_inexact([x]);
    let log = |x: &Array| where_(x.lt(LN_2), (-(-x).expm1()).log(), (-(-x).exp()).log1p());
    custom_jvp(log).defjvp(move |(x,), (dx,)| (log(x), dx / x.expm1()))(&x)
}
