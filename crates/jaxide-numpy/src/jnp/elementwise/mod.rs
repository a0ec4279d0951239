//! NumPy's functions element by element: promotion and broadcasting as JAX has them, then ops. What
//! operators and methods of arrays do already is theirs; here it gets NumPy's names.

mod arithmetic;
mod bits;
mod floats;
mod logic;
mod math;
mod parts;
mod rounding;

pub use arithmetic::*;
pub use bits::*;
pub use floats::*;
pub use logic::*;
pub use math::*;
pub use parts::*;
pub use rounding::*;

/// Functions of one operand: `/// Doc. name |x| = expression;`, where `x` is an `Array`.
macro_rules! unary {
    ($($(#[$attribute:meta])* $name:ident |$x:ident| = $body:expr;)*) => {$(
        $(#[$attribute])*
        #[track_caller]
        pub fn $name(x: impl jaxide_trace::Operand) -> jaxide_trace::Array {
            let $x = x.into_operand();
            $body
        }
    )*};
}
use unary;

/// Functions of two operands that broadcast: `/// Doc. name |x, y| = expression;`.
macro_rules! binary {
    ($($(#[$attribute:meta])* $name:ident |$x:ident, $y:ident| = $body:expr;)*) => {$(
        $(#[$attribute])*
        ///
        /// # Panics
        /// With `TypeError` when the shapes do not broadcast, and where the op refuses the dtypes.
        #[track_caller]
        pub fn $name(
            x: impl jaxide_trace::Operand,
            y: impl jaxide_trace::Operand,
        ) -> jaxide_trace::Array {
            let ($x, $y) = (x.into_operand(), y.into_operand());
            $body
        }
    )*};
}
use binary;
