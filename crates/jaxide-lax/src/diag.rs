//! Diagnostics of the ops of this crate, one function a mistake. The mistakes that every dialect
//! shares are those of `jaxide_ir::diag`, re-exported here.

use jaxide_ir::{ArrayType, Code, DType, Diagnostic, OpDef, TypeClass};

pub use jaxide_ir::diag::{
    arity, bug, dtype_mismatch, invalid, operand_dtype, param, shape_mismatch,
};

/// An operand's dtype is in none of the classes that the op takes.
pub fn operand_class(op: &OpDef, position: usize, classes: &[TypeClass], got: DType) -> Diagnostic {
    let names: Vec<&str> = classes.iter().map(|class| class_name(*class)).collect();
    operand_dtype(op.name, position, &names.join(" or "), got)
}

/// A rule of an op rejects its operands or parameters, in the words that JAX has for it.
pub fn jax(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code("J0106"), message)
}

/// A parameter's value does not fit the operands.
pub fn bad_param(
    op: &str,
    name: &str,
    expected: impl AsRef<str>,
    got: impl AsRef<str>,
) -> Diagnostic {
    param(op, name, expected.as_ref(), got.as_ref())
}

/// An axis is out of range.
pub fn axis(op: &str, name: &str, axis: i64, rank: usize) -> Diagnostic {
    param(op, name, &format!("an axis below {rank}"), &axis.to_string())
}

/// An axis is out of range or given twice.
pub fn axes(op: &str, name: &str, axes: &[i64], rank: usize) -> Diagnostic {
    param(op, name, &format!("distinct axes below {rank}"), &format!("{axes:?}"))
}

/// Paired dimensions of a contraction differ in number or size.
pub fn dimension_mismatch(op: &str, kind: &str, lhs: &[usize], rhs: &[usize]) -> Diagnostic {
    let message = format!("expected {kind} dimensions of equal sizes, got {lhs:?} and {rhs:?}");
    invalid(op, message)
}

/// A function that should be transposed is not linear.
pub fn not_linear(op: &str, position: usize) -> Diagnostic {
    invalid(op, format!("expected a linear function, got one that is not, by operand {position}"))
}

/// An operand that has a tangent and by which the op has no derivative.
pub fn not_differentiable(op: &str, position: usize) -> Diagnostic {
    invalid(op, format!("expected a constant as operand {position}, by which it has no derivative"))
}

/// A place of a text has a format for numbers, its value is none.
pub fn formatted_array(op: &str, ty: &ArrayType) -> Diagnostic {
    invalid(op, format!("expected a real scalar for a place with a format, got {ty}"))
}

fn class_name(class: TypeClass) -> &'static str {
    match class {
        TypeClass::Bool => "bool",
        TypeClass::SignedInt => "signed integer",
        TypeClass::UnsignedInt => "unsigned integer",
        TypeClass::Float => "float",
        TypeClass::Complex => "complex",
    }
}
