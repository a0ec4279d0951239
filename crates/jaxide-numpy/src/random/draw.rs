//! What the functions that draw numbers share: checks of arguments, parameters broadcast to the
//! shape of the result, constants, and the macro that defines a draw and its twin with a dtype.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_trace::{Array, Operand, Shape, promote::broadcast_shapes};

use super::{key, key::AnyKey, words::Words};
pub(super) use crate::jnp::dtypes::{default_float, default_int};
use crate::{
    diag,
    jnp::finfo,
    shape::{element_count, sizes},
};

/// A strong constant of rank 0.
#[track_caller]
pub(super) fn constant(dtype: DType, value: f64) -> Array {
    Array::literal((), Scalar::float(dtype, value))
}

/// An integer constant of rank 0.
#[track_caller]
pub(super) fn int_constant(dtype: DType, value: i128) -> Array {
    Array::literal((), Scalar::int(dtype, value))
}

/// How many bits a float's mantissa has, without the leading one.
pub(super) fn mantissa_bits(dtype: DType) -> i32 {
    finfo(dtype).mantissa_bits as i32
}

/// A call of a function that draws.
#[derive(Clone, Copy)]
pub(super) struct Call {
    name: &'static str,
    at: &'static Location<'static>,
}

impl Call {
    #[track_caller]
    pub(super) fn new(name: &'static str) -> Call {
        Call { name, at: Location::caller() }
    }

    #[track_caller]
    pub(super) fn key(self, key: &impl AnyKey) -> Words {
        key::words(&format!("random.{}", self.name), key, self.at)
    }

    #[track_caller]
    pub(super) fn shape(self, shape: impl Shape) -> Vec<usize> {
        sizes(shape, self.at)
    }

    #[track_caller]
    pub(super) fn float(self, dtype: DType) {
        self.dtype(dtype.is_float(), "a float", dtype);
    }

    #[track_caller]
    pub(super) fn integer(self, dtype: DType) {
        self.dtype(dtype.is_integer(), "an int", dtype);
    }

    #[track_caller]
    pub(super) fn dtype(self, holds: bool, expected: &str, dtype: DType) {
        if !holds {
            diag::draw_dtype(self.name, expected, dtype, self.at);
        }
    }

    #[track_caller]
    pub(super) fn probability(self, dtype: DType) -> ! {
        diag::probability_dtype(self.name, dtype, self.at)
    }

    /// Refuses what `message` says.
    #[track_caller]
    pub(super) fn refuse(self, message: String) -> ! {
        diag::bad_draw(self.name, &message, self.at)
    }

    /// How many elements a shape has.
    #[track_caller]
    pub(super) fn count(self, shape: &[usize]) -> usize {
        element_count(self.name, shape, self.at)
    }

    /// Refuses parameters that do not broadcast to the shape.
    #[track_caller]
    pub(super) fn fits(self, shape: &[usize], parameter: &[usize]) {
        let common = broadcast_shapes(&[shape, parameter]);
        if common.as_deref() != Some(shape) {
            diag::draw_shape(self.name, parameter, common.as_deref(), shape, self.at);
        }
    }

    /// A parameter in a dtype, broadcast to the shape.
    #[track_caller]
    pub(super) fn parameter(self, value: impl Operand, shape: &[usize], dtype: DType) -> Array {
        let value = value.into_operand();
        self.fits(shape, value.shape());
        value.astype(dtype).broadcast_to(shape)
    }
}

/// Defines draws of floats: `name, name_of(parameters) = function of words, parameters, shape, dtype`.
macro_rules! float_draws {
    ($($(#[$doc:meta])* $name:ident, $name_of:ident($($parameter:ident),*) = $draw:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// With `TypeError` when `key` is no key, with `ValueError` when a parameter does not
        /// broadcast to the shape.
        #[track_caller]
        pub fn $name(
            key: &impl $crate::random::AnyKey,
            $($parameter: impl jaxide_trace::Operand,)*
            shape: impl jaxide_trace::Shape,
        ) -> jaxide_trace::Array {
            $name_of(key, $($parameter,)* shape, $crate::random::draw::default_float())
        }

        #[doc = concat!("[`", stringify!($name), "`] in a float dtype.")]
        ///
        /// # Panics
        #[doc = concat!("As [`", stringify!($name), "`], and with `ValueError` when `dtype` is no float.")]
        #[track_caller]
        pub fn $name_of(
            key: &impl $crate::random::AnyKey,
            $($parameter: impl jaxide_trace::Operand,)*
            shape: impl jaxide_trace::Shape,
            dtype: jaxide_ir::DType,
        ) -> jaxide_trace::Array {
            let call = $crate::random::draw::Call::new(stringify!($name));
            let (key, shape) = (call.key(key), call.shape(shape));
            call.float(dtype);
            $(let $parameter = call.parameter($parameter, &shape, dtype);)*
            ($draw)(&key, $(&$parameter,)* &shape, dtype)
        }
    )*};
}
pub(super) use float_draws;
