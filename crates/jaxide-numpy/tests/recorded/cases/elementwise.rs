//! Functions element by element, on floats with their special values, on integers and on bools.

use jaxide_numpy::jnp::{self, Closeness, Replacements};

use super::{Case, many, one, pair};

/// Rows of functions that have the case's name, plain or after a prefix, and single rows.
macro_rules! rows {
    (
        unary: $($unary:ident)*;
        pairs: $($pair:ident)*;
        int_unary: $($int_unary:ident)*;
        int_pairs: $($int_pair:ident)*;
        bool_pairs: $($bool_pair:ident)*;
        $($row:expr,)*
    ) => {
        &[
            $(one(stringify!($unary), |x| jnp::$unary(&x[0])),)*
            $(one(stringify!($pair), |x| jnp::$pair(&x[0], &x[1])),)*
            $(one(concat!("int_", stringify!($int_unary)), |x| jnp::$int_unary(&x[0])),)*
            $(one(concat!("int_", stringify!($int_pair)), |x| jnp::$int_pair(&x[0], &x[1])),)*
            $(one(concat!("bool_", stringify!($bool_pair)), |x| jnp::$bool_pair(&x[0], &x[1])),)*
            $($row,)*
        ]
    };
}

pub(super) const CASES: &[Case] = rows! {
    unary: negative positive absolute abs fabs sign square floor ceil trunc rint isnan isfinite
        isinf isposinf isneginf signbit spacing nan_to_num deg2rad radians rad2deg degrees logical_not
        real imag conjugate conj iscomplex isreal angle cbrt reciprocal exp exp2 expm1 sin cos tan
        arctan atan sinh cosh tanh arcsinh asinh sinc i0 sqrt log log2 log10 log1p arcsin asin arccos
        acos arctanh atanh arccosh acosh angle_deg;
    pairs: add subtract multiply divide true_divide floor_divide remainder fmod maximum minimum fmax
        fmin copysign nextafter heaviside hypot arctan2 atan2 logaddexp logaddexp2 float_power equal
        not_equal less less_equal greater greater_equal logical_and logical_or logical_xor isclose
        left_shift bitwise_left_shift right_shift bitwise_right_shift ldexp allclose array_equal
        array_equal_nan array_equiv;
    int_unary: negative absolute sign square floor ceil trunc rint sqrt exp isnan isfinite isinf
        signbit invert bitwise_not bitwise_invert bitwise_count logical_not reciprocal angle real;
    int_pairs: add subtract multiply divide floor_divide remainder fmod maximum minimum gcd lcm
        bitwise_and bitwise_or bitwise_xor equal less logical_and arctan2 power;
    bool_pairs: add multiply divide floor_divide remainder maximum bitwise_and bitwise_or bitwise_xor
        left_shift logical_xor power;
    pair("frexp", |x| jnp::frexp(&x[0])),
    pair("modf", |x| jnp::modf(&x[0])),
    pair("divmod_floats", |x| jnp::divmod(&x[0], &x[1])),
    pair("divmod_ints", |x| jnp::divmod(&x[0], &x[1])),
    one("int_and_float_promote", |x| jnp::add(&x[0], &x[1])),
    one("u8_wraps", |x| jnp::add(&x[0], &x[1])),
    one("u8_minus_i8", |x| jnp::subtract(&x[0], &x[1])),
    one("u32_right_shift", |x| jnp::right_shift(&x[0], &x[1])),
    one("bf16_times_f32", |x| jnp::multiply(&x[0], &x[1])),
    one("f16_sqrt", |x| jnp::sqrt(&x[0])),
    pair("f16_frexp", |x| jnp::frexp(&x[0])),
    pair("bf16_frexp", |x| jnp::frexp(&x[0])),
    pair("f64_frexp", |x| jnp::frexp(&x[0])),
    one("f64_divide_ints", |x| jnp::divide(&x[0], &x[1])),
    one("i64_lcm", |x| jnp::lcm(&x[0], &x[1])),
    one("broadcasting", |x| jnp::multiply(&x[0], &x[1])),
    one("power_2", |x| jnp::power(&x[0], 2)),
    one("power_minus_2", |x| jnp::power(&x[0], -2)),
    one("power_half", |x| jnp::power(&x[0], 0.5)),
    one("power_int_base_float", |x| jnp::power(&x[0], 2.5)),
    one("round_1", |x| jnp::round(&x[0], 1)),
    one("round_minus_1", |x| jnp::round(&x[0], -1)),
    one("round_0", |x| jnp::round(&x[0], 0)),
    one("around_f16", |x| jnp::around(&x[0], 2)),
    one("round_ints", |x| jnp::round(&x[0], 2)),
    one("clip", |x| jnp::clip(&x[0], -1.0, 1.0)),
    one("clip_arrays", |x| jnp::clip(&x[0], &x[1], &x[2])),
    one("clip_ints", |x| jnp::clip(&x[0], -1, 3)),
    one("nan_to_num_with", |x| {
        let new = Replacements { nan: 1.0, posinf: Some(2.0), neginf: Some(-3.0) };
        jnp::nan_to_num_with(&x[0], new)
    }),
    one("isclose_equal_nan", |x| {
        let rule = Closeness { rtol: 0.5, equal_nan: true, ..Closeness::default() };
        jnp::isclose_with(&x[0], &x[1], rule)
    }),
    one("array_equal_shapes", |x| jnp::array_equal(&x[0], &x[1])),
    many("complex_parts", |x| {
        let z = &x[0];
        vec![jnp::real(z), jnp::imag(z), jnp::conj(z), jnp::angle(z), jnp::iscomplex(z)]
    }),
    many("complex_isfinite", |x| {
        vec![jnp::isfinite(&x[0]), jnp::isnan(&x[0]), jnp::isinf(&x[0])]
    }),
    one("complex_multiply", |x| jnp::multiply(&x[0], &x[1])),
};
